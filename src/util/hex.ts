/** Lower-case hexadecimal: the text form of hashes and digests. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { unexpected } from './errors.ts';

/** Lower-case hex digits of bytes, two per byte. */
export const toHex: (bytes: Uint8Array) => string = bytesToHex;

/** Decodes hex digits of either case. Throws a UserError if they are malformed. */
export function fromHex(text: string, what = 'hex string'): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw unexpected(what, 'an even number of hexadecimal digits', text);
  return hexToBytes(text);
}
