/** Parts that many schemas are made of. */
import { Type } from 'typebox';

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
