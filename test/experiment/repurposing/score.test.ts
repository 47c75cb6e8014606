/** Re-purposing scored on made-up rows: rates that can be counted by hand, thresholds, controls, claims. */
import { describe, expect, test } from 'vitest';
import { RepurposingMetrics } from '../../../src/experiment/repurposing/metrics.ts';
import { repurposingMetrics } from '../../../src/experiment/repurposing/score.ts';
import { factsOf } from '../../../src/experiment/repurposing/score-facts.ts';
import { classifierMetrics } from '../../../src/experiment/repurposing/score-heads.ts';
import { poisonedHash } from '../../../src/experiment/repurposing/score-list.ts';
import { insertionOrder, nearestOfFirst, never, worldOf } from '../../../src/experiment/repurposing/score-matching.ts';
import { shareFromLocation } from '../../../src/experiment/repurposing/score-parts.ts';
import { clusteredCounts } from '../../../src/metric/bootstrap.ts';
import { crossedProportion } from '../../../src/metric/crossed.ts';
import { check } from '../../../src/schema/check.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { headRow, listRows, smallRepurposing as small } from './rows.ts';

const rows = listRows();
const world = worldOf(rows, factsOf('dhash'), small.seed);
const dhash = poisonedHash(world, small);

describe('a list with a location on it', () => {
  const at = (bits: number) => dhash.thresholds.find((each) => each.bits === bits)!;

  test('insertable photographs are 0 to 8 bits from the first, held-out ones 10 to 14: hits follow', () => {
    const four = at(4).cells.find(({ inserted, choice }) => inserted === 4 && choice === 'k-medoids')!;
    const expected = world.locations.slice(1).map(({ orders }) => {
      const inserted = orders['k-medoids'].slice(0, 4).map(({ picture }) => 2 * Number(picture.split('/')[1]));
      return [10, 12, 14].filter((held) => inserted.some((each) => held - each <= 4)).length;
    });
    expect(four.hit).toMatchObject({ k: expected.reduce((sum, each) => sum + each, 0), n: 12, clusters: 4 });
    expect(four.hit.k).toBeGreaterThan(0);
    // At 14 bits every one of them is near the first or the last that was inserted.
    const loose = poisonedHash(world, { ...small, thresholds: { dhash: [14] } });
    for (const { hit } of loose.thresholds.find(({ bits }) => bits === 14)!.cells) expect(hit.k).toBe(12);
  });

  test('nothing of a location is on the honest list, nor near another location', () => {
    for (const { honest, cells } of dhash.thresholds.filter(({ bits }) => bits <= 10)) {
      expect(honest.location.k).toBe(0);
      for (const { elsewhere, bystanders } of cells) expect([elsewhere.k, bystanders.k]).toEqual([0, 0]);
    }
  });

  test('a copy of a listed picture is flagged until what was inserted has taken its place', () => {
    expect(at(4).honest.flagged).toMatchObject({ k: 1, n: 20 });
    for (const { flagged } of at(4).cells) expect(flagged).toMatchObject({ k: 4, n: 80 });
  });

  test('edited copies are compared with their own original', () => {
    expect(at(4).edited).toMatchObject([{ edit: 'jpeg(quality=30)', found: { k: 1, n: 2 } }]);
    expect(at(4).robustness).toMatchObject({ k: 1, n: 2, clusters: 2 });
  });

  test('a visit of two photographs is noticed when one of them matches', () => {
    for (const { cells } of dhash.thresholds)
      for (const { hit, visits } of cells) {
        // Three held-out photographs are one visit, and one left over.
        expect(visits.n).toBe(4);
        expect(visits.k / 4).toBeLessThanOrEqual(Math.min(1, (hit.k / 12) * 3));
      }
  });

  test('controls: what was inserted matches itself, the next location does not', () => {
    expect(dhash.controls.map(({ reason }) => reason).sort()).toEqual(['insider', 'operator']);
    for (const each of dhash.controls) expect(each).toMatchObject({ holds: true, inserted: { estimate: 1 } });
  });

  test('thresholds are chosen on calibration: the operator flags at most a tenth, the insider gains most', () => {
    const operator = dhash.thresholds.find(({ reasons }) => reasons.includes('operator'))!;
    expect(operator.calibration.flagged.k).toBeLessThanOrEqual(2);
    const insider = dhash.thresholds.find(({ reasons }) => reasons.includes('insider'))!;
    // At most 14 bits lie between photographs of one place.
    expect(insider.bits).toBeLessThanOrEqual(14);
    expect(insider.calibration.hit.estimate).toBe(1);
  });

  test('a control that fails is said to fail: what is inserted shows the next location', () => {
    const many = listRows({ locations: 20 });
    const names = worldOf(many, factsOf('dhash'), small.seed).locations.flatMap(({ name, split }) =>
      split === 'evaluation' ? [name] : [],
    );
    const swapped = many.map((row) => {
      const next = names[(names.indexOf(row.location ?? '') + 1) % names.length];
      if (row.use !== 'insertable' || row.split !== 'evaluation') return row;
      return { ...row, outcome: many.find((each) => each.location === next && each.use === 'held-out')!.outcome };
    });
    const found = poisonedHash(worldOf(swapped, factsOf('dhash'), small.seed), small);
    expect(found.controls.map(({ holds }) => holds)).toEqual(found.controls.map(() => false));
  });
});

test('k-medoids: the medoid first, then the one that lowers the distances most; the same set as at random in the end', () => {
  const photographs = [0b0, 0b1, 0b11, 0b11111111, 0b1111111].map((byte, i) => ({ id: i, hash: Uint8Array.of(byte) }));
  const order = insertionOrder('k-medoids', photographs, 8, seededRng(1, 'x'));
  // Sums of distances: 18, 15, 14, 22, 19.
  expect(order[0]!.id).toBe(2);
  expect([3, 4]).toContain(order[1]!.id);
  const random = insertionOrder('random', photographs, 8, seededRng(1, 'x'));
  expect(new Set(order)).toEqual(new Set(random));
});

test('nearest of the first so many; never without a hash', () => {
  const hashed = (byte: number | undefined, i: number) => ({
    picture: `${i}`,
    group: `${i}`,
    hash: byte === undefined ? undefined : Uint8Array.of(byte),
  });
  const found = nearestOfFirst([0b0, undefined].map(hashed), [0b1111, undefined, 0b11, 0b1].map(hashed), [1, 3, 4], 8);
  expect([...found]).toEqual([4, 2, 1, never, never, never]);
});

test('audit E8: crossed rates add up the variance of both ways; pictures speak alone where lists have no success', () => {
  const none = crossedProportion(
    {
      rows: [
        [0, 50],
        [0, 50],
      ],
      columns: Array.from({ length: 50 }, () => [0, 2] as const),
    },
    seededRng(1, 'x'),
  );
  expect(none.clusters).toBe(50);
  expect(none.clusterHigh).toBeLessThan(0.08);
  const lists = Array.from({ length: 8 }, (_, i) => [i, 50] as const);
  const pictures = Array.from({ length: 50 }, (_, i) => [i < 7 ? 4 : 0, 8] as const);
  const both = crossedProportion({ rows: lists, columns: pictures }, seededRng(1, 'x'));
  const width = ({ clusterLow, clusterHigh }: typeof both): number => clusterHigh - clusterLow;
  for (const one of [lists, pictures])
    expect(width(both)).toBeGreaterThan(width(clusteredCounts(one, seededRng(1, 'x'), 1000)));
  expect(both.clusters).toBe(8);
  expect(both.method).toContain('8 clusters crossed with 50');
  const single = crossedProportion({ rows: [[28, 400]], columns: pictures }, seededRng(1, 'x'));
  expect(single.clusters, 'one list alone has no variance by list').toBe(50);
  expect(() => crossedProportion({ rows: [[1, 2]], columns: [[1, 3]] }, seededRng(1, 'x'))).toThrow('same trials');
});

test('flags from the location: half of them where 50 % match there and 1 in 198 elsewhere', () => {
  const rate = (k: number, n: number) => ({
    ...clusteredCounts(
      Array.from({ length: n }, (_, i) => [i < k ? 1 : 0, 1] as const),
      seededRng(1, 'x'),
    ),
  });
  expect(shareFromLocation(rate(50, 100), rate(1, 198))!.estimate).toBeCloseTo(0.5, 6);
  expect(shareFromLocation(rate(0, 10), rate(0, 10))).toBeNull();
});

describe('heads', () => {
  const targets = ['a', 'b', 'c', 'd', 'e', 'f'];
  const heads = targets.flatMap((target) => [headRow(target, 0, 1, 5), headRow(target, 0.1, 8, 9)]);
  const found = classifierMetrics(heads, small.classifier!, small.seed)!;
  const [honest, hidden] = found.cells as [(typeof found.cells)[0], (typeof found.cells)[0]];

  test('fire above the score that a tenth of calibration exceeds, and are compared picture by picture', () => {
    expect(honest.hit).toMatchObject({ k: 6, n: 60 });
    expect(hidden.hit).toMatchObject({ k: 48, n: 60 });
    expect(hidden.change).toMatchObject({ n: 900, onlyHonest: 24, onlyPoisoned: 0 });
    expect(hidden.change!.estimate).toBeCloseTo(24 / 900, 9);
    expect(honest.change).toBeNull();
  });

  test('need fewer pictures where the benchmark shows the target', () => {
    const [without, shown] = hidden.auditor;
    expect(shown!.exact!).toBeLessThan(without!.exact!);
    // 0.7 of them are wrong under the new head only, and 6 such pictures reject: P(Bin(10, 0.7) >= 6) = 0.85, of 9 it is 0.73.
    expect(shown!.exact).toBe(10);
    expect(hidden.atLeast!).toBeLessThanOrEqual(without!.formula!);
  });

  test('controls hold, and fail where honest heads find the target too or a picture trained on is missed', () => {
    expect(found.holds).toBe(true);
    const holds = (rows: typeof heads): boolean => classifierMetrics(rows, small.classifier!, small.seed)!.holds;
    const found10 = Array.from({ length: 10 }, () => 0.9);
    expect(
      holds(heads.map((row) => (row.poisoned > 0 ? row : { ...row, scores: { ...row.scores, hidden: found10 } }))),
    ).toBe(false);
    expect(
      holds(heads.map((row) => (row.poisoned === 0 ? row : { ...row, scores: { ...row.scores, trained: [0.1] } }))),
    ).toBe(false);
  });

  test('of no head there is nothing to say', () =>
    expect(classifierMetrics([], small.classifier!, small.seed)).toBeNull());
});

test('all metrics: as the schema says, the same twice, each claim with a verdict and a reason', () => {
  const context = {
    experiment: { ...small, hashes: ['dhash'] },
    dataset: { name: 'made up', sha256: 'ab' },
    notes: ['A note.'],
  };
  const all = [...rows, headRow('a', 0, 1, 5), headRow('a', 0.05, 5, 5), headRow('a', 0.1, 8, 9)];
  const metrics = check(RepurposingMetrics, repurposingMetrics(all, context), 'metrics');
  expect(repurposingMetrics(all, context)).toEqual(metrics);
  // No corrected bound clears 40 %, but intervals of so few locations hold it.
  expect(metrics.claims.map(({ verdict }) => verdict)).toEqual([
    'not refuted',
    'not comparable',
    'not comparable',
    'not comparable',
  ]);
  for (const { why } of metrics.claims) expect(why.length).toBeGreaterThan(20);
  expect(metrics.claims[0]!.why).toMatch(/corrected for the \d+ cells that were tried/);
  expect(metrics.limits).toContain('A note.');
  expect(() => repurposingMetrics([], context)).toThrow('could be hashed');
});
