/** The trade-off model at single settings, its drivers and break-evens, against values worked out by hand or in the reference. */
import { describe, expect, test } from 'vitest';
import { ruledOut } from '../../src/metric/interval.ts';
import { answers, flips } from '../../src/metric/tradeoff/answer.ts';
import { crossing, falsePositiveCrossing, inputCrossing } from '../../src/metric/tradeoff/break-even.ts';
import {
  heldBy,
  inputQuantile,
  medianSetting,
  type Setting,
  type TradeoffInputs,
} from '../../src/metric/tradeoff/inputs.ts';
import {
  flaggedShare,
  foundInReport,
  outcome,
  type Rates,
  thresholdSurvival,
} from '../../src/metric/tradeoff/model.ts';
import { drawOutcomes, drawWorlds, type Evidence, tradeoff } from '../../src/metric/tradeoff/simulate.ts';
import { tornado } from '../../src/metric/tradeoff/tornado.ts';

const inputs: TradeoffInputs = {
  inputs: {
    onList: { value: 0.9, beta: [90.5, 10.5] },
    evasion: { value: 0.1, beta: [2, 18] },
    unedited: { value: 1 },
    filesPerReport: { value: 1 },
    prevalence: { value: 12e6 / 3.65e11 },
    imagesPerYear: { value: 3.65e11 },
    imagesPerAccountYear: { value: 1e4 },
    accounts: { value: 1e9 },
    secondsPerReview: { value: 30 },
  },
};
const setting: Setting = { ...medianSetting(inputs), onList: 0.9, evasion: 0 };
const rates: Rates = { listedAsSent: 0.95, listedEdited: 0.5, newContent: 0, falsePositive: 0, exposedInnocent: 0 };
const scan = { evadable: true, reviewed: true };
const evidence: Evidence = {
  listedAsSent: { k: 950, n: 1000 },
  listedEdited: { k: 500, n: 1000 },
  newContent: ruledOut,
  falsePositive: { k: 3, n: 1e8 },
  exposedInnocent: ruledOut,
  ...scan,
};
const classifier: Evidence = {
  ...evidence,
  listedAsSent: { k: 500, n: 1000 },
  listedEdited: { k: 500, n: 1000 },
  newContent: { k: 500, n: 1000 },
};

describe('one setting', () => {
  test.each([
    [0.95, 10.26e6],
    [0.99, 10.692e6],
    [0.5, 5.4e6],
  ])('worked example: nine tenths listed, %d found', (listedAsSent, reports) => {
    expect(12e6 * outcome({ ...rates, listedAsSent }, setting, scan).recovered!).toBeCloseTo(reports, 3);
  });

  test('evasion takes its share of what can be evaded, and of nothing else', () => {
    const evaded = { ...setting, evasion: 0.25 };
    expect(outcome(rates, evaded, scan).recovered).toBeCloseTo(0.75 * 0.9 * 0.95, 12);
    expect(outcome(rates, evaded, { ...scan, evadable: false }).recovered).toBeCloseTo(0.9 * 0.95, 12);
  });

  test('user reports come to what scanning left', () => {
    const { recovered, scanned } = outcome(rates, { ...setting, userReports: 0.01 }, scan);
    expect(recovered).toBeCloseTo(scanned! + 0.01 * (1 - scanned!), 12);
  });

  test.each([
    [1e-3, 1521, 0.0303],
    [1e-4, 152, 0.238],
    [1e-5, 15.2, 0.7575],
    [1e-6, 1.52, 0.969],
  ])('worked example: a false-positive rate of %d keeps %d reviewers busy', (falsePositive, people, ppv) => {
    const all = { ...setting, onList: 1 };
    const found = outcome({ ...rates, falsePositive }, all, scan);
    // The worked example counts the false positives alone.
    const alone = (found.innocentImages! * 30) / 3600 / 2000;
    expect(alone / people).toBeCloseTo(1, 2);
    expect(found.ppv!).toBeCloseTo(ppv, 4);
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
  test.each([
    [1, 0.998, 0.995],
    [2, 0.953, 0.9],
    [10, 0.349, 0.725],
    [30, 0.008, 0.617],
  ])('worked example: pictures of accounts that reach %d, at 0.95', (t, geometric, zipf) => {
    expect(thresholdSurvival(heldBy({ shape: 'geometric', mean: 5 }), t)(0.95)).toBeCloseTo(geometric, 3);
    expect(thresholdSurvival(heldBy({ shape: 'zipf', exponent: 2, most: 20_000 }), t)(0.95)).toBeCloseTo(zipf, 3);
  });
});

describe('with uncertainty', () => {
  test('six items that make up half of the volume widen the interval as the worked example says', () => {
    const half: TradeoffInputs = {
      inputs: { ...inputs.inputs, onList: { value: 1 }, evasion: { value: 0 }, topShare: { value: 0.5 } },
    };
    const sure = { ...evidence, listedAsSent: { k: 950_000_000, n: 1_000_000_000 } };
    const worlds = drawWorlds(half, { seed: 1, draws: 40_000 });
    const shares = drawOutcomes(sure, half, worlds, 1).map(({ recovered }) => recovered!);
    const mean = shares.reduce((sum, each) => sum + each, 0) / shares.length;
    const sd = Math.sqrt(shares.reduce((sum, each) => sum + (each - mean) ** 2, 0) / shares.length);
    expect(mean).toBeCloseTo(0.95, 2);
    expect(sd).toBeCloseTo(0.0445, 3);
  });

  test('strategies share their worlds, draw by draw', () => {
    const [a, b] = [evidence, evidence].map((each) => tradeoff(each, inputs, { seed: 3, draws: 300 }));
    expect(a).toEqual(b);
    const [hash, network] = answers(
      [
        { name: 'hash', evidence },
        { name: 'network', evidence: classifier },
      ],
      inputs,
      12e6,
      { seed: 3, draws: 300 },
    );
    expect(hash!.beats).toEqual([0.5, 1]);
    expect(network!.beats).toEqual([0, 0.5]);
    expect(hash!.ofBaseline).toBeNull();
  });
});

describe('runs A3: without a measurement there is no comparison', () => {
  const untried: Evidence = { ...evidence, listedAsSent: { k: 0, n: 0 }, listedEdited: { k: 0, n: 0 } };
  const [known, unknown] = answers(
    [
      { name: 'server-scan', evidence },
      { name: 'untried', evidence: untried },
    ],
    inputs,
    12e6,
    { seed: 3, draws: 50 },
  );

  test('no rank, no share of the baseline, no driver, no price', () => {
    expect(known!.beats).toEqual([0.5, null]);
    expect(unknown!).toMatchObject({ ofBaseline: null, drivers: [], halfWrong: null, moreAccountsThanReports: null });
    expect(unknown!.model.recovered).toBeNull();
    expect(unknown!.model.innocentAccounts).not.toBeNull();
    expect(inputCrossing(evidence, untried, inputs, 'onList')).toBeNull();
  });

  test('a baseline that recovers nothing is nothing to be a share of', () => {
    const none = { ...evidence, listedAsSent: ruledOut, listedEdited: ruledOut };
    const [base] = answers([{ name: 'server-scan', evidence: none }], inputs, 12e6, { seed: 3, draws: 50 });
    expect(base!.ofBaseline).toBeNull();
  });
});

describe('what drives it', () => {
  test('bars hold the outcome at both ends, the widest first, and leave out what does nothing', () => {
    const bars = tornado(evidence, inputs, ({ recovered }) => recovered);
    expect(bars.map(({ name }) => name)).toEqual(['evasion', 'onList', 'listedAsSent']);
    const evasion = bars[0]!;
    expect(evasion.low.at).toBeCloseTo(inputQuantile({ value: 0.1, beta: [2, 18] }, 0.025), 12);
    expect(evasion.low.outcome).toBeGreaterThan(evasion.high.outcome);
    const measured = bars[2]!;
    expect(measured.from).toBe('measured');
    expect(measured.low.at).toBeGreaterThan(0.93);
    expect(measured.high.at).toBeLessThan(0.97);
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

  test('the share on the list at which a classifier that finds half beats a list that finds 95 %', () => {
    // 0.95 f = 0.5.
    const at = inputCrossing(evidence, classifier, inputs, 'onList');
    expect(at!.at).toBeCloseTo(0.5 / 0.95, 3);
    expect(at!.below).toBe('second');
    expect(
      flips(
        [
          { name: 'hash', evidence },
          { name: 'network', evidence: classifier },
        ],
        inputs,
      ),
    ).toMatchObject([
      { input: 'onList', first: 'hash', second: 'network' },
      { input: 'unedited', first: 'hash', second: 'network' },
    ]);
  });

  test('the false-positive rate at which half of what is flagged is innocent', () => {
    const found = falsePositiveCrossing(evidence, inputs, ({ ppv }) => (ppv ?? 1) - 0.5);
    const { onList, evasion, prevalence } = medianSetting(inputs);
    expect(found!.at / (onList * (1 - evasion) * 0.95 * prevalence)).toBeCloseTo(1, 2);
  });
});
