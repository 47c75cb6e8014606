/**
 * libsodium, ready to use. The sumo build: the plain one has no ristretto255 and no HMAC-SHA-256, whatever its types say.
 */
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

export { sodium };

/** Source of key material: `length` random bytes. Experiments pass a seeded stream so that a run can be repeated. */
export type RandomBytes = (length: number) => Uint8Array;

/** Most bytes that Web Crypto gives at once. */
const mostAtOnce = 65_536;

/**
 * The operating system's randomness, for anything that is not an experiment. By Web Crypto, which Node and browsers have: libsodium asks
 * for it four bytes at a time, and takes some eighty times as long.
 */
export const systemRandom: RandomBytes = (length) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += mostAtOnce) crypto.getRandomValues(bytes.subarray(at, at + mostAtOnce));
  return bytes;
};

/** The outcome of undoing a cryptographic operation on bytes that came from somebody else: never an exception. */
export type Opened =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly reason: string };
