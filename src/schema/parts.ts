/** Parts shared by many schemas. */
import { type Static, type TProperties, type TSchema, type TString, Type } from 'typebox';

/** Unknown keys are errors. */
export const closed = { additionalProperties: false } as const;

/** A value, or null where it was not measured or does not apply. */
export const Nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()]);

/** A share of something, strictly between 0 and 1. */
export const Share = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });

/** A probability. */
export const Probability = Type.Number({ minimum: 0, maximum: 1 });

/** One or more distinct names. */
export const Names = Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true });

/** At least one. */
export const Count = Type.Integer({ minimum: 1 });

/** A value and its source. */
export const Sourced = <S extends TSchema>(
  value: S,
  {
    source = Type.String({ minLength: 1 }),
    ...options
  }: { readonly source?: TString; readonly description?: string } = {},
) => Type.Object({ value, source }, { ...closed, ...options });

/** Source of an assumption, in an experiment file. */
export const Source = Type.String({
  minLength: 1,
  description: 'where the value comes from; "prior" when nobody measured it',
});

/** Orientation of a dataset's pictures: one policy for every format and experiment. */
const Orient = Type.Optional(
  Type.Boolean({
    description:
      'true: turn and mirror every picture as its file says, as messengers do; else pixels as stored, as the references hash them',
  }),
);

/** The pictures of an experiment. */
export const DatasetSpec = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      description:
        "'generated', 'photographs', or the path or s3:// address of a folder, a .csv manifest, a .tar shard or a range of shards, or a .parquet file; a prefix such as 'webdataset:' names the reader",
    }),
    pictures: Type.Optional(Type.Integer({ minimum: 20, description: 'how many, for a generated dataset' })),
    orient: Orient,
    sha256: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'refuse to run on any other pictures' }),
    ),
  },
  closed,
);
export type DatasetSpec = Static<typeof DatasetSpec>;

/** First members of every experiment file, in addition to its kind. */
export const experimentHead = {
  version: Type.Literal(1),
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
  question: Type.String({ minLength: 1 }),
  seed: Type.Integer({ minimum: 0 }),
};

/** The schema of a kind's experiment files: closed, versioned data that ask a question. Most kinds have a `dataset` among their members. */
export const experimentOf = <K extends string, M extends TProperties>(kind: K, members: M) => {
  const { version, ...head } = experimentHead;
  return Type.Object(
    { version, kind: Type.Literal(kind), ...head, ...members },
    { ...closed, title: `presend ${kind} experiment` },
  );
};

/** The schema of a kind's metrics: what every run says of itself, the kind's own members, and the limits that a reader must know. */
export const metricsOf = <K extends string, M extends TProperties>(kind: K, members: M) =>
  Type.Object(
    {
      schemaVersion: Type.Literal(1),
      kind: Type.Literal(kind),
      experiment: Type.String(),
      question: Type.String(),
      seed: Type.Integer(),
      ...members,
      limits: Type.Array(Type.String()),
    },
    { title: `presend ${kind} metrics` },
  );

/** A Hamming distance. */
export const Bits = Type.Integer({ description: 'Hamming distance, in bits' });

/** A distance or threshold of a hash. */
export const Distance = Type.Number({
  description: 'in bits; where the hash has a member vector, in its unit; -1: nothing matches',
});

/** An outcome: the picture was unusable. */
export const Refused = Type.Object({ state: Type.Literal('refused'), reason: Type.String() });

/** An outcome in old runs. */
export const Failed = Type.Object(
  { state: Type.Literal('failed'), error: Type.String() },
  { description: 'only in old runs: now a run stops at what is not the fault of the picture' },
);

/** Unusable files, in metrics. */
export const RefusedFiles = Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() }));
