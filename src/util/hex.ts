/** Hexadecimal, lower case: how hashes and digests are written. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { unexpected } from './errors.ts';

/** Lower-case hex digits of bytes, two a byte. */
export const toHex: (bytes: Uint8Array) => string = bytesToHex;

/** The bytes that hex digits of either case spell. Throws a UserError on anything else. */
export function fromHex(text: string, what = 'hex string'): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw unexpected(what, 'an even number of hexadecimal digits', text);
  return hexToBytes(text);
}
