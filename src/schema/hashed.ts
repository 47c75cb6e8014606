/** What experiments on hashes share: the raw rows, and what distances between pictures say. */
import { type Static, Type } from 'typebox';
import { Bits, Failed, Nullable, Refused } from './parts.ts';
import { Rate } from './rate.ts';

/** One picture, after one edit, under every hash: what copy detection and the tail of false positives are computed from. */
export const HashedRow = Type.Object({
  row: Type.Literal('hashed'),
  picture: Type.String({ description: 'id of the source picture' }),
  group: Type.String({ description: 'copies and near neighbours share it; the unit of the cluster bootstrap' }),
  topic: Type.String(),
  kind: Type.String({ description: 'where in the dataset it comes from' }),
  part: Type.Enum(['calibration', 'evaluation', 'list', 'query', 'hard'], {
    description: 'copy detection: the split; false-positive tail: listed, asked for, or asked for as a hard negative',
  }),
  set: Type.String({ description: "the set that the edit belongs to; 'none' where nothing is edited" }),
  transform: Type.String({ description: "label of the edit, 'none' for the original as the set prepares it" }),
  outcome: Type.Union([
    Type.Object({
      state: Type.Literal('hashed'),
      hashes: Type.Record(Type.String(), Type.Object({ hex: Type.String(), quality: Type.Integer() })),
    }),
    Refused,
    Failed,
  ]),
});

export type HashedRow = Static<typeof HashedRow>;

/** A rate among pairs: exact as if pairs were independent and, beside it, by picture. */
export const PairRate = Type.Object({
  ...Rate.properties,
  nodes: Type.Integer({ minimum: 0, description: 'pictures that the pairs are made of' }),
  nodeLow: Type.Number({ minimum: 0, maximum: 1 }),
  nodeHigh: Type.Number({ minimum: 0, maximum: 1 }),
  designEffect: Nullable(Type.Number()),
});
export type PairRate = Static<typeof PairRate>;

/** Distances between unrelated pictures. */
export const Unrelated = Type.Object({
  pairs: Type.Integer({ description: 'of pictures of different groups' }),
  meanBits: Nullable(Type.Number()),
  sdBits: Nullable(Type.Number()),
  minBits: Nullable(Bits),
  effectiveBits: Nullable(Type.Number({ description: "Daugman's degrees of freedom, p(1 − p) / s²" })),
  oddShare: Nullable(Type.Number({ description: 'share of odd distances: 0 for a hash that is cut at its median' })),
  counts: Type.Array(Type.Integer(), { description: 'pairs at distance 0, 1, … bits' }),
});
export type Unrelated = Static<typeof Unrelated>;
