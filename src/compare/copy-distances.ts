/**
 * The distances of a copy-detection run, read back from its rows: every edited picture to its own original. Only originals stay in memory; copies
 * are passed on while reading.
 */

import { leastDeepQuality } from '../classify/deep-hash.ts';
import type { CopyDetectionMetrics } from '../experiment/copy-detection/metrics.ts';
import { hammingDistance } from '../hash/hamming.ts';
import { hashes as registered } from '../hash/index.ts';
import type { HashFacts } from '../hash/perceptual-hash.ts';
import { stepScale } from '../match/distance-scale.ts';
import { cosineDistance, euclideanDistance } from '../match/vector-distances.ts';
import { foundHashes, type HashExperiment, type HashedRow } from '../schema/hashed.ts';
import { float32sOf } from '../util/float32.ts';
import { fromHex } from '../util/hex.ts';

/** An original of the evaluation. */
export interface Original {
  readonly group: string;
  readonly topic: string;
  readonly set: string;
  /** By hash; omitted if the picture has no usable hash. */
  readonly hashes: Readonly<Record<string, Compared>>;
}

/** What is compared: a hash, or a vector of a detector whose vectors are compared. */
type Compared = Uint8Array | Float32Array;

/** One rendering of an evaluation picture under one hash. */
export interface CopyDistance {
  readonly hash: string;
  readonly set: string;
  readonly picture: string;
  readonly group: string;
  readonly topic: string;
  /** Label of the edit; 'none': the original, at distance 0. */
  readonly label: string;
  /** In bits, bits + 1 if one of the two has no usable hash; in the unit of the detector, or infinite, where vectors are compared. */
  readonly distance: number;
}

/**
 * Passes on every evaluation picture of a run, and returns the originals. Rows must be in the order in which a run writes them: each original
 * before its copies.
 */
export async function eachCopyDistance(
  rows: AsyncIterable<readonly HashedRow[]>,
  { hashes }: Pick<CopyDetectionMetrics, 'hashes'>,
  { quality, detectors = [] }: Pick<HashExperiment, 'quality' | 'detectors'>,
  visit: (copy: CopyDistance) => void,
): Promise<readonly Original[]> {
  const algorithms: Readonly<Record<string, HashFacts>> = {
    ...registered,
    ...Object.fromEntries(detectors.map((each) => [each.name, each])),
  };
  const originals = new Map<string, Original>();
  const scales = new Map(
    detectors.flatMap(({ name, vector }) =>
      vector ? [[name, { ...vector, scale: stepScale(vector.distance, vector.step, Number.POSITIVE_INFINITY) }]] : [],
    ),
  );
  const between = (name: string, a: Compared, b: Compared): number => {
    const how = scales.get(name);
    if (!how) return hammingDistance(a as Uint8Array, b as Uint8Array);
    const exact = (how.distance === 'cosine' ? cosineDistance : euclideanDistance)(
      a as Float32Array,
      b as Float32Array,
    );
    return how.scale.at(how.scale.countOf(exact));
  };
  const usable = (outcome: HashedRow['outcome']): Record<string, Compared> =>
    Object.fromEntries(
      foundHashes(outcome)
        .filter(
          ([name, found]) => quality === 'any' || found.quality >= (algorithms[name]?.minQuality ?? leastDeepQuality),
        )
        .map(([name, { hex, vector }]) => [name, vector === undefined ? fromHex(hex) : float32sOf(vector)]),
    );
  for await (const batch of rows)
    for (const { picture, group, topic, part, set, transform: label, outcome } of batch) {
      if (part !== 'evaluation') continue;
      const found = usable(outcome);
      // A deep hash has its own rows, for fewer pictures.
      const asked =
        outcome.state === 'hashed'
          ? Object.keys(outcome.hashes)
          : hashes.filter(({ deep }) => !deep).map(({ name }) => name);
      const id = `${set}\n${picture}`;
      const before = originals.get(id);
      if (label === 'none') originals.set(id, { group, topic, set, hashes: { ...before?.hashes, ...found } });
      const own = originals.get(id)?.hashes ?? {};
      for (const { name, bits } of hashes) {
        if (!asked.includes(name)) continue;
        const [hash, original] = [found[name], own[name]];
        const none = scales.has(name) ? Number.POSITIVE_INFINITY : bits + 1;
        const distance = hash && original ? between(name, hash, original) : none;
        visit({ hash: name, set, picture, group, topic, label, distance });
      }
    }
  return [...originals.values()];
}
