/** Experiments on what perceptual hashes give away: topic, picture, and who is on a list. */
import { type Static, Type } from 'typebox';
import { DetectorsUsed } from '../../schema/detectors-used.ts';
import { Count, closed, experimentOf, Names, Share } from '../../schema/parts.ts';
import { scenarioMembers } from '../../schema/scenario.ts';

const { dataset, messages } = scenarioMembers;
const { protocols, prefixBits } = messages.properties;

/** Topic from hash, picture from hash, list membership from a device. */
export const HashLeakageExperiment = experimentOf('hash-leakage', {
  dataset,
  detectors: DetectorsUsed,
  kinds: Type.Optional(
    Type.Array(Type.String(), { minItems: 1, description: 'kinds of picture to use; all when left out' }),
  ),
  split: Type.Object(
    { training: Share, validation: Share },
    { ...closed, description: 'shares of the groups of each topic; the rest is the test' },
  ),
  miniatures: Type.Object(
    { training: Count, validation: Count, test: Count },
    {
      ...closed,
      description: 'pictures drawn and hashed in one go, attacked beside the dataset: many where it has few',
    },
  ),
  topics: Type.Object(
    {
      hashes: { ...Names, description: 'names of hashes, and paths of detector files (.yaml)' },
      fewest: Type.Integer({ minimum: 3, description: 'topics with fewer groups are left out' }),
      deep: Type.Optional(
        Type.Object(
          {
            hash: Type.String({ description: 'a deep hash, attacked beside the others on the dataset' }),
            pictures: Type.Integer({ minimum: 20, description: 'at most so many: a network takes its time' }),
          },
          closed,
        ),
      ),
    },
    closed,
  ),
  inversion: Type.Object(
    {
      hashes: { ...Names, description: 'names of hashes, and paths of detector files (.yaml)' },
      test: Type.Integer({ minimum: 2, description: 'test pictures to recover, at most' }),
      classifier: Type.Object(
        {
          name: Type.String({ description: 'whose features pictures are compared in' }),
          pictures: Type.Integer({ minimum: 2, description: 'test pictures compared so, at most' }),
        },
        closed,
      ),
      shown: Type.Integer({
        minimum: 0,
        description: 'pictures on the contact sheet; none unless they are generated',
      }),
    },
    closed,
  ),
  membership: Type.Object(
    {
      strategies: Names,
      hash: Type.String({ description: 'hash of lists that are matched nearby' }),
      equalityHash: Type.String({ description: 'hash of lists that are compared for equality' }),
      listed: Type.Integer({ minimum: 4, description: 'entries of the list: miniatures' }),
      known: Type.Integer({
        minimum: 2,
        description:
          'miniatures that the device knows not to be listed, and learns from; it also knows half of the list',
      }),
      others: Type.Integer({
        minimum: 4,
        description:
          'further miniatures that are not listed: thresholds are chosen on half of them, and rated on the rest',
      }),
      queries: Type.Integer({
        minimum: 2,
        description: 'questions that a device may ask where each costs one, on both sides together',
      }),
      listedShare: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: "of the dataset's groups, for a list of its own pictures",
      }),
      thresholdBits: Type.Integer({ minimum: 0, description: 'distance up to which a near match counts' }),
      prefixBits,
      protocols,
    },
    closed,
  ),
});
export type HashLeakageExperiment = Static<typeof HashLeakageExperiment>;
