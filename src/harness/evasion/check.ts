/** Checking an evasion experiment beyond its schema: every name known, budgets in order. */
import { hashByName } from '../../hash/index.ts';
import { check } from '../../schema/check.ts';
import { Evasion } from '../../schema/evasion.ts';
import { UserError } from '../../util/errors.ts';
import { indexOfLabel } from '../check-experiment.ts';

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkEvasion(value: unknown, what: string): Evasion {
  const experiment = check(Evasion, value, what);
  const { l2, quoted, evasion, collision, classifier } = experiment;
  if (l2.some((each, i) => i > 0 && each <= l2[i - 1]!))
    throw new UserError(`${what} at /l2: expected budgets in ascending order but received ${l2.join(', ')}`);
  if (!l2.includes(quoted))
    throw new UserError(`${what} at /quoted: ${quoted} is not one of /l2 (${l2.join(', ')}); take one of them`);
  for (const [place, section] of [
    ['/evasion', evasion],
    ['/collision', collision],
  ] as const) {
    const names = (section?.targets ?? []).map(({ hash }) => hashByName(hash).name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice) throw new UserError(`${what} at ${place}/targets: '${twice}' is there twice; keep one`);
  }
  for (const [place, section] of [
    ['/evasion', evasion],
    ['/collision', collision],
    ['/classifier', classifier],
  ] as const) {
    const names = (section?.attacks ?? []).map(({ attack }) => attack);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice) throw new UserError(`${what} at ${place}/attacks: '${twice}' is there twice; keep one`);
  }
  if (classifier) indexOfLabel(classifier.label, classifier.name);
  return experiment;
}
