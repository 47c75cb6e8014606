/**
 * mobilenet-lsh: the side of 96 random hyperplanes on which the bundled network's embedding lies, after subtracting the mean embedding (the
 * features are never negative, so otherwise all pictures would lie on the same side of most hyperplanes). It has the structure of
 * NeuralHash, but its network was trained to distinguish subjects, not copies. Its card in models/mobilenet-lsh/ explains how mean and
 * threshold were chosen.
 */
import card from '../../models/mobilenet-lsh/card.json' with { type: 'json' };
import mean from '../../models/mobilenet-lsh/mean.json' with { type: 'json' };
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { seededRng } from '../util/rng.ts';
import { type DeepHash, deepQuality, leastDeepQuality } from './deep-hash.ts';
import { type Hyperplanes, randomHyperplanes, sidesOf } from './hyperplanes.ts';
import { loadClassifier } from './index.ts';
import { mobilenetV2 } from './nsfwjs.ts';

let drawn: Hyperplanes | undefined;

/** The hyperplanes, drawn on first use: 122,880 Gaussians take too long at import. */
function hyperplanes(): Hyperplanes {
  const { bits, seed, stream } = card.hyperplanes;
  drawn ??= randomHyperplanes(bits, mobilenetV2.embeddingLength, seededRng(seed, stream));
  return drawn;
}

/** The bits of an embedding of nsfwjs-mobilenet-v2. */
export const mobilenetLshBits = (embedding: Float32Array): Uint8Array =>
  sidesOf(
    hyperplanes(),
    embedding.map((value, i) => value - mean.values[i]!),
  );

/** Loads the network on a backend (default: the usual one, backend.ts). Throws a UserError if its weights are not the known ones. */
export async function loadMobilenetLsh(backend?: string): Promise<DeepHash> {
  // Reuses the classifier of that name if it is loaded: one network serves both.
  const network = await loadClassifier(mobilenetV2.name, backend === undefined ? {} : { backend });
  return {
    name: card.name,
    bits: card.hyperplanes.bits,
    threshold: card.threshold.bits,
    minQuality: leastDeepQuality,
    summary: card.summary,
    reference: card.reference,
    inference: network.inference,
    sha256: sha256Hex(canonicalJson({ network: network.sha256, mean: mean.values, hyperplanes: card.hyperplanes })),
    async hash(image) {
      const { embedding } = await network.classify(image);
      return { hash: mobilenetLshBits(embedding), quality: deepQuality(image) };
    },
  };
}
