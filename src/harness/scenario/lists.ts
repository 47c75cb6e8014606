/** The curator's lists of a run: the original file of every listed picture, under every hash that is compared with it. */
import type { AssignedPicture } from '../../dataset/assign.ts';
import { writeWhole } from '../../disk/write.ts';
import { hashByName } from '../../hash/index.ts';
import { binary } from '../../match/format/binary.ts';
import { type HashList, hashList } from '../../match/hash-list.ts';
import { type Searcher, searcher } from '../../match/search.ts';
import type { HashUse } from '../../role/world.ts';
import { fromHex } from '../../util/hex.ts';
import { inOrder } from '../in-order.ts';
import type { Pool } from '../pool.ts';
import type { RunOptions } from '../run-options.ts';
import type { Hashed } from './picture-task.ts';

/** A list ready to be compared with. */
export interface ReadyList {
  readonly list: HashList;
  readonly searcher: Searcher;
  readonly byId: ReadonlyMap<string, Uint8Array>;
}

/** By name of the hash. */
export type ReadyLists = ReadonlyMap<string, ReadyList>;

/** Makes a list ready. */
export const ready = (list: HashList): ReadyList => ({
  list,
  searcher: searcher(list),
  byId: new Map(list.entries.map(({ id, hash }) => [id, hash])),
});

/** What lists are made of. */
interface ListSources {
  /** What each list calls itself; part of its root. */
  readonly name: string;
  readonly pictures: readonly AssignedPicture[];
  /** Names of the hashes: one list for each. */
  readonly hashes: readonly string[];
}

/** Hashes the listed pictures. One that a hash refuses, or that cannot be decoded, is on no list of that hash. */
export async function buildLists(
  { name, pictures, hashes }: ListSources,
  pool: Pool,
  { onProgress, signal }: Pick<RunOptions<unknown>, 'onProgress' | 'signal'>,
): Promise<ReadyLists> {
  const listed = pictures.filter(({ content }) => content === 'listed');
  const hashed: { id: string; hashes: Record<string, Hashed> }[] = [];
  await inOrder(
    listed,
    pool.threads * 2,
    (picture) => pool.run<Record<string, Hashed>>('hashOriginal', { picture, hashes }),
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
      return [algorithm, ready(hashList({ name, algorithm, bits: hashByName(algorithm).bits }, entries))];
    }),
  );
}

/** Writes the lists that strategies match with, in the project's binary format. Takes the name of the hash, and the path, of each use. */
export async function writeLists(
  lists: ReadyLists,
  names: Readonly<Record<HashUse, string>>,
  paths: Readonly<Record<HashUse, string>>,
): Promise<void> {
  for (const use of ['near', 'equality', 'second'] as const)
    await writeWhole(paths[use], binary.write(lists.get(names[use])!.list));
}
