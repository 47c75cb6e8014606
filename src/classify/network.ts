/** What a loaded network is, whichever runtime it runs on: tensor in, tensors out. */
import { UserError } from '../util/errors.ts';
import type { Inference } from './backend.ts';
import type { InputTensor } from './tensor-input.ts';

/** A network from an input tensor to the outputs that were asked for when it was loaded. */
export interface LoadedNetwork {
  /** Where it runs: the tfjs backend, 'onnxruntime-node' or 'onnxruntime-web'. */
  readonly backend: string;
  readonly inference: Inference;
  /**
   * The outputs for a batch, in the order in which they were asked for; each is flat, one picture after the other. Rejects with the
   * runtime's own error when the tensor does not fit.
   */
  run(input: InputTensor): Promise<Float32Array[]>;
}

/** The output to take where none is named: the only one. A UserError names them when there are several. */
export function onlyOutput(names: readonly string[]): string {
  if (names.length !== 1) throw new UserError(`its outputs are ${names.join(', ')}: name one of them as the output`);
  return names[0]!;
}
