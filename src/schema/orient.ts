/** Orientation of a dataset's pictures: one policy for every format and experiment. */
import { Type } from 'typebox';

export const Orient = Type.Optional(
  Type.Boolean({
    description:
      'true: turn and mirror every picture as its file says, as messengers do; else pixels as stored, as the references hash them',
  }),
);
