/** T7 and T9 for tables: a client refuses every malformed one before it makes a voucher. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, identity, isIdentity, multiply, randomScalar } from '../../src/crypto/group.ts';
import { tableHeaderBytes, tableRoot } from '../../src/crypto/tpsi-format.ts';
import { blindTable, planTable, tableSecret } from '../../src/crypto/tpsi-setup.ts';
import { parseTable, slotPoint } from '../../src/crypto/tpsi-table.ts';
import { concatBytes, u32 } from '../../src/util/bytes.ts';
import { tpsiWorld } from './tpsi-world.ts';

const { bytes, root, plan, secret, table, random } = tpsiWorld('table');
const { slots } = plan.placed;
const put = (at: number, part: Uint8Array): Uint8Array => {
  const out = bytes.slice();
  out.set(part, at);
  return out;
};
const slotStart = (slot: number): number => tableHeaderBytes + 32 * slot;
const refused = (bad: Uint8Array, reason: string | RegExp, expected?: Uint8Array): void =>
  expect(parseTable(bad, expected)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });

test('an honest table is read', () => {
  expect(parseTable(bytes, root)).toEqual({ ok: true, table });
  expect(table).toMatchObject({ epoch: 7, slots });
  expect(table.seed).toEqual(plan.placed.seed);
  expect(slotPoint(table, 5)).toEqual(bytes.subarray(slotStart(5), slotStart(6)));
});

describe('pitfall 6b: a table in which the identity stands would open every voucher', () => {
  test('so it would: the shared point is the identity whatever the hash', () => {
    const [beta, gamma] = [randomScalar(random), randomScalar(random)];
    expect(isIdentity(add(multiply(beta, identity), multiply(gamma, identity)))).toBe(true);
  });

  test('as the key', () => refused(put(48, identity), 'key is no point: identity'));
  test('in any slot', () => {
    for (let slot = 0; slot < slots; slot++) refused(put(slotStart(slot), identity), `slot ${slot} .* is the identity`);
  });
});

describe('T7: malformed', () => {
  test('a key, a slot of 0xff', () => {
    refused(put(48, new Uint8Array(32).fill(255)), 'key is no point: invalid');
    refused(put(slotStart(9), new Uint8Array(32).fill(255)), 'slot 9 of the table is no point');
  });

  test('a repeated point: one entry in several slots', () =>
    refused(put(slotStart(20), bytes.slice(slotStart(3), slotStart(4))), 'slot 20 of the table repeats slot 3'));

  test('short, long, cut in the header, another magic, a number of slots that is not there', () => {
    refused(bytes.subarray(0, -1), 'are no table of');
    refused(concatBytes(bytes, new Uint8Array(32)), 'are no table of');
    refused(bytes.subarray(0, 79), 'do not begin as a table');
    refused(new Uint8Array(0), 'do not begin as a table');
    refused(put(0, new Uint8Array(8)), 'do not begin as a table');
    refused(put(12, u32(slots + 1)), 'are no table of');
    refused(put(12, u32(0xffff_ffff)), 'are no table of');
    refused(put(12, u32(0)).subarray(0, tableHeaderBytes), 'are no table of 0 slots');
  });
});

describe('pitfall 5: a table for one user', () => {
  test('has another root than the one in the log: any slot, the seed or the epoch', () => {
    const tagged = planTable([random(16)], secret, 7);
    for (const bad of [
      blindTable(tagged, secret),
      put(slotStart(2), slotPoint(table, 4)),
      put(8, u32(8)),
      put(20, u32(1)),
    ])
      refused(bad, 'not the one in the log', root);
  });

  test('and is read where nobody compares roots: that is what the log is for', () => {
    const other = tableSecret(random);
    const tagged = blindTable(planTable([random(16)], other, 7), other);
    expect(parseTable(tagged).ok).toBe(true);
    expect(tableRoot([tagged])).not.toEqual(root);
  });
});

test('T9: any byte changed, any length: read or refused, never a throw', () =>
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
      const changed = bytes.with(at, value);
      const same = bytes[at] === value;
      // Under the root of the log a change is always found.
      expect(parseTable(changed, root).ok).toBe(same);
      if (!same && at >= tableHeaderBytes - 32 && parseTable(changed).ok)
        expect(tableRoot([changed])).not.toEqual(root);
      expect(parseTable(changed.subarray(0, length)).ok).toBe(length === bytes.length && parseTable(changed).ok);
    }),
    { seed: 1, numRuns: 300 },
  ));
