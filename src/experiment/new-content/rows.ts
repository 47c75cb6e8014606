/** Raw rows of a new-content run: what hash and network say of each rendering, and what each head, trained without one source, says of it. */
import { type Static, Type } from 'typebox';
import { FoundHashes } from '../../schema/hashed.ts';
import { Failed, Refused } from '../../schema/parts.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';
import { scorerRow } from '../../schema/scored.ts';

/** One picture, after one edit, under both hashes and the network. */
export const LookedRow = Type.Object({
  row: Type.Literal('looked'),
  picture: Type.String(),
  group: Type.String(),
  topic: Type.String(),
  source: Type.Union([Type.String(), Type.Null()], { description: 'source of target content; null: innocent' }),
  part: Type.Enum(['training', 'calibration', 'evaluation']),
  listed: Type.Boolean({ description: 'on the list, unless its source is held out' }),
  transform: Type.String({ description: "label of the edit, 'none' for the picture as it is" }),
  outcome: Type.Union([
    Type.Object({
      state: Type.Literal('scored'),
      hashes: FoundHashes,
      scores: Type.Array(Type.Number(), { description: "the network's, in the order of its labels" }),
    }),
    Refused,
    Failed,
  ]),
});
export type LookedRow = Static<typeof LookedRow>;

/** A head, trained without one source. */
export const HeadRow = Type.Object({
  row: Type.Literal('head'),
  held: Type.String({ description: 'the source it was trained without' }),
  network: Type.String(),
  training: Type.Object({ target: Type.Integer(), innocent: Type.Integer() }),
  validation: Type.Object({ target: Type.Integer(), innocent: Type.Integer() }),
  sha256: Type.String({ description: 'of its weights' }),
  scores: Type.Array(
    Type.Object({ picture: Type.String(), transform: Type.String(), target: Type.Number({ minimum: 0, maximum: 1 }) }),
    { description: 'probability of target content, of pictures it was not trained on' },
  ),
});
export type HeadRow = Static<typeof HeadRow>;

/** The rows of a new-content run. */
export const newContentRows = [
  refusedRow,
  scorerRow,
  rowType(LookedRow, ({ picture, transform }) => [picture, transform]),
  rowType(HeadRow, ({ held, network }) => [held, network]),
];
export type NewContentRow = RowOf<typeof newContentRows>;
