/** Initialised libsodium, in the sumo build: the plain build lacks ristretto255 and HMAC-SHA-256, although its types list them. */
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

export { sodium };

/** Source of key material: `length` random bytes. Experiments pass a seeded stream, so that runs are repeatable. */
export type RandomBytes = (length: number) => Uint8Array;

/** Largest number of bytes per call of Web Crypto. */
const mostAtOnce = 65_536;

/**
 * The operating system's randomness, for everything except experiments. It uses Web Crypto, which Node and browsers have. libsodium
 * requests four bytes at a time and takes about eighty times as long.
 */
export const systemRandom: RandomBytes = (length) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += mostAtOnce) crypto.getRandomValues(bytes.subarray(at, at + mostAtOnce));
  return bytes;
};

/** Result of decrypting or verifying bytes from another party; never an exception. */
export type Opened =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly reason: string };
