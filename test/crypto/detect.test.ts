/** T3: below the threshold nothing, at it everything; real shares told from synthetic ones within the derived bounds, never wrongly beyond. */
import { describe, expect, test } from 'vitest';
import { type Detected, type DetectMethod, detect } from '../../src/crypto/detect.ts';
import { randomScalar } from '../../src/crypto/group.ts';
import { interpolate } from '../../src/crypto/shamir.ts';
import { payloadKey, type TpsiSettings, tpsiSettings } from '../../src/crypto/tpsi-format.ts';
import { makeVoucher, voucherAccount } from '../../src/crypto/voucher.ts';
import { type OpenedShare, testVoucher, voucherLedger } from '../../src/crypto/voucher-opening.ts';
import { fromUtf8, utf8 } from '../../src/util/bytes.ts';
import { seededRng } from '../../src/util/rng.ts';
import { randomOf } from './seeded.ts';
import { tpsiWorld } from './tpsi-world.ts';

const random = randomOf('detect');
const rng = seededRng(1, 'detect order');

/** A world with real and synthetic shares in store, of degree t with s extra elements. */
function storeOf(degree: number, extra: number, real: number, synthetic: number) {
  const settings: TpsiSettings = { degree, syntheticBudget: extra + 1, payloadBytes: 64, countBy: 'upload' };
  const world = tpsiWorld(`store ${degree} ${extra}`, { entries: 40, settings });
  const reals = Array.from({ length: real }, (_, i) => world.share(`real ${i}`, world.listed[i]!));
  const synthetics = Array.from({ length: synthetic }, (_, i) =>
    world.share(`synthetic ${i}`, world.stranger(), { synthetic: true }),
  );
  const run = (r: number, b: number, method: DetectMethod = 'kernel'): Detected =>
    detect(
      rng.shuffle([...reals.slice(0, r), ...synthetics.slice(0, b)]),
      { root: world.root, account: 'alice', settings },
      random,
      method,
    );
  const ids = (r: number): string[] => reals.slice(0, r).map(({ id }) => id);
  return { world, settings, reals, synthetics, run, ids };
}

const found = (out: Detected): string[] => (out.ok ? out.matches.map(({ id }) => id).sort() : [out.reason]);
const tooFew = ['too few shares'];

describe('T3: threshold secrecy', () => {
  const { world, settings, reals } = storeOf(5, 0, 7, 0);
  const points = reals.map(({ x, values }) => ({ x, y: values[0]! }));

  test('any t shares fit every key: the missing share exists, and is another for every key', () => {
    const missing = randomScalar(random);
    const zero = new Uint8Array(32) as typeof missing;
    const solved = [randomScalar(random), randomScalar(random), randomScalar(random)].map((key) => {
      const out = interpolate([...points.slice(0, 5), { x: zero, y: key }], missing);
      expect(out.ok && interpolate([...points.slice(0, 5), { x: missing, y: out.value }])).toEqual({
        ok: true,
        value: key,
      });
      return out.ok ? out.value.join() : '';
    });
    expect(new Set(solved).size).toBe(3);
  });

  test('t shares give another key than the payloads’, t + 1 give it', () => {
    const keyOf = (count: number): Uint8Array => {
      const out = interpolate(points.slice(0, count));
      if (!out.ok) throw new Error(out.reason);
      return payloadKey(world.root, out.value);
    };
    expect(keyOf(5)).not.toEqual(world.account.payloadKey);
    expect(keyOf(6)).toEqual(world.account.payloadKey);
    expect(keyOf(7)).toEqual(world.account.payloadKey);
  });

  test('interpolation detects from t + 1 real shares on, and nothing below', () => {
    const at = (count: number): string[] =>
      found(detect(reals.slice(0, count), { root: world.root, account: 'alice', settings }, random, 'interpolate'));
    for (let count = 0; count <= 5; count++) expect(at(count)).toEqual(tooFew);
    for (const count of [6, 7]) expect(at(count)).toHaveLength(count);
  });
});

describe.each([
  [0, 0],
  [1, 2],
  [4, 3],
  [10, 8],
])('T3: kernel method, t = %d, s = %d', (degree, extra) => {
  const { run, ids } = storeOf(degree, extra, degree + 6, extra + 5);

  test('nothing at R = t + 1, all found at R = t + 2 and above, for every B from 0 to s + 1', () => {
    for (let b = 0; b <= extra + 1; b++) {
      expect(found(run(degree + 1, b)), `B = ${b}`).toEqual(tooFew);
      for (const r of [degree + 2, degree + 3, degree + 6])
        expect(found(run(r, b)), `R = ${r}, B = ${b}`).toEqual(ids(r).sort());
    }
  });

  test('beyond s + 1 synthetic shares: nothing, or what decrypts, but never a wrong match', () => {
    const outcomes = new Set<string>();
    for (let b = extra + 2; b <= extra + 5; b++)
      for (const r of [0, 1, degree + 2, degree + 6]) {
        const out = run(r, b);
        if (out.ok) expect(found(out)).toEqual(ids(r).sort());
        else outcomes.add(out.reason);
      }
    expect(outcomes).toContain('no key found');
  });

  test('synthetic shares alone are never a match', () => {
    for (let b = 0; b <= extra + 5; b++) expect(run(0, b).ok).toBe(false);
  });
});

describe('Berlekamp–Welch, without a detectable hash function', () => {
  const degree = 4;
  const { run, ids } = storeOf(degree, 3, 12, 6);

  test('finds from R = t + 1 + B on', () => {
    for (let b = 0; b <= 6; b++) {
      const r = degree + 1 + b;
      for (const enough of [r, Math.min(12, r + 1)])
        expect(found(run(enough, b, 'berlekamp-welch')), `R = ${enough}, B = ${b}`).toEqual(ids(enough).sort());
    }
  });

  test('below that it says so, and never names a wrong match', () => {
    for (let b = 1; b <= 6; b++)
      for (let r = 0; r < degree + 1 + b; r++) {
        const out = run(r, b, 'berlekamp-welch');
        if (out.ok) expect(found(out)).toEqual(ids(r).sort());
      }
    expect(found(run(degree, 0, 'berlekamp-welch'))).toEqual(tooFew);
    expect(run(degree + 1, 3, 'berlekamp-welch').ok).toBe(false);
  });

  test('needs more matches than the kernel method under the same synthetic shares', () => {
    expect(run(degree + 2, 4, 'berlekamp-welch').ok).toBe(false);
    expect(run(degree + 2, 4, 'kernel').ok).toBe(true);
  });
});

describe('pitfall 12: the threshold is what it says', () => {
  test.each([
    [1, 0],
    [2, 0],
    [30, 0],
    [2, 1],
    [3, 4],
    [30, 5],
  ])('threshold %d with a synthetic budget of %d', (threshold, syntheticBudget) => {
    const settings = tpsiSettings({ threshold, syntheticBudget });
    const world = tpsiWorld(`threshold ${threshold} ${syntheticBudget}`, { entries: 40, settings });
    const ledger = voucherLedger(world.tester, 'alice');
    const context = { root: world.root, account: 'alice', settings };
    for (let i = 0; i < syntheticBudget; i++)
      ledger.receive(`s${i}`, world.voucher(`s${i}`, world.stranger(), { synthetic: true }));
    for (let i = 0; i < threshold + 1; i++) {
      expect(detect(ledger.shares, context, random).ok, `${i} matches`).toBe(i >= threshold);
      ledger.receive(`m${i}`, world.voucher(`m${i}`, world.listed[i]!));
    }
    const out = detect(ledger.shares, context, random);
    expect(out.ok && out.matches.map(({ id, payload }) => [id, fromUtf8(payload)])).toEqual(
      Array.from({ length: threshold + 1 }, (_, i) => [`m${i}`, `see m${i}`]),
    );
  });

  test.each([
    { threshold: 0 },
    { threshold: 1, syntheticBudget: 1 },
    { threshold: 2.5 },
    { threshold: 3, syntheticBudget: -1 },
    { threshold: 3, syntheticBudget: 0.5 },
    { threshold: 3, payloadBytes: 3 },
  ])('%j has no settings', (options) => expect(() => tpsiSettings(options)).toThrow(RangeError));
});

describe('hostile and careless shares', () => {
  const { world, settings, reals, synthetics } = storeOf(4, 3, 10, 4);
  const context = { root: world.root, account: 'alice', settings };
  const run = (shares: readonly OpenedShare[]) => found(detect(shares, context, random));
  const ids = (count: number): string[] =>
    reals
      .slice(0, count)
      .map(({ id }) => id)
      .sort();

  test('pitfall 3: the same share twice, or ten times, counts once', () => {
    expect(run([...reals.slice(0, 5), ...Array.from({ length: 10 }, () => reals[0]!)])).toEqual(tooFew);
    expect(run([...reals.slice(0, 6), reals[0]!, reals[3]!])).toEqual([...ids(6), 'real 0', 'real 3'].sort());
  });

  test('pitfall 3: counted by hash, copies of one picture do not reach the threshold, and are all shown once others do', () => {
    const byHash = tpsiWorld('burst', { settings: tpsiSettings({ threshold: 3, countBy: 'hash' }) });
    const ledger = voucherLedger(byHash.tester, 'alice');
    const shown = () =>
      found(detect(ledger.shares, { root: byHash.root, account: 'alice', settings: byHash.settings }, random));
    const send = (id: string, i: number) => ledger.receive(id, byHash.voucher(id, byHash.listed[i]!));
    for (const id of ['a1', 'a2', 'a3', 'a4']) send(id, 0);
    expect(shown()).toEqual(tooFew);
    send('b', 1);
    expect(shown()).toEqual(tooFew);
    send('c', 2);
    expect(shown()).toEqual(['a1', 'a2', 'a3', 'a4', 'b', 'c']);
  });

  test('pitfall 7: garbage shares of a hostile client are borne like synthetic ones, up to s + 1', () => {
    const garbage = Array.from(
      { length: 4 },
      (_, i): OpenedShare => ({
        id: `garbage ${i}`,
        x: randomScalar(random),
        values: [0, 1, 2, 3].map(() => randomScalar(random)),
        payload: random(40 + 64),
      }),
    );
    expect(run([...garbage, ...reals.slice(0, 6)])).toEqual(ids(6));
    expect(run([...garbage, ...synthetics, ...reals.slice(0, 6)])).not.toContain('garbage 0');
  });

  test('a payload that was exchanged or cut is not shown, the others are', () => {
    const cut = { ...reals[2]!, payload: reals[2]!.payload.subarray(0, 10) };
    const moved = { ...reals[3]!, payload: reals[4]!.payload };
    expect(run([...reals.slice(0, 2), cut, moved, ...reals.slice(4, 8)])).toEqual(
      ['real 0', 'real 1', 'real 4', 'real 5', 'real 6', 'real 7'].sort(),
    );
  });

  test('pitfall 4: shares of two devices, or of two accounts, do not add up', () => {
    const device = voucherAccount('alice', world.table, settings, random);
    const second = Array.from({ length: 3 }, (_, i): OpenedShare => {
      const made = makeVoucher(device, { id: `second ${i}`, hash: world.listed[20 + i]!, payload: utf8('x') }, random);
      if (!made.ok) throw new Error(made.reason);
      const tested = testVoucher(world.tester, 'alice', `second ${i}`, made.voucher);
      if (tested.state !== 'opened') throw new Error('expected a match');
      return tested.share;
    });
    expect(run([...reals.slice(0, 5), ...second])).toEqual(['too few shares']);
    expect(run([...reals.slice(0, 6), ...second])).toEqual(ids(6));
    expect(found(detect(reals, { ...context, account: 'bob' }, random))).toEqual(['no key found']);
  });

  test('no shares at all', () => expect(run([])).toEqual(tooFew));

  test('the order of arrival does not matter', () => {
    const all = [...reals.slice(0, 6), ...synthetics];
    for (let i = 0; i < 5; i++) expect(run(rng.shuffle(all))).toEqual(ids(6));
  });
});

test('t = 30, s = 16, with 32 real and 17 synthetic shares: all 32 are found', () => {
  const { run, ids } = storeOf(30, 16, 32, 17);
  expect(found(run(32, 17))).toEqual(ids(32).sort());
});
