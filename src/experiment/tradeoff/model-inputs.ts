/** Reading what `presend tradeoff` needs: assumptions from a file, evidence from a run or from the file that comes with the project. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../disk/project.ts';
import { readIfThere } from '../../disk/read.ts';
import { checkCounts, checkInputs, checkRanges, modelDefaults, modelFiles } from '../../harness/model-inputs.ts';
import { metricsDigest, RunFolder, runFiles } from '../../harness/run-folder.ts';
import { isRuledOut } from '../../metric/interval.ts';
import { check } from '../../schema/check.ts';
import { PublicRecord } from '../../schema/public-record.ts';
import { type Evidence, TradeoffEvidence, TradeoffInputsFile } from '../../schema/tradeoff-inputs.ts';
import { MissingError, UserError } from '../../util/errors.ts';
import { jsonValue, yamlValue } from '../../util/plain-data.ts';
import { checkExperiment } from './check.ts';
import { Metrics, type StrategyMetrics } from './metrics.ts';
import { scoredIn } from './report-sample.ts';

/** The files that come with the project. */
export const defaultInputs: string = modelFiles.inputs;
const defaultRecord: string = join(projectRoot, 'experiments/tradeoff/record.yaml');
export const defaultEvidence: string = join(projectRoot, 'experiments/tradeoff/evidence.json');

/** The checked inputs. A MissingError where there is no file, a UserError that names the first mistake. */
export async function readInputs(path = defaultInputs): Promise<TradeoffInputsFile> {
  const what = `Inputs ${path}`;
  const value = yamlValue(await read(path, what), what);
  if (typeof value === 'object' && value !== null && 'inputs' in value) checkRanges(value.inputs, `${what} at /inputs`);
  const file = withFalseMatches(check(TradeoffInputsFile, value, what));
  checkInputs(file.inputs, `${what} at /inputs`);
  for (const list of ['falsePositiveClaims', 'downstream'] as const)
    for (const { name, k, n } of file[list]) checkCounts({ k, n }, `${what} at /${list}, '${name}'`);
  return file;
}

/** The file with the counts of false matches that come with the project, where it has none of its own. */
const withFalseMatches = (file: TradeoffInputsFile): TradeoffInputsFile => ({
  ...file,
  falseMatches: file.falseMatches ?? [...modelDefaults().falseMatches],
});

/** Inputs that a run was scored with, so that the model says what the report of the run says; claims and what came after a report are those of the file. */
export async function readInputsOf(run: string): Promise<TradeoffInputsFile> {
  const record = await new RunFolder(folderOf(run)).record();
  return inputsOfRun(record.experimentResolved, run);
}

/** The same from the experiment in a run's record. A UserError where it is of an older model. */
export async function inputsOfRun(experimentResolved: unknown, run: string): Promise<TradeoffInputsFile> {
  const { model, offenders, falseMatches, seed } = checkExperiment(experimentResolved, `Run ${run}`);
  const file = await readInputs();
  return {
    ...file,
    seed,
    inputs: model,
    offenders: offenders ?? file.offenders,
    falseMatches: falseMatches ?? file.falseMatches ?? [],
  };
}

const folderOf = (run: string): string => (!existsSync(run) && existsSync(join('runs', run)) ? join('runs', run) : run);

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
  const folder = folderOf(run);
  const opened = new RunFolder(folder);
  const value = await opened.json(runFiles.metrics);
  if (value === undefined) throw new MissingError(`Run ${run}: there is no file ${join(folder, runFiles.metrics)}`);
  if ((value as { kind?: unknown } | null)?.kind !== undefined)
    throw new UserError(`Run ${run} is not a trade-off between strategies; make one with: presend run tradeoff`);
  if (hasOldEvidence(value))
    throw new UserError(
      `Run ${run}: its metrics are of an older model, which did not start from the findings of server scanning; run the experiment again`,
    );
  const record = await opened.record();
  const metrics = (await opened.metrics(Metrics, record)) ?? check(Metrics, value, `Run ${run}`);
  const { clipFindings } = checkExperiment(record.experimentResolved, `Run ${run}`);
  const origin = { runId: record.runId, metricsSha256: metricsDigest(metrics) };
  return evidenceOf(metrics, {
    ...origin,
    clips: metrics.clips ? ownClips(metrics, metrics.clips, origin) : clipFindings?.run,
  });
}

/** The run itself, as the source of its rates of videos. */
const ownClips = (
  { experiment, seed }: Metrics,
  { dataset }: NonNullable<Metrics['clips']>,
  origin: { readonly runId: string; readonly metricsSha256: string },
): NonNullable<TradeoffEvidence['clips']> => ({
  ...{ experiment, seed, ...origin },
  dataset: { name: dataset.name, sha256: dataset.sha256, listed: dataset.clips.listed },
});

/** Whether metrics hold evidence as it was before strategies were counted against server scanning. */
const hasOldEvidence = (value: unknown): boolean => {
  const { strategies } = (value ?? {}) as { strategies?: unknown };
  return Array.isArray(strategies) && strategies.some((each) => each?.evidence && 'listedAsSent' in each.evidence);
};

/** What the model takes from metrics. A UserError where they were made before evidence was kept as it is now. */
export function evidenceOf(
  metrics: Metrics,
  { runId, metricsSha256, clips }: { runId: string; metricsSha256: string; clips?: TradeoffEvidence['clips'] },
): TradeoffEvidence {
  const { experiment, seed, dataset, strategies } = metrics;
  const { name, sha256, pictures } = dataset;
  return {
    version: 2,
    run: { experiment, runId, seed, dataset: { name, sha256, pictures, scored: scoredIn(metrics) }, metricsSha256 },
    ...(clips ? { clips } : {}),
    strategies: strategies.map((each) => {
      const { evidence } = each;
      if (!evidence)
        throw new UserError(`The run's metrics have no evidence; compute them again with: presend report <run>`);
      checkEvidence(evidence, each.name);
      return { id: each.id, name: each.name, summary: each.summary, evidence, named: namedByProvider(each) };
    }),
  };
}

/** A UserError where a rate has more successes than trials. */
function checkEvidence({ against, newContent, falsePositive, videos }: Evidence, strategy: string): void {
  const place = (rate: string): string => `The run's evidence on ${strategy}, ${rate}`;
  for (const [name, rate] of Object.entries({ newContent, falsePositive }))
    if (!isRuledOut(rate)) checkCounts(rate, place(name));
  if (videos?.innocent) checkCounts(videos.innocent, place('innocent clips'));
  for (const each of [against, videos?.against ?? '']) {
    if (typeof each === 'string') continue;
    for (const { edit, ...counts } of [{ edit: 'as sent', ...each.asSent }, ...each.edits])
      checkCounts(counts, place(edit));
  }
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
