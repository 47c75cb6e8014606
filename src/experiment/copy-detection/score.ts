/**
 * Copy detection, from hashed rows: every edited picture against its own original and the nearest of another group, and all pairs of
 * unrelated originals. Thresholds of the corrected design are chosen among calibration pictures and scored among evaluation pictures,
 * and neither is compared with originals of the other split: a pair that was chosen on would come back the other way round.
 */

import { clusteredProportion, type Trial } from '../../metric/bootstrap.ts';
import { type CopyRow, chooseCopyThreshold } from '../../metric/copy-detection.ts';
import {
  type DistanceHistogram,
  histogramOf,
  histogramTotal,
  meanDistance,
  sdDistance,
  tailShare,
} from '../../metric/distance-histogram.ts';
import { pairRate } from '../../metric/node-bootstrap.ts';
import { proportion } from '../../metric/proportion.ts';
import { aucOfHistograms, chooseFromHistogram, equalErrorRate } from '../../metric/verification.ts';
import type { SetFacts } from '../../schema/edit-preset.ts';
import type { HashedRow, HashRow, PairRate } from '../../schema/hashed.ts';
import type { ClusteredRate, Rate } from '../../schema/rate.ts';
import { refusedFiles } from '../../schema/row.ts';
import {
  type Entry,
  type Hashed,
  type HashRunFacts,
  type HashTable,
  hashed,
  hashedRows,
  hashTable,
  isHashed,
  representatives,
  unrelatedOf,
} from '../../score/hash-table.ts';
import type { Measure } from '../../score/measure.ts';
import { rounded } from '../../score/rounded.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import { type CopyDetection, deepNames } from './experiment.ts';
import type { CopyDetectionMetrics, EditMetrics, SetMetrics } from './metrics.ts';

/** Labels and titles of the edits come with the facts; presets are read. */
type CopyFacts = HashRunFacts<CopyDetection> & { readonly sets: readonly SetFacts[] };

/** The metrics of a finished run. A UserError where no picture was hashed. */
export function copyDetectionMetrics(observations: readonly HashRow[], facts: CopyFacts): CopyDetectionMetrics {
  const { experiment, dataset, notes, sets, onProgress } = facts;
  const { name, question, seed, quality } = experiment;
  const rows = hashedRows(observations);
  if (rows.length === 0) throw new UserError(`No picture of dataset '${dataset.name}' could be decoded`);
  const refused = refusedFiles(observations);
  const pictures = new Map(rows.map(({ picture, group, part }) => [picture, { group, part }]));
  const inPart = (part: HashedRow['part']): number =>
    [...pictures.values()].filter((each) => each.part === part).length;
  const deep = deepNames(experiment);
  const names = [...experiment.hashes, ...deep];
  const hashes = names.map((each, i) => {
    onProgress?.(i, names.length);
    const table = hashTable(rows, each, experiment);
    const { bits, algorithm, vector } = table;
    return {
      name: each,
      bits,
      ...(vector ? { vector: { distance: vector.distance, step: vector.step } } : {}),
      authorsThreshold: vector?.threshold ?? algorithm?.threshold ?? null,
      deep: deep.includes(each),
      sets: sets.map((set) => setMetrics(table, set, experiment)),
    };
  });
  const first = hashes[0]!.sets[0]!;
  return rounded({
    schemaVersion: 1,
    experiment: name,
    question,
    seed,
    quality,
    kind: 'copy-detection',
    dataset: {
      ...dataset,
      pictures: { calibration: inPart('calibration'), evaluation: inPart('evaluation') },
      groups: new Set([...pictures.values()].map(({ group }) => group)).size,
      refused,
    },
    precision: experiment.precision,
    hashes,
    limits: [
      ...notes,
      'Benign pictures and edits stand in for everything: recall on them is a proxy, and an adversary chooses edits that are not here.',
      `Recall at a precision falls as the list grows, because the nearest wrong original comes nearer: ${first.originals} originals here, 3,854 in Thorn's benchmark. Compare orders, not levels.`,
      `"As published" chooses the threshold on the very rows that it is scored on, as Thorn's benchmark does. "Corrected" chooses it on the calibration half and is scored on the other, each half against its own ${first.corrected.originals} or so originals: a list of half the size, which makes it easier.`,
      'Edits of one picture are not independent: intervals over all edits are by picture. Pairs that share a picture are not independent either: intervals of pair rates are by picture too.',
      'Pictures of one group (bursts, templates, copies) are never counted as unrelated; groups are those that the dataset states. Two shots of one thing that it does not state count as wrong matches, and one such pair is enough to move every threshold at this precision.',
    ],
  });
}

/** Thresholds of 64-bit hashes at which imagededup counts false positives. */
const imagededupBits = [0, 10, 32];

/** An edited picture with its distances; those of pictures without a hash exceed every threshold. */
interface Query extends CopyRow {
  readonly entry: Entry;
  /** Distance to the nearest original of another group in its own split. */
  readonly wrongInSplit: number;
}

/** Everything one hash does on one set of edits. Distances are counts of its scale here, and in its unit in the metrics. */
function setMetrics(table: HashTable, set: SetFacts, experiment: CopyDetection): SetMetrics {
  const { name, algorithm, vector, measure } = table;
  const { unit, size, most, at, countOf } = measure.scale;
  const own = table.entries.filter((each) => each.set === set.name);
  const entries = own.filter(({ state }) => state !== 'failed');
  const originals = entries.filter(({ transform }) => transform === 'none');
  const usable = hashed(originals);
  const queries = queriesOf(
    entries.filter(({ transform }) => transform !== 'none'),
    usable,
    measure,
  );
  const evaluated = queries.filter(({ entry }) => entry.part === 'evaluation');
  const named = (count: number): string => (vector ? `${vector.distance} distance ${at(count)}` : `${count} bits`);
  const rng = (use: string) => seededRng(experiment.seed, `${use}/${name}/${set.name}`);
  const recall = (of: readonly Query[], threshold: number): ClusteredRate =>
    clusteredProportion(trials(of, threshold), rng(`recall ${threshold}`));
  const each = (of: readonly Query[], threshold: number): Rate | ClusteredRate =>
    alone(of) ? proportion(found(of, threshold), of.length) : recall(of, threshold);

  const calibration = chooseCopyThreshold(
    queries.filter(({ entry }) => entry.part === 'calibration').map(inSplit),
    experiment.precision,
    named,
  );
  const published = chooseCopyThreshold(queries, experiment.precision);

  const pairs = { all: unrelatedPairs(usable, measure), calibration: part(usable, measure, 'calibration') };
  const tested = representatives(usable.filter((entry) => entry.part === 'evaluation'));
  const fprOf = (of: readonly Hashed[], threshold: number, use: string): PairRate =>
    pairRate(measure.within(of, threshold), of.length, rng(`${use} ${threshold}`));
  const pairThresholds = experiment.pairFprs.map((target) => chooseFromHistogram(pairs.calibration, target));
  const atPairFpr = experiment.pairFprs.map((target, i) => {
    const threshold = pairThresholds[i]!;
    const { k, n } = tailShare(pairs.calibration, threshold);
    return {
      target,
      threshold: at(threshold),
      calibration: proportion(k, n),
      fpr: fprOf(tested, threshold, 'fpr'),
      recall: recall(evaluated, threshold),
    };
  });
  const whole = representatives(usable);
  const authors = vector ? countOf(vector.threshold) : algorithm?.threshold;
  const tails =
    unit === 'bits' && most === 64
      ? [...new Set([...imagededupBits, ...(authors === undefined ? [] : [authors])])]
      : authors === undefined
        ? []
        : [authors];
  const count = (state: Entry['state']): number => own.filter((entry) => entry.state === state).length;

  return {
    set: set.name,
    originals: usable.length,
    copies: queries.length,
    belowQuality: count('below quality'),
    refused: count('refused'),
    failed: count('failed'),
    asPublished: {
      threshold: at(published.threshold),
      precision: published.precision,
      recall: recall(queries, published.threshold),
    },
    corrected: {
      threshold: at(calibration.threshold),
      rule: calibration.rule,
      originals: usable.filter((entry) => entry.part === 'evaluation').length,
      recall: recall(evaluated, calibration.threshold),
      precision: clusteredProportion(matches(evaluated, calibration.threshold), rng('precision')),
    },
    unrelated: unrelatedOf(pairs.all, measure.scale),
    // Half of all pairs are within 32 bits: counting them is enough, and their list would fill the memory.
    tails: tails.map((threshold) => ({
      threshold: at(threshold),
      rate:
        threshold >= most / 4 && threshold !== authors
          ? bare(pairs.all, threshold, whole.length)
          : fprOf(whole, threshold, 'tail'),
    })),
    atPairFpr,
    atAuthors:
      authors === undefined
        ? null
        : { threshold: at(authors), fpr: fprOf(tested, authors, 'fpr'), recall: recall(evaluated, authors) },
    roc: rocPoints(
      histogramOf(
        queries.filter(({ right }) => right <= most).map(({ right }) => right),
        most,
      ),
      queries.length,
      pairs.all,
    ).map((point) => ({ ...point, threshold: at(point.threshold) })),
    edits: set.edits.map(({ label, title }): EditMetrics => {
      const edited = queries.filter(({ entry }) => entry.transform === label);
      const scored = edited.filter(({ entry }) => entry.part === 'evaluation');
      const own = histogramOf(
        edited.filter(({ right }) => right <= most).map(({ right }) => right),
        most,
      );
      const tuned = chooseCopyThreshold(edited, experiment.precision);
      const some = histogramTotal(own) > 0 && histogramTotal(pairs.all) > 0;
      const eer = some ? equalErrorRate(own, pairs.all) : null;
      return {
        edit: label,
        title,
        meanBits: some ? meanDistance(own) * most * size : null,
        sdBits: some ? sdDistance(own) * most * size : null,
        maxBits: some ? at(own.counts.findLastIndex((count) => count > 0)) : null,
        asPublished: {
          threshold: at(tuned.threshold),
          precision: tuned.precision,
          recall: each(edited, tuned.threshold),
        },
        corrected: each(scored, calibration.threshold),
        atPairFpr: pairThresholds.map((threshold) => each(scored, threshold)),
        atAuthors: authors === undefined ? null : each(scored, authors),
        auc: aucOfHistograms(own, pairs.all),
        eer: eer && { rate: eer.rate, threshold: eer.threshold * size },
      };
    }),
  };
}

/** Distances of every edited picture. */
function queriesOf(edited: readonly Entry[], originals: readonly Hashed[], measure: Measure): Query[] {
  const none = measure.scale.most + 1;
  const own = new Map(originals.map((each) => [each.picture, each]));
  const usable = hashed(edited);
  const nearest = new Map<Entry, { inSplit: number; other: number }>();
  for (const split of ['calibration', 'evaluation'] as const) {
    const asked = usable.filter((entry) => entry.part === split);
    const against = (same: boolean): Int32Array =>
      measure.nearestOthers(
        asked,
        originals.filter((entry) => (entry.part === split) === same),
      );
    const [inSplit, other] = [against(true), against(false)];
    asked.forEach((entry, i) => {
      nearest.set(entry, { inSplit: inSplit[i]!, other: other[i]! });
    });
  }
  return edited.map((entry) => {
    const { inSplit = none, other = none } = nearest.get(entry) ?? {};
    const original = own.get(entry.picture);
    const right = isHashed(entry) && original ? measure.between(entry, original) : none;
    return { entry, right, wrong: Math.min(inSplit, other), wrongInSplit: inSplit };
  });
}

const inSplit = ({ right, wrongInSplit }: Query): CopyRow => ({ right, wrong: wrongInSplit });
const found = (of: readonly Query[], threshold: number): number => of.filter(({ right }) => right <= threshold).length;
const trials = (of: readonly Query[], threshold: number): Trial[] =>
  of.map(({ entry, right }) => ({ cluster: entry.group, success: right <= threshold }));

/** Every match of a query within its split, right or wrong; one query can be both. */
const matches = (of: readonly Query[], threshold: number): Trial[] =>
  of.flatMap(({ entry: { group }, right, wrongInSplit }) => [
    ...(right <= threshold ? [{ cluster: group, success: true }] : []),
    ...(wrongInSplit <= threshold ? [{ cluster: group, success: false }] : []),
  ]);

/** Whether no two of them share a group, so that they count as independent. */
const alone = (of: readonly Query[]): boolean => new Set(of.map(({ entry }) => entry.group)).size === of.length;

const unrelatedPairs = (originals: readonly Hashed[], measure: Measure): DistanceHistogram => ({
  bits: measure.scale.most,
  counts: measure.histogram(representatives(originals)),
});

const part = (originals: readonly Hashed[], measure: Measure, split: Entry['part']): DistanceHistogram =>
  unrelatedPairs(
    originals.filter((entry) => entry.part === split),
    measure,
  );

/** A rate among pairs that is far from rare, where only the number of pictures limits what is known. */
function bare(h: DistanceHistogram, threshold: number, nodes: number): PairRate {
  const { k, n } = tailShare(h, threshold);
  const exact = proportion(k, n);
  const half = Math.floor(nodes / 2);
  const { low, high } = proportion(Math.round((exact.estimate ?? 0) * half), half);
  return {
    ...exact,
    method: `${exact.method}; by picture: Clopper-Pearson 95 % on ${half} disjoint pairs`,
    nodes,
    nodeLow: low,
    nodeHigh: high,
    designEffect: null,
  };
}

/** The ROC over all edits together; copies without a hash are never found. */
function rocPoints(own: DistanceHistogram, copies: number, pairs: DistanceHistogram): SetMetrics['roc'] {
  const total = histogramTotal(pairs);
  if (copies === 0 || total === 0) return [];
  const points: SetMetrics['roc'] = [{ threshold: -1, tpr: 0, fpr: 0 }];
  let [hits, alarms] = [0, 0];
  for (let threshold = 0; threshold <= own.bits; threshold++) {
    hits += own.counts[threshold]!;
    alarms += pairs.counts[threshold]!;
    const last = points.at(-1)!;
    const next = { threshold, tpr: hits / copies, fpr: alarms / total };
    if (next.tpr !== last.tpr || next.fpr !== last.fpr) points.push(next);
  }
  return points;
}
