/** Experiments on the tail of false positives: innocent pictures against lists of growing size. Closed and versioned like all experiments. */

import { type Static, Type } from 'typebox';
import { hashExperiment } from '../../schema/hashed.ts';
import { closed, DatasetSpec, experimentOf } from '../../schema/parts.ts';

/** The dataset that is drawn and hashed in one go. */
export const miniatures = 'miniatures';

/** Innocent pictures against lists of growing size: how often does one match? */
export const FalsePositiveTail = experimentOf('false-positive-tail', {
  ...hashExperiment,
  dataset: Type.Object(
    {
      ...DatasetSpec.properties,
      name: Type.String({
        minLength: 1,
        description: "'miniatures' (drawn and hashed in one go), 'generated', 'photographs', or a path",
      }),
    },
    closed,
  ),
  kinds: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      description: 'kinds of picture to list and to ask for; all when left out',
    }),
  ),
  hardKinds: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      description: 'kinds of picture that look alike by nature: asked for apart, never listed',
    }),
  ),
  queryShare: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'share of groups that are asked for; the others make the list',
  }),
  thresholds: Type.Record(Type.String(), Type.Array(Type.Number({ minimum: 0 }), { minItems: 1 }), {
    description:
      "by hash: thresholds beside its authors', in bits, or in the unit of a detector with the distance cosine or l2",
  }),
});
export type FalsePositiveTail = Static<typeof FalsePositiveTail>;
