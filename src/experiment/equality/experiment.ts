/** An experiment on hashes that are compared for equality: how much of what is edited they still find, and how often unrelated pictures agree. */
import { type Static, Type } from 'typebox';
import { DetectorsUsed } from '../../schema/detectors-used.ts';
import { EditSet, TransformSpec } from '../../schema/edit-preset.ts';
import { Count, closed, DatasetSpec, experimentOf, Share } from '../../schema/parts.ts';

const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' });

/** A hash whose bits are fitted on the calibration pictures; it is as long as the longest of `lengths`, and shorter ones are its first bits. */
export const Family = Type.Union([
  Type.Object(
    {
      name: Name,
      of: Type.Literal('frequencies', {
        description: 'linear discriminants of the lowest DCT frequencies of the picture (LDA-hash)',
      }),
      perSide: Type.Integer({ minimum: 2, maximum: 32, description: 'frequencies a side, of each colour' }),
      colours: Type.Union([Type.Literal(1), Type.Literal(3)], {
        description: '3: opponent colours; 1: brightness alone',
      }),
    },
    closed,
  ),
  Type.Object(
    {
      name: Name,
      of: Type.Literal('embedding', { description: "sides of random hyperplanes through a network's embedding" }),
      network: Type.String({ minLength: 1 }),
      planes: Type.Integer({ minimum: 8, maximum: 4096, description: 'hyperplanes drawn, to choose from' }),
      pictures: Type.Integer({ minimum: 20, description: 'at most so many pictures: a network takes its time' }),
      miniatures: Type.Integer({ minimum: 0, description: 'at most so many miniatures' }),
    },
    closed,
  ),
]);
export type Family = Static<typeof Family>;

/** Equality of some sampled bits in at least one table. */
const Banded = Type.Object(
  {
    of: Type.String({ description: 'a perceptual hash of `hashes`, or a fitted family' }),
    sampledBits: Count,
    tables: Type.Integer({ minimum: 1, maximum: 1024 }),
  },
  closed,
);

/** A second, independent hash, at the provider: within so many bits of the listed picture's. */
export const Check = Type.Object(
  { hash: Type.String(), thresholdBits: Type.Integer({ minimum: 0 }) },
  { ...closed, description: 'both sides are hashes of the visual derivative' },
);
export type Check = Static<typeof Check>;

export const EqualityExperiment = experimentOf('equality', {
  dataset: DatasetSpec,
  detectors: DetectorsUsed,
  kinds: Type.Optional(
    Type.Array(Type.String(), { minItems: 1, description: 'kinds of picture to take; all when left out' }),
  ),
  calibrationShare: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'share of groups on which bits are fitted; they are scored on the others',
  }),
  calibrationPictures: Type.Integer({ minimum: 10, description: 'at most so many of them: each is edited and kept' }),
  editedPictures: Type.Integer({
    minimum: 10,
    description: 'at most so many of the others are edited; the rest are only compared with each other',
  }),
  lengths: Type.Array(Type.Integer({ minimum: 4, maximum: 256 }), { minItems: 1, uniqueItems: true }),
  families: Type.Array(Family, { minItems: 1 }),
  hashes: Type.Array(Type.String(), {
    uniqueItems: true,
    description:
      'hashes, whole, for equality: names, also of exact hashes (md5, sha1, sha256), and paths of detector files (.yaml)',
  }),
  banded: Type.Array(Banded),
  sets: Type.Array(EditSet, { minItems: 1 }),
  mix: Type.Object(
    {
      asSent: Type.String({ description: 'the set of a picture that nobody edited' }),
      edited: Type.String({ description: 'the set of edits of which each is as frequent as any other' }),
      unedited: Type.Array(Type.Object({ share: Share, source: Type.String({ minLength: 1 }) }, closed), {
        minItems: 1,
        description: 'shares of listed pictures that are sent as they are',
      }),
    },
    closed,
  ),
  unrelated: Type.Object(
    {
      miniatures: Type.Integer({ minimum: 0, description: 'grey pictures that are drawn in one go' }),
      table: Type.Optional(
        Type.String({
          description:
            'CSV of hashes of more pictures, one a line, with a column a hash; a path, relative to the project where it is not absolute',
        }),
      ),
      apart: Type.Object(
        { hash: Type.String(), bits: Type.Integer({ minimum: 0 }) },
        {
          ...closed,
          description: 'pairs of photographs within so many bits of this hash are copies or one motif, not unrelated',
        },
      ),
    },
    closed,
  ),
  sizes: Type.Array(Count, { minItems: 1, uniqueItems: true, description: 'entries of lists to answer for' }),
  second: Type.Object(
    {
      derivative: Type.Array(TransformSpec, { description: 'from a picture to what a voucher holds of it' }),
      checks: Type.Array(Check),
    },
    closed,
  ),
  network: Type.Optional(
    Type.Object(
      {
        hash: Type.String({ description: 'a deep hash' }),
        thresholdBits: Type.Integer({ minimum: 0 }),
        pairs: Type.Integer({ minimum: 1, description: 'accidental matches of each design that it is asked about' }),
      },
      { ...closed, description: 'a second check by a network, on accidental matches alone' },
    ),
  ),
  limits: Type.Object(
    {
      prevalence: Type.Object({ value: Share, source: Type.String({ minLength: 1 }) }, closed),
      account: Type.Object({ pictures: Count, threshold: Count, source: Type.String({ minLength: 1 }) }, closed),
    },
    { ...closed, description: 'when innocents drown what is found' },
  ),
});
export type EqualityExperiment = Static<typeof EqualityExperiment>;
