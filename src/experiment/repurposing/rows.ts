/** Raw rows of re-purposing: what pictures hash to, and what heads with a hidden target say of held-out pictures. */

import { type Static, Type } from 'typebox';
import { HashOutcome } from '../../schema/hashed.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';
import { Split } from '../../schema/vocabulary.ts';

const Scores = Type.Array(Type.Number({ minimum: 0, maximum: 1 }));

/** One picture under every hash: of a location, listed, or of a bystander. */
export const ScannedRow = Type.Object({
  row: Type.Literal('scanned'),
  picture: Type.String(),
  group: Type.String({ description: 'copies and near neighbours share it' }),
  use: Type.Enum(['listed', 'bystander', 'insertable', 'held-out'], {
    description: 'an ordinary picture on the list or not; a photograph of a location that may be listed, or never is',
  }),
  split: Split,
  location: Type.Optional(Type.String()),
  standpoints: Type.Optional(Type.Integer({ minimum: 1 })),
  edit: Type.String({ description: "label of the edit, 'none' for the picture as it is" }),
  outcome: HashOutcome,
});
export type ScannedRow = Static<typeof ScannedRow>;

/** One head: its scores, in [0, 1], on pictures that it was not trained on. Heads of one target and repeat score the same pictures. */
export const HiddenHeadRow = Type.Object({
  row: Type.Literal('hidden-head'),
  target: Type.String({ description: 'what is hidden' }),
  targetKind: Type.Enum(['label', 'location']),
  repeat: Type.Integer({ minimum: 0 }),
  poisoned: Type.Number({ minimum: 0, maximum: 1, description: 'share that was asked for; 0: an honest head' }),
  training: Type.Object({
    declared: Type.Integer(),
    others: Type.Integer(),
    hidden: Type.Integer({ description: 'pictures of the hidden target among those called declared' }),
    iterations: Type.Integer(),
  }),
  scores: Type.Object({
    calibration: { ...Scores, description: 'other pictures, on which the threshold is chosen' },
    declared: { ...Scores, description: 'benchmark: what the head is said to find' },
    others: { ...Scores, description: 'benchmark: everything else, nothing of the hidden target' },
    hidden: { ...Scores, description: 'held-out pictures of the hidden target' },
    trained: { ...Scores, description: 'pictures of the hidden target that it was trained on' },
    elsewhere: { ...Scores, description: 'held-out pictures of another target of the same kind' },
  }),
});
export type HiddenHeadRow = Static<typeof HiddenHeadRow>;

/** The rows of a re-purposing run. */
export const repurposingRows = [
  refusedRow,
  rowType(ScannedRow, ({ picture, use, edit }) => [picture, use, edit]),
  rowType(HiddenHeadRow, ({ target, targetKind, repeat, poisoned }) => [target, targetKind, repeat, poisoned]),
];
export type RepurposingRow = RowOf<typeof repurposingRows>;
