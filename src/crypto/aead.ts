/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): ChaCha20-Poly1305 of RFC 8439 under a subkey that HChaCha20 derives from the key and the
 * first 16 bytes of the nonce. Long data are encrypted by Node where there is Node, everything else by libsodium, with the same bytes.
 */
import { nativeCrypto } from '../util/native-crypto.ts';
import { sodium } from './sodium.ts';

/** Bytes by which a ciphertext is longer than its plaintext: the tag of Poly1305. */
export const tagBytes = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;
/** Bytes of a nonce. */
export const nonceBytes = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

/** Length in bytes from which Node is faster: it takes longer to start. */
const long = 4096;

/** Key and nonce of ChaCha20-Poly1305 that belong to those of XChaCha20-Poly1305. */
const inner = (key: Uint8Array, nonce: Uint8Array): [Uint8Array, Uint8Array] => {
  const short = new Uint8Array(12);
  short.set(nonce.subarray(16), 4);
  return [sodium.crypto_core_hchacha20(nonce.subarray(0, 16), key, null), short];
};

const cipher = 'chacha20-poly1305';
const options = { authTagLength: tagBytes };

/** Ciphertext, then tag, of a plaintext and associated data, under a 32-byte key and a 24-byte nonce. */
export function encrypt(plaintext: Uint8Array, associated: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
  if (!nativeCrypto || plaintext.length < long)
    return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associated, null, nonce, key);
  const encryption = nativeCrypto.createCipheriv(cipher, ...inner(key, nonce), options);
  encryption.setAAD(associated, { plaintextLength: plaintext.length });
  const out = new Uint8Array(plaintext.length + tagBytes);
  out.set(encryption.update(plaintext));
  encryption.final();
  out.set(encryption.getAuthTag(), plaintext.length);
  return out;
}

/** The plaintext; undefined if key, nonce, associated data, ciphertext or tag is wrong. */
export function decrypt(
  ciphertext: Uint8Array,
  associated: Uint8Array,
  nonce: Uint8Array,
  key: Uint8Array,
): Uint8Array | undefined {
  const length = ciphertext.length - tagBytes;
  if (length < 0) return undefined;
  if (!nativeCrypto || length < long) return decryptBySodium(ciphertext, associated, nonce, key);
  const decryption = nativeCrypto.createDecipheriv(cipher, ...inner(key, nonce), options);
  decryption.setAAD(associated, { plaintextLength: length });
  decryption.setAuthTag(ciphertext.subarray(length));
  const { buffer, byteOffset } = decryption.update(ciphertext.subarray(0, length));
  try {
    decryption.final();
  } catch (error) {
    // Node gives a wrong tag no code of its own.
    if (!(error instanceof Error && /authenticate/.test(error.message))) throw error;
    return undefined;
  }
  return new Uint8Array(buffer, byteOffset, length);
}

function decryptBySodium(
  ciphertext: Uint8Array,
  associated: Uint8Array,
  nonce: Uint8Array,
  key: Uint8Array,
): Uint8Array | undefined {
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, associated, nonce, key);
  } catch (error) {
    // With valid lengths, libsodium throws a plain Error for a wrong tag only.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return undefined;
  }
}
