/** The designs of an experiment: which bits of which hash must be equal. */
import { type Banding, bandKeys, drawBanding } from '../../hash/banding.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { seededRng } from '../../util/rng.ts';
import type { EqualityExperiment } from './experiment.ts';

/** One way to test two pictures for equality. */
export interface Design {
  readonly name: string;
  /** What it is a length or a variant of. */
  readonly family: string;
  /** The hash whose bits it looks at. */
  readonly of: string;
  /** Bits of a table that must be equal. */
  readonly bits: number;
  readonly tables: number;
  readonly fitted: boolean;
  /** The key of each table; two pictures match when they agree in one. */
  keysOf(hash: Uint8Array): Uint8Array[];
}

/** Bits of the longest hash of a family. */
export const longest = ({ lengths }: Pick<EqualityExperiment, 'lengths'>): number => Math.max(...lengths);

/** Every design: families by length, then whole hashes, then tables of sampled bits. */
export function designsOf(experiment: EqualityExperiment): Design[] {
  const { families, lengths, hashes, banded, seed } = experiment;
  const fitted = (name: string): boolean => families.some((family) => family.name === name);
  return [
    ...families.flatMap(({ name }) =>
      [...lengths]
        .sort((a, b) => a - b)
        .map(
          (bits): Design => ({
            name: `${name}-${bits}`,
            family: name,
            of: name,
            bits,
            tables: 1,
            fitted: true,
            keysOf: (hash) => [firstBits(hash, bits)],
          }),
        ),
    ),
    ...hashes.map(
      (name): Design => ({
        name,
        family: 'whole hashes',
        of: name,
        bits: hashFactsOf(name, experiment).bits,
        tables: 1,
        fitted: false,
        keysOf: (hash) => [hash],
      }),
    ),
    ...banded.map(({ of, sampledBits, tables }): Design => {
      const bits = fitted(of) ? longest(experiment) : hashFactsOf(of, experiment).bits;
      const name = `${of} ${sampledBits}×${tables}`;
      const banding: Banding = drawBanding(bits, { sampledBits, tables }, seededRng(seed, `banding/${name}`));
      return {
        name,
        family: `banded ${of}`,
        of,
        bits: sampledBits,
        tables,
        fitted: fitted(of),
        keysOf: (hash) => bandKeys(banding, hash),
      };
    }),
  ];
}

/** The first bits of a hash; the rest of their last byte is zero. */
export function firstBits(hash: Uint8Array, bits: number): Uint8Array {
  const out = hash.slice(0, Math.ceil(bits / 8));
  if (bits % 8 !== 0) out[out.length - 1]! &= 0xff << (8 - (bits % 8));
  return out;
}

/** Whether two hashes agree in a table of a design. */
export function agree(design: Design, a: Uint8Array, b: Uint8Array): boolean {
  const [own, other] = [design.keysOf(a), design.keysOf(b)];
  return own.some((key, table) => key.every((byte, i) => byte === other[table]![i]));
}
