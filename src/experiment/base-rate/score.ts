/** From score rows to what false alarms of a classifier amount to where target content is rare. */

import {
  fprOfAccuracy,
  neededFpr,
  picturesToCertify,
  ppv,
  ppvBounds,
  volumeRow,
  wide,
} from '../../metric/base-rate.ts';
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { proportion, upperBound, wilson } from '../../metric/proportion.ts';
import { justAbove } from '../../metric/roc.ts';
import { fitScoreTail } from '../../metric/score-tail.ts';
import { ofType } from '../../schema/row.ts';
import type { ScoredRow, ScoreRow } from '../../schema/scored.ts';
import { rounded } from '../../score/rounded.ts';
import { UserError } from '../../util/errors.ts';
import { firstOfEach, groupBy } from '../../util/group-by.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { Alarm, BaseRate } from './experiment.ts';
import type { AlarmMetrics, BaseRateMetrics, EditedSlice, Reading, ScoreTail, Slice, Tpr, Wanted } from './metrics.ts';

/** What is not in the rows. */
interface BaseRateFacts {
  readonly experiment: BaseRate;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
}

/** Topics of fewer pictures are counted together. */
const leastPictures = 20;

/** Metrics of a base-rate run: a pure function of its rows and its experiment. */
export function baseRateMetrics(
  rows: readonly ScoreRow[],
  { experiment, dataset, notes }: BaseRateFacts,
): BaseRateMetrics {
  const scorers = ofType(rows, 'scorer');
  const scored = ofType(rows, 'scored');
  const refused = ofType(rows, 'refused');
  const pictures = new Map(scored.map(({ picture, group }) => [picture, group]));
  const classifiers = scorers.map((scorer) => {
    const own = scored.filter(({ network }) => network === scorer.network);
    return {
      scorer,
      failed: own.filter(({ outcome }) => outcome.state !== 'scored').length,
      alarms: experiment.alarms.map((alarm) =>
        alarmMetrics(scoresOf(own, alarm, scorer.labels), alarm, experiment, scorer.network),
      ),
    };
  });
  const { question, seed, thresholds, prevalences, accuracy, assumedTpr, volume } = experiment;
  const service = Object.fromEntries(Object.entries(volume).map(([key, { value }]) => [key, value])) as Record<
    keyof typeof volume,
    number
  >;
  const measured = classifiers.flatMap(({ scorer, alarms: [first] }) =>
    (first?.fpr ?? []).flatMap((rate, i) =>
      rate.estimate === null
        ? []
        : [
            {
              fpr: rate.estimate,
              measured: { classifier: scorer.network, alarm: first!.alarm.name, threshold: thresholds[i]!, rate },
            },
          ],
    ),
  );
  const metrics: Omit<BaseRateMetrics, 'limits'> = {
    schemaVersion: 1,
    kind: 'base-rate',
    experiment: experiment.name,
    question,
    seed,
    dataset: {
      ...dataset,
      pictures: pictures.size,
      groups: new Set(pictures.values()).size,
      edited: new Set(scored.flatMap(({ transform, picture }) => (transform === 'none' ? [] : [picture]))).size,
      refused: refused.map(({ picture, reason }) => ({ picture, reason })),
    },
    thresholds: [...thresholds],
    prevalences: [...prevalences],
    classifiers,
    accuracy: { ...accuracy, readings: readingsOf(accuracy.value, assumedTpr.value, prevalences[0]!.value) },
    volume: {
      ...service,
      rows: [
        ...[1e-3, 1e-4, 1e-5, 1e-6, 1e-9].map((fpr) => ({ ...volumeRow(fpr, service), measured: null })),
        ...measured.map(({ fpr, measured: of }) => ({ ...volumeRow(fpr, service), measured: of })),
      ],
    },
  };
  return rounded({ ...metrics, limits: [...notes, ...baseRateLimits(metrics, experiment)] });
}

/** Scores of one alarm; what was refused or failed is left out, and counted elsewhere. */
function scoresOf(rows: readonly ScoredRow[], { labels }: Alarm, known: readonly string[]): AlarmScore[] {
  const at = labels.map((label) => known.indexOf(label));
  return rows.flatMap(({ picture, group, topic, kind, transform, outcome }) =>
    outcome.state === 'scored'
      ? [
          {
            picture,
            group,
            topic,
            kind,
            transform,
            score: Math.min(
              1,
              at.reduce((sum, i) => sum + outcome.scores[i]!, 0),
            ),
          },
        ]
      : [],
  );
}

function alarmMetrics(
  scores: readonly AlarmScore[],
  alarm: Alarm,
  experiment: BaseRate,
  network: string,
): AlarmMetrics {
  const { thresholds, seed } = experiment;
  const isTarget = ({ topic }: AlarmScore): boolean => alarm.topics?.includes(topic) ?? false;
  const unedited = scores.filter(({ transform }) => transform === 'none');
  const innocents = unedited.filter((each) => !isTarget(each));
  const trials = {
    innocents: firstOfGroups(innocents),
    targets: alarm.topics ? firstOfGroups(unedited.filter(isTarget)) : null,
  };
  const stream = `${network}/${alarm.name}`;
  return {
    alarm,
    innocents: { pictures: innocents.length, groups: trials.innocents.length },
    fpr: thresholds.map((threshold) =>
      clusteredProportion(
        innocents.map(({ group, score }) => ({ cluster: group, success: score >= threshold })),
        seededRng(seed, `bootstrap/${stream}/${threshold}`),
      ),
    ),
    slices: slicesOf(innocents, thresholds),
    edited: editedOf(
      scores.filter((each) => !isTarget(each)),
      thresholds,
    ),
    tail: tailOf(trials.innocents, seededRng(seed, `tail/${stream}`)),
    points: pointsOf(trials, experiment),
    wanted: wantedOf(trials, experiment),
  };
}

const ratesOf = (scores: readonly AlarmScore[], thresholds: readonly number[]) =>
  thresholds.map((threshold) => wilson(scores.filter(({ score }) => score >= threshold).length, scores.length));

/** By topic and by kind, the largest first. */
function slicesOf(innocents: readonly AlarmScore[], thresholds: readonly number[]): Slice[] {
  const slices = (by: 'topic' | 'kind', nameOf: (each: AlarmScore) => string): Slice[] => {
    return [...groupBy(innocents, nameOf)]
      .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
      .map(([name, of]) => ({ by, name, rates: ratesOf(of, thresholds) }));
  };
  const sizes = new Map<string, number>();
  for (const { topic } of innocents) sizes.set(topic, (sizes.get(topic) ?? 0) + 1);
  return [
    ...slices('topic', ({ topic }) =>
      sizes.get(topic)! < leastPictures ? `topics of fewer than ${leastPictures}` : topic,
    ),
    ...slices('kind', ({ kind }) => kind),
  ];
}

/** After each edit, beside the same pictures before it. */
function editedOf(scores: readonly AlarmScore[], thresholds: readonly number[]): EditedSlice[] {
  const transforms = [...new Set(scores.map(({ transform }) => transform))].filter((each) => each !== 'none');
  return transforms.map((transform) => {
    const after = scores.filter((each) => each.transform === transform);
    const same = new Set(after.map(({ picture }) => picture));
    const before = scores.filter((each) => each.transform === 'none' && same.has(each.picture));
    return { transform, rates: ratesOf(after, thresholds), unedited: ratesOf(before, thresholds) };
  });
}

// What a claimed accuracy can mean: the same number read as three different quantities.

/** The claim read as accuracy, as one minus the FPR, and as precision, each at that TPR and prevalence. */
function readingsOf(claim: number, tpr: number, prevalence: number): Reading[] {
  const reading = (name: string, fpr: number): Reading => ({
    reading: name,
    tpr,
    fpr,
    ppv: ppv(prevalence, tpr, fpr),
    perBillion: 1e9 * (1 - prevalence) * fpr,
    toCertify: picturesToCertify(fpr),
  });
  const byAccuracy = fprOfAccuracy(prevalence, tpr, claim);
  return [
    // A claim that only a more sensitive detector could meet has no such reading.
    ...(byAccuracy > 0 ? [reading('accuracy: share of all decisions that are right', byAccuracy)] : []),
    reading('specificity: share of innocent pictures that are passed', 1 - claim),
    reading('precision: share of flagged pictures that are target content', neededFpr(prevalence, tpr, claim)),
  ];
}

// What a reader must know before quoting a number of a base-rate run.

/** Limits of a run, most important first. */
function baseRateLimits(
  { classifiers, dataset }: Pick<BaseRateMetrics, 'classifiers' | 'dataset'>,
  { assumedTpr, alarms, volume }: BaseRate,
): string[] {
  const groups = Math.max(0, ...classifiers.flatMap((each) => each.alarms.map(({ innocents }) => innocents.groups)));
  const topics = alarms.flatMap(({ name, topics: own }) => (own ? [`“${name}” (${own.join(', ')})`] : []));
  return [
    'All pictures are benign. They are what this dataset holds, not a sample of what people send: a false-positive rate here is a proxy for that of a service.',
    groups === 0
      ? 'No innocent picture was scored, so nothing bounds the rate of false alarms.'
      : `${groups} independent innocent pictures bound a rate at ${(100 * upperBound(0, groups)).toFixed(3)} % from above at best (one-sided 95 %). Whatever is rarer is extrapolated, and says so.`,
    `The detection rate of alarms that no benign picture should raise cannot be measured here: ${assumedTpr.value} is assumed (${assumedTpr.source}).${
      topics.length > 0
        ? ` That of ${topics.join(', ')} is measured on benign stand-ins, which says nothing of real target content.`
        : ''
    }`,
    'A rate by topic or kind counts each picture as independent; near-duplicates in a group make its interval too short. The rate over all pictures has an interval by group beside it.',
    'The extrapolated tail assumes that the highest scores go on as they begin. Nothing in the data checks it beyond one in all pictures.',
    `After an edit ${dataset.edited} pictures were scored, so that small changes cannot be told from none.`,
    `Counts for a service are arithmetic on assumptions: ${volume.picturesPerDay.source}; reviewers look only at false alarms.`,
  ];
}

// From the scores of one alarm to its tail, its PPV, and what it would take to certify one. Trials are one picture a group.

/** One picture's score for an alarm, after one edit. */
interface AlarmScore extends Pick<ScoredRow, 'picture' | 'group' | 'topic' | 'kind' | 'transform'> {
  /** Sum of the scores of the alarm's labels. */
  readonly score: number;
}

/** Independent trials. */
interface Trials {
  readonly innocents: readonly AlarmScore[];
  /** null: the alarm has no target content among benign pictures, so its detection rate is assumed. */
  readonly targets: readonly AlarmScore[] | null;
}

const firstOfGroups = <T extends { readonly group: string }>(pictures: readonly T[]): T[] =>
  firstOfEach(pictures, ({ group }) => group);

const reach = (of: readonly AlarmScore[], score: number) =>
  proportion(of.filter((each) => each.score >= score).length, of.length);

const tprAt = ({ targets }: Trials, score: number, { assumedTpr }: BaseRate): Tpr =>
  targets ? reach(targets, score) : { assumed: assumedTpr.value };

/** TPR, FPR and PPV at every threshold of the experiment. */
const pointsOf = (trials: Trials, experiment: BaseRate): AlarmMetrics['points'] =>
  experiment.thresholds.map((threshold) => {
    const tpr = tprAt(trials, threshold, experiment);
    const fpr = reach(trials.innocents, threshold);
    return { threshold, tpr, fpr, ppv: experiment.prevalences.map(({ value }) => ppvBounds(value, tpr, fpr)) };
  });

/** Points of the measured tail: each of the highest scores, then fewer and fewer. */
function tailRanks(n: number): number[] {
  const ranks: number[] = [];
  for (let rank = 1; rank <= n; rank = Math.max(rank + 1, Math.ceil(rank * 1.12))) ranks.push(rank);
  return ranks;
}

const descendingScores = (of: readonly AlarmScore[]): Float64Array =>
  Float64Array.from(of, ({ score }) => -score)
    .sort()
    .map((each) => -each);

/** FPR against the score, as measured and as a fitted tail continues it. */
function tailOf(innocents: readonly AlarmScore[], rng: Rng): ScoreTail {
  const scores = innocents.map(({ score }) => score);
  const descending = descendingScores(innocents);
  const n = scores.length;
  // Scores that tie are reached together.
  const shown = [...new Set(tailRanks(n).map((rank) => descending[rank - 1]!))];
  const measured = shown.map((score) => ({ score, rate: reach(innocents, score) }));
  return { innocents: n, measured, fit: fitOf(scores, rng) };
}

function fitOf(scores: readonly number[], rng: Rng): ScoreTail['fit'] {
  try {
    const { points, ...fit } = fitScoreTail(scores, rng);
    return {
      ...fit,
      // These are steps on a scale of logits, which no picture was compared with.
      points: points.map(({ score, rate }) => ({
        score: rounded(score),
        rate,
        beyond: rate.estimate < 1 / scores.length,
      })),
    };
  } catch (error) {
    // Too few pictures, or scores that are all alike: there is nothing to fit.
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** For every prevalence and wanted PPV: a score chosen on half of the groups, and what the other half says of it. */
function wantedOf(trials: Trials, experiment: BaseRate): Wanted[] {
  const { seed, prevalences, precisions } = experiment;
  const all = [...trials.innocents, ...(trials.targets ?? [])];
  const groups = [...new Set(all.map(({ group }) => group))].sort();
  const drawn = new Set(
    seededRng(seed, 'calibration')
      .shuffle(groups)
      .slice(0, Math.round(groups.length / 2)),
  );
  const part = (calibration: boolean): Trials => {
    const own = ({ group }: AlarmScore): boolean => drawn.has(group) === calibration;
    return { innocents: trials.innocents.filter(own), targets: trials.targets?.filter(own) ?? null };
  };
  const [calibration, evaluation] = [part(true), part(false)];
  return prevalences.flatMap(({ value: prevalence }) =>
    precisions.map((precision): Wanted => {
      const score = smallestScore(calibration, experiment, prevalence, precision);
      const at = score ?? justAbove(1);
      const tpr = tprAt(evaluation, at, experiment);
      const fpr = reach(evaluation.innocents, at);
      const bounds = score === null ? { estimate: null, low: 0, high: 1 } : ppvBounds(prevalence, tpr, fpr);
      // The best that the detection rate may be: with a lower one it would take still more pictures.
      const needed = neededFpr(prevalence, score === null ? 1 : wide(tpr).high, precision);
      return {
        prevalence,
        precision,
        neededFpr: needed,
        score,
        tpr,
        fpr,
        ppv: bounds,
        certified: bounds.low >= precision,
        toCertify: picturesToCertify(needed),
      };
    }),
  );
}

/**
 * The smallest score at which the lower bound of the PPV on these trials reaches the wanted one, or failing that its estimate; null: none
 * at or below 1 does. Tried are scores just above the highest innocent ones, each, then fewer and fewer, and 0.
 */
function smallestScore(trials: Trials, experiment: BaseRate, prevalence: number, precision: number): number | null {
  const descending = descendingScores(trials.innocents);
  const tried = [...tailRanks(descending.length).map((rank) => justAbove(descending[rank - 1]!)), 0].filter(
    (score) => score <= 1,
  );
  const points = [...new Set(tried)].reverse().map((score) => ({
    score,
    ppv: ppvBounds(prevalence, tprAt(trials, score, experiment), reach(trials.innocents, score)),
  }));
  const found =
    points.find(({ ppv }) => ppv.low >= precision) ??
    points.find(({ ppv }) => ppv.estimate !== null && ppv.estimate >= precision);
  return found?.score ?? null;
}
