/** The metrics of a run with dice. */
import { type Static, Type } from 'typebox';

export const DiceMetrics = Type.Object({
  kind: Type.Literal('dice'),
  experiment: Type.String(),
  question: Type.String(),
  throws: Type.Integer(),
  sum: Type.Integer(),
  limits: Type.Array(Type.String()),
});
export type DiceMetrics = Static<typeof DiceMetrics>;
