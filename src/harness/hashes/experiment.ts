/** Experiments on hashes alone, without messages: copy detection, and the tail of false positives. Closed and versioned like all experiments. */

import { type Static, Type } from 'typebox';
import { EditSet } from '../../schema/edit-preset.ts';
import { Orient } from '../../schema/orient.ts';

const closed = { additionalProperties: false } as const;
const Names = Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true });
const Rate = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });

const common = {
  version: Type.Literal(1),
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
  question: Type.String({ minLength: 1 }),
  seed: Type.Integer({ minimum: 0 }),
  hashes: Names,
  quality: Type.Enum(['any', 'authors'], {
    description:
      "any: every hash is used; authors: one below its authors' least quality is refused, so it matches nothing",
  }),
};

const Dataset = Type.Object(
  {
    name: Type.String({ minLength: 1, description: "'generated', 'photographs', or the path of a folder or manifest" }),
    pictures: Type.Optional(Type.Integer({ minimum: 20, description: 'how many, for a generated dataset' })),
    orient: Orient,
    sha256: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'refuse to run on any other pictures' }),
    ),
  },
  closed,
);

/** Edited copies against originals: which hash finds its own original, and which another? */
export const CopyDetection = Type.Object(
  {
    ...common,
    kind: Type.Literal('copy-detection'),
    dataset: Dataset,
    kinds: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'kinds of picture to take as originals; all when left out',
      }),
    ),
    sets: Type.Array(EditSet, {
      minItems: 1,
      description: 'each is scored by itself, against originals prepared its way',
    }),
    calibrationShare: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'share of groups on which thresholds are chosen; they are scored on the others',
    }),
    precision: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'least precision at which the threshold of the query-against-list design is chosen',
    }),
    pairFprs: Type.Array(Rate, {
      minItems: 1,
      description: 'false-positive rates over pairs of unrelated originals at which recall is quoted',
    }),
    deep: Type.Optional(
      Type.Object(
        {
          hash: Type.String({ description: 'a deep hash, measured beside the others' }),
          pictures: Type.Integer({ minimum: 20, description: 'at most so many originals: a network takes its time' }),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'presend copy-detection experiment' },
);
export type CopyDetection = Static<typeof CopyDetection>;

/** Innocent pictures against lists of growing size: how often does one match? */
export const FalsePositiveTail = Type.Object(
  {
    ...common,
    kind: Type.Literal('false-positive-tail'),
    dataset: Type.Object(
      {
        ...Dataset.properties,
        name: Type.String({
          minLength: 1,
          description: "'miniatures' (drawn and hashed in one go), 'generated', 'photographs', or a path",
        }),
      },
      closed,
    ),
    kinds: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'kinds of picture to list and to ask for; all when left out',
      }),
    ),
    hardKinds: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'kinds of picture that look alike by nature: asked for apart, never listed',
      }),
    ),
    queryShare: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'share of groups that are asked for; the others make the list',
    }),
    thresholds: Type.Record(Type.String(), Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }), {
      description: "by hash: thresholds in bits, beside its authors'",
    }),
  },
  { ...closed, title: 'presend false-positive-tail experiment' },
);
export type FalsePositiveTail = Static<typeof FalsePositiveTail>;

/** The experiments of this file. */
export type Benchmark = CopyDetection | FalsePositiveTail;
