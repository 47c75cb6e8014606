/** Node's cryptography and the portable one: the same bytes, for every length at which one takes over from the other. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as aead from '../../src/crypto/aead.ts';
import { hmacHolds, hmacSha256 } from '../../src/crypto/hmac.ts';
import * as session from '../../src/crypto/session.ts';
import { sodium } from '../../src/crypto/sodium.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { toHex } from '../../src/util/hex.ts';
import { nativeCrypto } from '../../src/util/native-crypto.ts';
import { sha256, sha256Stream } from '../../src/util/sha256.ts';
import { randomOf } from './seeded.ts';

const random = randomOf('native');
const lengths = [0, 1, 55, 64, 65, 1023, 1024, 1025, 4095, 4096, 4097, 65_536, 131_072];
const [key, nonce, associated] = [random(32), random(24), random(77)];

/** The modules as they are outside Node. */
let portable: {
  aead: typeof aead;
  hmac: typeof import('../../src/crypto/hmac.ts');
  session: typeof session;
  sha256: typeof import('../../src/util/sha256.ts');
};
beforeAll(async () => {
  vi.resetModules();
  vi.doMock('../../src/util/native-crypto.ts', () => ({ nativeCrypto: undefined }));
  portable = {
    aead: await import('../../src/crypto/aead.ts'),
    hmac: await import('../../src/crypto/hmac.ts'),
    session: await import('../../src/crypto/session.ts'),
    sha256: await import('../../src/util/sha256.ts'),
  };
  vi.doUnmock('../../src/util/native-crypto.ts');
});
afterAll(() => vi.resetModules());

test('this test runs on both: Node’s is there, and is not in the modules of the other', () => {
  expect(nativeCrypto).toBeDefined();
  expect(portable.sha256.sha256).toBe(nobleSha256);
});

describe.each(lengths)('%i bytes', (length) => {
  const data = random(length);

  test('SHA-256', () => {
    expect(sha256(data)).toEqual(nobleSha256(data));
    expect(sha256Hex(data)).toBe(toHex(nobleSha256(data)));
    for (const stream of [sha256Stream(), portable.sha256.sha256Stream()]) {
      for (const part of [data.subarray(0, length >> 1), data.subarray(length >> 1)]) stream.update(part);
      expect(stream.digest()).toEqual(nobleSha256(data));
    }
  });

  test('HMAC-SHA-256', () => {
    const tag = sodium.crypto_auth_hmacsha256(data, key);
    expect(tag).toEqual(hmac(nobleSha256, key, data));
    expect(hmacSha256(data, key)).toEqual(tag);
    expect(portable.hmac.hmacSha256(data, key)).toEqual(tag);
    expect(hmacHolds(tag, data, key)).toBe(true);
    for (let bit = 0; bit < 256; bit += 7)
      expect(hmacHolds(tag.with(bit >> 3, tag[bit >> 3]! ^ (1 << (bit & 7))), data, key)).toBe(false);
    // libsodium takes keys of 32 bytes only.
    for (const bytes of [0, 31, 33]) expect(() => hmacSha256(data, random(bytes))).toThrow(TypeError);
  });

  test('XChaCha20-Poly1305', () => {
    const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(data, associated, null, nonce, key);
    for (const { encrypt, decrypt } of [aead, portable.aead]) {
      expect(encrypt(data, associated, nonce, key)).toEqual(sealed);
      expect(decrypt(sealed, associated, nonce, key)).toEqual(data);
      expect(encrypt(data, new Uint8Array(0), nonce, key)).toEqual(
        sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(data, null, null, nonce, key),
      );
      for (const at of [0, length >> 1, length, length + 15])
        expect(decrypt(sealed.with(at, sealed[at]! ^ 1), associated, nonce, key)).toBeUndefined();
      expect(decrypt(sealed, random(77), nonce, key)).toBeUndefined();
      expect(decrypt(sealed, associated, nonce.with(0, nonce[0]! ^ 1), key)).toBeUndefined();
      expect(decrypt(sealed, associated, nonce.with(23, nonce[23]! ^ 1), key)).toBeUndefined();
      expect(decrypt(sealed, associated, nonce, random(32))).toBeUndefined();
      expect(decrypt(sealed.subarray(0, -1), associated, nonce, key)).toBeUndefined();
      expect(decrypt(concatBytes(sealed, new Uint8Array(1)), associated, nonce, key)).toBeUndefined();
    }
  });
});

test('what is shorter than a tag is no ciphertext', () => {
  for (const { decrypt } of [aead, portable.aead])
    for (const length of [0, 1, 15]) expect(decrypt(new Uint8Array(length), associated, nonce, key)).toBeUndefined();
});

test('results are plain byte strings with memory of their own', () => {
  const data = random(8192);
  for (const bytes of [sha256(data), hmacSha256(data, key), aead.encrypt(data, associated, nonce, key)]) {
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  }
  const sealed = aead.encrypt(data, associated, nonce, key);
  const opened = aead.decrypt(sealed, associated, nonce, key)!;
  expect(Object.getPrototypeOf(opened)).toBe(Uint8Array.prototype);
});

describe('X25519', () => {
  const own = session.deviceKeys(random);
  const both = () => [session.session, portable.session.session];

  /** libsodium's own key exchange, with the roles that `session` gives out. */
  const due = (peer: Uint8Array): session.Session => {
    const isClient = sodium.compare(own.publicKey, peer) < 0;
    const derive = isClient ? sodium.crypto_kx_client_session_keys : sodium.crypto_kx_server_session_keys;
    const { sharedTx, sharedRx } = derive(own.publicKey, own.secretKey, peer);
    return { sending: sharedTx, receiving: sharedRx };
  };

  test('the session keys are those of crypto_kx: for keys of devices, and for any bytes', () => {
    // Also numbers from the field's order on, and the twist: X25519 takes all strings (RFC 7748, section 5).
    const edges = [1, 2, 16, 20].map((last) => new Uint8Array(32).fill(255).with(0, 255 - last));
    const peers = Array.from({ length: 40 }, (_, i) => (i % 2 ? random(32) : session.deviceKeys(random).publicKey));
    for (const peer of [...peers, ...edges, own.publicKey])
      for (const derive of both()) {
        const keys = derive(own, peer);
        expect(keys).toEqual(due(peer));
        for (const key of [keys.sending, keys.receiving]) expect(Object.getPrototypeOf(key)).toBe(Uint8Array.prototype);
      }
  });

  test('keys of small order, in each encoding, and of other lengths are refused alike', () => {
    const prime = 2n ** 255n - 19n;
    // The points of order 1, 2, 4 and 8 (Bernstein, "Curve25519", 2006).
    const small = [
      0n,
      1n,
      325606250916557431795983626356110631294008115727848805560023387167927233504n,
      39382357235489614581723060781553021112529911719440698176882885853963445705823n,
      prime - 1n,
    ];
    const encodings = [...small, ...[0n, 1n].map((value) => value + prime)].flatMap((value) =>
      [value, value + 2n ** 255n].map((each) =>
        Uint8Array.from({ length: 32 }, (_, i) => Number((each >> BigInt(8 * i)) & 255n)),
      ),
    );
    const messages = [...encodings, random(31), random(33), random(0)].map((peer) =>
      [session, portable.session].map(({ session: derive, InvalidKeyError }) => {
        expect(() => derive(own, peer)).toThrow(InvalidKeyError);
        try {
          derive(own, peer);
          return '';
        } catch (error) {
          return (error as Error).message;
        }
      }),
    );
    for (const [native, other] of messages) expect(native).toBe(other);
    expect(messages[0]![0]).toBe('The public key is a point of small order');
    expect(messages.at(-1)![0]).toBe('Expected a public key of 32 bytes but received 0');
  });
});
