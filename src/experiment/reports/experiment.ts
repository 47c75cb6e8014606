/** Experiments on reports: what each strategy can put into a report, what of it can be used, and what a review of it costs. */
import { type Static, Type } from 'typebox';
import { closed, experimentOf, Probability, Source } from '../../schema/parts.ts';
import { scenarioMembers } from '../../schema/scenario.ts';

/** A probability with the range that is drawn from, evenly. */
const Ranged = (description: string) =>
  Type.Object({ low: Probability, high: Probability, source: Source }, { ...closed, description });

/** Every strategy on the same messages, and a queue of reviews on what it flags. */
export const ReportsExperiment = experimentOf('reports', {
  ...scenarioMembers,
  usable: Type.Array(
    Type.Object(
      {
        name: Type.String({ pattern: '^[a-z0-9-]+$' }),
        what: Type.String({ description: 'what counts as usable, in words that end a sentence' }),
        k: Type.Integer({ minimum: 0 }),
        n: Type.Integer({ minimum: 1 }),
        source: Source,
      },
      closed,
    ),
    { minItems: 1, description: 'of reports that a police force received, how many were of use: published counts' },
  ),
  queue: Type.Object(
    {
      prevalence: Type.Object(
        { value: Probability, source: Source },
        {
          ...closed,
          description: 'share of pictures that are target content, of which listedShare is listed',
        },
      ),
      listedShare: Type.Object({ value: Probability, source: Source }, closed),
      secondsPerReview: Type.Object({ value: Type.Number({ exclusiveMinimum: 0 }), source: Source }, closed),
      hoursPerMillion: Type.Object(
        { value: Type.Number({ minimum: 0 }), source: Source },
        {
          ...closed,
          description: 'capacity: hours of reviewers for each million pictures sent',
        },
      ),
      sensitivity: Ranged('share of target pictures that a reviewer confirms'),
      specificity: Ranged('share of innocent pictures that a reviewer does not confirm'),
      draws: Type.Integer({ minimum: 100, maximum: 100_000 }),
    },
    { ...closed, description: 'reviewers who err, and have so many hours' },
  ),
});
export type ReportsExperiment = Static<typeof ReportsExperiment>;
