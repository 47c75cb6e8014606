/** Reading an experiment of any kind: a name under experiments/, or a YAML or JSON file. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { type ClassifierSource, classifiers } from '../classify/index.ts';
import { labels } from '../classify/nsfwjs.ts';
import { projectRoot } from '../dataset/open.ts';
import { hashByName } from '../hash/index.ts';
import { resolveTransform } from '../image/transform/index.ts';
import type { Benchmark } from '../schema/benchmark.ts';
import { check } from '../schema/check.ts';
import { Experiment } from '../schema/experiment.ts';
import type { ThresholdExperiment } from '../schema/threshold.ts';
import { strategyByName } from '../strategy/index.ts';
import { MissingError, reasonOf, UserError } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';
import { checkBenchmark } from './benchmark/check.ts';
import { requiredInputs } from './model-inputs.ts';
import { checkThreshold } from './threshold/cells.ts';

/** An experiment as it was written, and checked. */
export interface ExperimentFile {
  readonly path: string;
  readonly text: string;
  readonly experiment: AnyExperiment;
}

/** An experiment of any kind. */
export type AnyExperiment = Experiment | Benchmark | ThresholdExperiment;

/** Whether it is about hashes alone. */
export const isBenchmark = (experiment: AnyExperiment): experiment is Benchmark =>
  'kind' in experiment && (experiment.kind === 'copy-detection' || experiment.kind === 'false-positive-tail');

/** Whether it simulates accounts, without pictures. */
export const isThreshold = (experiment: AnyExperiment): experiment is ThresholdExperiment =>
  'kind' in experiment && experiment.kind === 'threshold';

/** Reads and checks an experiment. Throws a UserError that names the place of the first mistake, a MissingError if there is no file. */
export async function readExperiment(nameOrPath: string): Promise<ExperimentFile> {
  const path = locate(nameOrPath);
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new UserError(`Experiment ${nameOrPath} is neither YAML nor JSON: ${reasonOf(error).split('\n')[0]}`);
  }
  return { path, text, experiment: checkAny(value, `Experiment ${nameOrPath}`) };
}

const kinds = {
  tradeoff: checkExperiment,
  'copy-detection': checkBenchmark,
  'false-positive-tail': checkBenchmark,
  threshold: checkThreshold,
};

/** Checks an experiment of the kind that it says it is; without a word it is a trade-off. */
export function checkAny(value: unknown, what: string): AnyExperiment {
  const kind = (value as { kind?: unknown } | null)?.kind ?? 'tradeoff';
  return lookUp<(value: unknown, what: string) => AnyExperiment>(
    kinds,
    'kind of experiment',
    String(kind),
  )(value, what);
}

/** Checks a trade-off experiment beyond its schema: every name must be known, every edit possible, every model input there. */
export function checkExperiment(value: unknown, what: string): Experiment {
  const experiment = check(Experiment, value, what);
  const { grid, messages, model } = experiment;
  for (const name of [...grid.hash, messages.hash, messages.equalityHash, messages.secondHash]) hashByName(name);
  for (const [place, specs] of [
    ['/grid/transform', grid.transform],
    ['/messages/edits', messages.edits],
  ] as const) {
    const edits = specs.map((spec) => resolveTransform(spec).label);
    const twice = edits.find((label, i) => edits.indexOf(label) < i);
    if (twice) throw new UserError(`${what} at ${place}: '${twice}' is there twice; keep one`);
  }
  if (messages.edits.some(({ name }) => name === 'none'))
    throw new UserError(`${what} at /messages/edits: every picture is also sent as it is; take 'none' out`);
  for (const name of grid.strategy) strategyByName(name);
  lookUp<ClassifierSource>(classifiers, 'classifier', messages.classifier);
  labelIndex(experiment);
  for (const name of requiredInputs)
    if (!model[name])
      throw new UserError(`${what} at /model: the input '${name}' is missing; give it a value and a source`);
  for (const key of ['hash', 'secondHash'] as const)
    if (!grid.hash.includes(messages[key]))
      throw new UserError(`${what} at /messages/${key}: '${messages[key]}' is not in /grid/hash; add it there`);
  return experiment;
}

/** Index of the experiment's label among the classifier's scores. A UserError lists the labels when it has no such label. */
export function labelIndex({ messages: { label, classifier } }: Experiment): number {
  const index = labels.findIndex((each) => each.toLowerCase() === label.toLowerCase());
  if (index < 0)
    throw new UserError(`Expected one of ${labels.join(', ')} for the label of ${classifier} but received '${label}'`);
  return index;
}

function locate(nameOrPath: string): string {
  const named = join(projectRoot, 'experiments', nameOrPath, 'experiment.yaml');
  if (/^[a-z0-9][a-z0-9-]*$/.test(nameOrPath) && existsSync(named)) return named;
  if (existsSync(nameOrPath)) return resolve(nameOrPath);
  throw new MissingError(
    `No experiment '${nameOrPath}': expected the name of a folder under experiments/ or a YAML file; 'presend ls experiments' lists them`,
  );
}
