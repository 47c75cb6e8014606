/** The inputs of the trade-off model in a file: which there must be, which there may be, and what is wrong with one. */
import { inputFacts, inputNames } from '../metric/tradeoff/inputs.ts';
import type { ModelInput } from '../schema/experiment.ts';
import { UserError } from '../util/errors.ts';
import { lookUp } from '../util/registry.ts';

/** Totals that the model's shares are of. */
export const totals = {
  reportsLost: { what: 'reports that would be lost' },
  reportsTotal: { what: 'reports before' },
} as const;

/** Every name must stand in the file with a value and a source. */
export const requiredInputs: readonly string[] = [
  ...Object.keys(totals),
  ...inputNames.filter((name) => inputFacts[name].neutral === null),
];

/** Checks inputs by name and distribution. Throws a UserError that names the first mistake; `what` says where they stand. */
export function checkInputs(inputs: Readonly<Record<string, ModelInput>>, what: string): void {
  for (const [name, { beta, uniform, logUniform }] of Object.entries(inputs)) {
    lookUp({ ...totals, ...inputFacts }, 'model input', name);
    if ([beta, uniform, logUniform].filter((each) => each !== undefined).length > 1)
      throw new UserError(`${what}/${name}: expected one distribution at most; keep beta, uniform or logUniform`);
    const range = uniform ?? logUniform;
    if (range && range[0] > range[1])
      throw new UserError(`${what}/${name}: expected the lower end first but received ${range[0]} before ${range[1]}`);
  }
  for (const name of requiredInputs)
    if (!inputs[name]) throw new UserError(`${what}: the input '${name}' is missing; give it a value and a source`);
}
