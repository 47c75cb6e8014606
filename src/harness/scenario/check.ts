/** Checking a trade-off experiment beyond its schema. */
import { classifierLabels } from '../../classify/index.ts';
import { Experiment } from '../../experiment/tradeoff/experiment.ts';
import { hashByName } from '../../hash/index.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { checkInputs, checkRanges } from '../model-inputs.ts';

/** Checks a trade-off experiment beyond its schema: every name must be known, every edit possible, every model input there. */
export function checkExperiment(value: unknown, what: string): Experiment {
  if (typeof value === 'object' && value !== null && 'model' in value) checkRanges(value.model, `${what} at /model`);
  const experiment = check(Experiment, value, what);
  checkNames(experiment, what);
  checkInputs(experiment.model, `${what} at /model`);
  return experiment;
}

/** Checks what is scanned and sent: hashes, edits, strategies, classifier and label. */
export function checkNames(experiment: Experiment, what: string): void {
  const { grid, messages } = experiment;
  for (const name of [...grid.hash, messages.hash, messages.equalityHash, messages.secondHash]) hashByName(name);
  for (const [place, specs] of [
    ['/grid/transform', grid.transform],
    ['/messages/edits', messages.edits],
  ] as const) {
    const edits = specs.map((spec) => resolveTransform(spec).label);
    const twice = edits.find((label, i) => edits.indexOf(label) < i);
    if (twice) throw new UserError(`${what} at ${place}: '${twice}' occurs twice; keep one`);
  }
  if (messages.edits.some(({ name }) => name === 'none'))
    throw new UserError(`${what} at /messages/edits: every picture is also sent unedited; remove 'none'`);
  for (const name of grid.strategy) strategyByName(name);
  labelIndex(experiment);
  for (const key of ['hash', 'secondHash'] as const)
    if (!grid.hash.includes(messages[key]))
      throw new UserError(`${what} at /messages/${key}: '${messages[key]}' is not in /grid/hash; add it there`);
}

/** Index of the experiment's label among the classifier's scores. A UserError lists the labels when it has no such label. */
export const labelIndex = ({ messages: { label, classifier } }: Experiment): number => indexOfLabel(label, classifier);

/** Index of a label among the scores of a classifier, in any case of letters. A UserError when there is no such classifier or label. */
export function indexOfLabel(label: string, classifier: string): number {
  const labels = classifierLabels(classifier);
  const index = labels.findIndex((each) => each.toLowerCase() === label.toLowerCase());
  if (index < 0)
    throw new UserError(`Expected one of ${labels.join(', ')} for the label of ${classifier} but received '${label}'`);
  return index;
}
