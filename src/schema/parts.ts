/** Parts that many schemas are made of. */
import { Type } from 'typebox';
import { Orient } from './orient.ts';

/** Unknown keys are refused. */
export const closed = { additionalProperties: false } as const;

/** A value, or null where it was not measured or does not apply. */
export const Nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()]);

/** A Hamming distance. */
export const Bits = Type.Integer({ description: 'Hamming distance, in bits' });

/** An outcome: the picture could not be used. */
export const Refused = Type.Object({ state: Type.Literal('refused'), reason: Type.String() });

/** An outcome of old runs. */
export const Failed = Type.Object(
  { state: Type.Literal('failed'), error: Type.String() },
  { description: 'only in old runs: now a run stops at what is not the fault of the picture' },
);

/** The pictures of an experiment. */
export const DatasetSpec = Type.Object(
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

/** Files that could not be used, in metrics. */
export const RefusedFiles = Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() }));
