/** From hashed rows to hashes that can be compared: one table a hash. */
import { leastDeepQuality } from '../classify/deep-hash.ts';
import { exactHashes } from '../hash/exact-hashes.ts';
import { hashes } from '../hash/index.ts';
import type { HashFacts } from '../hash/perceptual-hash.ts';
import type { DistanceScale } from '../match/distance-scale.ts';
import { type GroupedHashes, groupedHashes } from '../match/pair-distances.ts';
import {
  type DistanceHistogram,
  histogramTotal,
  meanDistance,
  minDistance,
  sdDistance,
} from '../metric/distance-histogram.ts';
import { effectiveBits } from '../metric/effective-bits.ts';
import type { VectorDistance } from '../schema/detector-file.ts';
import type { FoundHash, HashExperiment, HashedRow, Unrelated } from '../schema/hashed.ts';
import type { Row } from '../schema/row.ts';
import { UserError } from '../util/errors.ts';
import { float32sOf } from '../util/float32.ts';
import { firstOfEach } from '../util/group-by.ts';
import { fromHex } from '../util/hex.ts';
import { equalityMeasure, hammingMeasure, type Measure, vectorMeasure } from './measure.ts';

/** One rendering under one hash; without `hash` it was refused, and matches nothing; failed ones are of old runs, and only counted. */
export interface Entry {
  readonly picture: string;
  readonly group: string;
  readonly topic: string;
  readonly part: HashedRow['part'];
  readonly transform: string;
  readonly state: 'hashed' | 'below quality' | 'refused' | 'failed';
  readonly hash?: Uint8Array;
  /** Of a detector whose vectors are compared. */
  readonly vector?: Float32Array;
}

/** Every rendering under one hash, in the order of the rows. */
export interface HashTable {
  readonly name: string;
  readonly bits: number;
  /** The registered hash, or the detector; undefined for a deep hash. */
  readonly algorithm: HashFacts | undefined;
  /** How vectors are compared; undefined where hashes are. */
  readonly vector: VectorDistance | undefined;
  readonly measure: Measure;
  readonly entries: readonly (Entry & { readonly set: string })[];
}

/** What the rows of a run do not say. */
export interface HashRunFacts<E> {
  readonly experiment: E;
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** What was noted while pictures were chosen. */
  readonly notes: readonly string[];
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The hashed rows of a run. */
export const hashedRows = (rows: readonly Row[]): HashedRow[] =>
  rows.filter((row): row is HashedRow => row.row === 'hashed');

/** The table of one hash. A deep hash is in rows of its own, so a row that was hashed without the name is passed over. */
export function hashTable(
  rows: readonly HashedRow[],
  name: string,
  { quality, detectors = [] }: Pick<HashExperiment, 'quality' | 'detectors'>,
): HashTable {
  const detector = detectors.find((each) => each.name === name);
  const algorithm: HashFacts | undefined =
    detector ?? ({ ...hashes, ...exactHashes } as Readonly<Record<string, HashFacts>>)[name];
  const vector = detector?.vector;
  const least = quality === 'authors' ? (algorithm?.minQuality ?? leastDeepQuality) : 0;
  let bits = algorithm?.bits ?? 0;
  const entries = rows.flatMap(({ picture, group, topic, part, set, transform, outcome }): HashTable['entries'] => {
    const about = { picture, group, topic, part, set, transform };
    if (outcome.state !== 'hashed') return [{ ...about, state: outcome.state }];
    const found = outcome.hashes[name];
    if (!found) return [];
    if ('refused' in found) return [{ ...about, state: 'refused' as const }];
    bits ||= found.hex.length * 4;
    if (found.quality < least) return [{ ...about, state: 'below quality' as const }];
    const own = { ...about, state: 'hashed' as const, hash: fromHex(found.hex) };
    return [vector === undefined ? own : { ...own, vector: vectorOf(found, vector, name) }];
  });
  const ofBits = algorithm?.exact ? equalityMeasure : hammingMeasure;
  const measure = vector === undefined ? ofBits(bits) : vectorMeasure(vector, entries);
  return { name, bits, algorithm, vector, measure, entries };
}

function vectorOf({ vector }: FoundHash, { dimensions }: VectorDistance, name: string): Float32Array {
  const floats = float32sOf(vector ?? '', `A vector of ${name} in the rows`);
  if (floats.length !== dimensions)
    throw new UserError(
      `The rows have vectors of ${floats.length} numbers of ${name}, and the run's record says ${dimensions}; run the experiment again`,
    );
  return floats;
}

/** Entries that have a hash. */
export type Hashed = Entry & { readonly hash: Uint8Array };
export const isHashed = <E extends Entry>(entry: E): entry is E & { readonly hash: Uint8Array } =>
  entry.hash !== undefined;
export const hashed = <E extends Entry>(entries: readonly E[]): (E & { readonly hash: Uint8Array })[] =>
  entries.filter(isHashed);

/** The first of each group: between these, all pairs are unrelated. */
export const representatives = <E extends Entry>(entries: readonly E[]): E[] =>
  firstOfEach(entries, ({ group }) => group);

/** Entries laid out for comparison; `numberOf` gives every group one number. */
export const laidOut = (entries: readonly Hashed[], bits: number, numberOf: (group: string) => number): GroupedHashes =>
  groupedHashes(
    entries.map(({ hash }) => hash),
    entries.map(({ group }) => numberOf(group)),
    bits,
  );

/** What a histogram of distances between unrelated pictures says, in the unit of its scale. */
export function unrelatedOf(h: DistanceHistogram, { unit, size, at }: DistanceScale): Unrelated {
  const pairs = histogramTotal(h);
  const nearest = minDistance(h);
  const odd = h.counts.reduce((sum, count, distance) => (distance % 2 === 1 ? sum + count : sum), 0);
  // Of no pair, or of pairs that are all equally far, there is nothing to fit. A Euclidean distance is no share of a largest one.
  const bits = sdDistance(h) > 0 && unit !== 'l2' ? effectiveBits(h).bits : Number.NaN;
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    pairs,
    meanBits: orNull(meanDistance(h) * h.bits * size),
    sdBits: orNull(sdDistance(h) * h.bits * size),
    minBits: nearest === null ? null : at(nearest),
    effectiveBits: orNull(bits),
    oddShare: pairs === 0 || unit !== 'bits' ? null : odd / pairs,
    counts: unit === 'bits' ? [...h.counts] : h.counts.slice(0, h.counts.findLastIndex((count) => count > 0) + 1),
  };
}
