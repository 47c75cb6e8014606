/** What a loaded network of a user's own is, whichever runtime it runs on. */
import type { InputTensor } from './tensor-input.ts';

/** A network from an input tensor to an embedding. */
export interface Embedder {
  /** The embedding of one picture, flat. Rejects with the runtime's own error when the tensor does not fit. */
  embed(input: InputTensor): Promise<Float32Array>;
}
