/** Hexadecimal, lower case: how hashes and digests are written. */
import { unexpected } from './errors.ts';

/** Lower-case hex digits of bytes, two a byte. */
export function toHex(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
}

/** The bytes that hex digits of either case spell. Throws a UserError on anything else. */
export function fromHex(text: string, what = 'hex string'): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw unexpected(what, 'an even number of hexadecimal digits', text);
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}
