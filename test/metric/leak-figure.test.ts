/** The record of the report, and the choice of the estimator. */
import { describe, expect, test } from 'vitest';
import { exactLeakage, knownChannel } from '../../src/metric/channel.ts';
import type { Example } from '../../src/metric/examples.ts';
import { fewestGroups, leakFigures } from '../../src/metric/leak-estimates.ts';
import {
  channelFigures,
  countFigure,
  type LeakFigure,
  type LeakQuantity,
  lengthFigures,
  pairedFigure,
} from '../../src/metric/leak-figure.ts';
import { lengthLeakage, paddings } from '../../src/metric/padding.ts';
import { pairedMeasurement } from '../../src/metric/paired-measurement.ts';
import { seededRng } from '../../src/util/rng.ts';
import { randomisedResponse, sampler, symmetric, vouchers } from './known-channels.ts';

const of = (figures: readonly LeakFigure[], quantity: LeakQuantity): LeakFigure =>
  figures.find((each) => each.quantity === quantity)!;

const sampled = (channel: Parameters<typeof sampler>[0], n: number): Example[] => {
  const draw = sampler(channel, seededRng(1, 'figures'));
  return Array.from({ length: n }, (_, i) => {
    const { secret, view } = draw();
    return { secret: `x${secret}`, group: `g${i}`, symbol: `y${view}` };
  });
};

describe('a known channel', () => {
  test('exact figures and no others, whatever else is asked', () => {
    const figures = leakFigures({ channel: symmetric }, seededRng(1), { tries: [1] });
    expect(figures).toEqual(channelFigures(symmetric));
    for (const figure of figures) {
      expect(figure).toMatchObject({ estimator: 'exact channel', standing: 'exact', n: 0, interval: null });
      expect(figure.aboveChance).toBe(true);
    }
    expect(of(figures, 'information').value).toBeCloseTo(0.531004, 6);
    expect(of(figures, 'success')).toMatchObject({ value: 0.9, chance: 0.5, unit: 'probability' });
  });

  test('an ε without bound has no number; a view without information none above chance', () => {
    expect(of(channelFigures(vouchers(0.5, 0.01)), 'ldp-epsilon').value).toBeNull();
    const blind = channelFigures(knownChannel([0.5, 0.5], [[1], [1]]));
    expect(blind.map(({ aboveChance }) => aboveChance)).toEqual(blind.map(() => false));
    expect(JSON.parse(JSON.stringify(blind))).toEqual(blind);
  });
});

describe('samples', () => {
  const channel = randomisedResponse(4, 9);
  const exact = exactLeakage(channel);
  const figures = leakFigures({ examples: sampled(channel, 2000) }, seededRng(2), {
    resamples: 300,
    shuffles: 99,
    tries: [2],
    property: { name: 'parity', of: (secret) => String(Number(secret.slice(1)) % 2) },
    accusation: { guilty: (secret) => secret === 'x0', costs: [0.3, 50] },
    gain: { name: 'one guess', of: (secrets) => secrets.map((_, w) => secrets.map((_, x) => Number(w === x))) },
  });

  test('information: an estimate, asymptotic, with its interval around the exact value', () => {
    const found = of(figures, 'information');
    expect(found).toMatchObject({ estimator: 'plug-in, Miller-Madow', standing: 'asymptotic', n: 2000, chance: 0 });
    expect(found.aboveChance).toBe(true);
    expect(found.interval!.low).toBeLessThan(exact.shannonBits);
    expect(found.interval!.high).toBeGreaterThan(exact.shannonBits);
  });

  test('success: a lower bound of the exact value, which it brackets here', () => {
    const found = of(figures, 'success');
    expect(found).toMatchObject({ estimator: 'held-out table', standing: 'lower bound', n: 400, detail: 'table' });
    expect(found.interval!.low).toBeLessThan(exact.posterior);
    expect(found.interval!.high).toBeGreaterThan(exact.posterior);
    const times = of(figures, 'multiplicative');
    expect(times.value).toBeCloseTo(found.value! / found.chance, 12);
    expect(times.chance).toBe(1);
    expect(figures.some(({ quantity }) => quantity === 'ceiling')).toBe(false);
  });

  test('gains: two tries, a property, accusations at two costs, and one guess written as a gain', () => {
    expect(of(figures, 'tries').value!).toBeGreaterThan(of(figures, 'success').value!);
    expect(of(figures, 'property')).toMatchObject({ estimator: 'posterior gain', standing: 'lower bound' });
    const gains = figures.filter(({ quantity }) => quantity === 'gain');
    expect(gains.map(({ aboveChance }) => aboveChance)).toEqual([true, false, true]);
    expect(gains[1]!.value).toBe(0);
    expect(gains[2]!.value).toBeCloseTo(of(figures, 'success').value!, 2);
    expect(gains[0]!.detail).toBe('accusation at a cost of 0.3; table');
  });

  test('too many views for the samples: buckets, and a lower bound', () => {
    const many = sampled(channel, 2000).map((each, i) => ({ ...each, symbol: `${each.symbol} ${i % 50}` }));
    const found = of(leakFigures({ examples: many }, seededRng(3), { resamples: 50, shuffles: 19 }), 'information');
    expect(found.standing).toBe('lower bound');
    expect(found.detail).toBe('2000 groups, views hashed to 25 buckets');
  });

  test('hashes have no table; neighbours bound them from above, asymptotically', () => {
    const rng = seededRng(4);
    const hashes = Array.from({ length: 200 }, (_, i): Example => {
      const secret = rng.int(2);
      return { secret: `${secret}`, group: `${i}`, bits: rng.bytes(4).fill(secret * 255, 0, 3) };
    });
    const found = leakFigures({ examples: hashes }, seededRng(5));
    expect(found.map(({ quantity }) => quantity)).toEqual(['success', 'multiplicative', 'ceiling']);
    expect(of(found, 'ceiling')).toMatchObject({ standing: 'asymptotic', value: 1, aboveChance: null });
  });

  test('nothing to see: nothing above chance', () => {
    const rng = seededRng(6);
    const blind = sampled(channel, 2000).map((each) => ({ ...each, symbol: `${rng.int(4)}` }));
    for (const figure of leakFigures({ examples: blind }, seededRng(7), { resamples: 50, shuffles: 99 }))
      expect(figure.aboveChance, figure.quantity).toBe(false);
  });

  test('too few pictures: no number rather than a bad one', () => {
    expect(leakFigures({ examples: sampled(channel, fewestGroups - 1) }, seededRng(8))).toEqual([]);
    expect(leakFigures({ examples: [] }, seededRng(8))).toEqual([]);
    expect(leakFigures({ examples: sampled(channel, fewestGroups) }, seededRng(8)).length).toBe(2);
  });

  test('the same seed gives the same figures', () => {
    const again = () => leakFigures({ examples: sampled(channel, 400) }, seededRng(9), { resamples: 50, shuffles: 19 });
    expect(again()).toEqual(again());
  });
});

test('counts, lengths and paired measurements in the same record', () => {
  expect(countFigure(1000, 10, 0.01)).toMatchObject({ quantity: 'advantage', estimator: 'count mixture', chance: 0 });
  expect(countFigure(1000, 10, 0.01).value).toBeCloseTo(0.887, 3);
  const lengths = lengthFigures(lengthLeakage([10, 20, 2000], paddings['1 KiB blocks']), '1 KiB blocks');
  expect(lengths.map(({ value }) => value)).toEqual([expect.closeTo(0.9183, 4), expect.closeTo(2 / 3, 12), 2]);
  const pairs = Array.from({ length: 40 }, (_, i) => ({ group: `${i}`, first: 900, second: 700 }));
  const found = pairedFigure(pairedMeasurement(pairs, seededRng(10), 50), 'bytes', 'report upload');
  expect(found).toMatchObject({ quantity: 'difference', unit: 'bytes', value: 200, aboveChance: true, chance: 0 });
});
