/** Finished runs side by side: detectors, strategies, attacks, and the metrics that all have. */
import type { ReportTable } from '../report/table.ts';
import { notCompared } from './comparable.ts';
import { type ComparedMetric, compared } from './compared.ts';
import { type DetectorResult, detectorsOf } from './detectors.ts';
import { headlineTable } from './headline.ts';
import { matrixTables } from './matrix.ts';
import type { FinishedRun } from './open-run.ts';
import { type Paired, pairedDifferences } from './paired.ts';
import {
  detectorTable,
  editTable,
  identityTable,
  pairedDetectorTable,
  pointsTable,
  runsTable,
  strategyTables,
  threatTable,
  tradeoffsOf,
} from './tables.ts';
import { type ThreatResult, threatsOf } from './threats.ts';

/** Finished runs, and what they have in common. */
export interface Comparison {
  readonly runs: readonly FinishedRun[];
  readonly detectors: readonly DetectorResult[];
  readonly threats: readonly ThreatResult[];
  readonly paired: readonly Paired[];
  /** Metrics of the same place in metrics.json. */
  readonly metrics: readonly ComparedMetric[];
  /** Sentences on what is not compared. */
  readonly notes: readonly string[];
}

/** Compares finished runs. Reads the rows of those whose pictures can be paired. */
export async function comparisonOf(runs: readonly FinishedRun[]): Promise<Comparison> {
  const [detectors, threats] = [runs.flatMap(detectorsOf), runs.flatMap(threatsOf)];
  const { paired, notes } = await pairedDifferences(runs);
  const not = notCompared(runs, { detectors, threats });
  return {
    runs,
    detectors,
    threats,
    paired,
    metrics: compared(runs.map(({ metrics }) => metrics)),
    notes: [...(not === undefined ? [] : [not]), ...notes],
  };
}

/** The tables of a comparison, the headline first. */
export function comparisonTables({ runs, detectors, threats, paired }: Comparison): ReportTable[] {
  const edits = editTable(detectors);
  const [attacks, differences] = [threatTable(threats), pairedDetectorTable(paired)];
  const strategies = strategyTables(runs, paired);
  const headline = detectors.length > 0 ? [detectorTable(detectors)] : [];
  const onlyStrategies = runs.every(({ kind }) => kind === 'tradeoff');
  const answers = headlineTable(tradeoffsOf(runs), paired);
  return [
    ...(answers ? [answers] : []),
    ...matrixTables({ runs, detectors, threats }),
    ...(onlyStrategies ? strategies : headline),
    ...(attacks ? [attacks] : []),
    ...(differences ? [differences] : []),
    ...(onlyStrategies ? headline : strategies),
    runsTable(runs),
    ...(edits ? [edits] : []),
    ...(detectors.length > 0 ? [pointsTable(detectors), identityTable(detectors)] : []),
  ];
}

/** The same for programs: no text that is made for a reader. */
export const comparisonJson = ({ runs, detectors, threats, paired, metrics, notes }: Comparison): unknown => ({
  runs: runs.map(({ name, kind, record, metrics: own }) => ({
    name,
    kind,
    experiment: own.experiment,
    seed: record.seed,
    ...(record.limit === undefined ? {} : { limit: record.limit }),
    dataset: record.dataset,
    commit: record.commit,
    metricsSha256: record.metrics?.sha256 ?? null,
  })),
  notCompared: notes,
  detectors: detectors.map(({ curve: _, ...each }) => each),
  threats,
  paired,
  metrics,
});
