/** What the classifier does: a head that the run trained, a program, or the network's own label, as stand-in for a detector of target content. */
import { clusteredClasses } from '../../metric/bootstrap.ts';
import { ClusterCounts } from '../../metric/cluster-counts.ts';
import { auc, rocOfScores } from '../../metric/roc.ts';
import type { ClassifyRow } from '../../schema/observation.ts';
import type { TrainedHead, TrainedHeadRow } from '../../schema/trained-head.ts';
import { headLabels, mustBeUnseen } from '../../score/head-split.ts';
import { type Calibration, type Detector, isClassified, isInnocent, scoreOf } from '../../score/thresholds.ts';
import { Column } from '../../util/column.ts';
import type { Numbered, Renumbering } from '../../util/numbered.ts';
import { seededRng } from '../../util/rng.ts';
import { Tally } from '../../util/tally.ts';
import type { Experiment } from './experiment.ts';
import type { ClassifierMetrics, Metrics } from './metrics.ts';

/** Scores of some pictures, and the groups that they belong to, in the order of the rows: twelve bytes each. */
class Scores {
  readonly groups = new Column(Uint32Array);
  readonly scores = new Column(Float64Array);

  push(group: number, score: number): void {
    this.groups.push(group);
    this.scores.push(score);
  }

  merge(following: Scores, groups: Renumbering): void {
    this.groups.merge(following.groups, groups);
    this.scores.merge(following.scores);
  }
}

/** The rows of one detector, and the head that gave its scores, if one did. */
export class DetectorCounts {
  readonly detector: Detector;
  /** Pictures as sent, of both splits and any content. */
  asSent = 0;
  /** Those of them that it refused. */
  refused = 0;
  /** As sent, of the evaluation: target content, and innocent pictures. */
  readonly positives = new Scores();
  readonly negatives = new Scores();
  /** Groups with a score, whatever the edit. */
  readonly scored = new Tally();
  /** The head, with the groups that it learnt. */
  head: { readonly facts: TrainedHead; readonly learnt: readonly string[] } | undefined;

  constructor(detector: Detector) {
    this.detector = detector;
  }

  /** `group`: the number of the picture's group. */
  add(row: ClassifyRow, group: number): void {
    if (!isClassified(row) || row.classifier !== this.detector.classifier) return;
    this.scored.set(group, 1);
    if (row.transform !== 'none') return;
    this.asSent++;
    if (row.outcome.state === 'refused') this.refused++;
    if (row.split !== 'evaluation') return;
    const side = isInnocent(row, 'evaluation') ? this.negatives : this.positives;
    side.push(group, scoreOf(row, this.detector.label));
  }

  addHead({ row: _, cell: _cell, learnt, ...facts }: TrainedHeadRow): void {
    if (facts.classifier === this.detector.classifier) this.head ??= { facts, learnt };
  }

  merge(following: DetectorCounts, groups: Renumbering): void {
    this.asSent += following.asSent;
    this.refused += following.refused;
    this.positives.merge(following.positives, groups);
    this.negatives.merge(following.negatives, groups);
    for (const [group] of following.scored.entries()) this.scored.set(groups[group]!, 1);
    this.head ??= following.head;
  }
}

/**
 * ROC and rates of a detector on pictures as sent, evaluation split; null when nothing was classified. `groups`: the names of the groups. Throws
 * an Error where the rows of a head show that it has learnt a picture which they score.
 */
export function classifierMetrics(
  { detector, asSent, refused, positives, negatives, scored, head }: DetectorCounts,
  { calibration, groups }: { readonly calibration: Calibration; readonly groups: Numbered },
  experiment: Experiment,
): ClassifierMetrics | null {
  const { classifier } = detector;
  if (asSent === 0) return null;
  if (head)
    mustBeUnseen(
      head.learnt,
      groups.names((number) => scored.of(number) > 0),
    );
  const chosen = calibration.classifierThreshold(experiment, detector);
  const countsOf = ({ groups: of, scores }: Scores, threshold: number): ClusterCounts => {
    const counts = new ClusterCounts();
    for (let i = 0; i < of.length; i++) counts.add(of.at(i), scores.at(i) >= threshold);
    return counts;
  };
  const [positive, negative] = [countsOf(positives, chosen.score), countsOf(negatives, chosen.score)];
  const rate = (of: ClusterCounts) =>
    clusteredClasses(of.classes(), seededRng(experiment.seed, `bootstrap/${classifier}`));
  const sources = (of: ClusterCounts): number => of.classes().reduce((sum, { clusters }) => sum + clusters, 0);
  const scores = { positives: positives.scores.toArray(), negatives: negatives.scores.toArray() };
  const roc = rocOfScores(scores.positives, scores.negatives, {
    positives: positives.groups.toArray(),
    negatives: negatives.groups.toArray(),
  });
  const { scorer, label } = experiment.messages;
  const program = scorer?.name === classifier ? scorer.program : undefined;
  const byPicture = auc(scores.positives, scores.negatives);
  return {
    name: classifier,
    label: head ? headLabels[0] : (program?.label ?? label),
    threshold: chosen,
    positives: positives.groups.length,
    negatives: negatives.groups.length,
    sources: { positives: sources(positive), negatives: sources(negative) },
    auc: roc.auc,
    ...(byPicture ? { aucByPicture: byPicture } : {}),
    roc: [...roc.points],
    fpr: rate(negative),
    tpr: rate(positive),
    ...(head ? { head: head.facts } : {}),
    ...(program ? { program: { sha256: program.sha256, refused } } : {}),
  };
}

/** What a reader must know before quoting what a head finds. */
export const headLimits = ({ classifier }: Pick<Metrics, 'classifier'>): string[] =>
  classifier?.head
    ? [
        'The head was scored on source pictures that it has not seen, but they come from the same collections as those it was trained on. Target content of another kind is found less often: the new-content experiment holds whole kinds out.',
      ]
    : [];
