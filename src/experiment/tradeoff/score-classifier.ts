/** What the classifier does: a head that the run trained, or the network's own label, as stand-in for a detector of target content. */
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { auc, rocOfScores } from '../../metric/roc.ts';
import type { ClassifyRow } from '../../schema/observation.ts';
import { ofType } from '../../schema/row.ts';
import type { TrainedHead } from '../../schema/trained-head.ts';
import { headLabels, mustBeUnseen } from '../../score/head-split.ts';
import { classifierThreshold, classifyRows, type Detector, innocents, scoreOf } from '../../score/thresholds.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from './experiment.ts';
import type { ClassifierMetrics, Metrics } from './metrics.ts';
import type { TradeoffRow } from './rows.ts';

/**
 * ROC and rates of a detector on pictures as sent, evaluation split; null when nothing was classified. Throws an Error where the rows of a head
 * show that it has learnt a picture which they score.
 */
export function classifierMetrics(
  all: readonly TradeoffRow[],
  experiment: Experiment,
  detector: Detector,
): ClassifierMetrics | null {
  const { classifier, label } = detector;
  const rows = classifyRows(all, classifier).filter(({ transform }) => transform === 'none');
  if (rows.length === 0) return null;
  const head = headOf(all, detector);
  const chosen = classifierThreshold(all, experiment, detector);
  const positives = rows.filter((row) => row.content !== 'innocent' && row.split === 'evaluation');
  const negatives = innocents(rows, 'evaluation');
  const rate = (of: readonly ClassifyRow[]) =>
    clusteredProportion(
      of.map((row) => ({ cluster: row.group, success: scoreOf(row, label) >= chosen.score })),
      seededRng(experiment.seed, `bootstrap/${classifier}`),
    );
  const scores = (of: readonly ClassifyRow[]): number[] => of.map((row) => scoreOf(row, label));
  const sources = (of: readonly ClassifyRow[]): string[] => of.map(({ group }) => group);
  const roc = rocOfScores(scores(positives), scores(negatives), {
    positives: sources(positives),
    negatives: sources(negatives),
  });
  const byPicture = auc(scores(positives), scores(negatives));
  return {
    name: classifier,
    label: head ? headLabels[0] : experiment.messages.label,
    threshold: chosen,
    positives: positives.length,
    negatives: negatives.length,
    sources: { positives: new Set(sources(positives)).size, negatives: new Set(sources(negatives)).size },
    auc: roc.auc,
    ...(byPicture ? { aucByPicture: byPicture } : {}),
    roc: [...roc.points],
    fpr: rate(negatives),
    tpr: rate(positives),
    ...(head ? { head } : {}),
  };
}

/** The head that gave the scores of a detector, if one did; it must have learnt nothing of what the rows score. */
function headOf(all: readonly TradeoffRow[], { classifier }: Detector): TrainedHead | undefined {
  const found = ofType(all, 'trained-head').find((row) => row.classifier === classifier);
  if (!found) return undefined;
  const { row: _, cell: _cell, learnt, ...head } = found;
  mustBeUnseen(
    learnt,
    classifyRows(all, classifier).map(({ group }) => group),
  );
  return head;
}

/** What a reader must know before quoting what a head finds. */
export const headLimits = ({ classifier }: Pick<Metrics, 'classifier'>): string[] =>
  classifier?.head
    ? [
        'The head was scored on source pictures that it has not seen, but they come from the same collections as those it was trained on. Target content of another kind is found less often: the new-content experiment holds whole kinds out.',
      ]
    : [];
