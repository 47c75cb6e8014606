/** Checking a trade-off experiment beyond its schema. */

import { checkAnyHashName } from '../../harness/detectors/detectors.ts';
import { checkClipFindings, checkInputs, checkRanges, modelDefaults } from '../../harness/model-inputs.ts';
import { checkEdits, checkScenario } from '../../harness/scenario/check.ts';
import { hashes } from '../../hash/index.ts';
import { check } from '../../schema/check.ts';
import { UserError } from '../../util/errors.ts';
import { clipEditNamed } from '../../video/edit/index.ts';
import { clipSceneOf, Experiment, type Population, scenarioOf } from './experiment.ts';

/** Every name must be known, every edit possible, every model input there. Throws a UserError that names the place of the first mistake. */
export function checkExperiment(value: unknown, what: string): Experiment {
  if (typeof value === 'object' && value !== null && 'model' in value) checkRanges(value.model, `${what} at /model`);
  const experiment = check(Experiment, withDefaults(value), what);
  const { grid, messages, model, population, detectors, clipFindings } = experiment;
  for (const name of grid.hash) checkAnyHashName(name, detectors);
  checkEdits(grid.transform, `${what} at /grid/transform`);
  checkScenario(scenarioOf(experiment), what);
  for (const key of ['hash', 'secondHash'] as const)
    if (!grid.hash.includes(messages[key]))
      throw new UserError(`${what} at /messages/${key}: '${messages[key]}' is not in /grid/hash; add it there`);
  checkClips(experiment, what);
  checkInputs(model, `${what} at /model`);
  if (clipFindings) checkClipFindings(clipFindings, `${what} at /clipFindings`);
  if (population) checkPopulation(population, model.imagesPerAccountYear!.value, `${what} at /population`);
  return experiment;
}

/** Frames are hashed by presend's own perceptual hashes, and scored by a label or a head. */
function checkClips(experiment: Experiment, what: string): void {
  const scene = clipSceneOf(experiment);
  if (!scene) return;
  const { messages } = experiment;
  for (const key of ['hash', 'equalityHash', 'secondHash'] as const)
    if (!Object.hasOwn(hashes, messages[key]))
      throw new UserError(
        `${what} at /messages/clips: frames of clips are hashed by presend's own perceptual hashes, and /messages/${key} is '${messages[key]}'; remove clips, or choose another hash`,
      );
  if (messages.scorer)
    throw new UserError(
      `${what} at /messages/clips: the program of /messages/scorer scores no frames; remove one of them`,
    );
  for (const name of scene.edits) clipEditNamed(name);
}

/** Offending accounts are drawn one by one, so there may not be too many; and the bursts must fit into a year's pictures of an account. */
function checkPopulation({ accounts, offendingShare, bursts }: Population, pictures: number, place: string): void {
  const offending = Math.round(accounts.value * offendingShare.value);
  if (offending < 1 || offending > mostOffending)
    throw new UserError(
      `${place}: expected 1 to ${mostOffending} offending accounts, but ${accounts.value} accounts times ${offendingShare.value} are ${offending}`,
    );
  if (bursts.count * bursts.size > pictures)
    throw new UserError(
      `${place}/bursts: expected at most as many pictures as an account sends in a year, ${pictures}, but received ${bursts.count} times ${bursts.size}`,
    );
}

/** Each is an object in memory while a run is scored. */
const mostOffending = 1_000_000;

/** The same with the inputs of the model that it leaves out, as they come with the project. What is no object is left to the schema. */
function withDefaults(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { model = {}, ...rest } = value as { readonly model?: unknown };
  if (typeof model !== 'object' || model === null || Array.isArray(model)) return value;
  const { inputs, offenders, falseMatches, clipFindings } = modelDefaults();
  return { offenders, falseMatches, clipFindings, ...rest, model: { ...inputs, ...model } };
}
