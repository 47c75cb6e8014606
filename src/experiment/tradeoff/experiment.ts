/** An experiment file: closed, versioned data that asks a question. Unknown keys are refused. */

import { type Static, Type } from 'typebox';
import { Orient } from '../../schema/orient.ts';

const closed = { additionalProperties: false } as const;
const Share = Type.Number({ minimum: 0, maximum: 1 });

/** A benign edit and its parameters, e.g. { name: jpeg, quality: 30 }. */
export type TransformSpec = { readonly name: string; readonly [parameter: string]: string | number };
export const TransformSpec = Type.Unsafe<TransformSpec>(
  Type.Object(
    { name: Type.String({ minLength: 1 }) },
    { additionalProperties: Type.Number(), description: 'name of a transform, and its numeric parameters' },
  ),
);

/** An input of the trade-off model: a number, or a distribution to draw from, always with its source. */
export const ModelInput = Type.Object(
  {
    value: Type.Number({ description: 'the central value' }),
    beta: Type.Optional(
      Type.Tuple([Type.Number({ exclusiveMinimum: 0 }), Type.Number({ exclusiveMinimum: 0 })], {
        description: 'draw from Beta(a, b) instead of the fixed value',
      }),
    ),
    uniform: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number()], { description: 'draw evenly between the two instead' }),
    ),
    logUniform: Type.Optional(
      Type.Tuple([Type.Number({ exclusiveMinimum: 0 }), Type.Number({ exclusiveMinimum: 0 })], {
        description: 'draw evenly in the logarithm between the two instead',
      }),
    ),
    bounds: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number()], {
        description: 'the least and the most that nothing known rules out, for bounds without a distribution',
      }),
    ),
    note: Type.Optional(Type.String({ minLength: 1, description: 'what to know before believing it' })),
    source: Type.String({
      minLength: 1,
      description: "where the value comes from; 'assumed: …' where nobody published it",
    }),
    url: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description: 'where the source stands; an input without one counts as assumed',
      }),
    ),
  },
  closed,
);
export type ModelInput = Static<typeof ModelInput>;

/** How many listed pictures an offending account sends, under one description. */
export const OffendersInput = Type.Union([
  Type.Object(
    {
      name: Type.String({ minLength: 1 }),
      shape: Type.Literal('geometric'),
      mean: Type.Number({ exclusiveMinimum: 1, maximum: 1000 }),
      source: Type.String({ minLength: 1 }),
    },
    closed,
  ),
  Type.Object(
    {
      name: Type.String({ minLength: 1 }),
      shape: Type.Literal('zipf'),
      exponent: Type.Number({ exclusiveMinimum: 0, maximum: 10 }),
      most: Type.Integer({ minimum: 2, maximum: 100_000 }),
      source: Type.String({ minLength: 1 }),
    },
    closed,
  ),
]);
export type OffendersInput = Static<typeof OffendersInput>;

/** What was counted of false matches under one rule, on one population: `experiments/tradeoff/false-matches.json`. */
export const FalseMatches = Type.Object(
  {
    rule: Type.String({ minLength: 1, description: "e.g. 'pdq <= 31', 'lda-hash =', 'pdq <= 31 and dhash <= 10'" }),
    population: Type.String({ minLength: 1 }),
    matches: Type.Union([
      Type.Object(
        {
          pictures: Type.Integer({ minimum: 2 }),
          degrees: Type.Array(Type.Integer({ minimum: 0 }), {
            description: 'how many pictures match 0, 1, 2 … of the others falsely',
          }),
          designEffect: Type.Union([Type.Number({ minimum: 1 }), Type.Null()], {
            description: 'of the number of matching pairs; null where too few matched to tell',
          }),
        },
        closed,
      ),
      Type.Object(
        {
          list: Type.Integer({ minimum: 1 }),
          queries: Type.Integer({ minimum: 1 }),
          matched: Type.Integer({ minimum: 0 }),
        },
        closed,
      ),
    ]),
  },
  closed,
);
export type FalseMatches = Static<typeof FalseMatches>;

/** Numbers that the private-matching protocols are run with. */
export const ProtocolSettings = Type.Object(
  {
    matchThreshold: Type.Integer({
      minimum: 2,
      description: 'distinct matches of one account from which a threshold protocol opens them',
    }),
    syntheticShare: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      description: 'share of the pictures whose voucher is a synthetic one, in the place of the real one',
    }),
    syntheticBudget: Type.Integer({ minimum: 0, description: 'synthetic vouchers of an account that detection bears' }),
    filterBits: Type.Enum([8, 16, 32], { description: 'bits of a fingerprint in a filter on the device' }),
    bucketBits: Type.Integer({ minimum: 1, maximum: 256, description: 'hash bits that a similarity bucket samples' }),
    bucketNoise: Type.Number({ minimum: 0, maximum: 0.5, description: 'chance that a sampled bit is flipped' }),
    bucketRadius: Type.Integer({
      minimum: 0,
      description: 'distance over the sampled bits up to which entries are sent',
    }),
    bucketMemo: Type.Boolean({ description: 'a picture that is sent again gets the same coins' }),
    escrowHolders: Type.Integer({
      minimum: 2,
      maximum: 3,
      description: 'court, provider, curator: holders of a split key',
    }),
    escrowQuorum: Type.Integer({ minimum: 2, maximum: 3, description: 'holders that open together' }),
  },
  closed,
);
export type ProtocolSettings = Static<typeof ProtocolSettings>;

export const Experiment = Type.Object(
  {
    version: Type.Literal(1),
    kind: Type.Optional(Type.Literal('tradeoff', { description: 'other kinds have schemas of their own' })),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    question: Type.String({ minLength: 1 }),
    seed: Type.Integer({ minimum: 0 }),
    dataset: Type.Object(
      {
        name: Type.String({ minLength: 1, description: "'generated', or the path of a folder or manifest" }),
        pictures: Type.Optional(Type.Integer({ minimum: 20, description: 'how many, for the generated corpus' })),
        orient: Orient,
        sha256: Type.Optional(
          Type.String({ pattern: '^[0-9a-f]{64}$', description: 'refuse to run on any other pictures' }),
        ),
      },
      closed,
    ),
    assignment: Type.Object(
      {
        target: Type.Array(Type.String(), { minItems: 1, description: 'labels that stand in for target content' }),
        listedShare: Type.Number({
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          description: 'share of target groups that are listed',
        }),
        calibrationShare: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      },
      closed,
    ),
    grid: Type.Object(
      {
        hash: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
        transform: Type.Array(TransformSpec, { minItems: 1, uniqueItems: true }),
        strategy: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
      },
      closed,
    ),
    operatingPoint: Type.Object(
      {
        targetFpr: Type.Number({
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          description: 'largest false-positive rate on calibration; hash thresholds never exceed their authors',
        }),
      },
      closed,
    ),
    messages: Type.Object(
      {
        hash: Type.String({ description: 'the hash that strategies match with' }),
        equalityHash: Type.String({
          description: 'the stable hash that protocols compare bit by bit, which can only compare for equality',
        }),
        secondHash: Type.String({ description: 'the independent hash of a second opinion; one of the grid' }),
        classifier: Type.String(),
        label: Type.String({ description: 'the label whose score the classifier strategy thresholds' }),
        edits: Type.Array(TransformSpec, {
          description: 'edits before sending; every message then passes `messenger`',
        }),
        accounts: Type.Integer({ minimum: 2 }),
        paddingBytes: Type.Integer({
          minimum: 0,
          description: 'plaintexts are padded to a multiple of this; 0 = not at all',
        }),
        prefixBits: Type.Integer({ minimum: 1, maximum: 32 }),
        orderedAccounts: Type.Integer({ minimum: 0, description: 'accounts that a court order names' }),
        userReport: Share,
        falseReport: Share,
        abort: Type.Number({ minimum: 0, maximum: 1, description: 'share of warned senders who do not send' }),
        protocols: ProtocolSettings,
      },
      closed,
    ),
    model: Type.Record(Type.String(), ModelInput, {
      description: 'inputs of the trade-off model; those left out are as in experiments/tradeoff/inputs.yaml',
    }),
    offenders: Type.Optional(Type.Array(OffendersInput, { minItems: 1, description: 'the first one is used' })),
    falseMatches: Type.Optional(
      Type.Array(FalseMatches, { description: 'the first of a rule is used; left out: false-matches.json' }),
    ),
  },
  { ...closed, title: 'presend experiment' },
);
export type Experiment = Static<typeof Experiment>;
