/** The interface of a loaded network, independent of its runtime: tensor in, tensors out. */
import { UserError } from '../util/errors.ts';
import type { Inference } from './backend.ts';
import type { InputTensor } from './tensor-input.ts';

/** A network from an input tensor to the outputs that were requested when it was loaded. */
export interface LoadedNetwork {
  /** Where it runs: the tfjs backend, 'onnxruntime-node' or 'onnxruntime-web'. */
  readonly backend: string;
  readonly inference: Inference;
  /** Names of the requested outputs, as its file has them. */
  readonly outputNames: readonly string[];
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

/** The input of a network, as the network itself states it. */
export interface StatedInput {
  readonly name: string;
  /** Undefined if it is not known. */
  readonly type: string | undefined;
  /** Sizes of the axes; one of any size, such as a batch, is no number. */
  readonly shape: readonly unknown[];
}

/** Throws a UserError, with layer, type and shape met and wanted, if a tensor is not what the network states that it takes. */
export function mustFit({ name, type, shape }: StatedInput, tensor: InputTensor): void {
  const given = tensor.data instanceof Uint8Array ? 'uint8' : 'float32';
  const fits =
    (type === undefined || type === given) &&
    shape.length === tensor.shape.length &&
    shape.every((size, axis) => !(typeof size === 'number' && size >= 0) || size === tensor.shape[axis]);
  if (fits) return;
  const sizes = (of: readonly unknown[]): string =>
    of.map((size) => (typeof size === 'number' && size >= 0 ? size : 'any')).join(' x ');
  throw new UserError(
    `its input '${name}' takes ${type ?? given} of ${sizes(shape)}, and its file describes ${given} of ${sizes(tensor.shape)}: change width, height, layout, channels or type of /input`,
  );
}
