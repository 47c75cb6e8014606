/** 32-bit floats as bytes, little-endian, and as text, in base64. */
import { fromBase64, toBase64 } from './base64.ts';
import { UserError } from './errors.ts';

/** The bytes of floats; every number is rounded to 32 bits. */
export function float32Bytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
  return new Uint8Array(view.buffer);
}

/** The floats of bytes: length / 4 of them. */
export function float32sIn(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const floats = new Float32Array(bytes.length >> 2);
  for (let i = 0; i < floats.length; i++) floats[i] = view.getFloat32(4 * i, true);
  return floats;
}

/** The text of floats; every number is rounded to 32 bits. */
export const float32Text = (values: ArrayLike<number>): string => toBase64(float32Bytes(values));

/** The floats of a text. Throws a UserError, which names `what`, if it is malformed. */
export function float32sOf(text: string, what = 'text'): Float32Array {
  const bytes = fromBase64(text, what);
  if (bytes.length % 4 !== 0) throw new UserError(`${what}: ${bytes.length} bytes are no 32-bit floats`);
  return float32sIn(bytes);
}
