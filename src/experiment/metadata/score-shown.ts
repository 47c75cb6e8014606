/** Whether pictures match the list as accounts show them: from rows of hashes, by the matcher's own comparison. */
import { pdq } from '../../hash/pdq.ts';
import { hashList } from '../../match/hash-list.ts';
import { searcher } from '../../match/search.ts';
import { foundHashes, type HashedRow } from '../../schema/hashed.ts';
import { fromHex } from '../../util/hex.ts';
import type { MetadataExperiment } from './experiment.ts';

/** Name of the set of edits that a shown picture went through. */
export const shownSet = 'shown';

/** One picture as it is shown, and whether it matches. */
export interface ShownPicture {
  readonly group: string;
  readonly transform: string;
  readonly listed: boolean;
  readonly matches: boolean;
}

/** Every picture as it is shown. One without a usable hash matches nothing; so does PDQ of a quality below its authors' least. */
export function shownPictures(
  rows: readonly HashedRow[],
  { thresholdBits }: Pick<MetadataExperiment, 'thresholdBits'>,
): ShownPicture[] {
  const hashOf = ({ outcome }: HashedRow): Uint8Array | undefined => {
    const found = new Map(foundHashes(outcome)).get(pdq.name);
    return found && found.quality >= pdq.minQuality ? fromHex(found.hex) : undefined;
  };
  const entries = rows.flatMap((row) => {
    const hash = row.part === 'list' && row.transform === 'none' ? hashOf(row) : undefined;
    return hash ? [{ id: row.picture, hash }] : [];
  });
  const list = searcher(hashList({ name: 'listed pictures', algorithm: pdq.name, bits: pdq.bits }, entries));
  return rows
    .filter(({ transform }) => transform !== 'none')
    .map((row): ShownPicture => {
      const hash = hashOf(row);
      return {
        group: row.group,
        transform: row.transform,
        listed: row.part === 'list',
        matches: hash !== undefined && (list.nearest(hash)?.distanceBits ?? Number.POSITIVE_INFINITY) <= thresholdBits,
      };
    });
}

/** Whether pictures match that accounts show: what was measured of listed ones, as they are shown, and of innocent ones. */
export interface Shown {
  readonly listed: readonly boolean[];
  readonly innocent: readonly boolean[];
}

/** The same for graphs. */
export const shownOf = (pictures: readonly ShownPicture[]): Shown => {
  const of = (listed: boolean): boolean[] =>
    pictures.filter((each) => each.listed === listed).map(({ matches }) => matches);
  return { listed: of(true), innocent: of(false) };
};
