/** Counted distances of a run: a threshold slider updates all numbers from these, without the raw rows. */
import { type Static, Type } from 'typebox';

const place = (of: string) => Type.Integer({ minimum: 0, description: `place in ${of}` });

/** Pictures of one topic after one edit under one hash, by their distance. */
export const ScoreCell = Type.Object({
  hash: place('hashes'),
  edit: place('edits'),
  topic: place('topics'),
  content: Type.Enum(['listed', 'new', 'innocent'], {
    description:
      'listed: distance to the list, or in copy detection to the own original · innocent: to the nearest entry, or original of another group',
  }),
  counts: Type.Array(Type.Tuple([Type.Integer(), Type.Integer({ minimum: 1 })]), {
    description: 'distance in bits and how many; a picture without a usable hash is farther than any',
  }),
});
export type ScoreCell = Static<typeof ScoreCell>;

/** The counted distances of a trade-off or copy-detection run, evaluation pictures only. */
export const Scores = Type.Object({
  run: Type.String(),
  experiment: Type.String(),
  kind: Type.Enum(['tradeoff', 'copy-detection']),
  listEntries: Type.Integer({ minimum: 1, description: 'entries that an innocent picture was compared with' }),
  hashes: Type.Array(
    Type.Object({
      name: Type.String(),
      bits: Type.Integer({ minimum: 1 }),
      authors: Type.Union([Type.Integer(), Type.Null()], { description: "the authors' threshold" }),
      chosen: Type.Union([Type.Integer(), Type.Null()], { description: 'chosen on the calibration pictures' }),
    }),
  ),
  edits: Type.Array(Type.Object({ set: Type.String(), label: Type.String() }), {
    description: "label 'none': as it is sent, or as a set of edits prepares it",
  }),
  topics: Type.Array(Type.String()),
  cells: Type.Array(ScoreCell),
});
export type Scores = Static<typeof Scores>;
