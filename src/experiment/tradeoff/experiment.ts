/** Trade-off experiments: strategies compared on the same messages, and hashes on the same edits. */

import { type Static, Type } from 'typebox';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { closed, experimentHead } from '../../schema/parts.ts';
import { type Scenario, scenarioMembers } from '../../schema/scenario.ts';
import { FalseMatches, ModelInput, OffendersInput } from '../../schema/tradeoff-inputs.ts';

const { version, ...head } = experimentHead;
const { dataset, assignment, strategies: strategy, operatingPoint, messages } = scenarioMembers;

/** A scenario, the grid of hashes and edits that are compared beside it, and the inputs of the trade-off model. */
export const Experiment = Type.Object(
  {
    version,
    kind: Type.Optional(Type.Literal('tradeoff', { description: 'other kinds have schemas of their own' })),
    ...head,
    dataset,
    assignment,
    grid: Type.Object(
      {
        hash: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
        transform: Type.Array(TransformSpec, { minItems: 1, uniqueItems: true }),
        strategy,
      },
      closed,
    ),
    operatingPoint,
    messages,
    model: Type.Record(Type.String(), ModelInput, {
      description: 'inputs of the trade-off model; those left out are as in experiments/tradeoff/inputs.yaml',
    }),
    offenders: Type.Optional(Type.Array(OffendersInput, { minItems: 1, description: 'the first one is used' })),
    falseMatches: Type.Optional(
      Type.Array(FalseMatches, { description: 'the first of a rule is used; left out: false-matches.json' }),
    ),
  },
  { ...closed, title: 'presend experiment' },
);
export type Experiment = Static<typeof Experiment>;

/** What is sent: the file has the strategies in its grid. */
export const scenarioOf = ({ seed, dataset, assignment, operatingPoint, messages, grid }: Experiment): Scenario => ({
  seed,
  dataset,
  assignment,
  operatingPoint,
  messages,
  strategies: grid.strategy,
});
