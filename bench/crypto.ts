/** libsodium as presend uses it, compared with Node's OpenSSL and noble's pure JavaScript. */
import { createCipheriv, createHmac } from 'node:crypto';
import { ristretto255 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { messageKey, seal } from '../src/crypto/session.ts';
import { sodium } from '../src/crypto/sodium.ts';
import { seededRng } from '../src/util/rng.ts';
import type { Group } from './measure.ts';
import { privateMatching } from './private-matching.ts';
import { psiGroups } from './psi.ts';

/** Bytes of a message with a small photograph. */
const size = 100 * 1024;

/** Encrypting and authenticating 100 KiB, one multiplication in ristretto255, and the operations of private matching. */
export async function crypto(): Promise<Group[]> {
  const rng = seededRng(1, 'bench crypto');
  const message = rng.bytes(size);
  const key = rng.bytes(32);
  const nonce24 = rng.bytes(24);
  const nonce12 = rng.bytes(12);
  const ours = messageKey(key, 1);
  const associated = { strategy: 'bench', message: 'm1', sentAt: 5, sender: 'a', recipient: 'b', sequence: 1 };

  const point = sodium.crypto_core_ristretto255_from_hash(rng.bytes(64));
  const scalar = sodium.crypto_core_ristretto255_scalar_reduce(rng.bytes(64));
  const noblePoint = ristretto255.Point.fromBytes(point);
  const nobleScalar = ristretto255.Point.Fn.fromBytes(scalar);

  return [
    {
      title: 'seal 100 KiB',
      baseline: 'libsodium XChaCha20-Poly1305',
      tasks: [
        {
          name: 'libsodium XChaCha20-Poly1305',
          bytes: size,
          run: () => sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, null, null, nonce24, key),
        },
        {
          name: 'libsodium secretbox (XSalsa20-Poly1305)',
          bytes: size,
          run: () => sodium.crypto_secretbox_easy(message, nonce24, key),
        },
        { name: 'presend seal (with key commitment)', bytes: size, run: () => seal(ours, message, associated) },
        {
          name: 'node:crypto ChaCha20-Poly1305',
          bytes: size,
          run: () => {
            const cipher = createCipheriv('chacha20-poly1305', key, nonce12, { authTagLength: 16 });
            const sealed = Buffer.concat([cipher.update(message), cipher.final()]);
            return [sealed, cipher.getAuthTag()];
          },
        },
      ],
    },
    {
      title: 'HMAC-SHA-256 of 100 KiB',
      baseline: 'libsodium',
      tasks: [
        { name: 'libsodium', bytes: size, run: () => sodium.crypto_auth_hmacsha256(message, key) },
        { name: 'node:crypto', bytes: size, run: () => createHmac('sha256', key).update(message).digest() },
        { name: 'noble', bytes: size, run: () => hmac(sha256, key, message) },
      ],
    },
    {
      title: 'ristretto255, point times scalar',
      baseline: 'libsodium',
      tasks: [
        { name: 'libsodium', run: () => sodium.crypto_scalarmult_ristretto255(scalar, point) },
        // Includes toBytes, because libsodium's result is encoded too.
        { name: 'noble', run: () => noblePoint.multiply(nobleScalar).toBytes() },
      ],
    },
    ...privateMatching(),
    ...(await psiGroups()),
  ];
}
