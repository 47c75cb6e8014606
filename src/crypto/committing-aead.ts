/**
 * Key-committing authenticated encryption for keys that are used once: BLAKE2b of the key beside XChaCha20-Poly1305, because that AEAD
 * alone opens one ciphertext under two keys of an adversary's choice (Dodis, Grubbs, Ristenpart & Woodage, CRYPTO 2018).
 */
import { concatBytes, equalBytes, utf8 } from '../util/bytes.ts';
import { type Opened, sodium } from './sodium.ts';

/** Sealed bytes with the commitment to their key. */
export interface Sealed {
  /** 16 bytes longer than the plaintext. */
  readonly ciphertext: Uint8Array;
  /** BLAKE2b of the key, 32 bytes. */
  readonly commitment: Uint8Array;
}

const keyBytes = 32;
const commitmentBytes = 32;

/** How much longer than its plaintext `sealBytes` makes a ciphertext. */
export const sealedOverhead = commitmentBytes + sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;

const nonce = new Uint8Array(24);
const [commitLabel, cipherLabel] = [utf8('presend key commitment'), utf8('presend cipher key')];
const commit = (key: Uint8Array): Uint8Array => sodium.crypto_generichash(commitmentBytes, commitLabel, key);
const cipherKey = (key: Uint8Array): Uint8Array => sodium.crypto_generichash(keyBytes, cipherLabel, key);

/** Seals under a key of 32 bytes that is used for nothing else: only that makes the zero nonce safe. */
export function sealCommitting(key: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Sealed {
  const ciphertext = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    plaintext,
    associated,
    null,
    nonce,
    cipherKey(key),
  );
  return { ciphertext, commitment: commit(key) };
}

/** Opens what `sealCommitting` made; a wrong key, commitment, associated data or changed ciphertext gives a reason, never a throw. */
export function openCommitting(key: Uint8Array, sealed: Sealed, associated: Uint8Array): Opened {
  if (key.length !== keyBytes) return { ok: false, reason: `a message key has ${keyBytes} bytes, not ${key.length}` };
  // First, and cheap: who tries many keys hardly ever gets further.
  if (!equalBytes(commit(key), sealed.commitment)) return { ok: false, reason: 'key commitment does not fit the key' };
  try {
    const plaintext = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      sealed.ciphertext,
      associated,
      nonce,
      cipherKey(key),
    );
    return { ok: true, plaintext };
  } catch {
    return { ok: false, reason: 'ciphertext or its associated data was changed' };
  }
}

/** The same as one byte string: commitment, then ciphertext. */
export function sealBytes(key: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Uint8Array {
  const { commitment, ciphertext } = sealCommitting(key, plaintext, associated);
  return concatBytes(commitment, ciphertext);
}

/** Opens what `sealBytes` made. */
export const openBytes = (key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Opened =>
  openCommitting(
    key,
    { commitment: sealed.subarray(0, commitmentBytes), ciphertext: sealed.subarray(commitmentBytes) },
    associated,
  );
