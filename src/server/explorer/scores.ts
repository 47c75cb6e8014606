/** From the raw rows of a run to counted distances: read line by line, so that a run of any length fits in memory. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { hashByName } from '../../hash/index.ts';
import type { CopyDetectionMetrics } from '../../schema/benchmark-metrics.ts';
import type { Metrics } from '../../schema/metrics.ts';
import type { MatchRow } from '../../schema/observation.ts';
import type { Scores } from '../../schema/scores.ts';
import { UserError } from '../../util/errors.ts';
import { copyDistances } from './copy-scores.ts';
import type { OpenRun } from './open-run.ts';
import { runFile } from './runs.ts';
import { ScoreCounter } from './score-counter.ts';

/** The counted distances of a run. A UserError where its kind has none, or its rows are missing. */
export async function scoresOf(folder: string, run: OpenRun): Promise<Scores> {
  const { name, metrics } = run;
  const rows = await runFile(folder, name, 'observations.jsonl');
  if (!metrics || !rows) throw new UserError(`Run ${name} is not finished, or its observations are gone`);
  if (!('kind' in metrics)) return tradeoffScores(name, metrics, rows.path);
  if (metrics.kind === 'copy-detection') return copyScores(name, metrics, run, rows.path);
  throw new UserError(
    `Run ${name} is a ${metrics.kind}: only trade-off and copy-detection runs have a threshold to move`,
  );
}

async function tradeoffScores(name: string, metrics: Metrics, path: string): Promise<Scores> {
  const counter = new ScoreCounter();
  for await (const row of rowsOf<MatchRow>(path, 'match')) {
    const { hash, transform, topic, split, content, outcome } = row;
    // As in the report: false alarms are those of innocent pictures as they are.
    if (split !== 'evaluation' || content === 'near' || (content !== 'listed' && transform !== 'none')) continue;
    const far = hashByName(hash).bits + 1;
    const distance = outcome.state === 'scored' ? outcome.distanceBits : far;
    counter.add({ hash, set: '', label: transform, topic, content }, distance);
  }
  const hashes = metrics.hashes.map(({ name: hash, bits, authorsThreshold, threshold }) => ({
    name: hash,
    bits,
    authors: authorsThreshold,
    chosen: threshold.bits,
  }));
  return { run: name, experiment: metrics.experiment, kind: 'tradeoff', ...counter.done(hashes) };
}

async function copyScores(name: string, metrics: CopyDetectionMetrics, run: OpenRun, path: string): Promise<Scores> {
  const counter = new ScoreCounter();
  const { quality } = run.record.experimentResolved as { quality: 'any' | 'authors' };
  await copyDistances(rowsOf(path, 'hashed'), metrics, quality, counter);
  const hashes = metrics.hashes.map(({ name: hash, bits, authorsThreshold, sets }) => ({
    name: hash,
    bits,
    authors: authorsThreshold,
    chosen: sets[0]?.corrected.threshold ?? null,
  }));
  return { run: name, experiment: metrics.experiment, kind: 'copy-detection', ...counter.done(hashes) };
}

/** The rows of one type, in order; others are not even parsed. */
async function* rowsOf<R>(path: string, type: string): AsyncGenerator<R> {
  const start = `{"row":"${type}"`;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) if (line.startsWith(start)) yield JSON.parse(line) as R;
}
