/** The trade-off model against worked numbers, within Monte Carlo error. */
import { describe, expect, test } from 'vitest';
import { type Interval, ruledOut } from '../../src/metric/interval.ts';
import { upperBound } from '../../src/metric/proportion.ts';
import { quantile } from '../../src/metric/quantile.ts';
import { betaVariate, normalVariate } from '../../src/metric/random.ts';
import { incompleteBeta, normalCdf } from '../../src/metric/special.ts';
import { type Against, type Evidence, falsePositiveAt } from '../../src/metric/tradeoff/evidence.ts';
import type { TradeoffInputs } from '../../src/metric/tradeoff/inputs.ts';
import { remaining, scaled, tradeoff } from '../../src/metric/tradeoff/simulate.ts';
import { seededRng } from '../../src/util/rng.ts';

const none = { k: 0, n: 0 };
const many = 1e9;
/** Findings among those of server scanning: as sent, and after two edits of equal weight. */
const against = (asSent: number, edited = asSent): Against => ({
  asSent: { k: asSent * many, n: many },
  edits: ['one', 'other'].map((edit) => ({ edit, k: edited * many, n: many })),
  pictures: [],
});
const evidence: Evidence = {
  against: 'the same comparison',
  newContent: ruledOut,
  falsePositive: ruledOut,
  listEntries: 100,
  rule: { name: 'pdq <= 31', subset: false },
  scanner: 'device',
  reviewed: false,
  exposes: 0,
};
const inputs: TradeoffInputs['inputs'] = {
  repeats: { value: 0.6 },
  byteIdentical: { value: 0.7 },
  evasion: { value: 0 },
  filesPerReport: { value: 1 },
  listEntries: { value: 100 },
  accounts: { value: 3.65e8 },
  imagesPerAccountYear: { value: 1000 },
  secondsPerReview: { value: 30 },
};
const run = (found: Partial<Evidence>, assumed: Partial<TradeoffInputs['inputs']> = {}, draws = 2000) => {
  const of = { ...evidence, ...found };
  const model = tradeoff(of, { inputs: { ...inputs, ...assumed }, reportsLost: 12e6 }, { seed: 1, draws });
  return {
    ...model,
    reports: model.recovered && scaled(model.recovered, 12e6),
    left: model.recovered && remaining(model.recovered, 12e6, 16.8e6),
  };
};
const near = ({ estimate, low, high }: Interval, expected: readonly number[], relative: number, first = 3): void =>
  [estimate, low, high].slice(0, first).forEach((each, i) => {
    expect(Math.abs(each / expected[i]! - 1), `${each} against ${expected[i]}`).toBeLessThan(relative);
  });

describe('audit E1, E2: anchored in what server scanning found', () => {
  const uncertain = {
    evasion: { value: 0.3, beta: [3, 7] as const },
    uptake: { value: 0.5 },
    videoShare: { value: 0.5 },
    videoScanned: { value: 0 },
    firstSeenListed: { value: 0.2 },
    missCorrelation: { value: 0.5, uniform: [0, 1] as const },
    topShare: { value: 0.5 },
  };

  test('server scanning is the 12 of 16.8 million, whatever is assumed and whatever a run counted', () => {
    const { reports, left } = run({ scanner: 'server', against: against(0.4) }, uncertain);
    expect(reports).toMatchObject({ estimate: 12e6, low: 12e6, high: 12e6 });
    expect(left).toMatchObject({ estimate: 16.8e6, low: 16.8e6, high: 16.8e6 });
  });

  test('without scanning 4.8 million are left, and what users report', () => {
    const quiet = { against: 'nothing is reported', scanner: 'nobody' } as const;
    expect(run(quiet).left).toMatchObject({ estimate: 4.8e6 });
    expect(run(quiet, { userReports: { value: 0.01 } }).left!.estimate).toBeCloseTo(4.8e6 + 0.01 * 12e6, 3);
  });

  test('a device that makes the same comparison loses what gets around it, has no scanner, or is video that it does not scan', () => {
    near(run({}, { evasion: { value: 0.1 } }).reports!, [10.8e6, 10.8e6, 10.8e6], 1e-9);
    near(run({}, { uptake: { value: 0.75 } }).reports!, [9e6, 9e6, 9e6], 1e-9);
    near(run({}, { videoShare: { value: 0.5 }, videoScanned: { value: 0.5 } }).reports!, [9e6, 9e6, 9e6], 1e-9);
    expect(run({}, { evasion: { value: 1 } }).reports!.high).toBe(0);
  });

  test('equality in the place of a near match: by the shares that are the same file and edited', () => {
    near(run({ against: against(0.9, 0.5) }).reports!, [12e6 * (0.7 * 0.9 + 0.3 * 0.5), 0, 0], 1e-3, 1);
  });

  describe('pictures and videos are two arms', () => {
    const video = { videoShare: { value: 0.25 }, videoRepeats: { value: 0.9 }, videoByteIdentical: { value: 0.8 } };

    test('each repeats, and is found, at rates of its own', () => {
      const videos = { against: against(1, 0.25), newContent: none };
      const { reports, pictures, videos: ofVideos } = run({ against: against(0.9, 0.5), videos }, video);
      const [ofPictures, ofClips] = [0.7 * 0.9 + 0.3 * 0.5, 0.8 * 1 + 0.2 * 0.25];
      near(pictures!, [ofPictures, 0, 0], 1e-3, 1);
      near(ofVideos!, [ofClips, 0, 0], 1e-3, 1);
      near(reports!, [12e6 * (0.75 * ofPictures + 0.25 * ofClips), 0, 0], 1e-3, 1);
    });

    test('without a run on clips videos count as found as pictures are, but repeat as videos do', () => {
      const { reports } = run({ against: against(0.9, 0.5) }, video);
      const [ofPictures, ofClips] = [0.7 * 0.9 + 0.3 * 0.5, 0.8 * 0.9 + 0.2 * 0.5];
      near(reports!, [12e6 * (0.75 * ofPictures + 0.25 * ofClips), 0, 0], 1e-3, 1);
    });

    test('a classifier finds of new videos what it finds of new clips', () => {
      const found = { rule: null, against: against(0.5), newContent: { k: 0.5 * many, n: many } };
      const videos = { against: against(0.5), newContent: { k: 0.1 * many, n: many } };
      near(run({ ...found, videos }, video).videos!, [0.9 * 0.5 + 0.1 * 0.1, 0, 0], 1e-3, 1);
      near(run(found, video).videos!, [0.5, 0, 0], 1e-3, 1);
    });

    test('a few videos are at most all videos: pictures do not vary with them', () => {
      const few = { ...video, topShare: { value: 0.5 }, videoByteIdentical: { value: 1 } };
      const { pictures, videos } = run({ against: against(0.5) }, few);
      expect(pictures!.high - pictures!.low).toBeLessThan(0.01);
      // Six videos, each found with 1/2: from 1/6 and less to 5/6 and more.
      expect(videos!.low).toBeLessThan(0.17);
      expect(videos!.high).toBeGreaterThan(0.83);
    });

    test('where nothing is reported, clips add nothing', () => {
      const quiet = {
        against: 'nothing is reported',
        scanner: 'nobody',
        videos: { against: against(1), newContent: none },
      } as const;
      expect(run(quiet, video).reports).toMatchObject({ estimate: 0, high: 0 });
    });
  });

  test('what was found for the first time a classifier finds at its rate of new content, and a list as its share listed', () => {
    const found = { against: against(0.5), newContent: { k: 0.1 * many, n: many } };
    near(run({ ...found, rule: null }).reports!, [12e6 * (0.6 * 0.5 + 0.4 * 0.1), 0, 0], 1e-3, 1);
    near(run(found).reports!, [12e6 * 0.5, 0, 0], 1e-3, 1);
    near(run(found, { firstSeenListed: { value: 0.5 } }).reports!, [12e6 * (0.6 * 0.5 + 0.4 * 0.3), 0, 0], 1e-3, 1);
  });

  test('a report of several files is found when one is; synthetic vouchers lose their share', () => {
    near(run({ against: against(0.5) }, { filesPerReport: { value: 2 } }).reports!, [9e6, 9e6, 9e6], 1e-3);
    near(run({ kept: 0.9 }).reports!, [10.8e6, 10.8e6, 10.8e6], 1e-9);
  });

  test('audit E6: edits that differ make the answer as uncertain as they are', () => {
    const edits = (rates: readonly number[]) =>
      run({
        against: {
          asSent: { k: 30, n: 30 },
          edits: rates.map((rate, i) => ({ edit: `${i}`, k: rate * 30, n: 30 })),
          pictures: Array.from({ length: 30 }, () => [rates.reduce((sum, each) => sum + each, 0), rates.length]),
        },
      }).reports!;
    const [alike, different] = [edits([0.5, 0.5, 0.5, 0.5]), edits([0, 1, 0, 1])];
    expect(different.high - different.low).toBeGreaterThan(1.5 * (alike.high - alike.low));
  });
});

describe('what it costs', () => {
  const claim = { rule: null, falsePositive: { k: 3, n: 1e8 } };

  test('worked example: 3 false positives in 10^8, by 3.65e8 accounts with 1,000 images', () => {
    const { innocentAccounts } = run(claim, {}, 20_000);
    expect(innocentAccounts!.estimate! / 10_950).toBeCloseTo(1, 1);
    // Clopper-Pearson of 3 in 10^8: 6.2e-9 to 8.8e-8.
    expect(innocentAccounts!.low / (3.65e11 * 6.19e-9)).toBeCloseTo(1, 1);
    expect(innocentAccounts!.high / (3.65e11 * 8.77e-8)).toBeCloseTo(1, 1);
  });

  test.each([
    [1e-3, 1521],
    [1e-4, 152],
    [1e-5, 15.2],
  ])('worked example: false positives at %d keep %d reviewers busy', (rate, people) => {
    const found = { rule: null, falsePositive: { k: rate * 1e11, n: 1e11 }, against: 'nothing is reported' } as const;
    expect(run({ ...found, reviewed: true }).reviewers!.estimate! / people).toBeCloseTo(1, 2);
    expect(run(found).reviewers!.estimate).toBe(0);
  });

  test('audit E5: where nothing matched there is no median, and the bound grows with the list', () => {
    const clean = { falsePositive: { k: 0, n: 1000 }, reviewed: true, exposes: 'flagged' } as const;
    const [short, long] = [100, 1e6].map((value) => run(clean, { listEntries: { value } }));
    expect(short!.innocentAccounts).toMatchObject({ estimate: null, low: 0 });
    expect(short!.exposedPerBillion).toMatchObject({ estimate: null, low: 0 });
    expect(short!.exposedPerBillion!.high / 1e9).toBeCloseTo(upperBound(0, 1000), 8);
    expect(long!.innocentAccounts).toMatchObject({ estimate: null, everybody: true });
    expect(long!.ppv!.low).toBeLessThan(1e-4);
    expect(long!.recovered).toEqual(short!.recovered);
  });

  test('a rule that was counted elsewhere is taken from there, a part of it as a bound, and a wider one for one that was not', () => {
    const falseMatches = { 'pdq <= 31': { pictures: 1001, degrees: [981, 20], designEffect: 1 } };
    const at = (name: string, subset = false) => {
      const own = { ...evidence, falsePositive: none, rule: { name, subset } };
      return falsePositiveAt(own, { inputs, reportsLost: 12e6, falseMatches }, 1000);
    };
    expect(at('pdq <= 31')!.estimate).toBeCloseTo(20 / 1001, 10);
    expect(at('pdq <= 31', true)).toMatchObject({ estimate: null, low: 0, high: at('pdq <= 31')!.high });
    expect(at('pdq <= 20')).toMatchObject({ estimate: null, low: 0, high: at('pdq <= 31')!.high });
    expect(at('pdq <= 40')).toBeNull();
    expect(at('lda-hash =')).toBeNull();
  });

  test('what a design rules out is exactly 0, what everybody gets is all', () => {
    const nothing = run({});
    for (const each of [nothing.exposedPerBillion, nothing.innocentAccounts])
      expect(each).toMatchObject({ estimate: 0, low: 0, high: 0 });
    expect(run({ exposes: 'all' }).exposedPerBillion).toMatchObject({ estimate: 1e9, low: 1e9, high: 1e9 });
    expect(run({ exposes: 1e-4 }).exposedPerBillion!.estimate).toBeCloseTo(1e5, 6);
  });

  test('an account is counted once, however often it is flagged', () =>
    expect(run({ rule: null, falsePositive: { k: 5e5, n: 1e6 } }).innocentAccounts!.estimate! / 3.65e8).toBeCloseTo(
      1,
      9,
    ));

  test('images, accounts and prevalence are of one service: more images an account, rarer content', () => {
    const found = { rule: null, falsePositive: { k: 1e5, n: 1e11 } };
    const [few, more] = [1000, 4000].map((value) => run(found, { imagesPerAccountYear: { value } }).ppv!.estimate!);
    const odds = (share: number): number => share / (1 - share);
    expect(odds(few!) / odds(more!)).toBeCloseTo(4, 2);
  });
});

describe('runs A3: what nobody tried is not known', () => {
  const missing = (model: object): string[] =>
    Object.entries(model)
      .flatMap(([name, value]) => (value === null ? [name] : []))
      .sort();
  const tried = {
    falsePositive: { k: 3, n: 10 },
    newContent: { k: 3, n: 10 },
    reviewed: true,
    exposes: 'flagged',
  } as const;
  const of = (found: Partial<Evidence>, assumed: Partial<TradeoffInputs['inputs']> = {}) => {
    const { reports: _, left: __, ...model } = run({ ...tried, ...found }, assumed, 50);
    return missing(model);
  };

  test('each rate that is missing takes with it what hangs on it, and nothing else', () => {
    expect(of({})).toEqual([]);
    const found = ['pictures', 'ppv', 'recovered', 'reviewHours', 'reviewers', 'scanned', 'videos'];
    expect(of({ against: 'not measured' })).toEqual(found);
    expect(of({ against: { asSent: none, edits: [], pictures: [] } })).toEqual(found);
    expect(of({ newContent: none, rule: null })).toEqual(found);
    const flagged = [
      'exposed',
      'exposedPerBillion',
      'innocentAccounts',
      'innocentImages',
      'ppv',
      'reviewHours',
      'reviewers',
    ];
    expect(of({ falsePositive: none })).toEqual(flagged);
  });

  test('a rate without a part in it need not be known', () => {
    expect(of({ newContent: none, rule: null }, { repeats: { value: 1 } })).toEqual(['videos']);
    const video = { videoShare: { value: 0.5 }, videoRepeats: { value: 1 } };
    expect(of({ newContent: none, rule: null }, { repeats: { value: 1 }, ...video })).toEqual([]);
    expect(of({ newContent: none })).toEqual([]);
    expect(of({ against: 'not measured' }, { evasion: { value: 1 } })).toEqual([]);
  });
});

describe('draws', () => {
  test('the same stream gives the same answer, and strategies share their assumptions', () => {
    const uncertain = { evasion: { value: 0.5, beta: [1, 1] as const } };
    expect(run({ against: against(0.9) }, uncertain, 500)).toEqual(run({ against: against(0.9) }, uncertain, 500));
    // One more hit never recovers less when all else is drawn alike: with fresh assumptions it would, in part of the runs.
    const [a, b] = [0.899, 0.9].map((rate) => run({ against: against(rate) }, uncertain, 200).reports!.estimate);
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
