/** Scores of an equality run: planted accidents are recovered, planted recall is counted, and nothing is known that was not measured. */
import { describe, expect, test } from 'vitest';
import { fitBits } from '../../../src/experiment/equality/fit.ts';
import { EqualityMetrics } from '../../../src/experiment/equality/metrics.ts';
import type { EqualityRunRow } from '../../../src/experiment/equality/rows.ts';
import { equalityMetrics } from '../../../src/experiment/equality/score.ts';
import { countAccidents } from '../../../src/experiment/equality/score-accidents.ts';
import { designsOf, firstBits } from '../../../src/experiment/equality/score-designs.ts';
import { setFacts } from '../../../src/harness/edit-preset.ts';
import { check } from '../../../src/schema/check.ts';
import { UserError } from '../../../src/util/errors.ts';
import { normalVariate } from '../../../src/util/normal.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { miniatureSource, pictureRows, small, tableSource, unrelatedRow } from './rows.ts';

const facts = { experiment: small, dataset: { name: 'made up', sha256: 'ab' }, notes: [], sets: setFacts(small) };
const metricsOf = (rows: readonly EqualityRunRow[]) => equalityMetrics(rows, facts);
const design = (metrics: EqualityMetrics, name: string) => metrics.designs.find((each) => each.name === name)!;
const accidents = (metrics: EqualityMetrics, name: string, source: string, which: string | null = null) =>
  design(metrics, name).accidents.find((each) => each.source === source && each.check === which)!;

test('the first bits of a hash, and nothing after them', () => {
  expect(firstBits(Uint8Array.of(0xff, 0xff, 0xff), 12)).toEqual(Uint8Array.of(0xff, 0xf0));
  expect(firstBits(Uint8Array.of(0xff, 0xff), 16)).toEqual(Uint8Array.of(0xff, 0xff));
});

describe('recall', () => {
  const metrics = metricsOf(pictureRows());

  test('fits its schema', () => {
    expect(check(EqualityMetrics, JSON.parse(JSON.stringify(metrics)), 'metrics')).toEqual(metrics);
  });

  test('is counted by edit, for each length and with the second check', () => {
    const sets = (name: string) => design(metrics, name).sets.flatMap(({ edits }) => edits);
    expect(sets('lda-8').map(({ recall: { k, n } }) => [k, n])).toEqual([
      [40, 40],
      [0, 40],
      [20, 40],
    ]);
    expect(sets('lda-8').map(({ withChecks }) => withChecks[0]!.k)).toEqual([40, 0, 10]);
    expect(sets('lda-16').map(({ recall }) => recall.k)).toEqual([40, 0, 0]);
  });

  test('over all edits takes edits as drawn too: far wider than by picture', () => {
    const { all } = design(metrics, 'lda-8').sets[1]!;
    expect([all.k, all.n]).toEqual([20, 80]);
    expect(all.clusterHigh - all.clusterLow).toBeGreaterThan(3 * (all.high - all.low));
  });

  test('mixed is the weighted sum, and so are its bounds', () => {
    const { recall } = design(metrics, 'lda-8').mixed.find((each) => each.check === null)!;
    expect(recall.estimate).toBeCloseTo(0.6 * 1 + 0.4 * 0.25, 9);
    expect(recall.low).toBeLessThan(recall.estimate);
    const checked = design(metrics, 'lda-8').mixed.find((each) => each.check === 'phash ≤ 10')!;
    expect(checked.recall.estimate).toBeCloseTo(0.6 + 0.4 * (10 / 80), 9);
  });

  test('without a picture there are no metrics', () => {
    expect(() => metricsOf([])).toThrow(UserError);
  });
});

describe('planted accidents', () => {
  /** The first byte is one of 256, the second one of 16: pairs agree in 8 bits at 1/256 and in 16 at 1/4096. */
  const planted = (run: number, n = 600): Uint8Array[] => {
    const rng = seededRng(run, 'planted');
    return Array.from({ length: n }, () => Uint8Array.of(rng.int(256), rng.int(16)));
  };

  test('are recovered at both lengths', () => {
    const metrics = metricsOf([...pictureRows(), unrelatedRow(planted(1, 3000))]);
    for (const [name, rate] of [
      ['lda-8', 1 / 256],
      ['lda-16', 1 / 4096],
    ] as const) {
      const { pairs } = accidents(metrics, name, miniatureSource);
      expect(pairs.n).toBe((3000 * 2999) / 2);
      expect(pairs.nodeLow).toBeLessThanOrEqual(rate);
      expect(pairs.nodeHigh).toBeGreaterThanOrEqual(rate);
      expect(pairs.estimate! / rate).toBeGreaterThan(0.9);
      expect(pairs.estimate! / rate).toBeLessThan(1.1);
    }
  });

  test('a list that was measured holds the exact rate 1 − (1 − q)^N in about 95 % of runs', () => {
    const [of] = designsOf(small);
    const truth = 1 - (1 - 1 / 256) ** 50;
    let holds = 0;
    for (let run = 0; run < 400; run++) {
      const keys = planted(run, 300);
      const { counted } = countAccidents(
        of!,
        { numbers: keys.map((_, i) => i), hashes: keys },
        {
          copies: 0,
          checks: [],
          order: keys.map((_, i) => i),
          sizes: [50],
        },
      );
      const { matched, queries } = counted[0]!.measured[0]!;
      const sd = Math.sqrt((truth * (1 - truth)) / queries);
      if (Math.abs(matched / queries - truth) <= 1.96 * sd * 1.1) holds++;
    }
    expect(holds / 400).toBeGreaterThan(0.93);
  });

  test('every pair is counted once, as a plain loop counts it, also where several tables agree', () => {
    const keys = planted(3, 200).map((key) => Uint8Array.of(key[0]! & 7, key[1]!));
    for (const of of designsOf(small)) {
      const { counted } = countAccidents(
        of,
        { numbers: keys.map((_, i) => i), hashes: keys },
        {
          copies: 0,
          checks: [],
          order: keys.map((_, i) => i),
          sizes: [],
        },
      );
      const plain = keys.map((key, i) =>
        keys.reduce((sum, other, j) => {
          const [a, b] = [of.keysOf(key), of.keysOf(other)];
          return sum + Number(i !== j && a.some((each, t) => each.every((byte, at) => byte === b[t]![at])));
        }, 0),
      );
      expect([...(counted[0]!.degrees as Float64Array)], of.name).toEqual(plain);
      const { matched, size, queries } = counted[0]!.measured.at(-1)!;
      expect([size, queries]).toEqual([100, 100]);
      const found = keys
        .slice(0, 100)
        .filter((key) =>
          keys
            .slice(100)
            .some((other) =>
              of.keysOf(key).some((each, t) => each.every((byte, at) => byte === of.keysOf(other)[t]![at])),
            ),
        );
      expect(matched, of.name).toBe(found.length);
    }
  });

  test('a picture without a hash matches nothing, and is asked and listed all the same', () => {
    const [of] = designsOf(small);
    const same = Uint8Array.of(1, 2);
    const { counted } = countAccidents(
      of!,
      { numbers: [0, 1, 2, 3], hashes: [same, null, null, same] },
      {
        copies: 0,
        checks: [],
        order: [0, 1, 2, 3],
        sizes: [],
      },
    );
    expect(counted[0]).toMatchObject({ pairs: 6, disjoint: 1, measured: [{ size: 2, queries: 2, matched: 1 }] });
    expect([...(counted[0]!.degrees as Float64Array)]).toEqual([1, 0, 0, 1]);
  });

  test('a second check that errs with the first is seen to: its conditional rate, against its rate alone', () => {
    const keys = planted(5, 2000);
    // Those whose first byte is below 64 look alike to the second check as well.
    const phash = keys.map((key, i) =>
      key[0]! < 64 ? seededRng(key[0]!, 'alike').bytes(8) : seededRng(i, 'other').bytes(8),
    );
    const metrics = metricsOf([...pictureRows(), unrelatedRow(keys, { phash })]);
    const second = design(metrics, 'lda-8').second.find(({ source }) => source === miniatureSource)!;
    expect(second.conditional.n).toBe(accidents(metrics, 'lda-8', miniatureSource).pairs.k);
    expect(second.conditional.estimate).toBeCloseTo(0.25, 1);
    expect(second.conditional.clusterLow).toBeLessThan(0.25);
    expect(second.conditional.clusterHigh).toBeGreaterThan(0.25);
    expect(second.alone!.estimate! * 256).toBeGreaterThan(0.2);
    expect(second.ratio!).toBeGreaterThan(100);
    const both = accidents(metrics, 'lda-8', miniatureSource, 'phash ≤ 10');
    expect(both.pairs.k).toBe(second.conditional.k);
  });

  test('copies that nobody grouped are no accidents: left out of pairs and of what agrees', () => {
    const keys = [...planted(6, 50), Uint8Array.of(1, 1), Uint8Array.of(1, 1)];
    const pdq = keys.map((_, i) => seededRng(Math.min(i, 50), 'apart').bytes(32));
    const metrics = metricsOf([...pictureRows(), unrelatedRow(keys, { pdq }, tableSource)]);
    expect(metrics.sources.find(({ name }) => name === tableSource)).toMatchObject({
      copies: 1,
      pairs: (52 * 51) / 2 - 1,
    });
    const found = accidents(metrics, 'lda-16', tableSource);
    expect(found.copies).toBe(1);
    expect(found.pairs.n).toBe((52 * 51) / 2 - 1);
  });
});

describe('what nobody measured', () => {
  const none = Array.from({ length: 1000 }, (_, i) => Uint8Array.of(i >> 8, i & 0xff));
  const metrics = metricsOf([...pictureRows(), unrelatedRow(none)]);
  const { pairs, sizes, outnumber } = accidents(metrics, 'lda-16', miniatureSource);

  test('no accident found is a bound, never a rate of 0', () => {
    expect(pairs.k).toBe(0);
    expect(pairs.nodeHigh).toBeGreaterThan(0);
    expect(sizes.find(({ size }) => size === 10)).toMatchObject({ state: 'measured', independent: null });
  });

  test('a hundred million entries are not known', () => {
    expect(sizes.at(-1)).toMatchObject({ size: 1e8, state: 'not known', low: 0, high: 1 });
  });

  test('nor from which list on innocents outnumber what is found, but not before the bound allows it', () => {
    expect(outnumber).toMatchObject({ independent: null, latest: null });
    expect(outnumber!.earliest).toBeGreaterThanOrEqual(1);
  });
});

describe('fitted bits', () => {
  /** Two features tell pictures apart and survive edits, one does not survive, the others say nothing. */
  const pictures = Array.from({ length: 120 }, (_, i) => {
    const rng = seededRng(i, 'features');
    const original = Float64Array.from({ length: 12 }, (_, at) => 1000 * normalVariate(rng) * (at < 3 ? 3 : 1));
    const edits = Array.from({ length: 4 }, () =>
      original.map((value, at) => value + (at < 2 ? 20 : 2500) * normalVariate(rng)),
    );
    return { group: `g${i}`, original, edits };
  });
  const input = { seed: 1, family: 'lda', pictures };

  test('the bits that survive come first, of discriminants and of what is there', () => {
    expect([...fitBits({ ...input, bits: 2, discriminant: false }).chosen].sort()).toEqual([0, 1]);
    const { projections } = fitBits({ ...input, bits: 2, discriminant: true });
    for (const weights of projections) {
      const own = Math.hypot(...weights.slice(0, 2));
      expect(own / Math.hypot(...weights)).toBeGreaterThan(0.95);
    }
  });

  test('a shorter hash is the beginning of a longer one', () => {
    const [short, long] = [4, 10].map((bits) => fitBits({ ...input, bits, discriminant: true }));
    expect(long!.projections.slice(0, 4)).toEqual(short!.projections);
    expect(long!.medians.slice(0, 4)).toEqual(short!.medians);
  });

  test('each is 1 for half of the pictures', () => {
    const { projections, medians } = fitBits({ ...input, bits: 12, discriminant: true });
    projections.forEach((weights, bit) => {
      const above = pictures.filter(
        ({ original }) => weights.reduce((sum, weight, i) => sum + weight * original[i]!, 0) > medians[bit]!,
      );
      expect(Math.abs(above.length - 60)).toBeLessThanOrEqual(1);
    });
  });

  test('too few candidates are said', () => {
    expect(() => fitBits({ ...input, bits: 13, discriminant: false })).toThrow('at least 13 candidates');
  });
});
