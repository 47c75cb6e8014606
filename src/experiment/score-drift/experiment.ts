/** An experiment on robustness: how far a classifier's scores move when a picture is edited, decoded or scaled in another way. */

import { type Static, Type } from 'typebox';
import { EditSet } from '../../schema/edit-preset.ts';
import { closed, DatasetSpec, experimentOf, Share } from '../../schema/parts.ts';

/** An alarm that may flip: the scores of these labels together reach the threshold, or no longer. */
export const FlippingAlarm = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    labels: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
    threshold: Share,
  },
  closed,
);
export type FlippingAlarm = Static<typeof FlippingAlarm>;

export const ScoreDrift = experimentOf('score-drift', {
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
});
export type ScoreDrift = Static<typeof ScoreDrift>;
