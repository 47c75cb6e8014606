/** The rows of a run with dice. */
import { type Static, Type } from 'typebox';
import { type RowOf, rowType } from '../../../../src/schema/row.ts';

export const ThrowRow = Type.Object({ row: Type.Literal('throw'), number: Type.Integer(), face: Type.Integer() });
export type ThrowRow = Static<typeof ThrowRow>;

export const diceRows = [rowType(ThrowRow, ({ number }) => [number])];
export type DiceRow = RowOf<typeof diceRows>;
