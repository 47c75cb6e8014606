/** Rows of an equality run: what bits are fitted on, the fit, and hashes of edited and of unrelated pictures. */
import { type Static, Type } from 'typebox';
import { Refused } from '../../schema/parts.ts';
import { type RowOf, refusedRow, rowType } from '../../schema/row.ts';

const where = {
  set: Type.String(),
  transform: Type.String({ description: "label of the edit, 'none' for the original" }),
};

/** A calibration picture: what each family sees of the original and of every edit. */
export const EqualityFeaturesRow = Type.Object({
  row: Type.Literal('equality-features'),
  picture: Type.String(),
  group: Type.String(),
  renderings: Type.Array(
    Type.Object({
      ...where,
      outcome: Type.Union([
        Refused,
        Type.Object({
          state: Type.Literal('seen'),
          features: Type.Record(Type.String(), Type.Array(Type.Number()), {
            description: 'by family: frequencies, or the embedding’s products with the hyperplanes',
          }),
        }),
      ]),
    }),
  ),
});

/** The bits of one family, in the order in which they were chosen. */
export const EqualityFitRow = Type.Object({
  row: Type.Literal('equality-fit'),
  family: Type.String(),
  pictures: Type.Integer({ description: 'calibration pictures it was fitted on' }),
  edits: Type.Integer({ description: 'edits of these' }),
  projections: Type.Array(Type.Array(Type.Number()), {
    description: 'by bit: weights of the features; none for hyperplanes, which the seed draws',
  }),
  planes: Type.Array(Type.Integer(), { description: 'by bit: number of the hyperplane; none for frequencies' }),
  medians: Type.Array(Type.Number(), { description: 'by bit: it is 1 where the projection is above' }),
});

/** Hex by hash; null: below its least quality, so that it matches nothing. */
const Hexes = Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]));

/** An evaluation picture and its edits under every hash; `second`: hashes of the visual derivative. */
export const EqualityPictureRow = Type.Object({
  row: Type.Literal('equality-picture'),
  picture: Type.String(),
  group: Type.String(),
  topic: Type.String(),
  kind: Type.String(),
  renderings: Type.Array(
    Type.Object({
      ...where,
      outcome: Type.Union([
        Refused,
        Type.Object({
          state: Type.Literal('hashed'),
          hashes: Hexes,
          second: Hexes,
        }),
      ]),
    }),
  ),
});

/** Pictures that are only compared with each other: by hash one hex text after the other, of equal lengths, in the order of the pictures. */
export const EqualityUnrelatedRow = Type.Object({
  row: Type.Literal('equality-unrelated'),
  source: Type.String(),
  from: Type.Integer({ description: 'number of the first picture' }),
  pictures: Type.Integer(),
  hashes: Type.Record(
    Type.String(),
    Type.Object({
      hex: Type.String(),
      none: Type.Array(Type.Integer(), { description: 'pictures of this row below the least quality' }),
    }),
  ),
});

/** Whether a network, too, takes two pictures for one that a design found equal by accident. */
const EqualityNetworkRow = Type.Object({
  row: Type.Literal('equality-network'),
  source: Type.String(),
  design: Type.String(),
  pair: Type.Tuple([Type.Integer(), Type.Integer()], { description: 'numbers of the pictures in their source' }),
  distanceBits: Type.Union([Type.Integer(), Type.Null()], { description: 'null: one of them has no such hash' }),
});

export type EqualityFeaturesRow = Static<typeof EqualityFeaturesRow>;
export type EqualityFitRow = Static<typeof EqualityFitRow>;
export type EqualityPictureRow = Static<typeof EqualityPictureRow>;
export type EqualityUnrelatedRow = Static<typeof EqualityUnrelatedRow>;

/** The rows of an equality run. */
export const equalityRows = [
  refusedRow,
  rowType(EqualityFeaturesRow, ({ picture }) => [picture]),
  rowType(EqualityFitRow, ({ family }) => [family]),
  rowType(EqualityPictureRow, ({ picture }) => [picture]),
  rowType(EqualityUnrelatedRow, ({ source, from }) => [source, from]),
  rowType(EqualityNetworkRow, ({ source, design, pair }) => [source, design, pair]),
];
export type EqualityRunRow = RowOf<typeof equalityRows>;
