/** expand_message_xmd with SHA-512: any number of uniform bytes from a message, domain-separated. RFC 9380, section 5.3.1. */
import { concatBytes } from '../util/bytes.ts';
import { sodium } from './sodium.ts';

const hashBytes = 64;
const blockBytes = 128;

/** `length` uniform bytes, at most 255 · 64, for a message under a domain separation tag of at most 255 bytes. */
export function expandMessage(message: Uint8Array, tag: Uint8Array, length: number): Uint8Array {
  const blocks = Math.ceil(length / hashBytes);
  if (blocks > 255 || tag.length > 255)
    throw new RangeError(`Expected at most 16320 bytes and a tag of 255 but received ${length} and ${tag.length}`);
  const suffix = concatBytes(tag, Uint8Array.of(tag.length));
  const lengths = Uint8Array.of(length >> 8, length & 255, 0);
  const first = sodium.crypto_hash_sha512(concatBytes(new Uint8Array(blockBytes), message, lengths, suffix));
  const out = new Uint8Array(blocks * hashBytes);
  let last: Uint8Array = new Uint8Array(hashBytes);
  for (let i = 0; i < blocks; i++) {
    const mixed = last.map((byte, j) => byte ^ first[j]!);
    last = sodium.crypto_hash_sha512(concatBytes(mixed, Uint8Array.of(i + 1), suffix));
    out.set(last, i * hashBytes);
  }
  return out.subarray(0, length);
}
