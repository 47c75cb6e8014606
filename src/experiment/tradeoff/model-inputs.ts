/** Reading what `presend tradeoff` needs: assumptions from a file, evidence from a run or from the file that comes with the project. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../disk/project.ts';
import { readIfThere } from '../../disk/read.ts';
import { checkInputs, checkRanges } from '../../harness/model-inputs.ts';
import { metricsDigest, RunFolder, runFiles } from '../../harness/run-folder.ts';
import { type Counts, isRuledOut, ruledOut } from '../../metric/interval.ts';
import { rateNames } from '../../metric/tradeoff/model.ts';
import { check } from '../../schema/check.ts';
import { PublicRecord } from '../../schema/public-record.ts';
import { TradeoffEvidence, TradeoffInputsFile } from '../../schema/tradeoff-inputs.ts';
import { strategyByName } from '../../strategy/index.ts';
import { MissingError, UserError } from '../../util/errors.ts';
import { jsonValue, yamlValue } from '../../util/plain-data.ts';
import { Metrics, type StrategyMetrics } from './metrics.ts';
import { isAmbiguous } from './score-evidence.ts';

/** The files that come with the project. */
export const defaultInputs: string = join(projectRoot, 'experiments/tradeoff/inputs.yaml');
const defaultRecord: string = join(projectRoot, 'experiments/tradeoff/record.yaml');
export const defaultEvidence: string = join(projectRoot, 'experiments/tradeoff/evidence.json');

/** The checked inputs. A MissingError where there is no file, a UserError that names the first mistake. */
export async function readInputs(path = defaultInputs): Promise<TradeoffInputsFile> {
  const what = `Inputs ${path}`;
  const value = yamlValue(await read(path, what), what);
  if (typeof value === 'object' && value !== null && 'inputs' in value) checkRanges(value.inputs, `${what} at /inputs`);
  const file = check(TradeoffInputsFile, value, what);
  checkInputs(file.inputs, `${what} at /inputs`);
  for (const list of ['falsePositiveClaims', 'downstream'] as const)
    for (const { name, k, n } of file[list]) checkCounts({ k, n }, `${what} at /${list}, '${name}'`);
  return file;
}

/** A UserError where there are more successes than trials. */
function checkCounts({ k, n }: Counts, place: string): void {
  if (k > n) throw new UserError(`${place}: expected k from 0 to n, ${n}, but received ${k}`);
}

/** What happened since the letter. A UserError where a number names a source that is not listed. */
export async function readRecord(path = defaultRecord): Promise<PublicRecord> {
  const record = check(PublicRecord, yamlValue(await read(path, 'Public record'), 'Public record'), 'Public record');
  const { reports, losses, downstream, sources } = record;
  for (const { source } of [...reports.series, ...losses, downstream])
    if (!Object.hasOwn(sources, source))
      throw new UserError(`Public record: there is no source '${source}' under /sources`);
  return record;
}

/** The evidence of a finished trade-off run, or the one that comes with the project. */
export async function readEvidence(run?: string): Promise<TradeoffEvidence> {
  if (run === undefined)
    return check(TradeoffEvidence, jsonValue(await read(defaultEvidence, 'Evidence'), 'Evidence'), 'Evidence');
  const folder = !existsSync(run) && existsSync(join('runs', run)) ? join('runs', run) : run;
  const opened = new RunFolder(folder);
  const value = await opened.json(runFiles.metrics);
  if (value === undefined) throw new MissingError(`Run ${run}: there is no file ${join(folder, runFiles.metrics)}`);
  if ((value as { kind?: unknown } | null)?.kind !== undefined)
    throw new UserError(`Run ${run} is not a trade-off between strategies; make one with: presend run tradeoff`);
  const record = await opened.record();
  const metrics = (await opened.metrics(Metrics, record)) ?? check(Metrics, value, `Run ${run}`);
  return evidenceOf(metrics, record.runId, metricsDigest(metrics));
}

/** What the model takes from metrics. A UserError where they were made before evidence was kept as it is now. */
export function evidenceOf(metrics: Metrics, runId: string, metricsSha256: string): TradeoffEvidence {
  const { experiment, seed, dataset, strategies } = metrics;
  const { name, sha256, pictures } = dataset;
  return {
    version: 1,
    run: { experiment, runId, seed, dataset: { name, sha256, pictures }, metricsSha256 },
    strategies: strategies.map((each) => ({
      id: each.id,
      name: each.name,
      summary: each.summary,
      evidence: pictureEvidence(each, strategies),
      named: namedByProvider(each),
    })),
  };
}

/**
 * Of a threshold strategy, the rates of single pictures: those of the strategy on the same hash that has no threshold. Where that was not
 * run, its own, with the run's threshold in them.
 */
function pictureEvidence(strategy: StrategyMetrics, all: readonly StrategyMetrics[]) {
  const { evidence } = strategy;
  const design = strategyByName(strategy.name);
  const { detector, threshold, declares } = design;
  if (!evidence)
    throw new UserError(`The run's metrics have no evidence; compute them again with: presend report <run>`);
  if (isAmbiguous(design, evidence))
    throw new UserError(
      `The run's metrics do not distinguish what ${strategy.name} rules out from what was not tried; compute them again with: presend report <run>`,
    );
  for (const name of rateNames) {
    const rate = evidence[name];
    if (!isRuledOut(rate)) checkCounts(rate, `The run's evidence on ${strategy.name}, ${name}`);
  }
  if (detector === 'people') {
    // What people find is the experiment's assumption. The model has an input of its own for what they report, and none for what an order
    // finds; what they report wrongly nobody measured.
    const untried = { k: 0, n: 0 };
    const found = declares.court ? untried : ruledOut;
    const falsePositive = isRuledOut(evidence.falsePositive) ? ruledOut : untried;
    return { ...evidence, listedAsSent: found, listedEdited: found, newContent: found, falsePositive };
  }
  const single = threshold && all.find(({ name }) => name === threshold.singlePicture)?.evidence;
  if (!single) return evidence;
  const { listedAsSent, listedEdited, newContent, falsePositive } = single;
  return { ...evidence, listedAsSent, listedEdited, newContent, falsePositive, threshold: true };
}

function namedByProvider({ leakage }: StrategyMetrics): { k: number; n: number } | null {
  const found = leakage.find(
    ({ role, secret, scope }) => role === 'provider' && secret === 'identity' && scope === 'all',
  );
  return found && found.success.n > 0 ? { k: found.success.k, n: found.success.n } : null;
}

async function read(path: string, what: string): Promise<string> {
  const text = await readIfThere(path);
  if (text === undefined) throw new MissingError(`${what}: there is no file ${path}`);
  return text;
}
