/** From hashed rows to hashes that can be compared: one table a hash. */
import { leastDeepQuality } from '../classify/deep-hash.ts';
import { hashes } from '../hash/index.ts';
import type { HashFacts } from '../hash/perceptual-hash.ts';
import { type GroupedHashes, groupedHashes } from '../match/pair-distances.ts';
import {
  type DistanceHistogram,
  histogramTotal,
  meanDistance,
  minDistance,
  sdDistance,
} from '../metric/distance-histogram.ts';
import { effectiveBits } from '../metric/effective-bits.ts';
import type { HashExperiment, HashedRow, Unrelated } from '../schema/hashed.ts';
import type { Row } from '../schema/row.ts';
import { firstOfEach } from '../util/group-by.ts';
import { fromHex } from '../util/hex.ts';

/** One rendering under one hash; without `hash` it was refused, and matches nothing; failed ones are of old runs, and only counted. */
export interface Entry {
  readonly picture: string;
  readonly group: string;
  readonly topic: string;
  readonly part: HashedRow['part'];
  readonly transform: string;
  readonly state: 'hashed' | 'below quality' | 'refused' | 'failed';
  readonly hash?: Uint8Array;
}

/** Every rendering under one hash, in the order of the rows. */
export interface HashTable {
  readonly name: string;
  readonly bits: number;
  /** The registered hash, or the detector; undefined for a deep hash. */
  readonly algorithm: HashFacts | undefined;
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
  const algorithm =
    detectors.find((each) => each.name === name) ?? (hashes as Readonly<Record<string, HashFacts>>)[name];
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
    return [{ ...about, state: 'hashed' as const, hash: fromHex(found.hex) }];
  });
  return { name, bits, algorithm, entries };
}

/** Entries that have a hash. */
export type Hashed = Entry & { readonly hash: Uint8Array };
export const hashed = <E extends Entry>(entries: readonly E[]): (E & { readonly hash: Uint8Array })[] =>
  entries.filter((each): each is E & { readonly hash: Uint8Array } => each.hash !== undefined);

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

/** Numbers for names, in the order in which they are first asked for. */
export function numbering(): (name: string) => number {
  const numbers = new Map<string, number>();
  return (name) => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  };
}

/** What a histogram of distances between unrelated pictures says. */
export function unrelatedOf(h: DistanceHistogram): Unrelated {
  const pairs = histogramTotal(h);
  const odd = h.counts.reduce((sum, count, distance) => (distance % 2 === 1 ? sum + count : sum), 0);
  // Of no pair, or of pairs that are all equally far, there is nothing to fit.
  const bits = sdDistance(h) > 0 ? effectiveBits(h).bits : Number.NaN;
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    pairs,
    meanBits: orNull(meanDistance(h) * h.bits),
    sdBits: orNull(sdDistance(h) * h.bits),
    minBits: minDistance(h),
    effectiveBits: orNull(bits),
    oddShare: pairs === 0 ? null : odd / pairs,
    counts: [...h.counts],
  };
}
