/** Experiments on leakage: what each role learns of each secret, from the views of a real run. */

import { type Static, Type } from 'typebox';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { closed, experimentOf } from '../../schema/parts.ts';
import { scenarioMembers } from '../../schema/scenario.ts';

/** Every strategy on the same messages, and every attack on what each role saw of them. */
export const LeakageExperiment = experimentOf('leakage', {
  ...scenarioMembers,
  attacks: Type.Object(
    {
      recompressed: TransformSpec,
      falseAccusationCost: Type.Number({
        minimum: 0,
        description: 'what a false accusation costs, where a rightful one earns 1',
      }),
    },
    {
      ...closed,
      description: 'recompressed: the edit that makes the copies of a gallery which lacks the file itself',
    },
  ),
});
export type LeakageExperiment = Static<typeof LeakageExperiment>;
