/** Raw rows of attacks: what every attempt reached for how much, in numbers alone. No picture that an attack made is in any of them. */
import { type Static, Type } from 'typebox';
import { hashedRow } from '../../schema/hashed.ts';
import { classifyRow } from '../../schema/observation.ts';
import { closed } from '../../schema/parts.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';

const L2 = Type.Number({
  minimum: 0,
  maximum: 1,
  description: 'root mean square of the change of a pixel, as a share of 255',
});
const Measure = Type.Number({ description: 'Hamming distance in bits, or score of the label' });
const Queries = Type.Integer({ minimum: 0 });

const subject = {
  goal: Type.Enum(['evasion', 'collision', 'furthest'], {
    description:
      'away from its own entry or label; to the entry of another; or as far from its own entry as it goes, whatever the threshold',
  }),
  target: Type.String({ description: 'hash or classifier' }),
  picture: Type.String({ description: 'id of the picture that is altered' }),
  group: Type.String(),
  topic: Type.String(),
  aim: Type.Optional(Type.String({ description: 'of a collision: id of the picture whose entry is to be matched' })),
  threshold: Type.Number({ description: 'in bits, or as a score; of furthest, all bits, which are never exceeded' }),
};

/** One altered picture, scored and discarded. */
export const ScoredAlteration = Type.Object(
  {
    queries: Type.Integer({ minimum: 1, description: 'asked up to it' }),
    l2: L2,
    measure: Measure,
    ssim: Type.Number({ minimum: -1, maximum: 1, description: 'on luma' }),
    afterMessenger: Type.Number({ description: 'the measure after the messenger step, a JPEG' }),
  },
  closed,
);
export type ScoredAlteration = Static<typeof ScoredAlteration>;

/** One attack on one picture. */
export const AttemptRow = Type.Object(
  {
    row: Type.Literal('attempt'),
    ...subject,
    attack: Type.Enum(['nes', 'simba', 'boundary']),
    queries: Type.Integer({ minimum: 0, description: 'asked in all' }),
    wins: Type.Array(Type.Tuple([Queries, L2]), {
      description: 'every success with less L2 than all before it: queries up to it, and its L2',
    }),
    shortest: Type.Union([ScoredAlteration, Type.Null()], { description: 'the success with the least L2' }),
    within: Type.Array(Type.Union([ScoredAlteration, Type.Null()]), {
      description: 'for each budget of L2 the alteration that went furthest; null where none was tried within it',
    }),
  },
  closed,
);
export type AttemptRow = Static<typeof AttemptRow>;

/** What no attack, and chance, do to the same picture. */
export const AttackControlRow = Type.Object(
  {
    row: Type.Literal('attack-control'),
    ...subject,
    untouched: Type.Object({ measure: Measure, afterMessenger: Measure }, closed),
    noise: Type.Array(Measure, { description: 'after white noise of each budget of L2' }),
    smoothNoise: Type.Array(Measure, { description: 'after noise among the frequencies that attacks search' }),
    replaced: Type.Number({ description: 'the measure of another picture in its place' }),
  },
  closed,
);
export type AttackControlRow = Static<typeof AttackControlRow>;

/** Altered pictures that a detector refused: they count as no success. There is no row where none was. */
export const AttackRefusalsRow = Type.Object(
  {
    row: Type.Literal('attack-refusals'),
    ...subject,
    attack: Type.Enum(['nes', 'simba', 'boundary', 'none'], { description: 'none: the controls' }),
    refused: Type.Integer({ minimum: 1 }),
    asked: Type.Integer({ minimum: 1, description: 'pictures that the detector was given, scored ones too' }),
    first: Type.String({ description: 'why the first one was refused' }),
  },
  closed,
);
export type AttackRefusalsRow = Static<typeof AttackRefusalsRow>;

/** The rows of an evasion run. */
export const evasionRows = [
  refusedRow,
  hashedRow,
  classifyRow,
  rowType(AttemptRow, ({ goal, target, picture, aim, attack }) => [goal, target, picture, aim, attack]),
  rowType(AttackControlRow, ({ goal, target, picture, aim }) => [goal, target, picture, aim]),
  rowType(AttackRefusalsRow, ({ goal, target, picture, aim, attack }) => [goal, target, picture, aim, attack]),
];
export type EvasionRow = RowOf<typeof evasionRows>;
