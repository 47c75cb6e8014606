/** The interface of a loaded network, independent of its runtime: tensor in, tensors out. */
import { UserError } from '../util/errors.ts';
import type { Inference } from './backend.ts';
import type { InputTensor } from './tensor-input.ts';

/** A network from an input tensor to the outputs that were requested when it was loaded. */
export interface LoadedNetwork {
  /** Where it runs: the tfjs backend, 'onnxruntime-node' or 'onnxruntime-web'. */
  readonly backend: string;
  readonly inference: Inference;
  /**
   * The outputs for a batch, in the requested order; each is flat, one picture after the other. Rejects with the runtime's own error if the
   * tensor does not fit.
   */
  run(input: InputTensor): Promise<Float32Array[]>;
}

/** The default output: the only one. If there are several, a UserError lists them. */
export function onlyOutput(names: readonly string[]): string {
  if (names.length !== 1) throw new UserError(`its outputs are ${names.join(', ')}: name one of them as the output`);
  return names[0]!;
}
