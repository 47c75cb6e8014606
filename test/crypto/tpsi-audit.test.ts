/** A table that is certified holds the auditor's list and nothing else; every way of adding a target is found. */
import { describe, expect, test } from 'vitest';
import { multiply } from '../../src/crypto/group.ts';
import { auditTable, certifyTable } from '../../src/crypto/tpsi-audit.ts';
import { tableHeaderBytes, tpsiPoint } from '../../src/crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../../src/crypto/tpsi-setup.ts';
import { tpsiWorld } from './tpsi-world.ts';

const { plan, secret, bytes, root, listed, random } = tpsiWorld('audit', { entries: 40 });
const certificate = certifyTable(plan, secret, bytes, random);
const { entryAt } = plan.placed;
const start = (slot: number): number => tableHeaderBytes + 32 * slot;
/** The table with the point of another hash in a slot. */
const inserted = (slot: number, hash: Uint8Array): Uint8Array => {
  const out = bytes.slice();
  out.set(multiply(secret.alpha, tpsiPoint(hash)), start(slot));
  return out;
};

test('an honest table passes, and the auditor gets the root that clients compare', () =>
  expect(auditTable(bytes, listed, certificate)).toEqual({ ok: true, root, entries: 40 }));

describe('a hidden target', () => {
  test('in any empty slot is found', () => {
    for (const [slot, entry] of entryAt.entries())
      if (entry < 0)
        expect(auditTable(inserted(slot, random(16)), listed, certificate)).toEqual({
          ok: false,
          reason: `slot ${slot} of the table should be a dummy and is not`,
        });
  });

  test('in the place of an entry is found', () => {
    const slot = entryAt.findIndex((entry) => entry >= 0);
    expect(auditTable(inserted(slot, random(16)), listed, certificate)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('does not hold its entry'),
    });
  });

  test('on a longer list that is certified as such is found, since the auditor has the shorter one', () => {
    const longer = planTable([...listed, random(16)], secret, 7);
    const table = blindTable(longer, secret);
    expect(auditTable(table, listed, certifyTable(longer, secret, table, random)).ok).toBe(false);
  });
});

describe('a certificate that does not belong', () => {
  test('of another key, list order, or table', () => {
    const other = tableSecret(random);
    const otherPlan = planTable(listed, other, 7);
    const theirs = certifyTable(otherPlan, other, blindTable(otherPlan, other), random);
    expect(auditTable(bytes, listed, theirs).ok).toBe(false);
    expect(auditTable(bytes, listed, { ...certificate, proofs: theirs.proofs }).ok).toBe(false);
    expect(auditTable(bytes, listed.slice(1), certificate).ok).toBe(false);
    // More entries than the table has slots for: no placement exists.
    expect(auditTable(bytes, [...listed, ...Array.from({ length: 90 }, () => random(16))], certificate)).toEqual({
      ok: false,
      reason: 'the table was not made for this list',
    });
  });

  test('malformed: no proofs, too many, short, a key that is none', () => {
    for (const bad of [
      { proofs: [] },
      { proofs: [...certificate.proofs, certificate.proofs[0]!] },
      { proofs: [certificate.proofs[0]!.subarray(1)] },
      { proofs: [new Uint8Array(64).fill(255)] },
      { dummyKey: random(31) },
    ])
      expect(auditTable(bytes, listed, { ...certificate, ...bad }).ok).toBe(false);
  });

  test('a table that is none', () => {
    expect(auditTable(bytes.subarray(1), listed, certificate)).toEqual({
      ok: false,
      reason: 'the bytes do not begin as a table does',
    });
  });
});

test('an empty list has a certificate without proofs', () => {
  const none = planTable([], secret, 7);
  const table = blindTable(none, secret);
  const empty = certifyTable(none, secret, table, random);
  expect(empty.proofs).toEqual([]);
  expect(auditTable(table, [], empty)).toMatchObject({ ok: true, entries: 0 });
});
