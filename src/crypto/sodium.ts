/**
 * libsodium, ready to use. The sumo build: the plain one has no ristretto255 and no HMAC-SHA-256, whatever its types say.
 */
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

export { sodium };

/** Source of key material: `length` random bytes. Experiments pass a seeded stream so that a run can be repeated. */
export type RandomBytes = (length: number) => Uint8Array;

/** The operating system's randomness, for anything that is not an experiment. */
export const systemRandom: RandomBytes = (length) => sodium.randombytes_buf(length);

/** The outcome of undoing a cryptographic operation on bytes that came from somebody else: never an exception. */
export type Opened =
  | { readonly ok: true; readonly plaintext: Uint8Array }
  | { readonly ok: false; readonly reason: string };
