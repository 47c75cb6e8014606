/** Shared parts of experiments on hashes: the raw rows, and statistics of distances between pictures. */
import { type Static, Type } from 'typebox';
import type { DetectorFacts } from './detector-file.ts';
import { DetectorsUsed } from './detectors-used.ts';
import { Distance, Failed, Nullable, Refused } from './parts.ts';
import { Rate } from './rate.ts';
import { type RowOf, refusedRow, rowType } from './row.ts';

/** A hash of a rendering. */
export const FoundHash = Type.Object({
  hex: Type.String(),
  quality: Type.Integer(),
  vector: Type.Optional(
    Type.String({
      description: 'of a detector with the distance cosine or l2: 32-bit floats, little-endian, in base64',
    }),
  ),
});
export type FoundHash = Static<typeof FoundHash>;

/** The hashes of a rendering by name; a detector can refuse one that others hash. */
export const FoundHashes = Type.Record(
  Type.String(),
  Type.Union([
    FoundHash,
    Type.Object({ refused: Type.String({ description: 'why a detector has no hash of the picture' }) }),
  ]),
);

/** What came of hashing a picture: every hash by its name, or why there is none. */
export const HashOutcome = Type.Union([
  Type.Object({ state: Type.Literal('hashed'), hashes: FoundHashes }),
  Refused,
  Failed,
]);

/** One picture, after one edit, under every hash. Copy detection and the tail of false positives are computed from these rows. */
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
  outcome: HashOutcome,
});

export type HashedRow = Static<typeof HashedRow>;

/** The hashes of a rendering by name, without those that a detector refused. */
export const foundHashes = (outcome: HashedRow['outcome']): [name: string, found: FoundHash][] =>
  outcome.state === 'hashed'
    ? Object.entries(outcome.hashes).flatMap(([name, found]) => ('hex' in found ? [[name, found]] : []))
    : [];

/** A rate among pairs: exact as if pairs were independent, and clustered by picture. */
export const PairRate = Type.Object({
  ...Rate.properties,
  nodes: Type.Integer({ minimum: 0, description: 'pictures that the pairs are made of' }),
  nodeLow: Type.Number({ minimum: 0, maximum: 1 }),
  nodeHigh: Type.Number({ minimum: 0, maximum: 1 }),
  designEffect: Nullable(Type.Number()),
});
export type PairRate = Static<typeof PairRate>;

/** How a hash is compared, in metrics; left out where it is compared by its bits. */
export const MetricVector = Type.Optional(
  Type.Object(
    {
      distance: Type.Enum(['cosine', 'l2']),
      step: Type.Number({ description: 'distances are counted in steps of this' }),
    },
    { description: 'unit of the distances and thresholds of this hash, instead of bits' },
  ),
);

/** Distances between unrelated pictures, in the unit of the hash. */
export const Unrelated = Type.Object({
  pairs: Type.Integer({ description: 'of pictures of different groups' }),
  meanBits: Nullable(Type.Number()),
  sdBits: Nullable(Type.Number()),
  minBits: Nullable(Distance),
  effectiveBits: Nullable(Type.Number({ description: "Daugman's degrees of freedom, p(1 − p) / s²" })),
  oddShare: Nullable(Type.Number({ description: 'share of odd distances: 0 for a hash that is cut at its median' })),
  counts: Type.Array(Type.Integer(), { description: 'pairs at distance 0, 1, … bits or steps' }),
});
export type Unrelated = Static<typeof Unrelated>;

/** A deep hash has its own row, and can fail like the others. */
export const hashedRow = rowType(HashedRow, ({ picture, part, set, transform, outcome }) =>
  outcome.state === 'hashed' ? [picture, part, set, transform, Object.keys(outcome.hashes)] : null,
);

/** The rows of an experiment that only uses hashes. */
export const hashRows = [refusedRow, hashedRow];
export type HashRow = RowOf<typeof hashRows>;

/** Common members of experiments on hashes. */
export const hashExperiment = {
  hashes: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    uniqueItems: true,
    description: 'names of hashes, and paths of detector files (.yaml)',
  }),
  detectors: DetectorsUsed,
  quality: Type.Enum(['any', 'authors'], {
    description:
      "any: every hash is used; authors: one below its authors' least quality is refused, so it matches nothing",
  }),
};
export interface HashExperiment {
  readonly name: string;
  readonly question: string;
  readonly seed: number;
  readonly hashes: readonly string[];
  readonly detectors?: readonly DetectorFacts[];
  readonly quality: 'any' | 'authors';
}
