/** `presend/image`: decoding, encoding and benign edits of pictures, in Node. */
export { type DecodeOptions, decode, RefusedError } from '../image/decode.ts';
export { decodeFast } from '../image/decode-fast.ts';
export { encode, type ImageFormat } from '../image/encode.ts';
export type { Raster } from '../image/raster.ts';
export {
  applyTransform,
  type ResolvedTransform,
  resolveTransform,
  type TransformName,
  transforms,
} from '../image/transform/index.ts';
export type { Transform } from '../image/transform/transform.ts';
export { type Rng, seededRng } from '../util/rng.ts';
