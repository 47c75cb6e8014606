/** Checking a power experiment beyond its schema. */
import { check } from '../../schema/check.ts';
import { PowerExperiment } from '../../schema/power.ts';
import { UserError } from '../../util/errors.ts';
import { checkNames } from '../check-experiment.ts';
import { scanOf } from './scene.ts';

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkPower(value: unknown, what: string): PowerExperiment {
  const experiment = check(PowerExperiment, value, what);
  checkNames(scanOf(experiment), what);
  if (experiment.messages.accounts < 3)
    throw new UserError(`${what} at /messages/accounts: two send what is looked for; a third is needed beside them`);
  for (const [i, { entries, planted, audited }] of experiment.audit.lists.entries())
    if (planted > entries || audited > entries)
      throw new UserError(
        `${what} at /audit/lists/${i}: ${planted} planted and ${audited} audited entries are more than ${entries}`,
      );
  return experiment;
}
