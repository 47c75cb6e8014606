/** Validates the alarms of an experiment on scores. */
import { UserError } from '../../util/errors.ts';

/** Alarms must have distinct names, and labels that every classifier has. */
export function checkAlarms(
  alarms: readonly { readonly name: string; readonly labels: readonly string[] }[],
  classifiers: readonly { readonly name: string; readonly labels: readonly string[] }[],
  place: string,
): void {
  const names = alarms.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice) throw new UserError(`${place}: there are two alarms called '${twice}'; rename one`);
  for (const { name: network, labels: known } of classifiers) {
    for (const { name, labels } of alarms)
      for (const label of labels)
        if (!known.includes(label))
          throw new UserError(`${place}: '${name}' needs '${label}', but ${network} has ${known.join(', ')}`);
  }
}
