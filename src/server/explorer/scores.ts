/** Counts distances from the raw rows of a run. Reads in batches, so that a run of any length fits in memory. */

import type { OpenRun } from '../../compare/open-run.ts';
import type { CopyDetection } from '../../experiment/copy-detection/experiment.ts';
import type { CopyDetectionMetrics } from '../../experiment/copy-detection/metrics.ts';
import type { Metrics } from '../../experiment/tradeoff/metrics.ts';
import { type HashedRow, hashedRow } from '../../schema/hashed.ts';
import { type MatchRow, matchRow } from '../../schema/observation.ts';
import type { Scores } from '../../schema/scores.ts';
import { UserError } from '../../util/errors.ts';
import { countCopies } from './copy-scores.ts';
import { ScoreCounter } from './score-counter.ts';

/** The counted distances of a run. Throws a UserError if its kind has none, or its rows are missing. */
export async function scoresOf(run: OpenRun): Promise<Scores> {
  const { name, metrics, folder: rows } = run;
  const { observations } = run.record;
  if (!metrics || !observations) throw new UserError(`Run ${name} is not finished, or its observations are missing`);
  if (!('kind' in metrics)) return tradeoffScores(name, metrics, rows.rows([matchRow], observations).of('match'));
  if (metrics.kind === 'copy-detection')
    return copyScores(name, metrics, run, rows.rows([hashedRow], observations).of('hashed'));
  throw new UserError(
    `Run ${name} is a ${metrics.kind}: only trade-off and copy-detection runs have a threshold to move`,
  );
}

async function tradeoffScores(
  name: string,
  metrics: Metrics,
  rows: AsyncIterable<readonly MatchRow[]>,
): Promise<Scores> {
  const counter = new ScoreCounter();
  const bitsOf = new Map(metrics.hashes.map(({ name: hash, bits }) => [hash, bits]));
  for await (const batch of rows)
    for (const row of batch) {
      const { hash, transform, topic, split, content, outcome } = row;
      // As in the report: false alarms come from unedited innocent pictures.
      if (split !== 'evaluation' || content === 'near' || (content !== 'listed' && transform !== 'none')) continue;
      const distance = outcome.state === 'scored' ? outcome.distanceBits : bitsOf.get(hash)! + 1;
      counter.add({ hash, set: '', label: transform, topic, content }, distance);
    }
  const hashes = metrics.hashes.map(({ name: hash, bits, authorsThreshold, threshold }) => ({
    name: hash,
    bits,
    authors: authorsThreshold,
    chosen: threshold.bits,
  }));
  return {
    run: name,
    experiment: metrics.experiment,
    kind: 'tradeoff',
    listEntries: Math.max(1, metrics.dataset.listEntries),
    ...counter.done(hashes),
  };
}

async function copyScores(
  name: string,
  metrics: CopyDetectionMetrics,
  run: OpenRun,
  rows: AsyncIterable<readonly HashedRow[]>,
): Promise<Scores> {
  const counter = new ScoreCounter();
  const inBits = metrics.hashes.filter(({ vector }) => vector === undefined);
  if (inBits.length === 0)
    throw new UserError(
      `Run ${name} compares vectors only: a threshold can be moved for hashes that are compared in bits`,
    );
  await countCopies(rows, { hashes: inBits }, run.record.experimentResolved as CopyDetection, counter);
  const hashes = inBits.map(({ name: hash, bits, authorsThreshold, sets }) => ({
    name: hash,
    bits,
    authors: authorsThreshold,
    chosen: sets[0]?.corrected.threshold ?? null,
  }));
  return {
    run: name,
    experiment: metrics.experiment,
    kind: 'copy-detection',
    listEntries: Math.max(1, metrics.dataset.pictures.evaluation - 1),
    ...counter.done(hashes),
  };
}
