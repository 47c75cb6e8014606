/** Experiments on capabilities: what stolen keys, corrupt curators and providers, court orders and app updates get out of every strategy. */

import { type Static, Type } from 'typebox';
import { Count, closed, experimentOf, Share, Sourced } from '../../schema/parts.ts';
import { scenarioMembers } from '../../schema/scenario.ts';

/** An adversary gets a capability in the middle of the messages; what it opens of those before and after that is counted. */
export const PowerExperiment = experimentOf('power', {
  ...scenarioMembers,
  hidden: Type.Object(
    {
      pictures: Type.Integer({
        minimum: 1,
        maximum: 100,
        description:
          'innocent pictures that an insider looks for; two accounts send each of them before the power is got, and again behind',
      }),
      messagesPerHour: Sourced(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 }), {
        description: 'of all accounts together: turns the logical clock into hours',
      }),
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
  groups: Type.Optional(
    Type.Object(
      {
        members: Type.Array(Type.Integer({ minimum: 2, maximum: 200 }), {
          minItems: 1,
          uniqueItems: true,
          description: 'accounts of a group; each is played',
        }),
        devices: Type.Integer({ minimum: 1, maximum: 4, description: 'of every account' }),
        messages: Type.Integer({ minimum: 10, maximum: 1000 }),
        loss: Type.Number({ minimum: 0, exclusiveMaximum: 1, description: 'share of copies that the relay loses' }),
        rotateAfter: Type.Integer({ minimum: 1, description: 'messages after which a sender key is replaced' }),
        checkEvery: Type.Array(Type.Integer({ minimum: 1, maximum: 1000 }), {
          minItems: 1,
          uniqueItems: true,
          description: 'messages of a group of ten between two checks of the log of device keys',
        }),
      },
      { ...closed, description: 'groups with sender keys, and a ghost in one. Left out: none is played' },
    ),
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
});
export type PowerExperiment = Static<typeof PowerExperiment>;
