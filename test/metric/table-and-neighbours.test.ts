/** The frequentist and the nearest-neighbour attack against exact channels and measured behaviour: private-matching reference, 2.3. */
import { describe, expect, test } from 'vitest';
import type { KnownChannel } from '../../src/metric/channel.ts';
import { fitTable } from '../../src/metric/class-table.ts';
import { fitNeighbours, neighbourCeiling, usualNeighbours } from '../../src/metric/nearest-neighbours.ts';
import { bitPoints, likeliest, vectorPoints } from '../../src/metric/points.ts';
import { normalCdf } from '../../src/metric/special.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';
import { geometric, randomisedResponse, sampler, successOf } from './known-channels.ts';

/** Mean error, exactly, of both attackers after n samples of the channel. */
function errors(channel: KnownChannel, n: number, runs: number): { table: number; neighbours: number } {
  const views = Array.from(channel.rows[0]!.keys());
  const count = channel.prior.length;
  let [table, neighbours] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const draw = sampler(channel, seededRng(run, `geometric ${n}`));
    const samples = Array.from({ length: n }, draw);
    const classes = Int32Array.from(samples, ({ secret }) => secret);
    const names = (values: readonly number[]) => ({
      kind: 'symbols' as const,
      n: values.length,
      names: values.map(String),
    });
    const counted = fitTable(names(samples.map(({ view }) => view)), classes, count).posteriors(names(views));
    const near = fitNeighbours(vectorPoints(samples.map(({ view }) => [view])), classes, count);
    const [voted] = near.posteriors(vectorPoints(views.map((view) => [view])), [usualNeighbours(n)[1]]);
    table += (1 - successOf(channel, likeliest(counted, count))) / runs;
    neighbours += (1 - successOf(channel, likeliest(voted!, count))) / runs;
  }
  return { table, neighbours };
}

describe('truncated geometric noise', () => {
  test.each([
    [0.05, 0.076843, 500, 0.502, 0.081],
    [0.05, 0.076843, 2_000, 0.212, 0.085],
    [0.05, 0.076843, 10_000, 0.091, 0.079],
    [0.05, 0.076843, 50_000, 0.077, 0.077],
    [0.02, 0.342, 500, 0.722, 0.394],
    [0.02, 0.342, 2_000, 0.523, 0.369],
    [0.02, 0.342, 10_000, 0.369, 0.353],
    [0.02, 0.342, 50_000, 0.342, 0.342],
  ])('ν = %f, least error %f, n = %d: table errs %f, neighbours (k = ln n) %f', (nu, least, n, table, neighbours) => {
    const found = errors(geometric(nu), n, n > 10_000 ? 1 : n > 2_000 ? 2 : 3);
    // Those figures are of one draw each: 0.013 at n = 500 and 0.002 from 10,000 on, and the draw of their test sets on top.
    const tolerance = n < 5_000 ? 0.03 : 0.013;
    expect(Math.abs(found.table - table)).toBeLessThan(tolerance);
    expect(Math.abs(found.neighbours - neighbours)).toBeLessThan(Math.min(tolerance, 0.02));
    expect(Math.min(found.table, found.neighbours)).toBeGreaterThanOrEqual(least - 1e-6);
  });
});

describe('16-ary randomised response, ε = ln 3: success 1/6 at best', () => {
  const channel = randomisedResponse(16, 3);
  test.each([
    [1_000, 0.172, 0.126],
    [20_000, 0.1669, 0.1667],
  ])('n = %d: %f on its own samples, which is no estimate, and %f on others', (n, own, others) => {
    let [resubstituted, heldOut] = [0, 0];
    const runs = n > 10_000 ? 4 : 16;
    for (let run = 0; run < runs; run++) {
      const draw = sampler(channel, seededRng(run, `response ${n}`));
      const samples = Array.from({ length: n }, draw);
      const classes = Int32Array.from(samples, ({ secret }) => secret);
      const views = Array.from({ length: 16 }, (_, y) => y);
      const named = (names: readonly number[]) => ({
        kind: 'symbols' as const,
        n: names.length,
        names: names.map(String),
      });
      const model = fitTable(named(samples.map(({ view }) => view)), classes, 16);
      const guesses = likeliest(model.posteriors(named(views)), 16);
      resubstituted += samples.filter(({ secret, view }) => guesses[view] === secret).length / n / runs;
      heldOut += successOf(channel, guesses) / runs;
    }
    // Those figures are of one draw: at n = 1,000 with a deviation of 0.012 of its successes, and of 0.008 of what wrong lines cost.
    const tolerance = n < 10_000 ? 0.035 : 0.005;
    expect(Math.abs(resubstituted - own)).toBeLessThan(tolerance);
    expect(Math.abs(heldOut - others)).toBeLessThan(tolerance);
    if (n < 10_000) expect(resubstituted - heldOut).toBeGreaterThan(0.02);
  });
});

test('two unit Gaussians two apart: no attack errs less than 0.158655, and neighbours come near', () => {
  const least = normalCdf(-1);
  expect(least).toBeCloseTo(0.158655, 6);
  const rng = seededRng(7, 'gaussians');
  const draw = (n: number) => {
    const classes = Int32Array.from({ length: n }, () => rng.int(2));
    return { classes, points: vectorPoints(Array.from(classes, (c) => [normalVariate(rng) + 2 * c])) };
  };
  const train = draw(4000);
  const probes = draw(4000);
  const near = fitNeighbours(train.points, train.classes, 2);
  const [one, some] = near.posteriors(probes.points, [1, 31]).map((posteriors) => {
    const guesses = likeliest(posteriors, 2);
    return probes.classes.reduce((sum, c, i) => sum + (guesses[i] === c ? 0 : 1), 0) / 4000;
  });
  // Three standard errors of 4,000 probes.
  const error = 3 * Math.sqrt((least * (1 - least)) / 4000);
  expect(Math.abs(some! - least)).toBeLessThan(error + 0.008);
  // One neighbour errs up to twice as often, and its bound does not cut off what the best attack achieves.
  expect(one!).toBeGreaterThan(least + error);
  expect(neighbourCeiling(one!, 2)).toBeGreaterThan(1 - least - error);
  expect(neighbourCeiling(one!, 2)).toBeLessThan(1);
});

test('the ceiling, by hand', () => {
  expect(neighbourCeiling(0, 10)).toBe(1);
  // Cover & Hart for two classes: error 2 r (1 − r) at a least error of r.
  expect(neighbourCeiling(2 * 0.1 * 0.9, 2)).toBeCloseTo(0.9, 12);
  expect(neighbourCeiling(0.9, 10)).toBeCloseTo(0.1, 12);
  expect(neighbourCeiling(0.95, 10)).toBeCloseTo(0.1, 12);
});

describe('votes', () => {
  const classes = Int32Array.of(0, 0, 1, 1, 1);
  const line = vectorPoints([[0], [1], [2], [3], [100]]);

  test('by hand: k nearest, and those at the k-th distance share what is left', () => {
    const near = fitNeighbours(line, classes, 2);
    const [one, two, all] = near.posteriors(vectorPoints([[1.5]]), [1, 2, 9]);
    // 1 and 2 are equally near: half a vote each, and one more vote of 2/5 and 3/5.
    expect(one![0]).toBeCloseTo((0.5 + 0.4) / 2, 12);
    expect(two![0]).toBeCloseTo((1 + 0.4) / 3, 12);
    expect(all![0]).toBeCloseTo(0.4, 12);
  });

  test('the order of the examples does not matter', () => {
    const back = fitNeighbours(vectorPoints([[100], [3], [2], [1], [0]]), classes.slice().reverse(), 2);
    for (const x of [-1, 0.5, 1.5, 2.5, 40])
      expect(back.posteriors(vectorPoints([[x]]), [1, 3])).toEqual(
        fitNeighbours(line, classes, 2).posteriors(vectorPoints([[x]]), [1, 3]),
      );
  });

  test('Hamming distances of hashes of any length, as counted bit by bit', () => {
    const rng = seededRng(8);
    const hashes = Array.from({ length: 40 }, () => rng.bytes(9));
    const labels = Int32Array.from({ length: 40 }, (_, i) => i);
    const query = rng.bytes(9);
    const [posteriors] = fitNeighbours(bitPoints(hashes), labels, 40).posteriors(bitPoints([query]), [1]);
    const distances = hashes.map((hash) =>
      hash.reduce((sum, byte, i) => sum + (byte ^ query[i]!).toString(2).replaceAll('0', '').length, 0),
    );
    const least = distances.reduce((a, b) => Math.min(a, b));
    const nearest = distances.flatMap((each, i) => (each === least ? [i] : []));
    const top = posteriors!.reduce((a, b) => Math.max(a, b));
    expect([...posteriors!.keys()].filter((i) => posteriors![i] === top)).toEqual(nearest);
  });

  test('long vectors: a distance that is given up is never a neighbour', () => {
    const rng = seededRng(9);
    const rows = Array.from({ length: 60 }, () => Array.from({ length: 50 }, () => normalVariate(rng)));
    const labels = Int32Array.from({ length: 60 }, (_, i) => i);
    const query = Array.from({ length: 50 }, () => normalVariate(rng));
    const [found] = fitNeighbours(vectorPoints(rows), labels, 60).posteriors(vectorPoints([query]), [3]);
    const byDistance = rows
      .map((row, i) => ({ i, d: row.reduce((sum, x, j) => sum + (x - query[j]!) ** 2, 0) }))
      .sort((a, b) => a.d - b.d);
    const voted = [...found!.keys()].filter((i) => found![i]! > 0.1);
    expect(voted.sort()).toEqual(
      byDistance
        .slice(0, 3)
        .map(({ i }) => i)
        .sort(),
    );
  });
});

test('a view that was never seen gives the prior, and equal counts the commoner secret', () => {
  const table = fitTable({ kind: 'symbols', n: 5, names: ['a', 'a', 'b', 'b', 'b'] }, Int32Array.of(0, 1, 1, 1, 1), 2);
  const asked = { kind: 'symbols' as const, n: 2, names: ['z', 'a'] };
  const found = table.posteriors(asked);
  expect([...found.subarray(0, 2)]).toEqual([0.2, 0.8]);
  expect([...likeliest(found, 2)]).toEqual([1, 1]);
});

test('one sentence for each bad input', () => {
  const points = vectorPoints([[1], [2]]);
  expect(() => fitNeighbours(points, Int32Array.of(0), 1)).toThrow('Expected one class for each of 2 training points');
  expect(() => fitNeighbours(points, Int32Array.of(0, 3), 2)).toThrow('Expected classes below 2 but received 3.');
  const near = fitNeighbours(points, Int32Array.of(0, 1), 2);
  expect(() => near.posteriors(vectorPoints([[1, 2]]), [1])).toThrow('Expected views of 1 numbers but received 2.');
});
