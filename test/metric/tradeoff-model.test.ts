/** The trade-off model at single settings, its drivers and break-evens, against values worked out by hand or in the reference. */
import { describe, expect, test } from 'vitest';
import { ruledOut } from '../../src/metric/interval.ts';
import { answers, flips } from '../../src/metric/tradeoff/answer.ts';
import {
  crossing,
  curveCrossing,
  curveOf,
  falsePositiveCrossing,
  listCrossing,
} from '../../src/metric/tradeoff/break-even.ts';
import type { Evidence } from '../../src/metric/tradeoff/evidence.ts';
import {
  heldBy,
  inputQuantile,
  medianSetting,
  type Setting,
  type TradeoffInputs,
} from '../../src/metric/tradeoff/inputs.ts';
import { recoveredBounds, varianceShares } from '../../src/metric/tradeoff/knowledge.ts';
import {
  flaggedShare,
  foundInReport,
  outcome,
  type Rates,
  type StrategyFacts,
  thresholdSurvivals,
} from '../../src/metric/tradeoff/model.ts';
import { drawOutcomes, drawWorlds, tradeoff } from '../../src/metric/tradeoff/simulate.ts';
import { tornado } from '../../src/metric/tradeoff/tornado.ts';

const inputs: TradeoffInputs = {
  reportsLost: 12e6,
  inputs: {
    repeats: { value: 0.6, uniform: [0.5, 0.7], url: 'https://example.org' },
    byteIdentical: { value: 0.7 },
    firstSeenListed: { value: 1, bounds: [0, 1] },
    evasion: { value: 0.1, beta: [2, 18], bounds: [0, 1] },
    filesPerReport: { value: 1 },
    listEntries: { value: 1000 },
    accounts: { value: 3.65e7 },
    imagesPerAccountYear: { value: 1e4 },
    secondsPerReview: { value: 30 },
  },
};
const setting: Setting = { ...medianSetting(inputs), evasion: 0 };
const rates: Rates = { asSent: 0.95, edited: 0.5, newContent: 0, falsePositive: 0 };
const scan: StrategyFacts = { scanner: 'device', byList: true, reviewed: true, exposes: 'flagged', kept: 1 };
const evidence: Evidence = {
  against: {
    asSent: { k: 950, n: 1000 },
    edits: [
      { edit: 'one', k: 600, n: 1000 },
      { edit: 'other', k: 400, n: 1000 },
    ],
    pictures: [],
  },
  newContent: ruledOut,
  falsePositive: { k: 3, n: 1e8 },
  listEntries: 1000,
  rule: { name: 'pdq <= 31', subset: false },
  scanner: 'device',
  reviewed: true,
  exposes: 'flagged',
};
const half = { k: 500, n: 1000 };
const classifier: Evidence = {
  ...evidence,
  against: {
    asSent: half,
    edits: [
      { edit: 'one', ...half },
      { edit: 'other', ...half },
    ],
    pictures: [],
  },
  newContent: half,
  rule: null,
};

describe('one setting', () => {
  test.each([
    [0.95, 0.5, 9.78e6],
    [1, 1, 12e6],
    [0.5, 0.5, 6e6],
  ])('worked example: %d as sent and %d after edits, seven tenths the same file', (asSent, edited, reports) => {
    expect(12e6 * outcome({ ...rates, asSent, edited }, setting, scan, 12e6).recovered!).toBeCloseTo(reports, 3);
  });

  test('evasion takes its share of what is scanned on a device, and of nothing else', () => {
    const evaded = { ...setting, evasion: 0.25 };
    expect(outcome(rates, evaded, scan, 12e6).recovered).toBeCloseTo(0.75 * 0.815, 12);
    expect(outcome(rates, evaded, { ...scan, scanner: 'server' }, 12e6).recovered).toBe(1);
  });

  test('an account that shows something brings back one of its reports, where scanning left it', () => {
    const left = { ...setting, userReports: 0.01, accountsShown: 0.2, reportsPerAccount: 4 };
    const { recovered, scanned } = outcome(rates, left, scan, 12e6);
    expect(recovered).toBeCloseTo(1 - (1 - scanned!) * (1 - 0.01) * (1 - 0.05), 12);
  });

  test('user reports come to what scanning left', () => {
    const { recovered, scanned } = outcome(rates, { ...setting, userReports: 0.01 }, scan, 12e6);
    expect(recovered).toBeCloseTo(scanned! + 0.01 * (1 - scanned!), 12);
  });

  test.each([
    [1e-3, 1521, 0.0261],
    [1e-4, 152, 0.2113],
    [1e-5, 15.2, 0.7282],
    [1e-6, 1.52, 0.964],
  ])('worked example: a false-positive rate of %d keeps %d reviewers busy', (falsePositive, people, ppv) => {
    const found = outcome({ ...rates, falsePositive }, setting, scan, 12e6);
    // The worked example counts the false positives alone.
    const alone = (found.innocentImages! * 30) / 3600 / 2000;
    expect(alone / people).toBeCloseTo(1, 2);
    // 12 million files of 3.65e11 images, 81.5 % of them found.
    expect(found.ppv!).toBeCloseTo(ppv, 3);
  });

  test.each([
    [1, 9.95e6],
    [2, 49_668],
    [3, 165.4],
    [5, 8.3e-4],
  ])('worked example: of 10^9 accounts with 10^4 photographs each at 1e-6, threshold %d', (t, accounts) => {
    expect((1e9 * flaggedShare(t, 0.01, 0)) / accounts).toBeCloseTo(1, 2);
  });

  test('worked example: rates that spread between accounts', () => {
    expect(flaggedShare(30, 0.1, 10)).toBeCloseTo(1.7e-4, 5);
    expect(flaggedShare(30, 0.1, 0)).toBeLessThan(1e-60);
    expect(flaggedShare(1, 0, 3)).toBe(0);
  });
});

describe('files of a report', () => {
  const found = (rate: number, filesPerReport: number, missCorrelation: number): number =>
    foundInReport(rate, { filesPerReport, missCorrelation });

  test.each([
    [2, 0.25, 0.375],
    [5, 0.03125, 0.246],
    [10, 0.001, 0.176],
  ])('worked example: %d files at one half', (files, independent, correlated) => {
    expect(1 - found(0.5, files, 0)).toBeCloseTo(independent, 3);
    // Beta(½, ½) has an intraclass correlation of one half.
    expect(1 - found(0.5, files, 0.5)).toBeCloseTo(correlated, 3);
  });

  test('between whole numbers of files it goes on smoothly, at full correlation files do not matter', () => {
    expect(found(0.5, 2.45, 0.5)).toBeGreaterThan(found(0.5, 2, 0.5));
    expect(found(0.5, 2.45, 0.5)).toBeLessThan(found(0.5, 3, 0.5));
    expect(found(0.5, 7, 1)).toBe(0.5);
    expect(found(0, 3, 0.5)).toBe(0);
    expect(found(1, 3, 0.5)).toBe(1);
  });
});

describe('an account threshold', () => {
  // The largest threshold first: its table has all others.
  const short = thresholdSurvivals(heldBy({ shape: 'geometric', mean: 5 }));
  const long = thresholdSurvivals(heldBy({ shape: 'zipf', exponent: 2, most: 20_000 }));

  test.each([
    [30, 0.008, 0.617],
    [10, 0.349, 0.725],
    [2, 0.953, 0.9],
    [1, 0.998, 0.995],
  ])('worked example: pictures of accounts that reach %d, at 0.95', (t, geometric, zipf) => {
    expect(short(t)(0.95)).toBeCloseTo(geometric, 3);
    expect(long(t)(0.95)).toBeCloseTo(zipf, 3);
  });
});

test('thresholds in any order have the same shares, from one table or from their own', () => {
  const held = heldBy({ shape: 'zipf', exponent: 2, most: 500 });
  const together = thresholdSurvivals(held);
  for (const t of [3, 12, 1, 30, 7])
    for (const rate of [0.004, 0.5, 0.999]) expect(together(t)(rate)).toBe(thresholdSurvivals(held)(t)(rate));
});

describe('with uncertainty', () => {
  const video = {
    videoShare: { value: 0.5 },
    videoRepeats: { value: 1 },
    videoByteIdentical: { value: 1 },
    topShare: { value: 0.5 },
  };

  test('six videos that make up half of the volume widen the interval as the worked example says', () => {
    const few: TradeoffInputs = {
      ...inputs,
      inputs: { ...inputs.inputs, ...video, evasion: { value: 0 }, byteIdentical: { value: 1 } },
    };
    const counts = { k: 950_000_000, n: 1_000_000_000 };
    const sure: Evidence = { ...evidence, against: { asSent: counts, edits: [], pictures: [] } };
    const worlds = drawWorlds(few, { seed: 1, draws: 40_000 });
    const shares = [...drawOutcomes(sure, few, worlds, 1).recovery.recovered];
    const mean = shares.reduce((sum, each) => sum + each, 0) / shares.length;
    const sd = Math.sqrt(shares.reduce((sum, each) => sum + (each - mean) ** 2, 0) / shares.length);
    expect(mean).toBeCloseTo(0.95, 2);
    expect(sd).toBeCloseTo(0.0445, 3);
  });

  test('audit E11: strategies share their worlds, draw by draw, so that one is better in all of them', () => {
    const [a, b] = [evidence, evidence].map((each) => tradeoff(each, inputs, { seed: 3, draws: 300 }));
    expect(a).toEqual(b);
    const wide: TradeoffInputs = { ...inputs, inputs: { ...inputs.inputs, evasion: { value: 0.5, beta: [1, 1] } } };
    const [hash, network] = answers(
      [
        { name: 'hash', evidence },
        { name: 'network', evidence: classifier },
      ],
      wide,
      { seed: 3, draws: 300 },
    );
    expect(hash!.beats[0]).toBe(0.5);
    expect(hash!.beats[1]).toBeGreaterThan(0.9);
    expect(network!.beats[0]).toBeCloseTo(1 - hash!.beats[1]!, 12);
    expect(hash!.ofBaseline).toBeNull();
    // Their intervals overlap all the same.
    expect(network!.model.recovered!.high).toBeGreaterThan(hash!.model.recovered!.low);
  });
});

describe('runs A3: without a measurement there is no comparison', () => {
  const untried: Evidence = { ...evidence, against: 'not measured' };
  const server: Evidence = { ...evidence, against: 'the same comparison', scanner: 'server' };
  const [known, unknown] = answers(
    [
      { name: 'server-scan', evidence: server },
      { name: 'untried', evidence: untried },
    ],
    inputs,
    { seed: 3, draws: 50 },
  );

  test('no rank, no share of the baseline, no driver, no price, no bound, no variance', () => {
    expect(known!.beats).toEqual([0.5, null]);
    expect(unknown!).toMatchObject({ ofBaseline: null, drivers: [], halfWrong: null, bounds: [], variance: null });
    expect(unknown!.moreAccountsThanReports).toBeNull();
    expect(unknown!.model.recovered).toBeNull();
    expect(unknown!.model.innocentAccounts).not.toBeNull();
    const [one, other] = [evidence, untried].map((each) => curveOf(each, inputs)('evasion'));
    expect(curveCrossing(one!, other!)).toBeNull();
  });

  test('server scanning does not vary, and nothing bounds it', () => {
    expect(known!).toMatchObject({ bounds: [], variance: null });
    expect(known!.model.recovered).toMatchObject({ estimate: 1, low: 1, high: 1 });
  });
});

describe('how much of it is measured', () => {
  test('one group at a time: alone it is all of the variance', () => {
    const sure: Evidence = { ...evidence, against: 'the same comparison' };
    const shares = varianceShares(inputs, { seed: 1, draws: 2000 })(sure)!;
    expect(shares.assumed).toBeCloseTo(1, 6);
    expect(Math.abs(shares.measured) + Math.abs(shares.sourced)).toBeLessThan(1e-12);
    const fixed: TradeoffInputs = { ...inputs, inputs: { ...inputs.inputs, evasion: { value: 0.1 } } };
    expect(varianceShares(fixed, { seed: 1, draws: 2000 })(evidence)!.measured).toBeCloseTo(1, 6);
    expect(varianceShares(fixed, { seed: 1, draws: 2000 })(sure)).toBeNull();
  });

  test('measured, sourced and assumed add up with what they do together', () => {
    const shares = varianceShares(inputs, { seed: 1, draws: 4000 })(classifier)!;
    const { measured, sourced, assumed, together } = shares;
    expect(measured + sourced + assumed + together).toBeCloseTo(1, 12);
    expect(Math.abs(together)).toBeLessThan(0.1);
  });

  test('bounds: any evasion leaves nothing to all, any mix of edits the worst to the best of them', () => {
    const bounds = new Map(recoveredBounds(evidence, inputs).map(({ of, recovered }) => [of, recovered]));
    expect(bounds.get('evasion')![0]).toBe(0);
    const median = 1 - inputQuantile({ value: 0.1, beta: [2, 18] }, 0.5);
    const asSent = inputQuantile({ value: 0, beta: [950.5, 50.5] }, 0.5);
    expect(bounds.get('mix of edits')![0]).toBeCloseTo(median * (0.7 * asSent + 0.3 * 0.4), 9);
    expect(bounds.get('mix of edits')![1]).toBeCloseTo(median * (0.7 * asSent + 0.3 * 0.6), 9);
    // What was found for the first time, by no list and of no rate: 40 % of all are gone.
    expect(bounds.get('firstSeenListed')![0] / bounds.get('firstSeenListed')![1]).toBeCloseTo(0.6, 9);
    const together = bounds.get('all of these together')!;
    for (const [low, high] of bounds.values()) {
      expect(together[0]).toBeLessThanOrEqual(low);
      expect(together[1]).toBeGreaterThanOrEqual(high);
    }
  });
});

describe('what drives it', () => {
  test('bars hold the outcome at both ends, the widest first, say whose they are, and leave out what does nothing', () => {
    const bars = tornado(evidence, inputs, (recovered) => recovered);
    expect(bars.map(({ name, from }) => [name, from])).toEqual([
      ['edited', 'measured'],
      ['evasion', 'assumed'],
      ['asSent', 'measured'],
    ]);
    const evasion = bars[1]!;
    expect(evasion.low.at).toBeCloseTo(inputQuantile({ value: 0.1, beta: [2, 18] }, 0.025), 12);
    expect(evasion.low.outcome).toBeGreaterThan(evasion.high.outcome);
    const measured = bars[2]!;
    expect(measured.low.at).toBeGreaterThan(0.93);
    expect(measured.high.at).toBeLessThan(0.97);
    expect(
      tornado(classifier, inputs, (recovered) => recovered).find(({ name }) => name === 'repeats'),
    ).toBeUndefined();
  });
});

describe('break-even', () => {
  test('a change of sign is found where it is; touching zero is none', () => {
    expect(crossing((x) => x - 0.3, 0, 1)).toMatchObject({ below: 'second' });
    expect(crossing((x) => x - 0.3, 0, 1)!.at).toBeCloseTo(0.3, 9);
    expect(crossing((x) => (x - 0.5) ** 2, 0, 1)).toBeNull();
    expect(crossing(() => 0, 0, 1)).toBeNull();
    expect(crossing((x) => 1e-6 - x, 1e-14, 0.1, true)!.at / 1e-6).toBeCloseTo(1, 6);
  });

  test('the share of the same files at which a classifier that finds half beats a list that finds 95 % as sent', () => {
    // 0.95 e + 0.2 (1 − e) = 0.5.
    const weak: Evidence = {
      ...evidence,
      against: {
        asSent: { k: 950, n: 1000 },
        edits: ['a', 'b'].map((edit) => ({ edit, k: 200, n: 1000 })),
        pictures: [],
      },
    };
    const [one, other] = [weak, classifier].map((each) => curveOf(each, inputs)('byteIdentical'));
    const at = curveCrossing(one!, other!);
    expect(at!.at).toBeCloseTo(0.3 / 0.75, 2);
    expect(at!.below).toBe('second');
    expect(
      flips(
        [
          { name: 'hash', evidence: weak },
          { name: 'network', evidence: classifier },
        ],
        inputs,
      ).map(({ input }) => input),
    ).toEqual(['byteIdentical', 'firstSeenListed']);
  });

  test('the false-positive rate at which half of what is flagged is innocent', () => {
    const found = falsePositiveCrossing(evidence, inputs, ({ ppv }) => (ppv ?? 1) - 0.5);
    const flagged = outcome({ ...rates, asSent: 0.95, edited: 0.5 }, medianSetting(inputs), scan, 12e6).scanned!;
    expect(found!.at / (flagged * (12e6 / 3.65e11))).toBeCloseTo(1, 2);
  });

  test('the list from which on most of what is flagged is innocent: at the upper bound before the lower one', () => {
    const counted: TradeoffInputs = {
      ...inputs,
      falseMatches: { 'pdq <= 31': { pictures: 100_001, degrees: [99_961, 40], designEffect: 1 } },
    };
    const { earliest, latest } = listCrossing(evidence, counted, ({ ppv }) => (ppv === null ? null : ppv - 0.5));
    // 20 pairs of 5e9: 4e-9 an entry, against 2.4e-5 of the images.
    expect(earliest!).toBeGreaterThan(3000);
    expect(earliest!).toBeLessThanOrEqual(latest!);
    expect(latest!).toBeLessThan(20_000);
    const everywhere = listCrossing({ ...evidence, falsePositive: { k: 1, n: 2 } }, inputs, ({ ppv }) => ppv! - 0.5);
    expect(everywhere.earliest).toBe(1);
    expect(everywhere.latest).toBeLessThan(2);
  });
});
