/**
 * Exact distances through the whole scoring: bits written as vectors of 1 and −1 have the cosine distance d / 128 where 256 bits have the Hamming
 * distance d, so everything that is measured must be the same but for the unit.
 */
import { describe, expect, test } from 'vitest';
import type { DetectorFacts } from '../../src/schema/detector-file.ts';
import type { HashedRow } from '../../src/schema/hashed.ts';
import { UserError } from '../../src/util/errors.ts';
import { float32Text } from '../../src/util/float32.ts';
import { fromHex } from '../../src/util/hex.ts';
import { copies, copyMetricsOf, randomRows, tail, tailMetricsOf } from '../harness/hashes/rows.ts';

const step = 1 / 128;
const facts = (vector: DetectorFacts['vector']): DetectorFacts => ({
  name: 'pdq',
  kind: 'program',
  file: 'signs.yaml',
  bits: 256,
  threshold: 31,
  minQuality: 50,
  sha256: '0'.repeat(64),
  ...(vector ? { vector } : {}),
});
const cosine = facts({ distance: 'cosine', threshold: 31 * step, step, dimensions: 256 });
const l2 = facts({ distance: 'l2', threshold: 11.14, step: 0.01, dimensions: 256 });

const signs = (hex: string): Float32Array => {
  const bytes = fromHex(hex);
  return Float32Array.from({ length: 8 * bytes.length }, (_, i) => ((bytes[i >> 3]! >> (7 - (i & 7))) & 1 ? 1 : -1));
};
const asVectors = (rows: readonly HashedRow[]): HashedRow[] =>
  rows.map((row) => {
    if (row.outcome.state !== 'hashed') return row;
    const found = row.outcome.hashes.pdq!;
    if ('refused' in found) return row;
    const vector = float32Text(signs(found.hex));
    return { ...row, outcome: { ...row.outcome, hashes: { pdq: { ...found, vector } } } };
  });

/** Metrics in bits, without what differs by its nature: texts with the unit, the share of odd distances, and counts behind the last. */
function inBits(value: unknown, key = ''): unknown {
  if (['rule', 'method', 'oddShare', 'vector'].includes(key)) return undefined;
  if (key === 'counts') {
    const counts = value as number[];
    return counts.slice(0, counts.findLastIndex((each) => each > 0) + 1);
  }
  const isDistance = ['threshold', 'authorsThreshold', 'meanBits', 'sdBits', 'minBits', 'maxBits'].includes(key);
  if (typeof value === 'number')
    return isDistance && value >= 0 ? Number((value / step).toPrecision(8)) : digits(value);
  if (Array.isArray(value)) return value.map((each) => inBits(each));
  if (typeof value !== 'object' || value === null) return value;
  const isThreshold = 'authors' in value && 'bits' in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      inBits(each, isThreshold && name === 'bits' ? 'threshold' : name),
    ]),
  );
}
const digits = (value: number): number => Number(value.toPrecision(8));
/** The same form for metrics that are in bits. */
const plain = (metrics: unknown): unknown =>
  inBits(
    JSON.parse(JSON.stringify(metrics), (key: string, value: unknown) =>
      typeof value === 'number' &&
      value >= 0 &&
      ['threshold', 'authorsThreshold', 'meanBits', 'sdBits', 'minBits', 'maxBits'].includes(key)
        ? value * step
        : value,
    ),
  );

describe('copy detection', () => {
  const rows = randomRows(copies, 60);
  const bits = copyMetricsOf(rows, { ...copies, hashes: ['pdq'] });

  test('cosine distances of signs give the metrics of Hamming distances', () => {
    const exact = copyMetricsOf(asVectors(rows), { ...copies, hashes: ['pdq'], detectors: [cosine] });
    expect(exact.hashes[0]!.vector).toEqual({ distance: 'cosine', step });
    expect(exact.hashes[0]!.authorsThreshold).toBe(31 / 128);
    expect(exact.hashes[0]!.sets[0]!.corrected.rule).toMatch(/: cosine distance 0\.\d+, on \d+ rows$/);
    expect(inBits(exact)).toEqual(plain(bits));
    expect(bits.hashes[0]!.sets[0]!.atAuthors!.recall.k).toBeGreaterThan(0);
  });

  test('Euclidean distances of signs decide the same, and have no effective bits', () => {
    const exact = copyMetricsOf(asVectors(rows), { ...copies, hashes: ['pdq'], detectors: [l2] });
    const [set, inBitsSet] = [exact.hashes[0]!.sets[0]!, bits.hashes[0]!.sets[0]!];
    expect(set.atAuthors).toEqual({ ...inBitsSet.atAuthors, threshold: 11.14, recall: expect.anything() });
    expect(set.atAuthors!.recall.k).toBe(inBitsSet.atAuthors!.recall.k);
    expect(set.roc.map(({ tpr, fpr }) => [tpr, fpr])).toEqual(inBitsSet.roc.map(({ tpr, fpr }) => [tpr, fpr]));
    expect([set.unrelated.effectiveBits, set.unrelated.oddShare]).toEqual([null, null]);
    expect(set.unrelated.minBits).toBeCloseTo(2 * Math.sqrt(inBitsSet.unrelated.minBits!), 1);
  });

  test('vectors of another length than the record says are one sentence', () => {
    const other = facts({ ...cosine.vector!, dimensions: 255 });
    expect(() => copyMetricsOf(asVectors(rows), { ...copies, hashes: ['pdq'], detectors: [other] })).toThrow(
      new UserError(
        "The rows have vectors of 256 numbers of pdq, and the run's record says 255; run the experiment again",
      ),
    );
  });
});

describe('the tail of false positives', () => {
  const rows = randomRows({ ...tail, hashes: ['pdq'] }, 900);
  const given = { ...tail, hashes: ['pdq'], thresholds: { pdq: [90, 100, 110] } };
  const bits = tailMetricsOf(rows, given);

  test('cosine distances of signs give the metrics of Hamming distances', () => {
    const thresholds = { pdq: given.thresholds.pdq.map((each) => each * step) };
    const exact = tailMetricsOf(asVectors(rows), { ...given, thresholds, detectors: [cosine] });
    expect(exact.hashes[0]!.thresholds.map((each) => each.bits / step)).toEqual([31, 90, 100, 110]);
    expect(inBits(exact)).toEqual(
      inBits({
        ...bits,
        hashes: bits.hashes.map((hash) => ({
          ...hash,
          authorsThreshold: hash.authorsThreshold * step,
          unrelated: {
            ...hash.unrelated,
            meanBits: hash.unrelated.meanBits! * step,
            sdBits: hash.unrelated.sdBits! * step,
            minBits: hash.unrelated.minBits! * step,
          },
          tail: hash.tail && { ...hash.tail, threshold: hash.tail.threshold * step },
          thresholds: hash.thresholds.map((each) => ({ ...each, bits: each.bits * step })),
        })),
      }),
    );
    expect(JSON.stringify(exact)).toMatch(/generalised Pareto below a cosine distance of 0\./);
    expect(JSON.stringify(bits)).toMatch(/"status":"extrapolated"/);
  });

  test('Euclidean distances are measured as Hamming distances are, and extrapolated without effective bits', () => {
    const exact = tailMetricsOf(asVectors(rows), { ...given, thresholds: { pdq: [19, 20.98] }, detectors: [l2] });
    const last = exact.hashes[0]!.thresholds.at(-1)!;
    // 2 times the root of 110 is 20.976, and that of 111 is 21.07.
    expect(last.bits).toBe(20.98);
    const inBitsOf = (place: number) => bits.hashes[0]!.thresholds[place]!;
    const measured = (of: typeof last) => of.rows.filter(({ status }) => status === 'measured');
    expect(measured(last)).toEqual(measured(inBitsOf(3)));
    // 19 is 2 times the root of 90.25, so that 90 bits are the same threshold.
    const [first] = exact.hashes[0]!.thresholds;
    const extrapolated = (of: typeof last) => of.rows.flatMap((row) => (row.status === 'extrapolated' ? [row] : []));
    expect(extrapolated(first!).map(({ size }) => size)).toEqual(extrapolated(inBitsOf(1)).map(({ size }) => size));
    expect(extrapolated(first!).length).toBeGreaterThan(0);
    expect(extrapolated(first!).map(({ byEffectiveBits }) => byEffectiveBits)).toEqual(
      extrapolated(first!).map(() => null),
    );
    expect(last.check).toMatchObject({ byEffectiveBits: null, byExtremeValue: { verdict: 'agrees' } });
  });
});
