/** Experiments on prevention: what each strategy can stop before delivery, and what its stop tells the sender. */
import { type Static, Type } from 'typebox';
import { closed, experimentOf, Probability, Source, Sourced } from '../../schema/parts.ts';
import { scenarioMembers } from '../../schema/scenario.ts';
import { Prevention } from '../../schema/vocabulary.ts';

/** Every strategy on the same messages, once without prevention and once with each of its forms. */
export const PreventionExperiment = experimentOf('prevention', {
  ...scenarioMembers,
  prevention: Type.Object(
    {
      actions: Type.Array(Prevention, { minItems: 1, uniqueItems: true }),
      abortSource: Type.String({
        ...Source,
        description: 'where /messages/abort comes from, the share of warned senders who do not go on',
      }),
      messagesPerHour: Sourced(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 }), {
        description: 'of all accounts together: turns the logical clock into hours',
      }),
      review: Type.Object(
        {
          everyHours: Sourced(Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }), {
            description: 'reviewers go through all that waits, and come again after this time',
          }),
          sensitivity: Sourced(Probability, { description: 'share of target pictures that a reviewer confirms' }),
          specificity: Sourced(Probability, {
            description: 'share of innocent pictures that a reviewer does not confirm',
          }),
        },
        closed,
      ),
      probes: Type.Object(
        {
          listed: Type.Integer({ minimum: 1, maximum: 10_000 }),
          others: Type.Integer({ minimum: 1, maximum: 10_000 }),
        },
        {
          ...closed,
          description: 'pictures that one account sends to another of its owner, to learn which are listed',
        },
      ),
    },
    closed,
  ),
});
export type PreventionExperiment = Static<typeof PreventionExperiment>;

/** Accounts of one owner: the first sends probes to the second. */
export const probing = { sender: 'probe-1', recipient: 'probe-2' } as const;

/** Messages between two reviews, at least one. */
export const messagesBetweenReviews = ({ prevention }: Pick<PreventionExperiment, 'prevention'>): number =>
  Math.max(1, Math.round(prevention.review.everyHours.value * prevention.messagesPerHour.value));
