/** 32-bit floats as text: little-endian, in base64. */
import { fromBase64, toBase64 } from './base64.ts';
import { UserError } from './errors.ts';

/** The text of floats; every number is rounded to 32 bits. */
export function float32Text(values: ArrayLike<number>): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
  return toBase64(new Uint8Array(view.buffer));
}

/** The floats of a text. Throws a UserError, which names `what`, if it is malformed. */
export function float32sOf(text: string, what = 'text'): Float32Array {
  const bytes = fromBase64(text, what);
  if (bytes.length % 4 !== 0) throw new UserError(`${what}: ${bytes.length} bytes are no 32-bit floats`);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
