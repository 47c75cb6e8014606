/** Hexadecimal, lower case: how hashes and digests are written. */
import { unexpected } from './errors.ts';

/** The digits of every byte: a look-up takes a tenth of the time that making them takes. */
const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex digits of bytes, two per byte. */
export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i++) out += digits[bytes[i]!]!;
  return out;
}

/** The bytes that hex digits of either case spell. Throws a UserError on anything else. */
export function fromHex(text: string, what = 'hex string'): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw unexpected(what, 'an even number of hexadecimal digits', text);
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}
