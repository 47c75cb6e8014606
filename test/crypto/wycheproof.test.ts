/** Wycheproof's vectors of the primitives in use: every edge case that broke some library, on the libsodium that runs here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sodium } from '../../src/crypto/sodium.ts';
import { fromHex, toHex } from '../../src/util/hex.ts';

type Vector = Readonly<Record<string, string>> & { readonly id: string };

/** The cases of a file, their columns as keys. */
function vectors(name: string): Vector[] {
  const path = join(import.meta.dirname, '..', 'vectors', 'wycheproof', `${name}.json`);
  const { columns, tests } = JSON.parse(readFileSync(path, 'utf8')) as { columns: string[]; tests: unknown[][] };
  return tests.map((values) => Object.fromEntries(columns.map((key, i) => [key, String(values[i])])) as Vector);
}

/** What a call gives, or undefined where it throws one of libsodium's own errors: a refusal. */
function unlessRefused<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Checks every case, and names those that come out wrong. */
function all(name: string, count: number, right: (vector: Vector) => boolean): void {
  const cases = vectors(name);
  expect(cases).toHaveLength(count);
  expect(cases.filter((each) => !right(each)).map(({ id }) => id)).toEqual([]);
}

describe('Wycheproof', () => {
  test('XChaCha20-Poly1305 opens what is valid and refuses what is not', () => {
    all('xchacha20-poly1305', 315, ({ key, iv, aad, msg, ct, tag, result }) => {
      const opened = unlessRefused(() =>
        sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
          null,
          fromHex(`${ct}${tag}`),
          fromHex(aad!),
          fromHex(iv!),
          fromHex(key!),
        ),
      );
      return result === 'valid' ? opened !== undefined && toHex(opened) === msg : opened === undefined;
    });
  });

  test('XChaCha20-Poly1305 seals to the same bytes', () => {
    const valid = vectors('xchacha20-poly1305').filter(({ result }) => result === 'valid');
    for (const { key, iv, aad, msg, ct, tag } of valid) {
      const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        fromHex(msg!),
        fromHex(aad!),
        null,
        fromHex(iv!),
        fromHex(key!),
      );
      expect(toHex(sealed)).toBe(`${ct}${tag}`);
    }
  });

  test('X25519 gives the shared value, and refuses keys of low order', () => {
    all('x25519', 518, ({ public: peer, private: own, shared, result }) => {
      const found = unlessRefused(() => sodium.crypto_scalarmult(fromHex(own!), fromHex(peer!)));
      // 'acceptable': keys that some libraries refuse; a value, where one comes, must be the right one and not all zero.
      if (found === undefined) return result !== 'valid';
      return toHex(found) === shared && !/^0*$/.test(shared);
    });
  });

  test('Ed25519 verifies what is valid and nothing else', () => {
    all('ed25519', 151, ({ publicKey, msg, sig, result }) => {
      const verified = unlessRefused(() =>
        sodium.crypto_sign_verify_detached(fromHex(sig!), fromHex(msg!), fromHex(publicKey!)),
      );
      return (verified === true) === (result === 'valid');
    });
  });

  test('HMAC-SHA-256 of keys of any length, whole and truncated', () => {
    all('hmac-sha256', 174, ({ key, msg, tag, result }) => {
      const state = sodium.crypto_auth_hmacsha256_init(fromHex(key!));
      sodium.crypto_auth_hmacsha256_update(state, fromHex(msg!));
      const made = toHex(sodium.crypto_auth_hmacsha256_final(state)).slice(0, tag!.length);
      return (made === tag) === (result === 'valid');
    });
  });
});
