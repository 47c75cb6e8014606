/** The first phase of a run: the curator's lists. */
import type { AssignedPicture } from '../dataset/assign.ts';
import { hashByName } from '../hash/index.ts';
import { hashList } from '../match/hash-list.ts';
import type { Experiment } from '../schema/experiment.ts';
import { fromHex } from '../util/hex.ts';
import { inOrder } from './in-order.ts';
import type { Hashed } from './picture-task.ts';
import { messageHashes } from './plan.ts';
import type { Pool } from './pool.ts';
import { type ReadyList, ready } from './rows.ts';
import type { RunOptions } from './run-context.ts';

/** The curator's lists: the original file of every listed picture, under every hash. */
export async function buildLists(
  experiment: Experiment,
  pictures: readonly AssignedPicture[],
  pool: Pool,
  { onProgress, signal }: RunOptions,
): Promise<Map<string, ReadyList>> {
  const listed = pictures.filter(({ content }) => content === 'listed');
  const names = [...new Set([...experiment.grid.hash, ...Object.values(messageHashes(experiment))])];
  const hashed: { id: string; hashes: Record<string, Hashed> }[] = [];
  await inOrder(
    listed,
    pool.threads * 2,
    (picture) => pool.run<Record<string, Hashed>>('hashOriginal', { picture, hashes: names }),
    async (hashes, { id }) => {
      hashed.push({ id, hashes });
      onProgress('hashing the list', hashed.length, listed.length);
    },
    signal,
  );
  return new Map(
    names.map((name) => {
      const entries = hashed.flatMap(({ id, hashes }) => {
        const found = hashes[name]!;
        return found.state === 'hashed' ? [{ id, hash: fromHex(found.hex) }] : [];
      });
      const facts = { name: `${experiment.name} list`, algorithm: name, bits: hashByName(name).bits };
      return [name, ready(hashList(facts, entries))];
    }),
  );
}
