/**
 * Key-committing authenticated encryption for keys that are used once: BLAKE2b of the key beside XChaCha20-Poly1305, because that AEAD
 * alone lets an adversary make one ciphertext that opens under two keys (Dodis, Grubbs, Ristenpart & Woodage, CRYPTO 2018).
 */
import { concatBytes, equalBytes, utf8 } from '../util/bytes.ts';
import { decrypt, encrypt, nonceBytes, tagBytes } from './aead.ts';
import { type Opened, sodium } from './sodium.ts';

/** Encrypted bytes with the commitment to their key. */
export interface Sealed {
  /** 16 bytes longer than the plaintext. */
  readonly ciphertext: Uint8Array;
  /** BLAKE2b of the key, 32 bytes. */
  readonly commitment: Uint8Array;
}

const keyBytes = 32;
const commitmentBytes = 32;

/** Bytes by which `sealBytes` makes a ciphertext longer than its plaintext. */
export const sealedOverhead = commitmentBytes + tagBytes;

const nonce = new Uint8Array(nonceBytes);
const [commitLabel, cipherLabel] = [utf8('presend key commitment'), utf8('presend cipher key')];
const commit = (key: Uint8Array): Uint8Array => sodium.crypto_generichash(commitmentBytes, commitLabel, key);
const cipherKey = (key: Uint8Array): Uint8Array => sodium.crypto_generichash(keyBytes, cipherLabel, key);

/** Encrypts under a 32-byte key. The key must be used only once: only then is the zero nonce safe. */
export function sealCommitting(key: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Sealed {
  return { ciphertext: encrypt(plaintext, associated, nonce, cipherKey(key)), commitment: commit(key) };
}

/** Decrypts the output of `sealCommitting`. Returns a reason if the key, commitment, associated data or ciphertext is wrong; never throws. */
export function openCommitting(key: Uint8Array, sealed: Sealed, associated: Uint8Array): Opened {
  if (key.length !== keyBytes) return { ok: false, reason: `a message key has ${keyBytes} bytes, not ${key.length}` };
  // The cheap check comes first: attempts with many keys nearly always end here.
  if (!equalBytes(commit(key), sealed.commitment)) return { ok: false, reason: 'key commitment does not fit the key' };
  const plaintext = decrypt(sealed.ciphertext, associated, nonce, cipherKey(key));
  return plaintext ? { ok: true, plaintext } : { ok: false, reason: 'ciphertext or its associated data was changed' };
}

/** The same as one byte string: commitment, then ciphertext. */
export function sealBytes(key: Uint8Array, plaintext: Uint8Array, associated: Uint8Array): Uint8Array {
  const { commitment, ciphertext } = sealCommitting(key, plaintext, associated);
  return concatBytes(commitment, ciphertext);
}

/** Decrypts the output of `sealBytes`. */
export const openBytes = (key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Opened =>
  openCommitting(
    key,
    { commitment: sealed.subarray(0, commitmentBytes), ciphertext: sealed.subarray(commitmentBytes) },
    associated,
  );
