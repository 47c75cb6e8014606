/** From rows of attacks to success against L2, SSIM and queries: pure functions of rows and experiment. */

import { collide, evade, type Margin, unlabel } from '../../attack/goal.ts';
import { isExact } from '../../hash/exact-hashes.ts';
import { pairHistogram, pairsWithin } from '../../match/pair-distances.ts';
import { fprAtListSize } from '../../metric/extreme-value.ts';
import type { Interval } from '../../metric/interval.ts';
import { mutualMatches } from '../../metric/mutual-matches.ts';
import { pairRate } from '../../metric/node-bootstrap.ts';
import { upperBound, wilson } from '../../metric/proportion.ts';
import { median } from '../../metric/quantile.ts';
import { ofType } from '../../schema/row.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { hashed, hashedRows, hashTable, laidOut, representatives } from '../../score/hash-table.ts';
import { numbering } from '../../score/measure.ts';
import { rounded } from '../../score/rounded.ts';
import { seededRng } from '../../util/rng.ts';
import type { Evasion } from './experiment.ts';
import type { AttackMetrics, EvasionMetrics, TargetMetrics, ThresholdPrice } from './metrics.ts';
import type { AttackControlRow, AttackRefusalsRow, AttemptRow, EvasionRow, ScoredAlteration } from './rows.ts';
import { labelled, withThresholds } from './score-choose.ts';

/** What the rows do not say. */
export interface EvasionContext {
  readonly experiment: Evasion;
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** What was noted while pictures were chosen. */
  readonly notes: readonly string[];
  /** Place of the attacked label among the classifier's scores, where one is attacked. */
  readonly label: number | undefined;
}

/** SSIM at which success is stated. */
const ssims = [0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.5];

/** The metrics of a finished run. */
export function evasionMetrics(
  rows: readonly EvasionRow[],
  { experiment, dataset, notes, label }: EvasionContext,
): EvasionMetrics {
  const hashed = hashedRows(rows);
  const attempts = ofType(rows, 'attempt');
  const controls = ofType(rows, 'attack-control');
  const refusals = ofType(rows, 'attack-refusals');
  const inPart = (part: string): number => hashed.filter((row) => row.part === part).length;
  const refused = rows.flatMap((row) => {
    if (row.row === 'refused') return [{ picture: row.picture, reason: row.reason }];
    return row.row === 'hashed' && row.outcome.state === 'refused'
      ? [{ picture: row.picture, reason: row.outcome.reason }]
      : [];
  });
  const targets = targetsOf(rows, experiment, label).flatMap((target): TargetMetrics[] => {
    const of = <R extends AttemptRow | AttackControlRow | AttackRefusalsRow>(all: readonly R[]): R[] =>
      all.filter((row) => row.goal === target.goal && row.target === target.target);
    const tried = of(attempts);
    return tried.length === 0
      ? []
      : [{ ...targetMetrics(target, tried, of(controls), experiment), ...refusalsOf(of(refusals)) }];
  });
  const { name, question, seed, side, l2, quoted, resistance } = experiment;
  return rounded({
    schemaVersion: 1,
    kind: 'evasion',
    experiment: name,
    question,
    seed,
    dataset: {
      ...dataset,
      pictures: { calibration: inPart('calibration'), evaluation: inPart('evaluation') },
      groups: new Set(hashed.map(({ group }) => group)).size,
      refused,
    },
    side,
    l2,
    quoted,
    targets,
    thresholds: thresholdPrices(rows, attempts, experiment),
    resistance,
    limits: [...notes, ...limitsOf(experiment, targets)],
  });
}

type Facts = Omit<TargetMetrics, 'controls' | 'attacks' | 'refusals'>;

/** Every target, in the order of the experiment. */
function targetsOf(rows: readonly EvasionRow[], experiment: Evasion, label: number | undefined): Facts[] {
  const { evasion, collision, classifier } = experiment;
  const hashes = (goal: Facts['goal'], targets: Evasion['evasion']['targets']): Facts[] =>
    targets.map(({ hash, frequencies, queries }) => {
      const { bits, threshold } = hashFactsOf(hash, experiment);
      const rule = "the authors' threshold, in bits";
      return { goal, target: hash, type: 'hash', bits, threshold, rule, frequencies, queries };
    });
  const known = labelled(rows, experiment, label);
  return [
    ...hashes('evasion', evasion.targets),
    ...(classifier && known
      ? [
          {
            goal: 'evasion' as const,
            target: classifier.name,
            type: 'classifier' as const,
            bits: null,
            threshold: known.threshold.score,
            rule: `of the label ${classifier.label}: ${known.threshold.rule}`,
            frequencies: classifier.frequencies,
            queries: classifier.queries,
          },
        ]
      : []),
    ...hashes('collision', collision?.targets ?? []),
  ];
}

/** Above 0 where the goal is reached. */
const marginOf = ({ goal, type, threshold }: Facts): Margin =>
  type === 'classifier' ? unlabel(threshold) : goal === 'evasion' ? evade(threshold) : collide(threshold);

function targetMetrics(
  facts: Facts,
  attempts: readonly AttemptRow[],
  controls: readonly AttackControlRow[],
  experiment: Evasion,
): TargetMetrics {
  const { l2 } = experiment;
  const margin = marginOf(facts);
  const share = (measures: readonly number[]) =>
    wilson(measures.filter((each) => margin(each) > 0).length, measures.length);
  const kinds = [...new Set(attempts.map(({ attack }) => attack))];
  const each = kinds.map((attack) => ({ attack, rows: attempts.filter((row) => row.attack === attack) }));
  const any = { attack: 'any' as const, rows: bestOf(attempts, margin) };
  return {
    ...facts,
    controls: {
      untouched: share(controls.map(({ untouched }) => untouched.measure)),
      untouchedAfterMessenger: share(controls.map(({ untouched }) => untouched.afterMessenger)),
      replaced: share(controls.map(({ replaced }) => replaced)),
      byL2: l2.map((budget, i) => ({
        l2: budget,
        noise: share(controls.map(({ noise }) => noise[i]!)),
        smoothNoise: share(controls.map(({ smoothNoise }) => smoothNoise[i]!)),
      })),
    },
    attacks: [...each, ...(kinds.length > 1 ? [any] : [])].map(({ attack, rows }) =>
      attackMetrics(attack, rows, margin, experiment),
    ),
  };
}

/** The refused alterations of a target; nothing where there are none. */
function refusalsOf(rows: readonly AttackRefusalsRow[]): Pick<TargetMetrics, 'refusals'> {
  const [first] = rows;
  if (!first) return {};
  return {
    refusals: {
      refused: rows.reduce((sum, { refused }) => sum + refused, 0),
      pictures: new Set(rows.map(({ picture }) => picture)).size,
      first: first.first,
    },
  };
}

type Tried = Pick<AttemptRow, 'queries' | 'wins' | 'shortest' | 'within'>;

/** Per picture the best of all attacks, as an attacker has it who runs them one after the other. */
function bestOf(attempts: readonly AttemptRow[], margin: Margin): Tried[] {
  const pictures = new Map<string, AttemptRow[]>();
  for (const row of attempts) pictures.set(row.picture, [...(pictures.get(row.picture) ?? []), row]);
  return [...pictures.values()].map((rows) => {
    let before = 0;
    const wins = rows.flatMap((row) => {
      const asked = before;
      before += row.queries;
      return row.wins.map(([queries, l2]): [number, number] => [asked + queries, l2]);
    });
    const won = rows.flatMap(({ shortest }) => shortest ?? []);
    return {
      queries: before,
      wins,
      shortest: won.reduce<ScoredAlteration | null>((best, each) => (best && best.l2 <= each.l2 ? best : each), null),
      within: rows[0]!.within.map((_, i) =>
        rows.reduce<ScoredAlteration | null>((best, { within }) => {
          const each = within[i] ?? null;
          return each && (!best || margin(each.measure) > margin(best.measure)) ? each : best;
        }, null),
      ),
    };
  });
}

function attackMetrics(
  attack: AttackMetrics['attack'],
  rows: readonly Tried[],
  margin: Margin,
  { l2, quoted }: Evasion,
): AttackMetrics {
  const n = rows.length;
  const share = (holds: (row: Tried) => boolean) => wilson(rows.filter(holds).length, n);
  const firstWithin = ({ wins }: Tried, budget: number): number =>
    Math.min(...wins.flatMap(([queries, each]) => (each <= budget ? [queries] : [])), Number.POSITIVE_INFINITY);
  const won = rows.flatMap(({ shortest }) => shortest ?? []);
  const values = won.map((each) => each.l2).sort((a, b) => a - b);
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const middle = (all: readonly number[]): number | null => (all.length === 0 ? null : orNull(median(all)));
  const largest = l2.at(-1)!;
  const most = Math.max(...rows.map(({ queries }) => queries));
  return {
    attack,
    sees: attack === 'boundary' ? 'decision' : 'measure',
    attempts: n,
    byL2: l2.map((budget, i) => ({
      l2: budget,
      success: share((row) => firstWithin(row, budget) < Number.POSITIVE_INFINITY),
      afterMessenger: share(({ within }) => {
        const furthest = within[i];
        return furthest ? margin(furthest.afterMessenger) > 0 : false;
      }),
    })),
    byQueries: queryCounts(most).map((queries) => ({
      queries,
      atQuoted: share((row) => firstWithin(row, quoted) <= queries),
      atAny: share((row) => firstWithin(row, largest) <= queries),
    })),
    bySsim: ssims.map((ssim) => ({
      ssim,
      success: share(({ shortest }) => shortest !== null && shortest.ssim >= ssim),
    })),
    least: {
      values,
      censored: n - values.length,
      // An attempt without success needs more than any that has one.
      median: middle([...values, ...new Array<number>(n - values.length).fill(Number.POSITIVE_INFINITY)]),
      medianSsim: middle(won.map((each) => each.ssim)),
      afterMessenger: wilson(won.filter((each) => margin(each.afterMessenger) > 0).length, won.length),
    },
    medianQueries: middle(rows.map((row) => firstWithin(row, quoted))),
  };
}

/** 1, 2 and 5 of every decade below the number, and it. */
export function queryCounts(most: number): number[] {
  const round = Array.from({ length: 18 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3));
  return [...round.filter((each) => each < most), most];
}

function limitsOf({ side, seed, quoted, l2, resistance }: Evasion, targets: readonly TargetMetrics[]): string[] {
  const n = Math.min(...targets.flatMap(({ attacks }) => attacks.map(({ attempts }) => attempts)));
  return [
    'Benign pictures stand in for listed content. Altered pictures are scored in memory and discarded: no file, report or command holds one.',
    `Attacks run on working copies of at most ${side} pixels, in grey for hashes. A larger picture is shrunk before it is hashed, so that the same L2 should do, but that was not run.`,
    `Success is a lower bound: a stronger attacker, one who follows the hash's own arithmetic, or one with more queries, needs less. Failure of these attacks is no proof of robustness.`,
    `Attacks search among smooth perturbations, whose number of half-waves is chosen knowing which hash is attacked. L2 is a root mean square over all pixels; ${quoted} is ${(255 * quoted).toFixed(1)} of 255 grey levels, ${l2.at(-1)} is ${(255 * l2.at(-1)!).toFixed(0)}.`,
    `Intervals are Wilson's over pictures, one a group (seed ${seed}). Of ${n} attempts that all succeed the share may still be as low as ${(100 * (1 - upperBound(0, n))).toFixed(0)} % (one-sided 95 %).`,
    "An altered picture is compared with its own entry alone: that it might match another of a long list is not counted, nor is a quality that falls below the authors' least.",
    `The threshold that resists is chosen on one half of the attacked pictures; how many evade it is counted on the other half.`,
    'Pictures that match another are counted by connected component: matches are mutual, and ten pictures of one scene are one event, not ten.',
    `Other thresholds than the authors' are judged by how far an attack goes that knows none (${resistance.attack.attack}, within L2 ${quoted}): a threshold that resists it may fall to a better one.`,
    'False positives a day are those of pictures of this dataset against each other; generated pictures share templates and match more often than photographs. See false-positive-tail for how rates grow with a list.',
    ...targets.flatMap(({ goal, target, refusals }) =>
      refusals
        ? [
            `${target} (${goal}) refused ${refusals.refused} altered pictures, of ${refusals.pictures} attacked ones: a refusal counts as no success, although a picture that a detector refuses is not matched either. The first: ${refusals.first}.`,
          ]
        : [],
    ),
    ...targets.flatMap(({ target, controls }) =>
      isExact(target)
        ? [
            `${target} is of a working copy saved without loss. It is evaded by whatever changes a byte: by one JPEG as a messenger sends it, without any attack, in ${controls.untouchedAfterMessenger.k} of ${controls.untouchedAfterMessenger.n}. Its distances say nothing, so its attacks are no more than first steps, and it has no other threshold that could resist.`,
          ]
        : [],
    ),
    "SSIM and L2 are not what a person sees. 'After the messenger' is one JPEG of quality 75 without resizing.",
  ];
}

// What a threshold that resists would cost: evasion and false positives of a hash at every number of bits.

/** Thresholds priced between the authors' and the one that resists. */
const between = 3;
/** Resamples for the interval of a rate among pairs: at high thresholds nearly all of them match, and each costs its time. */
const resamples = 200;

/** Of every hash that was evaded: shares and prices by threshold. */
export function thresholdPrices(
  rows: readonly EvasionRow[],
  attempts: readonly AttemptRow[],
  experiment: Evasion,
): EvasionMetrics['thresholds'] {
  const at = experiment.l2.indexOf(experiment.quoted);
  return withThresholds(experiment).flatMap(({ hash }): EvasionMetrics['thresholds'] => {
    const furthest = new Map<string, number>();
    for (const { goal, target, picture, within } of attempts) {
      if (goal === 'collision' || target !== hash) continue;
      // Attacks that know no threshold have the quoted budget alone.
      const reached = within[goal === 'furthest' ? 0 : at]?.measure ?? 0;
      furthest.set(picture, Math.max(furthest.get(picture) ?? 0, reached));
    }
    if (furthest.size === 0) return [];
    const { bits, threshold: authors } = hashFactsOf(hash, experiment);
    // All pairs of different groups: one picture of each.
    const own = hashed(
      representatives(hashTable(hashedRows(rows), hash, { ...experiment, quality: 'authors' }).entries),
    );
    const unrelated = laidOut(own, bits, numbering());
    let below = 0;
    const falsePairs = pairHistogram(unrelated).map((count) => (below += count));
    const evadedBy = (pictures: readonly string[], threshold: number): number =>
      pictures.filter((picture) => furthest.get(picture)! > threshold).length;
    const all = [...furthest.keys()];
    const { choosing, quoting } = halves(all, experiment.seed);
    const { listEntries, photosPerDay, share } = experiment.resistance;
    const price = ([threshold, why]: readonly [number, ThresholdPrice['why']]): ThresholdPrice => {
      const stream = seededRng(experiment.seed, `pairs/${hash}/${threshold}`);
      const within = pairsWithin(unrelated, threshold);
      const pairFpr = pairRate(within, own.length, stream, resamples);
      const matched = mutualMatches(within, own.length);
      return {
        threshold,
        why,
        evaded: wilson(evadedBy(quoting, threshold), quoting.length),
        pairFpr,
        matched,
        flaggedPerDay: {
          atLeast: {
            estimate: photosPerDay.value * (matched.estimate ?? 0),
            low: photosPerDay.value * matched.low,
            high: photosPerDay.value * matched.high,
            method: `measured against ${own.length - 1} entries; ${matched.method}`,
          },
          independent: independent(pairFpr, listEntries.value, photosPerDay.value),
        },
      };
    };
    const bitCounts = Array.from({ length: bits + 1 }, (_, threshold) => threshold);
    const resisting = bitCounts.find((threshold) => evadedBy(choosing, threshold) <= share * choosing.length)!;
    return [
      {
        hash,
        bits,
        pictures: all.length,
        chosenOn: choosing.length,
        pairs: (own.length * (own.length - 1)) / 2,
        evaded: bitCounts.map((threshold) => evadedBy(all, threshold)),
        falsePairs,
        prices: pricedThresholds(authors, resisting).map(price),
      },
    ];
  });
}

/** The attacked pictures, by id: half of them choose the threshold that resists, and the others are those that it is quoted for. */
function halves(pictures: readonly string[], seed: number): { choosing: string[]; quoting: string[] } {
  const drawn = seededRng(seed, 'resisting').shuffle([...pictures].sort());
  const half = Math.floor(drawn.length / 2);
  // With one picture nothing is left to choose on.
  return half === 0 ? { choosing: drawn, quoting: [] } : { choosing: drawn.slice(0, half), quoting: drawn.slice(half) };
}

/** The authors' threshold, the lowest that resists, and some between them. */
function pricedThresholds(authors: number, resisting: number): (readonly [number, ThresholdPrice['why']])[] {
  if (resisting <= authors) return [[authors, 'resisting']];
  const steps = Array.from({ length: between }, (_, i) =>
    Math.round(authors + ((resisting - authors) * (i + 1)) / (between + 1)),
  );
  const middle = [...new Set(steps)].filter((each) => each > authors && each < resisting);
  return [[authors, 'authors'], ...middle.map((each) => [each, 'between'] as const), [resisting, 'resisting']];
}

/** Pictures flagged by a list of independent entries; the interval is the one by picture, or that of pairs where it is wider. */
function independent(
  { estimate, low, high, nodeLow, nodeHigh }: ReturnType<typeof pairRate>,
  entries: number,
  pictures: number,
): Interval {
  const flagged = (pairTail: number): number => pictures * fprAtListSize(pairTail, entries);
  return {
    estimate: flagged(estimate ?? 0),
    low: flagged(Math.min(low, nodeLow)),
    high: flagged(Math.max(high, nodeHigh)),
    method: `1 − (1 − q)^${entries}, entries independent; q over pairs, 95 % by picture`,
  };
}
