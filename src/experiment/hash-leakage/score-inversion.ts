/** Pictures recovered from hashes: how good they are, and by how much better than what could be had without the hash. */
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { clusteredMean, clusteredRatio } from '../../metric/clustered-mean.ts';
import { proportion } from '../../metric/proportion.ts';
import { studentQuantile } from '../../metric/special.ts';
import { decibels } from '../../metric/ssim.ts';
import type { Interval } from '../../schema/rate.ts';
import { countsOf } from '../../util/counts.ts';
import { seededRng } from '../../util/rng.ts';
import type { FeatureLeak, HashLeakageMetrics, InversionControl, InversionLeak } from './metrics.ts';
import type {
  Guess,
  HashLeakFeaturesRow,
  HashLeakInversionControlRow,
  HashLeakInversionRow,
  HashLeakPicturesRow,
  HashLeakSource,
} from './rows.ts';

const guesses = ['ridge', 'nearest', 'mean', 'random', 'best'] as const satisfies readonly Guess[];
const baselines = ['mean', 'random', 'best'] as const;
const decoders = ['ridge', 'nearest'] as const;

/** The least share of the mean picture's error that a decoder must remove which is handed everything. */
const nearlyAll = 0.999;

/** One attack, or one control of it. */
export function inversionLeak(
  row: HashLeakInversionRow,
  picture: (id: string) => Picture,
  seed: number,
): InversionLeak {
  const { source, hash, control, bits, penalty, training, test, squaredError, ssim, self, classifier, rank } = row;
  const groups = test.map((id) => picture(id).group);
  const rng = (what: string) => seededRng(seed, `bootstrap/inversion ${source} ${hash} ${control} ${what}`);
  const mean = (values: readonly number[], what: string): Interval =>
    bare(
      clusteredMean(
        values.map((value, i) => ({ cluster: groups[i]!, value })),
        rng(what),
      ),
    );
  const psnr = Object.fromEntries(guesses.map((name) => [name, squaredError[name].map(decibels)])) as Record<
    Guess,
    number[]
  >;
  const difference = (a: readonly number[], b: readonly number[]): number[] => a.map((each, i) => each - b[i]!);
  const explained = (of: (typeof decoders)[number]): Interval => {
    const left = clusteredRatio(
      squaredError[of].map((value, i) => ({ cluster: groups[i]!, value, weight: squaredError.mean[i]! })),
      rng(`explained ${of}`),
    );
    return { estimate: 1 - left.estimate, low: 1 - left.high, high: 1 - left.low, method: left.method };
  };
  const gains = decoders.flatMap((of) =>
    baselines.map((over) => ({
      of,
      over,
      psnr: mean(difference(psnr[of], psnr[over]), `${of} over ${over}, PSNR`),
      ssim: mean(difference(ssim[of], ssim[over]), `${of} over ${over}, SSIM`),
    })),
  );
  const told = (name: keyof typeof rank) =>
    clusteredProportion(
      rank[name].map((place, i) => ({ cluster: groups[i]!, success: place === 1 })),
      rng(`topic ${name}`),
    );
  const topics = countsOf(test.map((id) => picture(id).topic));
  const ridge = explained('ridge');
  return {
    source,
    hash,
    control,
    bits,
    penalty,
    training,
    n: test.length,
    groups: new Set(groups).size,
    quality: Object.fromEntries(
      guesses.map((name) => [name, { psnr: mean(psnr[name], `${name} PSNR`), ssim: mean(ssim[name], `${name} SSIM`) }]),
    ) as InversionLeak['quality'],
    gains,
    explained: { ridge, nearest: explained('nearest') },
    explainedDb: ridge.estimate < 1 ? -10 * Math.log10(1 - ridge.estimate) : decibels(0),
    self:
      self.length > 0
        ? proportion(
            self.reduce((sum, each) => sum + each, 0),
            self.length,
          )
        : null,
    topic: {
      classifier,
      chance: Math.max(...topics.values()) / test.length,
      original: told('original'),
      ridge: told('ridge'),
      nearest: told('nearest'),
      mean: told('mean'),
    },
    passed: control === 'none' ? null : ridge.estimate >= nearlyAll && self.every((each) => each === 1),
  };
}

/** A negative control; `tests`: how many are read side by side. */
export function inversionControl(row: HashLeakInversionControlRow, tests: number): InversionControl {
  const { source, hash, training, test, mean, deals } = row;
  const gain = (errors: readonly number[], baseline: readonly number[]): number =>
    errors.reduce((sum, each, i) => sum + decibels(each) - decibels(baseline[i]!), 0) / errors.length;
  const ridge = deals.map((deal) => gain(deal.ridge, mean));
  const nearest = deals.map((deal) => gain(deal.nearest, deal.random));
  const [wideRidge, wideNearest] = [studentInterval(ridge, 0.05 / tests), studentInterval(nearest, 0.05 / tests)];
  return {
    source,
    hash,
    training,
    n: test.length,
    deals: deals.length,
    ridge: studentInterval(ridge, 0.05),
    nearest: studentInterval(nearest, 0.05),
    passed: wideRidge.low <= 0 && wideNearest.low <= 0 && wideNearest.high >= 0,
  };
}

/** Mean of a few independent numbers with Student's interval, which leaves out `alpha` on both sides together. */
function studentInterval(values: readonly number[], alpha: number): Interval {
  const n = values.length;
  const mean = values.reduce((sum, each) => sum + each, 0) / n;
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile(1 - alpha / 2, n - 1) * Math.sqrt(variance / n);
  return { estimate: mean, low: mean - half, high: mean + half, method: `Student's t over ${n} deals` };
}

/** Recovered pictures as a network sees them. */
export function featureLeak(row: HashLeakFeaturesRow, picture: (id: string) => Picture, seed: number): FeatureLeak {
  const { source, hash, classifier, test, distance } = row;
  const mean = (values: readonly number[], what: string): Interval =>
    bare(
      clusteredMean(
        values.map((value, i) => ({ cluster: picture(test[i]!).group, value })),
        seededRng(seed, `bootstrap/features ${source} ${hash} ${what}`),
      ),
    );
  const closer = (of: (typeof decoders)[number]): Interval =>
    mean(
      distance.random.map((each, i) => each - distance[of][i]!),
      `${of} over random`,
    );
  return {
    source,
    hash,
    classifier,
    n: test.length,
    distance: {
      ridge: mean(distance.ridge, 'ridge'),
      nearest: mean(distance.nearest, 'nearest'),
      mean: mean(distance.mean, 'mean'),
      random: mean(distance.random, 'random'),
    },
    closer: { ridge: closer('ridge'), nearest: closer('nearest') },
  };
}

const bare = ({ estimate, low, high, method }: Interval): Interval => ({ estimate, low, high, method });

// The pictures of a hash-leakage run, by source and id.

/** What scores need to know of a picture. */
export interface Picture {
  readonly group: string;
  readonly topic: string;
}

/** Looks a picture up. A picture that no row names is damage of the run's file. */
export function pictureLookup(rows: readonly HashLeakPicturesRow[]): (source: HashLeakSource, id: string) => Picture {
  const known = new Map<string, Picture>();
  for (const { source, picture, group, topic } of rows)
    for (const [i, id] of picture.entries()) known.set(`${source}\n${id}`, { group: group[i]!, topic: topic[i]! });
  return (source, id) => {
    const found = known.get(`${source}\n${id}`);
    if (!found) throw new Error(`No row tells of picture ${id} of the ${source}`);
    return found;
  };
}

/** How many pictures, groups and topics each source has. */
export function sourceCounts(rows: readonly HashLeakPicturesRow[]): HashLeakageMetrics['dataset']['sources'] {
  return [...new Set(rows.map(({ source }) => source))].map((source) => {
    const of = rows.filter((row) => row.source === source);
    const parts = of.flatMap(({ part }) => part);
    const count = (wanted: string): number => parts.filter((part) => part === wanted).length;
    return {
      source,
      pictures: { training: count('training'), validation: count('validation'), test: count('test') },
      groups: new Set(of.flatMap(({ group }) => group)).size,
      topics: new Set(of.flatMap(({ topic }) => topic)).size,
    };
  });
}
