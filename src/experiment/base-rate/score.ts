/** From score rows to what false alarms of a classifier amount to where target content is rare. */

import { volumeRow } from '../../metric/base-rate.ts';
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { wilson } from '../../metric/proportion.ts';
import type { Alarm, BaseRate } from '../../schema/base-rate.ts';
import type { AlarmMetrics, BaseRateMetrics, EditedSlice, Slice } from '../../schema/base-rate-metrics.ts';
import type { Observation, RefusedRow } from '../../schema/observation.ts';
import type { ScoredRow, ScorerRow } from '../../schema/scored-rows.ts';
import { seededRng } from '../../util/rng.ts';
import { readingsOf } from './accuracy-readings.ts';
import { baseRateLimits } from './base-rate-limits.ts';
import { type AlarmScore, firstOfGroups, pointsOf, tailOf, wantedOf } from './precision.ts';
import { rounded } from './rounded.ts';

/** What is not in the rows. */
export interface BaseRateFacts {
  readonly experiment: BaseRate;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
}

/** Topics of fewer pictures are counted together. */
const leastPictures = 20;

/** Metrics of a base-rate run: a pure function of its rows and its experiment. */
export function baseRateMetrics(
  rows: readonly Observation[],
  { experiment, dataset, notes }: BaseRateFacts,
): BaseRateMetrics {
  const scorers = rows.filter((row): row is ScorerRow => row.row === 'scorer');
  const scored = rows.filter((row): row is ScoredRow => row.row === 'scored');
  const refused = rows.filter((row): row is RefusedRow => row.row === 'refused');
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
    const parts = new Map<string, AlarmScore[]>();
    for (const each of innocents) parts.set(nameOf(each), [...(parts.get(nameOf(each)) ?? []), each]);
    return [...parts]
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
