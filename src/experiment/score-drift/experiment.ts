/** An experiment on robustness: how far a classifier's scores move when a picture is edited, decoded or scaled in another way. */

import { type Static, Type } from 'typebox';
import { EditSet } from '../../schema/edit-preset.ts';
import { DatasetSpec } from '../../schema/parts.ts';

const closed = { additionalProperties: false } as const;

/** An alarm that may flip: the scores of these labels together reach the threshold, or no longer. */
export const FlippingAlarm = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    labels: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
    threshold: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  },
  closed,
);
export type FlippingAlarm = Static<typeof FlippingAlarm>;

export const ScoreDrift = Type.Object(
  {
    version: Type.Literal(1),
    kind: Type.Literal('score-drift'),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    question: Type.String({ minLength: 1 }),
    seed: Type.Integer({ minimum: 0 }),
    dataset: DatasetSpec,
    sample: Type.Integer({ minimum: 5, description: 'pictures, one a group, drawn by the seed' }),
    classifier: Type.String({ minLength: 1 }),
    alarms: Type.Array(FlippingAlarm, { minItems: 1 }),
    sets: Type.Array(EditSet, {
      minItems: 1,
      description: 'each is compared with the picture as the set prepares it',
    }),
    backends: Type.Array(Type.String(), {
      description: 'backends that a few pictures are scored on as well',
    }),
    backendPictures: Type.Integer({ minimum: 0 }),
  },
  { ...closed, title: 'presend score-drift experiment' },
);
export type ScoreDrift = Static<typeof ScoreDrift>;
