/** The rows of a run on reports. */
import { type Static, Type } from 'typebox';
import { classifyRow, equalityRow, matchRow, messageRow } from '../../schema/observation.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';
import { trainedHeadRow } from '../../schema/trained-head.ts';
import { Content, Split } from '../../schema/vocabulary.ts';

const Held = (description: string) => Type.Boolean({ description });

/** One report that the curator received, and what whoever made it holds, by its view. */
export const ReportRow = Type.Object({
  row: Type.Literal('report'),
  cell: Type.String({ description: 'id of the cell, the hash of its resolved config' }),
  strategy: Type.String(),
  message: Type.String(),
  content: Content,
  split: Split,
  transform: Type.String(),
  by: Type.Enum(['provider', 'court']),
  picture: Held('the picture as it was sent, byte by byte'),
  hash: Held('the hash of the picture, or its SHA-256 in the report'),
  entry: Held('the list entry that it matched'),
  score: Held("a classifier's score"),
  account: Held('who sent it'),
  recipient: Held('to whom'),
  time: Held('when'),
  address: Held('a network address'),
  records: Type.Integer({ minimum: 0, description: 'other messages of the two accounts of which it has the record' }),
  conversation: Type.Integer({
    minimum: 0,
    description: 'other messages of the two accounts of which it has the picture',
  }),
  viewed: Held('the report says that a human saw the picture, and the view has the picture'),
  classified: Held('a class from A1 to B2'),
  tip: Type.String({ description: 'the report as the curator received it, JSON' }),
});
export type ReportRow = Static<typeof ReportRow>;

export const reportRows = [
  refusedRow,
  matchRow,
  classifyRow,
  trainedHeadRow,
  equalityRow,
  messageRow,
  rowType(ReportRow, ({ strategy, message }) => [strategy, message]),
];
export type AnyReportRow = RowOf<typeof reportRows>;
