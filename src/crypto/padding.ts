/**
 * Padding before encryption, so that ciphertext lengths reveal little: a 4-byte length, the plaintext, then zeros up to a multiple of the
 * block.
 */
import { readU32, u32 } from '../util/bytes.ts';
import type { Opened } from './sodium.ts';

/** Pads the plaintext to a multiple of `block` bytes; with block 0 it only prepends the length. */
export function pad(plaintext: Uint8Array, block: number): Uint8Array {
  const length = plaintext.length + 4;
  const out = new Uint8Array(block > 0 ? Math.ceil(length / block) * block : length);
  out.set(u32(plaintext.length));
  out.set(plaintext, 4);
  return out;
}

/** The plaintext of a padded message, or why the message is malformed. */
export function unpad(padded: Uint8Array): Opened {
  if (padded.length < 4) return { ok: false, reason: 'padded plaintext is shorter than its length field' };
  const length = readU32(padded, 0);
  if (length > padded.length - 4) return { ok: false, reason: 'padded plaintext is shorter than it says' };
  return { ok: true, plaintext: padded.subarray(4, 4 + length) };
}
