/** What an experiment with dice asks. */
import { type Static, Type } from 'typebox';

export const Dice = Type.Object(
  {
    version: Type.Literal(1),
    kind: Type.Literal('dice'),
    name: Type.String(),
    question: Type.String(),
    seed: Type.Integer(),
    throws: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);
export type Dice = Static<typeof Dice>;
