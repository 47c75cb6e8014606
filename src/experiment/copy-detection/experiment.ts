/** Experiments on copy detection: edited copies against originals. Closed and versioned like all experiments. */

import { type Static, Type } from 'typebox';
import { EditSet } from '../../schema/edit-preset.ts';
import { hashExperiment } from '../../schema/hashed.ts';
import { closed, DatasetSpec, experimentOf, Share } from '../../schema/parts.ts';

/** Edited copies against originals: which hash finds its own original, and which another? */
export const CopyDetection = experimentOf('copy-detection', {
  ...hashExperiment,
  dataset: DatasetSpec,
  kinds: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      description: 'kinds of picture to take as originals; all when left out',
    }),
  ),
  sets: Type.Array(EditSet, {
    minItems: 1,
    description: 'each is scored by itself, against originals prepared its way',
  }),
  calibrationShare: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'share of groups on which thresholds are chosen; they are scored on the others',
  }),
  precision: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'least precision at which the threshold of the query-against-list design is chosen',
  }),
  pairFprs: Type.Array(Share, {
    minItems: 1,
    description: 'false-positive rates over pairs of unrelated originals at which recall is quoted',
  }),
  deep: Type.Optional(
    Type.Object(
      {
        hash: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, uniqueItems: true })], {
          description: 'a deep hash, or several, measured beside the others',
        }),
        pictures: Type.Integer({ minimum: 20, description: 'at most so many originals: a network takes its time' }),
      },
      closed,
    ),
  ),
});
export type CopyDetection = Static<typeof CopyDetection>;

/** Names of the deep hashes that are measured beside the others. */
export const deepNames = ({ deep }: Pick<CopyDetection, 'deep'>): readonly string[] => (deep ? [deep.hash].flat() : []);
