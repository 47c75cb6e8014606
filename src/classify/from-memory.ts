/** Giving tfjs a model from memory, in the shape its loaders ask for. */
import type { io } from '@tensorflow/tfjs';

/** A loader's source: the model.json, and the bytes of all its weight shards, one after the other. */
export function fromMemory({ weightsManifest, ...rest }: io.ModelJSON, weights: Uint8Array<ArrayBuffer>): io.IOHandler {
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  return { load: async () => ({ ...rest, weightSpecs, weightData: weights.buffer }) as io.ModelArtifacts };
}
