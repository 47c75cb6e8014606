/** Distances and thresholds of a hash as text: in bits, or in the unit in which its vectors are compared. */
import type { Field } from './csv.ts';
import type { CsvColumn } from './csv-columns.ts';

/** What says how a hash is compared: members of metrics. */
export interface Compared {
  readonly bits: number;
  readonly vector?: { readonly distance: 'cosine' | 'l2'; readonly step: number };
}
type Unit = Pick<Compared, 'vector'>;

/** The unit: 'bits', 'cosine distance'. */
export const unitOf = ({ vector }: Unit): string =>
  vector === undefined ? 'bits' : vector.distance === 'cosine' ? 'cosine distance' : 'Euclidean distance';

/** The distance of a count of bits or steps. */
export const distanceAt = (count: number, { vector }: Unit): number =>
  vector === undefined ? count : Number((count * vector.step).toPrecision(12));

/** What a hash counted at each distance; of steps, which are many, only those that occur. */
export const countedDistances = (counts: readonly number[], hash: Unit): { distance: number; pairs: number }[] =>
  counts.flatMap((pairs, count) =>
    pairs === 0 && hash.vector !== undefined ? [] : [{ distance: distanceAt(count, hash), pairs }],
  );

/** A number in the unit, without its rounding errors. */
export const distanceNumber = (value: number): string => String(Number(value.toPrecision(10)));

/** A mean, or a value between two steps; in bits it has so many decimals. */
export const meanNumber = (value: number, { vector }: Unit, decimals: number): string =>
  vector === undefined ? value.toFixed(decimals) : String(Number(value.toPrecision(4)));

/** A threshold in a sentence: '31 bits', 'a cosine distance of 0.25'. */
export const distanceText = (value: number, hash: Unit): string =>
  hash.vector === undefined ? `${value} bits` : `a ${unitOf(hash)} of ${distanceNumber(value)}`;

/** A threshold with what it is a threshold of: '31 of 256', '0.25 (cosine)'. */
export const thresholdText = (threshold: number, { bits, vector }: Compared): string =>
  threshold < 0
    ? 'nothing matches'
    : vector === undefined
      ? `${threshold} of ${bits}`
      : `${distanceNumber(threshold)} (${vector.distance})`;

/** What is compared, after the name of a hash: '256 bits', 'cosine distance'. */
export const comparedText = (hash: Compared): string =>
  hash.vector === undefined ? `${hash.bits} bits` : unitOf(hash);

/** Whether not every hash is compared in bits, so that a table has to say the unit. */
export const hasUnits = (hashes: readonly Unit[]): boolean => hashes.some(({ vector }) => vector !== undefined);

/** Head of the column of distances in CSV, called `<name>Bits`, or `<name>` and its unit where not every hash is compared in bits. */
export const distanceHead = (name: 'distance' | 'threshold', hashes: readonly Unit[]): CsvColumn[] =>
  hasUnits(hashes) ? [name, 'unit'] : [`${name}Bits`];

/** The cells below `distanceHead`. */
export const distanceFields = (value: number | null, hash: Unit, hashes: readonly Unit[]): Field[] =>
  hasUnits(hashes) ? [value, unitOf(hash)] : [value];
