/** Validates an inputs file of the trade-off model: required inputs, optional inputs, and their values. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../disk/project.ts';
import type { Counts } from '../metric/interval.ts';
import { inputFacts, inputNames, type Range } from '../metric/tradeoff/inputs.ts';
import type { ClipFindings, FalseMatches, ModelInput, OffendersInput } from '../schema/tradeoff-inputs.ts';
import { UserError } from '../util/errors.ts';
import { jsonValue, yamlValue } from '../util/plain-data.ts';
import { lookUp } from '../util/registry.ts';

const reports: Range = [1, 1e12];

/** Totals to which the model's shares refer. */
export const totals = {
  reportsLost: { what: 'reports that would be lost', range: reports },
  reportsTotal: { what: 'reports before', range: reports },
} as const;

/** The file must contain every one of these names, with a value and a source. */
const requiredInputs: readonly string[] = [
  ...Object.keys(totals),
  ...inputNames.filter((name) => inputFacts[name].neutral === null),
];

const known: Readonly<Record<string, { readonly what: string; readonly range: Range; readonly whole?: true }>> = {
  ...totals,
  ...inputFacts,
};

/** Inputs of the model before what server scanning found became its anchor, and what to give instead. */
const retired: Readonly<Record<string, string>> = {
  onList: "what was found was on the list; give 'repeats' and 'firstSeenListed'",
  unedited: "give 'byteIdentical'",
  prevalence: 'it follows from reportsLost, filesPerReport, accounts and imagesPerAccountYear',
  imagesPerYear: 'it follows from accounts and imagesPerAccountYear',
};

/** Names that an input can have. */
export const knownInputs: readonly string[] = Object.keys(known);

/** Range of a Beta distribution's parameters. Outside it, every draw is 0 or 1, or always the same. */
const shapes: Range = [0.001, 1e12];

/** Throws a UserError if a number is outside a range; NaN is outside every range. */
function within(place: string, of: string, each: number, [least, most]: Range, meaning: string): void {
  if (!(each >= least && each <= most))
    throw new UserError(`${place}: expected ${of} from ${least} to ${most} (${meaning}) but received ${each}`);
}

/**
 * Checks the numbers of inputs before the schema does, so that a rejection states the input's own range, also for infinity and NaN. The
 * schema checks other values.
 */
export function checkRanges(inputs: unknown, what: string): void {
  if (typeof inputs !== 'object' || inputs === null) return;
  for (const [name, input] of Object.entries(inputs)) {
    const facts = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!facts || typeof input !== 'object' || input === null) continue;
    const parts = input as Readonly<Record<string, unknown>>;
    const each = (of: string, numbers: unknown, range: Range, meaning: string): void => {
      for (const number of Array.isArray(numbers) ? numbers : [numbers])
        if (typeof number === 'number') within(`${what}/${name}`, of, number, range, meaning);
    };
    each('a value', parts.value, facts.range, facts.what);
    each('both ends of uniform', parts.uniform, facts.range, facts.what);
    each('both ends of logUniform', parts.logUniform, facts.range, facts.what);
    each('both bounds', parts.bounds, facts.range, facts.what);
    each('both numbers of beta', parts.beta, shapes, 'the shape of the distribution');
  }
}

/** Values for what an experiment or inputs file leaves out. */
interface ModelDefaults {
  readonly inputs: Readonly<Record<string, ModelInput>>;
  readonly offenders: readonly OffendersInput[];
  readonly falseMatches: readonly FalseMatches[];
  readonly clipFindings: ClipFindings;
}

/** The files that come with the project. */
export const modelFiles = {
  inputs: join(projectRoot, 'experiments/tradeoff/inputs.yaml'),
  falseMatches: join(projectRoot, 'experiments/tradeoff/false-matches.json'),
  clipFindings: join(projectRoot, 'experiments/tradeoff/clip-findings.json'),
} as const;

let defaults: ModelDefaults | undefined;

/** Inputs, offenders, counts of false matches and findings of clips that come with the project, read once and not checked; the caller checks the complete file. */
export function modelDefaults(): ModelDefaults {
  if (defaults) return defaults;
  const { inputs, offenders } = yamlValue(readFileSync(modelFiles.inputs, 'utf8'), 'Inputs') as ModelDefaults;
  const { rules } = jsonValue(readFileSync(modelFiles.falseMatches, 'utf8'), 'False matches') as {
    rules: FalseMatches[];
  };
  const clipFindings = jsonValue(readFileSync(modelFiles.clipFindings, 'utf8'), 'Clip findings') as ClipFindings;
  defaults = { inputs, offenders, falseMatches: rules, clipFindings };
  return defaults;
}

/** Throws a UserError where there are more successes than trials. */
export function checkCounts({ k, n }: Counts, place: string): void {
  if (k > n) throw new UserError(`${place}: expected k from 0 to n, ${n}, but received ${k}`);
}

/** The same of all counts of findings of clips. */
export function checkClipFindings({ strategies }: ClipFindings, what: string): void {
  for (const { strategy, against, newContent, innocent } of strategies) {
    const place = (of: string): string => `${what}, ${strategy}, ${of}`;
    checkCounts(newContent, place('newContent'));
    if (innocent) checkCounts(innocent, place('innocent'));
    if (typeof against === 'string') continue;
    checkCounts(against.asSent, place('as sent'));
    for (const { edit, ...counts } of against.edits) checkCounts(counts, place(edit));
    for (const [k, n] of against.pictures) checkCounts({ k, n }, place('a clip'));
  }
}

/** Checks inputs by name, range and distribution. Throws a UserError about the first mistake; `what` says where they are. */
export function checkInputs(inputs: Readonly<Record<string, ModelInput>>, what: string): void {
  checkRanges(inputs, what);
  for (const [name, { value, beta, uniform, logUniform, bounds }] of Object.entries(inputs)) {
    if (Object.hasOwn(retired, name))
      throw new UserError(
        `${what}/${name}: this input belongs to an older model, which did not start from the findings of server scanning: ${retired[name]}`,
      );
    const facts = lookUp(known, 'model input', name);
    if (facts.whole && !Number.isInteger(value))
      throw new UserError(`${what}/${name}: expected a whole number (${facts.what}) but received ${value}`);
    if ([beta, uniform, logUniform].filter((each) => each !== undefined).length > 1)
      throw new UserError(`${what}/${name}: expected one distribution at most; keep beta, uniform or logUniform`);
    if (beta && (facts.range[0] > 0 || facts.range[1] < 1))
      throw new UserError(
        `${what}/${name}: beta draws shares from 0 to 1, but this is from ${facts.range[0]} to ${facts.range[1]} (${facts.what}); use uniform or logUniform`,
      );
    if (bounds && bounds[0] > bounds[1])
      throw new UserError(`${what}/${name}: expected the lower of the bounds first but received ${bounds.join(', ')}`);
    const range = uniform ?? logUniform;
    if (!range) continue;
    const kind = uniform ? 'uniform' : 'logUniform';
    if (range[0] > range[1])
      throw new UserError(
        `${what}/${name}: expected the lower end first in ${kind} but received ${range[0]} before ${range[1]}`,
      );
  }
  for (const name of requiredInputs)
    if (!inputs[name]) throw new UserError(`${what}: the input '${name}' is missing; give it a value and a source`);
  for (const name of inputs.videoShare ? ['videoRepeats', 'videoByteIdentical'] : [])
    if (!inputs[name])
      throw new UserError(`${what}: the input '${name}' is missing; with videoShare, give it a value and a source`);
  const [lost, total] = [inputs.reportsLost!.value, inputs.reportsTotal!.value];
  if (lost > total)
    throw new UserError(
      `${what}/reportsLost: expected at most reportsTotal, ${total}, which includes it, but received ${lost}`,
    );
}
