/** From match rows to what a hash does on this dataset. */
import { hashByName } from '../../hash/index.ts';
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { largestDistance, rocOfDistances } from '../../metric/roc.ts';
import type { Experiment } from '../../schema/experiment.ts';
import type { HashMetrics } from '../../schema/metrics.ts';
import type { MatchRow, Observation } from '../../schema/observation.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import { seededRng } from '../../util/rng.ts';
import { distanceOf, hashThreshold, innocents, matchRows } from './thresholds.ts';

/** False-positive rates at which the detection rate is quoted. */
const quotedFprs = [0.001, 0.01, 0.1] as const;

/** Recall per edit, ROC, and false positives of one hash, on the evaluation split. */
export function hashMetrics(all: readonly Observation[], experiment: Experiment, name: string): HashMetrics {
  const { bits, threshold: authors } = hashByName(name);
  const rows = matchRows(all, name);
  const chosen = hashThreshold(all, experiment, name, false);
  const listed = rows.filter((row) => row.content === 'listed' && row.split === 'evaluation');
  const negatives = innocents(rows, 'evaluation');
  const distances = (of: readonly MatchRow[]): number[] => of.map((row) => distanceOf(row, bits));
  const rate = (of: readonly MatchRow[], threshold: number): ClusteredRate =>
    clusteredProportion(
      of.map((row) => ({ cluster: row.group, success: distanceOf(row, bits) <= threshold })),
      seededRng(experiment.seed, `bootstrap/${name}/${threshold}`),
    );
  const roc = rocOfDistances(distances(listed), distances(negatives), bits, {
    positives: listed.map(({ group }) => group),
    negatives: negatives.map(({ group }) => group),
  });
  const labels = [...new Set(listed.map(({ transform }) => transform))];
  return {
    name,
    bits,
    authorsThreshold: authors,
    threshold: chosen,
    positives: listed.length,
    negatives: negatives.length,
    refused: rows.filter(({ outcome }) => outcome.state === 'refused').length,
    failed: all.filter((row) => row.row === 'match' && row.hash === name && row.outcome.state === 'failed').length,
    auc: roc.auc,
    roc: [...roc.points],
    tprAtFpr: quotedFprs.map((fpr) => {
      // Chosen where it is not scored, like every threshold.
      const threshold = largestDistance(distances(innocents(rows, 'calibration')), fpr, bits);
      return { fpr, threshold, tpr: rate(listed, threshold) };
    }),
    fpr: rate(negatives, chosen.bits),
    fprAtAuthors: rate(negatives, authors),
    recall: labels.map((transform) => {
      const edited = listed.filter((row) => row.transform === transform);
      const own = edited.flatMap(({ outcome }) => (outcome.state === 'scored' ? (outcome.ownBits ?? []) : []));
      return {
        transform,
        calibrated: rate(edited, chosen.bits),
        atAuthors: rate(edited, authors),
        meanOwnBits: own.length === 0 ? null : own.reduce((sum, each) => sum + each, 0) / own.length,
      };
    }),
  };
}
