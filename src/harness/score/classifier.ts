/** From classify rows to what the classifier does, with its label as stand-in for target content. */
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { rocOfScores } from '../../metric/roc.ts';
import type { Experiment } from '../../schema/experiment.ts';
import type { ClassifierMetrics } from '../../schema/metrics.ts';
import type { ClassifyRow, Observation } from '../../schema/observation.ts';
import { seededRng } from '../../util/rng.ts';
import { classifierThreshold, classifyRows, innocents, scoreOf } from './thresholds.ts';

/** ROC and rates on pictures as sent, evaluation split; null when nothing was classified. */
export function classifierMetrics(
  all: readonly Observation[],
  experiment: Experiment,
  label: number,
): ClassifierMetrics | null {
  const rows = classifyRows(all).filter(({ transform }) => transform === 'none');
  if (rows.length === 0) return null;
  const { classifier, label: name } = experiment.messages;
  const chosen = classifierThreshold(all, experiment, label);
  const positives = rows.filter((row) => row.content !== 'innocent' && row.split === 'evaluation');
  const negatives = innocents(rows, 'evaluation');
  const rate = (of: readonly ClassifyRow[]) =>
    clusteredProportion(
      of.map((row) => ({ cluster: row.group, success: scoreOf(row, label) >= chosen.score })),
      seededRng(experiment.seed, `bootstrap/${classifier}`),
    );
  const scores = (of: readonly ClassifyRow[]): number[] => of.map((row) => scoreOf(row, label));
  const roc = rocOfScores(scores(positives), scores(negatives), {
    positives: positives.map(({ group }) => group),
    negatives: negatives.map(({ group }) => group),
  });
  return {
    name: classifier,
    label: name,
    threshold: chosen,
    positives: positives.length,
    negatives: negatives.length,
    auc: roc.auc,
    roc: [...roc.points],
    fpr: rate(negatives),
    tpr: rate(positives),
  };
}
