/**
 * An "invisible salamander": one ciphertext that XChaCha20-Poly1305 opens under two keys. Poly1305 is a polynomial over 2^130 - 5, so
 * one free block of ciphertext solves the linear equation that both tags are equal. Dodis, Grubbs, Ristenpart & Woodage, CRYPTO 2018.
 */
import type { Associated } from '../../src/crypto/session.ts';
import { sodium } from '../../src/crypto/sodium.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';

const p = (1n << 130n) - 5n;
const top = 1n << 128n;
const nonce = new Uint8Array(24);

const little = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const bytesOf = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
const mod = (value: bigint): bigint => ((value % p) + p) % p;
function power(base: bigint, exponent: bigint): bigint {
  let [out, square] = [1n, mod(base)];
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) out = mod(out * square);
    square = mod(square * square);
  }
  return out;
}
const inverse = (value: bigint): bigint => power(value, p - 2n);

/** The ciphertext, and whether the bare AEAD opens it under the cipher key of a message key. */
export function salamander(first: Uint8Array, second: Uint8Array, about: Associated) {
  const associated = utf8(
    JSON.stringify([about.strategy, about.message, about.sender, about.recipient, about.sequence, about.sentAt]),
  );
  const cipherKey = (key: Uint8Array): Uint8Array => sodium.crypto_generichash(32, utf8('presend cipher key'), key);
  // The one-time key of Poly1305 is the beginning of the key stream.
  const macs = [first, second].map((key) => {
    const stream = sodium.crypto_stream_xchacha20_xor(new Uint8Array(32), nonce, cipherKey(key));
    return { r: little(stream.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn, s: little(stream.subarray(16)) };
  });
  const filled = concatBytes(associated, new Uint8Array((16 - (associated.length % 16)) % 16));
  const rng = seededRng(1, 'salamander');
  for (;;) {
    const rest = rng.bytes(32);
    const lengths = concatBytes(bytesOf(BigInt(associated.length) | (48n << 64n)));
    const blocks = concatBytes(filled, new Uint8Array(16), rest, lengths);
    const count = blocks.length / 16;
    const free = filled.length / 16;
    const solved = macs.map(({ r, s }) => {
      let known = 0n;
      for (let i = 0; i < count; i++) {
        const block = i === free ? 0n : little(blocks.subarray(16 * i, 16 * i + 16));
        known = mod(known + (block + top) * power(r, BigInt(count - i)));
      }
      // block = (tag - s - known) / r^k
      return { known: mod(known + s), weight: inverse(power(r, BigInt(count - free))) };
    }) as [{ known: bigint; weight: bigint }, { known: bigint; weight: bigint }];
    // The tag is the sum modulo 2^128, the polynomial modulo p: some multiples of 2^128 may lie between.
    for (let i = 0n; i < 5n; i++)
      for (let j = 0n; j < 5n; j++) {
        const [a, b] = solved;
        const right = a.weight * (i * top - a.known) - b.weight * (j * top - b.known);
        const tag = mod(-right * inverse(mod(a.weight - b.weight)));
        const block = mod((tag + i * top - a.known) * a.weight);
        if (tag >= top || block >= top) continue;
        const ciphertext = concatBytes(bytesOf(block), rest, bytesOf(tag));
        const opensAlone = (key: Uint8Array): boolean => {
          try {
            sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, associated, nonce, cipherKey(key));
            return true;
          } catch {
            return false;
          }
        };
        if (opensAlone(first) && opensAlone(second)) return { ciphertext, opensAlone };
      }
  }
}
