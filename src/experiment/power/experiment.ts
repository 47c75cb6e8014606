/** Experiments on power: what stolen keys, corrupt curators and providers, court orders and app updates get out of every strategy. */
import { type Static, Type } from 'typebox';
import { Experiment } from '../tradeoff/experiment.ts';

const closed = { additionalProperties: false } as const;
const { version, name, question, seed, dataset, assignment, operatingPoint, messages, grid } = Experiment.properties;
const Share = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });
const Count = Type.Integer({ minimum: 1 });

/** The power is got in the middle of the messages; what it opens of those before and behind is counted. */
export const PowerExperiment = Type.Object(
  {
    version,
    kind: Type.Literal('power'),
    name,
    question,
    seed,
    dataset,
    assignment,
    strategies: grid.properties.strategy,
    operatingPoint,
    messages,
    hidden: Type.Object(
      {
        pictures: Type.Integer({
          minimum: 1,
          maximum: 100,
          description:
            'innocent pictures that an insider looks for; two accounts send each of them before the power is got, and again behind',
        }),
        messagesPerHour: Type.Object(
          { value: Type.Number({ exclusiveMinimum: 0, maximum: 1e12 }), source: Type.String({ minLength: 1 }) },
          { ...closed, description: 'of all accounts together: turns the logical clock into hours' },
        ),
      },
      closed,
    ),
    gossip: Type.Object(
      {
        shares: Type.Array(Share, { minItems: 1, uniqueItems: true, description: 'of clients that get another list' }),
        clients: Type.Array(Count, { minItems: 1, uniqueItems: true, description: 'that compare log heads' }),
        stale: Type.Array(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
          minItems: 1,
          uniqueItems: true,
          description: 'shares of clients whose head is older than the split',
        }),
        trials: Count,
      },
      { ...closed, description: 'clients that compare what they were given' },
    ),
    audit: Type.Object(
      {
        lists: Type.Array(Type.Object({ entries: Count, planted: Count, audited: Count }, closed), {
          minItems: 1,
          uniqueItems: true,
        }),
        trials: Count,
      },
      { ...closed, description: 'an auditor who has the originals of some entries of a list that can be read' },
    ),
  },
  { ...closed, title: 'presend power experiment' },
);
export type PowerExperiment = Static<typeof PowerExperiment>;
