/** The curator's lists of a run: the original file of every listed picture, under every hash in use. */
import type { AssignedPicture } from '../../dataset/assign.ts';
import { writeWhole } from '../../disk/write.ts';
import { binary } from '../../match/format/binary.ts';
import { type HashList, hashList } from '../../match/hash-list.ts';
import { type Searcher, searcher } from '../../match/search.ts';
import type { HashUse } from '../../role/world.ts';
import { hashFactsOf, type WithDetectors } from '../../score/hash-facts.ts';
import { fromHex } from '../../util/hex.ts';
import type { Detectors } from '../detectors/detectors.ts';
import type { Hashed } from '../detectors/hasher.ts';
import { inOrder } from '../in-order.ts';
import type { Pool } from '../pool.ts';
import type { RunOptions } from '../run-options.ts';

/** A list prepared for comparison. */
export interface ReadyList {
  readonly list: HashList;
  readonly searcher: Searcher;
  readonly byId: ReadonlyMap<string, Uint8Array>;
}

/** By name of the hash. */
export type ReadyLists = ReadonlyMap<string, ReadyList>;

/** Prepares a list. */
export const ready = (list: HashList): ReadyList => ({
  list,
  searcher: searcher(list),
  byId: new Map(list.entries.map(({ id, hash }) => [id, hash])),
});

/** Inputs of the lists. */
interface ListSources {
  /** Name of each list; part of its root. */
  readonly name: string;
  readonly pictures: readonly AssignedPicture[];
  /** Names of the hashes, one list per hash. */
  readonly hashes: readonly string[];
}

/** Hashes the listed pictures. An undecodable picture, or one that a hash refuses, is not on that hash's list. */
export async function buildLists(
  { name, pictures, hashes }: ListSources,
  { pool, detectors }: { readonly pool: Pool; readonly detectors: Detectors },
  { experiment, onProgress, signal }: Pick<RunOptions<WithDetectors>, 'experiment' | 'onProgress' | 'signal'>,
): Promise<ReadyLists> {
  const listed = pictures.filter(({ content }) => content === 'listed');
  const hashed: { id: string; hashes: Record<string, Hashed> }[] = [];
  await inOrder(
    listed,
    pool.threads * 2,
    (picture) => detectors.run<Record<string, Hashed>>(pool, 'hashOriginal', { picture, hashes }),
    async (found, { id }) => {
      hashed.push({ id, hashes: found });
      onProgress('hashing the list', hashed.length, listed.length);
    },
    signal,
  );
  return new Map(
    hashes.map((algorithm) => {
      const entries = hashed.flatMap(({ id, hashes: found }) => {
        const one = found[algorithm]!;
        return one.state === 'hashed' ? [{ id, hash: fromHex(one.hex) }] : [];
      });
      const { bits } = hashFactsOf(algorithm, experiment);
      return [algorithm, ready(hashList({ name, algorithm, bits }, entries))];
    }),
  );
}

/** Writes the lists for strategies, in the project's binary format. Takes the hash name and the path for each use. */
export async function writeLists(
  lists: ReadyLists,
  names: Readonly<Record<HashUse, string>>,
  paths: Readonly<Record<HashUse, string>>,
): Promise<void> {
  for (const use of ['near', 'equality', 'second'] as const)
    await writeWhole(paths[use], binary.write(lists.get(names[use])!.list));
}
