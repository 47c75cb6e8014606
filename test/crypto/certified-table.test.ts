/** A certified table holds what its authoriser signed: completeness, every way of cheating that the provider has, and bytes that are none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  authoriseTable,
  type CertifiedTable,
  certifiedBatch,
  certifyAuthorised,
  checkCertificate,
  takenSlots,
} from '../../src/crypto/certified-table.ts';
import { proofBytes, prove } from '../../src/crypto/dleq.ts';
import {
  add,
  identity,
  invert,
  multiply,
  multiplyBase,
  multiplyScalars,
  type Point,
  randomScalar,
  type Scalar,
  subtract,
  zero,
} from '../../src/crypto/group.ts';
import { logKeys } from '../../src/crypto/merkle-log.ts';
import { tableHeaderBytes, tpsiPoint, tpsiSettings } from '../../src/crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../../src/crypto/tpsi-setup.ts';
import { type BlindedTable, parseTable, slotPoint } from '../../src/crypto/tpsi-table.ts';
import { makeVoucher, voucherAccount } from '../../src/crypto/voucher.ts';
import { testVoucher } from '../../src/crypto/voucher-opening.ts';
import { concatBytes, u32, utf8 } from '../../src/util/bytes.ts';
import { randomOf } from './seeded.ts';

const random = randomOf('certified table');
const keys = logKeys(random);
const secret = tableSecret(random);
const listOf = (length: number): Uint8Array[] => Array.from({ length }, () => random(16));
const listed = listOf(30);
const authorised = authoriseTable(listed, secret, 5, keys.secretKey);

const made = (from = authorised, key: Uint8Array = secret.alpha): CertifiedTable => {
  const result = certifyAuthorised(from, key, keys.publicKey, random);
  if (!result.ok) throw new Error(result.reason);
  return result.certified;
};
const parsed = (bytes: Uint8Array): BlindedTable => {
  const result = parseTable(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.table;
};
/** What a device says of a table and its certificate. */
const verdict = (table: Uint8Array, certificate: Uint8Array): string | undefined =>
  checkCertificate(parsed(table), certificate, keys.publicKey);

const honest = made();
const table = parsed(honest.table);
const { slots } = table;
const source = parsed(authorised.table);
/** α, which an honest provider throws away. */
const alpha: Scalar = multiplyScalars(honest.alpha, invert(secret.alpha));
const at = (slot: number): number => tableHeaderBytes + 32 * slot;
const put = (bytes: Uint8Array, offset: number, part: Uint8Array): Uint8Array => {
  const out = bytes.slice();
  out.set(part, offset);
  return out;
};
const plan = planTable(listed, secret, 5);
const dummy = plan.placed.entryAt.indexOf(-1);
const taken = plan.placed.entryAt.findIndex((entry) => entry >= 0);
const notProved = `key or slots 0 to ${slots - 1} of the table are not proved to be the authorised ones`;

describe('an honest table is accepted', () => {
  test.each([0, 1, 2, 3, 7, 20, 64])('of %d entries', (length) => {
    const { table: bytes, certificate } = made(authoriseTable(listOf(length), secret, 5, keys.secretKey));
    expect(verdict(bytes, certificate)).toBeUndefined();
  });

  test('over several batches; one wrong slot spoils the proof of every batch, since every weight depends on all points', () => {
    const large = made(authoriseTable(listOf(480), secret, 5, keys.secretKey));
    const count = parsed(large.table).slots;
    expect(count).toBeGreaterThan(certifiedBatch);
    expect(large.certificate).toHaveLength(tableHeaderBytes + 32 * count + 64 + 32 + 2 * proofBytes);
    expect(verdict(large.table, large.certificate)).toBeUndefined();
    // The first batch is refused for a point of the second.
    const late = put(large.table, at(count - 1), multiplyBase(randomScalar(random)));
    expect(verdict(late, large.certificate)).toMatch(/^key or slots 0 to 1022 of/);
  });

  test('certified twice it is two tables, and neither goes with the other’s certificate', () => {
    const again = made();
    expect(again.table).not.toEqual(honest.table);
    expect(verdict(again.table, again.certificate)).toBeUndefined();
    expect(verdict(again.table, honest.certificate)).toBe(notProved);
  });

  test('α times the authorised point in every slot, and seed and version unchanged', () => {
    for (let slot = 0; slot < slots; slot++)
      expect(slotPoint(table, slot)).toEqual(multiply(alpha, slotPoint(source, slot)));
    expect([table.seed, table.epoch]).toEqual([source.seed, source.epoch]);
    expect(table.key).toEqual(multiplyBase(honest.alpha));
  });
});

describe('vouchers', () => {
  const settings = tpsiSettings({ threshold: 2 });
  const account = voucherAccount('alice', table, settings, random);
  const opened = (key: Scalar, hash: Uint8Array): string => {
    const voucher = makeVoucher(account, { id: 'm', hash, payload: utf8('p') }, random);
    if (!voucher.ok) throw new Error(voucher.reason);
    return testVoucher({ alpha: key, epoch: 5, root: table.root, settings }, 'alice', 'm', voucher.voucher).state;
  };

  test('of the list open to the provider, others do not', () => {
    for (const hash of listed) expect(opened(honest.alpha, hash)).toBe('opened');
    for (const hash of listOf(20)) expect(opened(honest.alpha, hash)).toBe('closed');
  });

  test('do not open to the authoriser, who has a, nor to α alone', () => {
    for (const key of [secret.alpha, alpha]) expect(opened(key, listed[0]!)).toBe('closed');
  });
});

describe('a provider that cheats is refused', () => {
  const hidden = multiply(honest.alpha, tpsiPoint(random(16)));
  const changes: [string, Uint8Array][] = [
    ['a hidden target in the place of a dummy', put(honest.table, at(dummy), hidden)],
    ['a hidden target in the place of an entry', put(honest.table, at(taken), hidden)],
    ['two slots exchanged', put(put(honest.table, at(2), slotPoint(table, 7)), at(7), slotPoint(table, 2))],
    [
      'one slot under another multiplier',
      put(honest.table, at(4), multiply(randomScalar(random), slotPoint(source, 4))),
    ],
    ['the authorised point itself in a slot', put(honest.table, at(4), slotPoint(source, 4))],
    ['another key', put(honest.table, 48, multiplyBase(randomScalar(random)))],
    [
      'errors that cancel in a plain sum',
      put(put(honest.table, at(2), add(slotPoint(table, 2), hidden)), at(7), subtract(slotPoint(table, 7), hidden)),
    ],
  ];
  test.each(changes)('%s', (_, changed) => expect(verdict(changed, honest.certificate)).toBe(notProved));

  /** A certificate with a proof by the provider's own α, as for an honest table. */
  const provedAnew = (to: BlindedTable): Uint8Array => {
    const points = (from: BlindedTable): Point[] => [
      from.key,
      ...Array.from({ length: slots }, (_, slot) => slotPoint(from, slot)),
    ];
    const claim = { publicKey: multiplyBase(alpha), inputs: points(source), outputs: points(to) };
    const context = concatBytes(utf8('presend certified table\n'), source.root, to.root, u32(0));
    const proof = prove(alpha, claim, context, randomScalar(random));
    return put(honest.certificate, honest.certificate.length - proofBytes, proof);
  };

  test.each(changes)('%s, under a proof that it makes anew', (_, changed) => {
    expect(verdict(changed, provedAnew(parsed(changed)))).toBe(notProved);
  });

  test('(the same steps do prove the honest table, anew and in other bytes)', () => {
    const certificate = provedAnew(table);
    expect(certificate).not.toEqual(honest.certificate);
    expect(verdict(honest.table, certificate)).toBeUndefined();
  });

  test('a proof whose answers were chosen before the question', () => {
    for (let i = 0; i < 20; i++) {
      const proof = concatBytes(randomScalar(random), randomScalar(random));
      expect(verdict(honest.table, put(honest.certificate, honest.certificate.length - proofBytes, proof))).toBe(
        notProved,
      );
    }
  });

  test('another multiplier, none, or one that is no point', () => {
    const offset = honest.certificate.length - proofBytes - 32;
    const said = (part: Uint8Array) => verdict(honest.table, put(honest.certificate, offset, part));
    expect(said(multiplyBase(randomScalar(random)))).toBe(notProved);
    expect(said(identity)).toBe('the multiplier in the certificate is no point: identity');
    expect(said(new Uint8Array(32).fill(255))).toBe('the multiplier in the certificate is no point: invalid');
  });

  test('a table of its own, of as many slots, one slot more or less', () => {
    const own = tableSecret(random);
    const ownBytes = (entries: Uint8Array[]): Uint8Array => blindTable(planTable(entries, own, 5), own);
    expect(verdict(ownBytes(listed), honest.certificate)).toBe(
      'the table has another epoch or seed than the authorised one',
    );
    expect(verdict(ownBytes([...listed, random(16)]), honest.certificate)).toMatch(/does not fit a table of/);
    expect(verdict(ownBytes(listed.slice(1)), honest.certificate)).toMatch(/does not fit a table of/);
    expect(verdict(put(honest.table, 8, u32(6)), honest.certificate)).toMatch(/another epoch or seed/);
    expect(verdict(honest.table, new Uint8Array(0))).toBe('the table comes without a certificate');
  });

  test('a list that it signs itself, or that the authoriser signed but the table is not made of', () => {
    const wider = [...listed.slice(1), random(16)];
    const own = made(authorised);
    const stranger = logKeys(random);
    const forged = certifyAuthorised(
      authoriseTable(wider, secret, 5, stranger.secretKey),
      secret.alpha,
      stranger.publicKey,
      random,
    );
    if (!forged.ok) throw new Error(forged.reason);
    expect(verdict(forged.certified.table, forged.certified.certificate)).toBe(
      'the authorised table is not signed by the authoriser',
    );
    const other = authoriseTable(wider, secret, 5, keys.secretKey);
    const exchanged = put(own.certificate, 0, concatBytes(other.table, other.signature));
    expect(verdict(own.table, exchanged)).toBe(notProved);
  });
});

describe('bytes that are no certificate', () => {
  test('any byte changed, any length: refused, never a throw', () =>
    fc.assert(
      fc.property(fc.nat(honest.certificate.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bytes = honest.certificate.with(place, honest.certificate[place]! ^ change);
        expect(verdict(honest.table, bytes)).toEqual(expect.any(String));
        expect(verdict(honest.table, honest.certificate.subarray(0, place))).toEqual(expect.any(String));
      }),
      { seed: 1, numRuns: 60 },
    ));

  test('random bytes of the right length, and a public key that is none', () => {
    for (let i = 0; i < 20; i++)
      expect(verdict(honest.table, random(honest.certificate.length))).toEqual(expect.any(String));
    for (const key of [new Uint8Array(0), new Uint8Array(32), random(31), random(32)])
      expect(checkCertificate(table, honest.certificate, key)).toBe(
        'the authorised table is not signed by the authoriser',
      );
  });
});

describe('an authoriser that cheats', () => {
  const certified = (from: Partial<typeof authorised>, key: Uint8Array = secret.alpha) =>
    certifyAuthorised({ ...authorised, ...from }, key, keys.publicKey, random);

  test.each<[string, ReturnType<typeof certified>, RegExp]>([
    ['the key of another table', certified({}, tableSecret(random).alpha), /^the key is not the one/],
    ['no key', certified({}, new Uint8Array(0)), /^the key is not the one/],
    ['the key 0', certified({}, zero), /^the key is not the one/],
    ['a key beyond the order', certified({}, new Uint8Array(32).fill(255)), /^the key is not the one/],
    ['no signature', certified({ signature: new Uint8Array(0) }), /is not signed/],
    ['the signature of another table', certified({ signature: random(64) }), /is not signed/],
    ['no table', certified({ table: new Uint8Array(0) }), /^the authorised table: the bytes do not begin/],
    [
      'the identity in a slot',
      certified({ table: put(authorised.table, at(3), identity) }),
      /^the authorised table: slot 3 of the table is the identity/,
    ],
  ])('%s: the provider makes no table of it', (_, result, reason) =>
    expect(result).toEqual({ ok: false, reason: expect.stringMatching(reason) }),
  );

  test('opens its dummies to auditors, who count what is none', () => {
    expect(takenSlots(source, secret.dummyKey)).toBe(listed.length);
    const more = multiply(secret.alpha, tpsiPoint(random(16)));
    expect(takenSlots(parsed(put(authorised.table, at(dummy), more)), secret.dummyKey)).toBe(listed.length + 1);
    for (const key of [random(32), new Uint8Array(0), random(64)]) expect(takenSlots(source, key)).toBe(slots);
  });
});
