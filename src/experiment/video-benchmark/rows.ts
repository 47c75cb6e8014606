/** Raw rows about clips: what every detector keeps of a listed clip, and of each edited copy. */
import { type Static, Type } from 'typebox';
import { type RowOf, rowType } from '../../schema/row.ts';

/** A rendering of a clip. */
export const ClipRow = Type.Object({
  row: Type.Literal('clip'),
  clip: Type.String(),
  kind: Type.String({ description: 'what moves in it' }),
  part: Type.Enum(['calibration', 'evaluation']),
  edit: Type.String({ description: "name of the edit; 'listed' for the clip on the list" }),
  bytes: Type.Integer({ minimum: 0, description: 'size of the file' }),
  decodedFrames: Type.Integer({ minimum: 0 }),
  md5: Type.String({ description: 'of the file, 32 hex digits' }),
  vpdq: Type.String({ description: 'PDQ of each looked-at frame, 64 hex digits each' }),
  qualities: Type.Array(Type.Integer({ minimum: 0, maximum: 100 })),
  tmk: Type.String({ description: 'average feature of TMK+PDQF: 256 little-endian 32-bit floats, hex' }),
});
export type ClipRow = Static<typeof ClipRow>;

/** The rows of a run. */
export const videoRows = [rowType(ClipRow, ({ clip, edit }) => [clip, edit])];
export type VideoRow = RowOf<typeof videoRows>;
