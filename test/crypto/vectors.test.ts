/** Published test vectors, through the very build of libsodium that the project uses, with a second implementation beside it. */
import { createHmac } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { describe, expect, test } from 'vitest';
import { frank } from '../../src/crypto/franking.ts';
import { deviceKeys, messageKey, session } from '../../src/crypto/session.ts';
import { sodium } from '../../src/crypto/sodium.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';
import { fromHex, toHex } from '../../src/util/hex.ts';
import { seededRng } from '../../src/util/rng.ts';

describe('HMAC-SHA-256, RFC 4231', () => {
  // HMAC fills a short key with zeros, so the RFC's 20- and 4-byte keys are these 32-byte ones.
  const filled = (key: Uint8Array): Uint8Array => concatBytes(key, new Uint8Array(32 - key.length));

  test('section 4.2, test case 1', () => {
    expect(toHex(frank(utf8('Hi There'), filled(new Uint8Array(20).fill(0x0b))))).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
  });

  test('section 4.3, test case 2', () => {
    expect(toHex(frank(utf8('what do ya want for nothing?'), filled(utf8('Jefe'))))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  test('agrees with OpenSSL', () => {
    const rng = seededRng(1, 'hmac');
    for (const length of [0, 1, 63, 64, 65, 1000]) {
      const [key, data] = [rng.bytes(32), rng.bytes(length)];
      expect(toHex(frank(data, key))).toBe(createHmac('sha256', key).update(data).digest('hex'));
    }
  });
});

describe('X25519, RFC 7748 section 6.1', () => {
  const alice = fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a');
  const bob = fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
  const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';

  test('public keys', () => {
    expect(toHex(sodium.crypto_scalarmult_base(alice))).toBe(
      '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a',
    );
    expect(toHex(sodium.crypto_scalarmult_base(bob))).toBe(
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    );
  });

  test('shared secret, from both ends', () => {
    expect(toHex(sodium.crypto_scalarmult(alice, sodium.crypto_scalarmult_base(bob)))).toBe(shared);
    expect(toHex(sodium.crypto_scalarmult(bob, sodium.crypto_scalarmult_base(alice)))).toBe(shared);
  });

  test('agrees with @noble/curves', () => {
    const rng = seededRng(1, 'x25519');
    for (let i = 0; i < 8; i++) {
      const [secret, peer] = [rng.bytes(32), x25519.getPublicKey(rng.bytes(32))];
      expect(sodium.crypto_scalarmult_base(secret)).toEqual(x25519.getPublicKey(secret));
      expect(sodium.crypto_scalarmult(secret, peer)).toEqual(x25519.getSharedSecret(secret, peer));
    }
  });
});

describe('XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03, A.3.1', () => {
  const plaintext = utf8(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  const associated = fromHex('50515253c0c1c2c3c4c5c6c7');
  const key = fromHex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f');
  const nonce = fromHex('404142434445464748494a4b4c4d4e4f5051525354555657');
  const sealed =
    'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452' +
    '2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e' +
    'c0875924c1c7987947deafd8780acf49';

  test('seals', () => {
    const out = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associated, null, nonce, key);
    expect(toHex(out)).toBe(sealed);
  });

  test('opens', () => {
    const out = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, fromHex(sealed), associated, nonce, key);
    expect(out).toEqual(plaintext);
  });
});

describe('the key schedule, by its definition and a second implementation', () => {
  const [rng, other] = [seededRng(1, 'a'), seededRng(1, 'b')];
  const [alice, bob] = [deviceKeys((n) => rng.bytes(n)), deviceKeys((n) => other.bytes(n))];

  test('session keys are crypto_kx: BLAKE2b-512 of shared secret, client and server key', () => {
    const [client, server] =
      sodium.compare(alice.publicKey, bob.publicKey) < 0 ? ([alice, bob] as const) : ([bob, alice] as const);
    const secret = x25519.getSharedSecret(client.secretKey, server.publicKey);
    const both = blake2b(concatBytes(secret, client.publicKey, server.publicKey), { dkLen: 64 });
    expect(session(client, server.publicKey)).toEqual({ receiving: both.slice(0, 32), sending: both.slice(32) });
  });

  test('message keys are crypto_kdf: keyed BLAKE2b, number as salt, context as personalisation', () => {
    const direction = new Uint8Array(32).fill(7);
    for (const sequence of [0, 1, 255, 256, 65_536, 2 ** 31 - 1]) {
      const salt = new Uint8Array(16);
      new DataView(salt.buffer).setUint32(0, sequence, true);
      const personalization = concatBytes(utf8('presend '), new Uint8Array(8));
      const expected = blake2b(new Uint8Array(0), { dkLen: 32, key: direction, salt, personalization });
      expect(messageKey(direction, sequence), `message ${sequence}`).toEqual(expected);
    }
  });

  test('device keys come from the seed as crypto_kx_seed_keypair takes them: BLAKE2b-256 of it', () => {
    const seed = new Uint8Array(32).fill(9);
    const { publicKey, secretKey } = deviceKeys(() => seed);
    expect(secretKey).toEqual(blake2b(seed, { dkLen: 32 }));
    expect(publicKey).toEqual(x25519.getPublicKey(secretKey));
  });
});
