/** Working published numbers out again: arithmetic at once, everything else on photographs that the user names. */
import { join, resolve } from 'node:path';
import { openDataset } from '../dataset/open.ts';
import { readPictureBytes } from '../dataset/picture-file.ts';
import { projectRoot } from '../disk/project.ts';
import { checkAny, readExperiment } from '../experiment/experiment-file.ts';
import type { AnyExperiment } from '../experiment/index.ts';
import { reloadRun } from '../experiment/reload.ts';
import { kindOf, runAny } from '../experiment/run.ts';
import { openingDataset } from '../harness/open-dataset.ts';
import { RunFolder } from '../harness/run-folder.ts';
import type { RunOptions } from '../harness/run-options.ts';
import { isDecoders } from '../image/decode.ts';
import { sharp } from '../image/sharp.ts';
import { median } from '../metric/quantile.ts';
import type { Reproduction } from '../schema/reproduction.ts';
import { everyRow } from '../schema/row.ts';
import { UserError } from '../util/errors.ts';
import type { FinishedMeasurement, MeasureContext } from './analytic.ts';
import { type Judged, judge, measures, untried } from './judge.ts';

/** How to reproduce. */
export interface ReproduceOptions
  extends Pick<
    RunOptions<unknown>,
    'out' | 'command' | 'created' | 'onProgress' | 'onNotice' | 'signal' | 'threads' | 'backend'
  > {
  /** The photographs; without them, targets that take any say so. */
  readonly dataset?: string | undefined;
}

/** The command that a target without data names. */
const command = (name: string): string => `presend reproduce ${name} --dataset <folder or manifest of photographs>`;

/** Every target with its verdict, in their order. Runs of experiments are kept under `out`, and taken from there the next time. */
export async function reproduce(targets: readonly Reproduction[], options: ReproduceOptions): Promise<Judged[]> {
  const context = contextOf(options);
  const judged: Judged[] = [];
  for (const [i, target] of targets.entries()) {
    options.onProgress('working out', i, targets.length);
    const { needs, name, measure } = target;
    if (needs === 'photographs' && options.dataset === undefined) judged.push(untried(target, command(name)));
    else judged.push(judge(target, await measures[measure]!(context)));
  }
  options.onProgress('working out', targets.length, targets.length);
  return judged;
}

function contextOf(options: ReproduceOptions): MeasureContext {
  const runs = new Map<string, Promise<FinishedMeasurement>>();
  const named = options.dataset ?? '';
  const opened = once(() => openDataset(named, { seed: 0, ...openingDataset(options) }));
  const photographs = async () => (await opened()).pictures;
  return {
    photographs,
    sizes: once(async () => {
      const sides: number[] = [];
      // One after the other: all of them together may be more than the memory holds.
      for (const photograph of await photographs())
        sides.push(...(await longestSide(await readPictureBytes(photograph))));
      return `median longest side ${Math.round(median(sides))} pixels`;
    }),
    run(experiment) {
      const known = runs.get(experiment) ?? finished(experiment, named, options);
      runs.set(experiment, known);
      return known;
    },
  };
}

/** The longest side of a picture, in pixels; none of a file that is no picture. */
async function longestSide(bytes: Uint8Array): Promise<number[]> {
  try {
    const { width = 0, height = 0 } = await sharp(bytes).metadata();
    return [Math.max(width, height)];
  } catch (error) {
    if (isDecoders(error)) return [];
    throw error;
  }
}

/** The finished run of an experiment beside the targets: taken from its folder, gone on with, or begun. */
async function finished(name: string, dataset: string, options: ReproduceOptions): Promise<FinishedMeasurement> {
  const file = await readExperiment(join(projectRoot, 'experiments/reproduce', `${name}.yaml`));
  const experiment = on(file.experiment, dataset);
  const out = join(options.out, name);
  const run = new RunFolder(out);
  const { rows: types } = kindOf(experiment);
  return run.alone(async () => {
    const begun = await run.hasRun();
    if (begun && !(await run.isUnfinished())) {
      const { metrics, record } = await reloadRun(out);
      const { dataset: before } = record.experimentResolved as { dataset?: { name: string } };
      const isSame = before === undefined || resolve(before.name) === resolve(dataset);
      if (!isSame) throw new UserError(`${out} holds a run on other photographs; choose another --out`);
      return { metrics, rows: await everyRow(run.rows(types, record.observations!)) };
    }
    const { metrics, record } = await runAny({
      ...options,
      experiment,
      asPassed: file.text,
      out,
      resume: begun,
      held: true,
    });
    return { metrics, rows: await everyRow(run.rows(types, record.observations!)) };
  });
}

/** The experiment on those photographs. */
const on = (experiment: AnyExperiment, dataset: string): AnyExperiment =>
  'dataset' in experiment
    ? checkAny({ ...experiment, dataset: { ...experiment.dataset, name: dataset } }, `Experiment ${experiment.name}`)
    : experiment;

/** The result of the first call, ever after. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
