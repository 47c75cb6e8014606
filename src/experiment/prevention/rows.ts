/** The rows of a run on prevention. */
import { type Static, Type } from 'typebox';
import { classifyRow, equalityRow, matchRow } from '../../schema/observation.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';
import { trainedHeadRow } from '../../schema/trained-head.ts';
import { Content, Prevention, Split } from '../../schema/vocabulary.ts';

/** What is done with a match, or 'none': it is delivered. */
export const Action = Type.Enum(['none', ...Prevention.enum]);
export type Action = Static<typeof Action>;

/** One message under one strategy and one form of prevention, as the roles' views show it. */
export const PreventedRow = Type.Object({
  row: Type.Literal('prevented'),
  cell: Type.String({ description: 'id of the cell, the hash of its resolved config' }),
  strategy: Type.String(),
  action: Action,
  message: Type.String(),
  purpose: Type.Enum(['scored', 'probe']),
  sender: Type.String(),
  picture: Type.String({ description: 'id of the source picture' }),
  group: Type.String(),
  topic: Type.String(),
  content: Content,
  split: Split,
  transform: Type.String(),
  scanned: Type.Enum(['none', 'match', 'clear', 'refused'], {
    description: 'by its device or the services, whoever learns it',
  }),
  notice: Type.Boolean({ description: "the sender's view has a notice that it is held back" }),
  warned: Type.Boolean({ description: 'its sender was asked whether to go on' }),
  prompt: Type.Boolean({ description: 'the recipient had it before anything else happened' }),
  delivered: Type.Boolean({ description: "the recipient's view has the picture, byte by byte, at the end" }),
  delay: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'from sending to delivery, in messages sent meanwhile; null if it was not delivered',
  }),
  reported: Type.Boolean({ description: "the curator's view has a report about it" }),
});
export type PreventedRow = Static<typeof PreventedRow>;

/** What roles turned away while a strategy ran. */
export const TurnedAwayRow = Type.Object({
  row: Type.Literal('turned-away'),
  strategy: Type.String(),
  action: Action,
  reasons: Type.Array(Type.String(), { description: 'as the role gave them; empty where nothing was turned away' }),
});
export type TurnedAwayRow = Static<typeof TurnedAwayRow>;

export const preventionRows = [
  refusedRow,
  matchRow,
  classifyRow,
  trainedHeadRow,
  equalityRow,
  rowType(PreventedRow, ({ strategy, action, message }) => [strategy, action, message]),
  rowType(TurnedAwayRow, ({ strategy, action }) => [strategy, action]),
];
export type PreventionRow = RowOf<typeof preventionRows>;
