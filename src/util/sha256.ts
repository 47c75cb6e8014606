/** SHA-256 of byte strings: by Node where there is Node, otherwise in JavaScript. */
import { sha256 as portable } from '@noble/hashes/sha2.js';
import { nativeCrypto } from './native-crypto.ts';

/** SHA-256 of bytes, 32 bytes. */
export const sha256: (data: Uint8Array) => Uint8Array = nativeCrypto
  ? (data) => new Uint8Array(nativeCrypto.hash('sha256', data, 'buffer'))
  : portable;

/** A SHA-256 that is given its data in parts. */
interface Sha256Stream {
  update(data: Uint8Array): unknown;
  /** SHA-256 of all parts, 32 bytes; called once. */
  digest(): Uint8Array;
}

/** A SHA-256 of no data yet. */
export function sha256Stream(): Sha256Stream {
  if (!nativeCrypto) return portable.create();
  const hash = nativeCrypto.createHash('sha256');
  return { update: (data) => hash.update(data), digest: () => new Uint8Array(hash.digest()) };
}
