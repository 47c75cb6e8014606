/** From a picture's result to its observations, against the lists. */

import { distanceBits } from '../hash/hamming.ts';
import { hashByName } from '../hash/index.ts';
import type { HashList } from '../match/hash-list.ts';
import { type Searcher, searcher } from '../match/search.ts';
import type { ClassifyRow, MatchRow, Observation } from '../schema/observation.ts';
import { fromHex } from '../util/hex.ts';
import type { Hashed, PictureResult } from './picture-task.ts';
import type { PictureTask } from './plan.ts';

/** A list ready to be compared with. */
export interface ReadyList {
  readonly list: HashList;
  readonly searcher: Searcher;
  readonly byId: ReadonlyMap<string, Uint8Array>;
}

/** Makes a list ready. */
export const ready = (list: HashList): ReadyList => ({
  list,
  searcher: searcher(list),
  byId: new Map(list.entries.map(({ id, hash }) => [id, hash])),
});

/** All observations of one picture, in a fixed order. */
export function pictureRows(
  task: PictureTask,
  result: PictureResult | { readonly state: 'failed'; readonly error: string },
  lists: ReadonlyMap<string, ReadyList>,
  cell: (of: Record<string, unknown>) => string,
): Observation[] {
  const { id, group, topic, content, split } = task.picture;
  const about = { picture: id, group, topic, content, split };
  if (result.state === 'refused') return [{ row: 'refused', picture: id, reason: result.reason }];
  const matchRow = (hash: string, transform: string, outcome: MatchRow['outcome']): MatchRow => ({
    row: 'match',
    cell: cell({ hash, transform }),
    ...about,
    transform,
    hash,
    outcome,
  });
  if (result.state === 'failed')
    return task.hashes.map((hash) => matchRow(hash, 'none', { state: 'failed', error: result.error }));
  const matches = Object.entries(result.hashes).flatMap(([transform, hashes]) =>
    task.hashes.map((hash) =>
      matchRow(hash, transform, matched(hashes[hash]!, lists.get(hash)!, content === 'listed' ? id : undefined)),
    ),
  );
  const classified = result.sendables
    .filter((_, i) => task.sendables[i]!.purpose === 'scored')
    .map(
      ({ key, scores }): ClassifyRow => ({
        row: 'classify',
        cell: cell({ classifier: task.classifier, transform: key }),
        ...about,
        transform: key,
        classifier: task.classifier,
        outcome: { state: 'scored', scores: [...scores] },
      }),
    );
  return [...matches, ...classified];
}

function matched(
  hashed: Hashed,
  { list, searcher: search, byId }: ReadyList,
  own: string | undefined,
): MatchRow['outcome'] {
  if (hashed.state === 'refused') return { state: 'refused', reason: hashed.reason };
  const hash = fromHex(hashed.hex);
  const hit = search.nearest(hash);
  const original = own === undefined ? undefined : byId.get(own);
  return {
    state: 'scored',
    hex: hashed.hex,
    quality: hashed.quality,
    nearest: hit?.entry.id ?? null,
    distanceBits: hit?.distanceBits ?? hashByName(list.algorithm).bits + 1,
    ...(original ? { ownBits: distanceBits(hash, original) } : {}),
  };
}
