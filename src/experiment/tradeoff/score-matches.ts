/** From match rows to what a hash does on the dataset: recall per edit, ROC and false positives, on the evaluation split. */
import { clusteredClasses } from '../../metric/bootstrap.ts';
import { ClusterCounts } from '../../metric/cluster-counts.ts';
import { proportion } from '../../metric/proportion.ts';
import { largestDistance, rocOfDistances } from '../../metric/roc.ts';
import type { MatchRow } from '../../schema/observation.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import type { Split } from '../../schema/vocabulary.ts';
import { hashFactsOf, type WithDetectors } from '../../score/hash-facts.ts';
import { type Calibration, distanceOf, isInnocent } from '../../score/thresholds.ts';
import { Column } from '../../util/column.ts';
import { Numbered, type Renumbering } from '../../util/numbered.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from './experiment.ts';
import type { HashMetrics } from './metrics.ts';

/** A picture, and the entry nearest to it. */
export interface Pair {
  readonly picture: string;
  readonly nearest: string;
  readonly bits: number;
}

/** Innocent pictures at most so many bits from an entry: how many, and the first of the nearest. */
export class NearPairs {
  readonly #most: number;
  count = 0;
  nearest: Pair | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add({ picture, outcome }: MatchRow): void {
    if (outcome.state !== 'scored' || outcome.nearest === null || outcome.distanceBits > this.#most) return;
    this.count++;
    this.#offer({ picture, nearest: outcome.nearest, bits: outcome.distanceBits });
  }

  merge({ count, nearest }: NearPairs): void {
    this.count += count;
    if (nearest) this.#offer(nearest);
  }

  #offer(pair: Pair): void {
    if (!this.nearest || pair.bits < this.nearest.bits) this.nearest = pair;
  }
}

/** The distances of some pictures, and the groups that they belong to, in the order of the rows. */
class Distances {
  readonly groups = new Column(Uint32Array);
  readonly bits = new Column(Uint16Array);

  push(group: number, bits: number): void {
    this.groups.push(group);
    this.bits.push(bits);
  }

  merge(following: Distances, groups: Renumbering): void {
    this.groups.merge(following.groups, groups);
    this.bits.merge(following.bits);
  }
}

/** The rows of one hash: eight bytes for each row of a listed picture of the evaluation, six for one of an innocent one as it is. */
export class HashCounts {
  readonly #name: string;
  readonly bits: number;
  readonly listed = new Distances();
  /** The edit of each listed row. */
  readonly edits = new Column(Uint16Array);
  readonly transforms = new Numbered();
  readonly innocent = new Distances();
  /** Distances to the entry of the own original, by edit. */
  readonly own = new Map<number, { sum: number; n: number }>();
  readonly same: Record<Split, NearPairs>;
  readonly near: Record<Split, NearPairs>;
  refused = 0;
  failed = 0;

  constructor(name: string, experiment: WithDetectors) {
    const { bits, threshold } = hashFactsOf(name, experiment);
    this.#name = name;
    this.bits = bits;
    const pairs = (most: number) => ({ calibration: new NearPairs(most), evaluation: new NearPairs(most) });
    this.same = pairs(0);
    this.near = pairs(threshold);
  }

  get name(): string {
    return this.#name;
  }

  /** `group`: the number of the picture's group. */
  add(row: MatchRow, group: number): void {
    const { outcome, content, split } = row;
    if (outcome.state === 'failed') {
      this.failed++;
      return;
    }
    if (outcome.state === 'refused') this.refused++;
    const distance = distanceOf(row, this.bits);
    if (isInnocent(row, split)) {
      this.same[split].add(row);
      this.near[split].add(row);
      if (split === 'evaluation') this.innocent.push(group, distance);
    }
    if (content !== 'listed' || split !== 'evaluation') return;
    const edit = this.transforms.of(row.transform);
    this.listed.push(group, distance);
    this.edits.push(edit);
    if (outcome.state === 'scored' && outcome.ownBits !== undefined) this.#addOwn(edit, outcome.ownBits, 1);
  }

  merge(following: HashCounts, groups: Renumbering): void {
    const transforms = this.transforms.merge(following.transforms);
    this.listed.merge(following.listed, groups);
    this.edits.merge(following.edits, transforms);
    this.innocent.merge(following.innocent, groups);
    for (const [edit, { sum, n }] of following.own) this.#addOwn(transforms[edit]!, sum, n);
    for (const split of ['calibration', 'evaluation'] as const) {
      this.same[split].merge(following.same[split]);
      this.near[split].merge(following.near[split]);
    }
    this.refused += following.refused;
    this.failed += following.failed;
  }

  #addOwn(edit: number, sum: number, n: number): void {
    const own = this.own.get(edit) ?? { sum: 0, n: 0 };
    this.own.set(edit, { sum: own.sum + sum, n: own.n + n });
  }
}

/** False-positive rates at which the detection rate is quoted. */
const quotedFprs = [0.001, 0.01, 0.1] as const;

/** Recall per edit, ROC, and false positives of one hash, on the evaluation split. */
export function hashMetrics(hash: HashCounts, calibration: Calibration, experiment: Experiment): HashMetrics {
  const { name, bits, listed, innocent } = hash;
  const { threshold: authors, exact } = hashFactsOf(name, experiment);
  const chosen = calibration.hashThreshold(experiment, name, false);
  const rate = ({ groups, bits: distances }: Distances, threshold: number, edit?: number): ClusteredRate => {
    const counts = new ClusterCounts();
    for (let i = 0; i < groups.length; i++)
      if (edit === undefined || hash.edits.at(i) === edit) counts.add(groups.at(i), distances.at(i) <= threshold);
    return clusteredClasses(counts.classes(), seededRng(experiment.seed, `bootstrap/${name}/${threshold}`));
  };
  const negatives = calibration.distances(name);
  const fprAt = (threshold: number) =>
    proportion(negatives.filter((each) => each <= threshold).length, negatives.length);
  const roc = rocOfDistances(listed.bits.toArray(), innocent.bits.toArray(), bits, {
    positives: listed.groups.toArray(),
    negatives: innocent.groups.toArray(),
  });
  return {
    name,
    bits,
    authorsThreshold: authors,
    threshold: chosen,
    positives: listed.bits.length,
    negatives: innocent.bits.length,
    refused: hash.refused,
    failed: hash.failed,
    auc: roc.auc,
    roc: [...roc.points],
    tprAtFpr: quotedFprs.map((fpr) => {
      // Chosen where it is not scored, like every threshold.
      const threshold = largestDistance(negatives, fpr, exact ? 0 : bits);
      return { fpr, threshold, tpr: rate(listed, threshold), calibrationFpr: fprAt(threshold) };
    }),
    fpr: rate(innocent, chosen.bits),
    fprAtAuthors: rate(innocent, authors),
    recall: [...hash.transforms.names()].map((transform, edit) => {
      const own = hash.own.get(edit);
      return {
        transform,
        calibrated: rate(listed, chosen.bits, edit),
        atAuthors: rate(listed, authors, edit),
        meanOwnBits: own ? own.sum / own.n : null,
      };
    }),
  };
}
