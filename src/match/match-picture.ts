/** Finds listed entries near a picture's hash, or near the hashes of its turns and mirror images. */
import { dihedralNames, pdqDihedral } from '../hash/pdq.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import type { Raster } from '../image/raster.ts';
import type { Hit, Searcher } from './search.ts';

/** One of the eight symmetries of a square. */
type DihedralName = (typeof dihedralNames)[number];

/** A hash of a picture, or of the picture turned or mirrored. */
export interface PictureQuery extends HashResult {
  readonly dihedral: DihedralName;
}

/** A listed entry that a picture matches. */
export interface PictureHit extends Hit {
  /** Quality of the picture's hash, 0 to 100. */
  readonly quality: number;
  /** Which turn or mirror image of the picture is nearest to the entry. */
  readonly dihedral: DihedralName;
}

/** The query for a picture as it is. */
export const asItLies = (hashed: HashResult): PictureQuery[] => [{ ...hashed, dihedral: 'original' }];

/** The queries for every turn and mirror image of a picture: PDQ's eight hashes. */
export const everyWay = (image: Raster): PictureQuery[] =>
  pdqDihedral(image).map((hashed, i) => ({ ...hashed, dihedral: dihedralNames[i]! }));

/**
 * Every entry within `thresholdBits` of one of a picture's queries, which are searched as one batch. Each entry occurs once, with its
 * nearest query (the first in case of a tie); nearest first, ties in list order.
 */
export function matchPicture(search: Searcher, queries: readonly PictureQuery[], thresholdBits: number): PictureHit[] {
  const found = search.withinEach(
    queries.map(({ hash }) => hash),
    thresholdBits,
  );
  const best = new Map<number, PictureHit>();
  found.forEach((hits, i) => {
    const { quality, dihedral } = queries[i]!;
    for (const hit of hits) {
      const before = best.get(hit.index);
      if (!before || hit.distanceBits < before.distanceBits) best.set(hit.index, { ...hit, quality, dihedral });
    }
  });
  return [...best.values()].sort((a, b) => a.distanceBits - b.distanceBits || a.index - b.index);
}
