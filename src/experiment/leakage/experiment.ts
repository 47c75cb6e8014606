/** Experiments on leakage: what each role learns of each secret, from the views of a real run. */

import { type Static, Type } from 'typebox';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { Experiment } from '../tradeoff/experiment.ts';

const closed = { additionalProperties: false } as const;
const { version, name, question, seed, dataset, assignment, operatingPoint, messages, grid } = Experiment.properties;

/** Every strategy on the same messages, and every attack on what each role saw of them. */
export const LeakageExperiment = Type.Object(
  {
    version,
    kind: Type.Literal('leakage'),
    name,
    question,
    seed,
    dataset,
    assignment,
    strategies: grid.properties.strategy,
    operatingPoint,
    messages,
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
  },
  { ...closed, title: 'presend leakage experiment' },
);
export type LeakageExperiment = Static<typeof LeakageExperiment>;

/** The experiment in the words of a trade-off, without its model. */
export const scanOf = (experiment: LeakageExperiment): Experiment => {
  const { version, name, question, seed, dataset, assignment, strategies, operatingPoint, messages } = experiment;
  return {
    version,
    name,
    question,
    seed,
    dataset,
    assignment,
    grid: {
      hash: [...new Set([messages.hash, messages.secondHash])],
      transform: [{ name: 'none' }],
      strategy: strategies,
    },
    operatingPoint,
    messages,
    model: {},
  };
};
