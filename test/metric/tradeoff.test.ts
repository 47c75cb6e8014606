/** The trade-off model against worked numbers, within Monte Carlo error. */
import { describe, expect, test } from 'vitest';
import { type Interval, ruledOut } from '../../src/metric/interval.ts';
import { quantile } from '../../src/metric/quantile.ts';
import { betaVariate, normalVariate } from '../../src/metric/random.ts';
import { incompleteBeta, normalCdf } from '../../src/metric/special.ts';
import type { TradeoffInputs } from '../../src/metric/tradeoff/inputs.ts';
import { type Evidence, scaled, tradeoff } from '../../src/metric/tradeoff/simulate.ts';
import { seededRng } from '../../src/util/rng.ts';

const none = { k: 0, n: 0 };
const evidence: Evidence = {
  listedAsSent: ruledOut,
  listedEdited: none,
  newContent: ruledOut,
  falsePositive: ruledOut,
  exposedInnocent: ruledOut,
  evadable: false,
  reviewed: false,
};
const inputs: TradeoffInputs['inputs'] = {
  onList: { value: 0.9 },
  evasion: { value: 0 },
  unedited: { value: 1 },
  filesPerReport: { value: 1 },
  imagesPerYear: { value: 3.65e11 },
  imagesPerAccountYear: { value: 1000 },
  accounts: { value: 3.65e8 },
  prevalence: { value: 12e6 / 3.65e11 },
  secondsPerReview: { value: 30 },
};
const run = (found: Partial<Evidence>, assumed: Partial<TradeoffInputs['inputs']> = {}, draws?: number) => {
  const of = { ...evidence, ...found };
  const model = tradeoff(of, { inputs: { ...inputs, ...assumed } }, { seed: 1, draws });
  return {
    ...model,
    recovered: [12e6, 16.8e6].map((total) => ({ of: total, reports: scaled(model.recovered!, total) })),
  };
};
const near = ({ estimate, low, high }: Interval, expected: readonly number[], relative: number): void =>
  [estimate, low, high].forEach((each, i) => {
    expect(Math.abs(each / expected[i]! - 1), `${each} against ${expected[i]}`).toBeLessThan(relative);
  });

describe('trade-off', () => {
  test.each([
    [950, [10.26, 10.09, 10.4]],
    [990, [10.69, 10.6, 10.75]],
    [500, [5.4, 5.06, 5.74]],
  ])('worked example: %d of 1,000 found, nine tenths listed', (k, millions) => {
    const { recovered } = run({ listedAsSent: { k, n: 1000 } });
    near(
      recovered[0]!.reports,
      millions.map((each) => each * 1e6),
      0.003,
    );
    near(
      recovered[1]!.reports,
      millions.map((each) => each * 1.4e6),
      0.003,
    );
    expect(recovered.map(({ of }) => of)).toEqual([12e6, 16.8e6]);
  });

  test('worked example: uncertain listing and evasion', () => {
    const { recovered } = run(
      { listedAsSent: { k: 950, n: 1000 }, evadable: true },
      { onList: { value: 0.9, beta: [90.5, 10.5] }, evasion: { value: 0.1, beta: [2, 18] } },
    );
    near(recovered[0]!.reports, [9.29e6, 7.47e6, 10.34e6], 0.015);
  });

  test('worked example: 3 false positives in 10^8, a year of WhatsApp', () =>
    near(run({ falsePositive: { k: 3, n: 1e8 } }).innocentAccounts!, [11_578, 3083, 29_225], 0.03));

  test.each([
    [1e-3, 1521],
    [1e-4, 152],
    [1e-5, 15.2],
  ])('worked example: false positives at %d keep %d reviewers busy', (rate, people) => {
    const { reviewHours } = run({ falsePositive: { k: rate * 1e11, n: 1e11 }, reviewed: true });
    expect(reviewHours!.estimate / 2000 / people).toBeCloseTo(1, 2);
    expect(run({ falsePositive: { k: rate * 1e11, n: 1e11 } }).reviewHours!.estimate).toBe(0);
  });

  test('what a design rules out is exactly 0; what was tried and never found is not', () => {
    const nothing = run({});
    for (const each of [nothing.exposedPerBillion, nothing.innocentAccounts, nothing.recovered[0]!.reports])
      expect(each).toMatchObject({ estimate: 0, low: 0, high: 0 });
    const clean = run({ exposedInnocent: { k: 0, n: 1000 } }).exposedPerBillion!;
    expect(clean.low).toBeGreaterThan(0);
    // Upper 97.5 % quantile of Beta(½, 1000½).
    expect(incompleteBeta(clean.high / 1e9, 0.5, 1000.5)).toBeCloseTo(0.975, 2);
  });

  describe('runs A3: what nobody tried is not known, and what a design rules out is 0', () => {
    const tried = { k: 3, n: 10 };
    const all = {
      listedAsSent: tried,
      listedEdited: tried,
      newContent: tried,
      falsePositive: tried,
      exposedInnocent: tried,
      reviewed: true,
    };
    const of = (found: Partial<Evidence>, assumed: Partial<TradeoffInputs['inputs']> = {}) =>
      tradeoff(
        { ...evidence, ...all, ...found },
        { inputs: { ...inputs, unedited: { value: 0.5 }, ...assumed } },
        { seed: 1, draws: 50 },
      );
    const missing = (model: object): string[] =>
      Object.entries(model)
        .flatMap(([name, value]) => (value === null ? [name] : []))
        .sort();

    test('each rate that is missing takes with it what hangs on it, and nothing else', () => {
      expect(missing(of({}))).toEqual([]);
      const found = ['ppv', 'recovered', 'reviewHours', 'reviewers', 'scanned'];
      expect(missing(of({ listedAsSent: none }))).toEqual(found);
      expect(missing(of({ newContent: none }))).toEqual(found);
      const flagged = ['innocentAccounts', 'innocentImages', 'ppv', 'reviewHours', 'reviewers'];
      expect(missing(of({ falsePositive: none }))).toEqual(flagged);
      expect(missing(of({ falsePositive: none, reviewed: false }))).toEqual([
        'innocentAccounts',
        'innocentImages',
        'ppv',
      ]);
      expect(missing(of({ exposedInnocent: none }))).toEqual(['exposed', 'exposedPerBillion']);
    });

    test('a rate without a part in it need not be known', () => {
      expect(missing(of({ newContent: none }, { onList: { value: 1 } }))).toEqual([]);
      expect(missing(of({ listedAsSent: none }, { unedited: { value: 0 } }))).toEqual([]);
      expect(missing(of({ listedAsSent: none, evadable: true }, { evasion: { value: 1 } }))).toEqual([]);
    });

    test('ruled out is exactly 0 in every draw', () => {
      const nobody = of({ falsePositive: ruledOut, exposedInnocent: ruledOut });
      expect(missing(nobody)).toEqual([]);
      for (const each of [nobody.innocentAccounts, nobody.innocentImages, nobody.exposed, nobody.exposedPerBillion])
        expect(each).toMatchObject({ estimate: 0, low: 0, high: 0 });
    });
  });

  test('edits count by the share that is edited; without edited trials, as sent', () => {
    const found = { listedAsSent: { k: 1e6, n: 1e6 }, listedEdited: { k: 0, n: 1e6 } };
    const half = { onList: { value: 1 }, unedited: { value: 0.5 } };
    near(run(found, half).recovered[0]!.reports, [6e6, 6e6, 6e6], 1e-3);
    near(run({ ...found, listedEdited: none }, half).recovered[0]!.reports, [12e6, 12e6, 12e6], 1e-3);
  });

  test('a report of several files is found when one is', () => {
    const reports = run({ listedAsSent: { k: 5e7, n: 1e8 } }, { onList: { value: 1 }, filesPerReport: { value: 2 } });
    near(reports.recovered[0]!.reports, [9e6, 9e6, 9e6], 1e-3);
  });

  test('new content is found by what finds new content', () => {
    const { recovered } = run({ newContent: { k: 8e5, n: 1e6 } });
    near(recovered[0]!.reports, [0.96e6, 0.96e6, 0.96e6], 5e-3);
  });

  test('an account is counted once, however often it is flagged', () => {
    const busy = run({ falsePositive: { k: 5e5, n: 1e6 } });
    near(busy.innocentAccounts!, [3.65e8, 3.65e8, 3.65e8], 1e-9);
  });

  test('the same stream gives the same answer, and strategies share their assumptions', () => {
    const uncertain = { evasion: { value: 0.5, beta: [1, 1] as const } };
    const found = { listedAsSent: { k: 9, n: 10 }, evadable: true };
    expect(run(found, uncertain, 500)).toEqual(run(found, uncertain, 500));
    // One more hit never recovers less when all else is drawn alike: with fresh assumptions it would, in part of the runs.
    const [a, b] = [899_000, 900_000].map(
      (k) => run({ ...found, listedAsSent: { k, n: 1e6 } }, uncertain, 200).recovered[0]!.reports.estimate,
    );
    expect(a! / b!).toBeCloseTo(899 / 900, 3);
  });
});

describe('variates', () => {
  test.each([
    [0.5, 0.5],
    [0.5, 300.5],
    [2, 18],
    [950.5, 50.5],
  ])('Beta(%d, %d) has its quantiles', (a, b) => {
    const rng = seededRng(1, 'beta');
    const values = Array.from({ length: 20_000 }, () => betaVariate(a, b, rng));
    for (const p of [0.1, 0.5, 0.9]) expect(Math.abs(incompleteBeta(quantile(values, p), a, b) - p)).toBeLessThan(0.01);
  });

  test('the normal has its quantiles', () => {
    const rng = seededRng(1, 'normal');
    const values = Array.from({ length: 20_000 }, () => normalVariate(rng));
    for (const p of [0.1, 0.5, 0.9]) expect(Math.abs(normalCdf(quantile(values, p)) - p)).toBeLessThan(0.01);
  });
});
