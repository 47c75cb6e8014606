/** Digests, registries and the sentences of errors. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, idOf, sha256Hex } from '../../src/util/digest.ts';
import { exitCodes, InterruptedError, MissingError, reasonOf, UserError, unexpected } from '../../src/util/errors.ts';
import { lookUp } from '../../src/util/registry.ts';

describe('SHA-256, FIPS 180-4', () => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('%j', (text, digest) => {
    expect(sha256Hex(text)).toBe(digest);
  });

  test('agrees with OpenSSL for any bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(sha256Hex(data)).toBe(createHash('sha256').update(data).digest('hex'));
      }),
      { seed: 1, numRuns: 200 },
    ));
});

describe('canonical JSON', () => {
  test('sorts keys at every depth, keeps the order of arrays, has no spaces', () => {
    const value = { b: 1, a: [{ d: null, c: 'x' }, 2], aa: true, B: 0.5 };
    expect(canonicalJson(value)).toBe('{"B":0.5,"a":[{"c":"x","d":null},2],"aa":true,"b":1}');
  });

  test('an undefined member is none; an undefined item is null, as in JSON', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe(canonicalJson({ b: 1 }));
    expect(canonicalJson([1, undefined])).toBe('[1,null]');
    expect(idOf([undefined])).not.toBe(idOf([]));
  });

  test('any JSON value: parses to the same, and the order of keys makes no difference', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(sorted(JSON.parse(JSON.stringify(value)))));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
      { seed: 1, numRuns: 300 },
    ));

  test('ids are stable: twelve digits that must never move', () => {
    expect(idOf({ hash: 'pdq', transform: { name: 'jpeg', quality: 30 } })).toBe(
      createHash('sha256').update('{"hash":"pdq","transform":{"name":"jpeg","quality":30}}').digest('hex').slice(0, 12),
    );
    expect(idOf({ b: 1, a: 2 })).toBe(idOf({ a: 2, b: 1 }));
    expect(idOf({ a: 1 })).not.toBe(idOf({ a: '1' }));
  });
});

const rebuilt = (value: unknown, order: (keys: string[]) => string[]): unknown => {
  if (Array.isArray(value)) return value.map((each) => rebuilt(each, order));
  if (value === null || typeof value !== 'object') return value;
  const object = value as Record<string, unknown>;
  return Object.fromEntries(order(Object.keys(object)).map((key) => [key, rebuilt(object[key], order)]));
};
const reversed = (value: unknown): unknown => rebuilt(value, (keys) => keys.reverse());
const sorted = (value: unknown): unknown => rebuilt(value, (keys) => keys.sort());

describe('registry', () => {
  const registry = { pdq: 1, phash: 2, dhash: 3, ahash: 4, blockhash: 5 };

  test('finds what is there', () => {
    expect(lookUp(registry, 'perceptual hash', 'dhash')).toBe(3);
    expect(lookUp({ zero: 0 } as Record<string, number>, 'number', 'zero')).toBe(0);
  });

  test.each([
    ['dhas', "Unknown perceptual hash 'dhas'. Did you mean dhash? Available: pdq, phash, dhash, ahash, blockhash."],
    ['PDQ', "Unknown perceptual hash 'PDQ'. Did you mean pdq? Available: pdq, phash, dhash, ahash, blockhash."],
    [
      'chash',
      "Unknown perceptual hash 'chash'. Did you mean phash or dhash or ahash? Available: pdq, phash, dhash, ahash, blockhash.",
    ],
    [
      'blockhsah',
      "Unknown perceptual hash 'blockhsah'. Did you mean blockhash? Available: pdq, phash, dhash, ahash, blockhash.",
    ],
    ['', "Unknown perceptual hash ''. Available: pdq, phash, dhash, ahash, blockhash."],
  ])('%j: says what was meant', (name, message) => {
    expect(() => lookUp(registry, 'perceptual hash', name)).toThrow(new UserError(message));
  });

  test.each(['toString', '__proto__', 'constructor', 'hasOwnProperty'])('%s of Object is no entry', (name) => {
    expect(() => lookUp(registry, 'perceptual hash', name)).toThrow(UserError);
  });
});

describe('errors', () => {
  test('three kinds, told apart by class and name', () => {
    expect(new MissingError('x')).toBeInstanceOf(UserError);
    expect(new InterruptedError('x')).not.toBeInstanceOf(UserError);
    expect([new UserError('x'), new MissingError('x'), new InterruptedError('x')].map(({ name }) => name)).toEqual([
      'UserError',
      'MissingError',
      'InterruptedError',
    ]);
    expect(exitCodes).toEqual({ done: 0, bug: 1, input: 2, missing: 3, interrupted: 130 });
  });

  test.each([
    [3, 'Expected a hash for x but received 3 of type number'],
    ['3', "Expected a hash for x but received '3' of type string"],
    [undefined, 'Expected a hash for x but received undefined of type undefined'],
    [null, 'Expected a hash for x but received null of type object'],
    [Symbol('s'), 'Expected a hash for x but received Symbol(s) of type symbol'],
    ['y'.repeat(100), `Expected a hash for x but received '${'y'.repeat(77)}…' of type string`],
  ])('one sentence for %j', (actual, message) => {
    expect(unexpected('x', 'a hash', actual).message).toBe(message);
  });

  test('a reason for anything that was thrown', () => {
    expect(reasonOf(new Error('why'))).toBe('why');
    expect(reasonOf('text')).toBe('text');
    expect(reasonOf(undefined)).toBe('undefined');
  });
});
