/** Converts a picture's result to its observations against the lists. */

import { isExact } from '../../hash/exact-hashes.ts';
import { distanceBits } from '../../hash/hamming.ts';
import type { ClassifyRow, EqualityRow, MatchRow } from '../../schema/observation.ts';
import type { RefusedRow } from '../../schema/row.ts';
import { fromHex } from '../../util/hex.ts';
import type { RefusedPicture, ScoreAnswer } from '../detectors/answers.ts';
import type { Hashed } from '../detectors/hasher.ts';
import type { ReadyList, ReadyLists } from './lists.ts';
import type { PictureResult } from './picture-task.ts';
import type { PictureTask } from './plan.ts';

/** All observations of one picture, in a fixed order. */
export function pictureRows(
  task: PictureTask,
  result: PictureResult,
  lists: ReadyLists,
  cell: (of: Record<string, unknown>) => string,
): (RefusedRow | MatchRow | EqualityRow | ClassifyRow)[] {
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
  const matches = Object.entries(result.hashes).flatMap(([transform, hashes]) =>
    task.hashes.map((hash) =>
      matchRow(hash, transform, matched(hashes[hash]!, lists.get(hash)!, content === 'listed' ? id : undefined)),
    ),
  );
  const sent = result.sendables.filter((_, i) => task.sendables[i]!.purpose === 'scored');
  const names = task.messageHashes;
  const equality = sent.map(
    ({ key, hashed }): EqualityRow => ({
      row: 'equality',
      cell: cell({ near: names.near, equality: names.equality, transform: key }),
      ...about,
      transform: key,
      near: { hash: names.near, outcome: compared(hashed.near, lists.get(names.near)!) },
      equality: { hash: names.equality, outcome: equal(hashed.equality, lists.get(names.equality)!) },
    }),
  );
  const classified = sent.map(
    ({ key, scores }): ClassifyRow => ({
      row: 'classify',
      cell: cell({ classifier: task.classifier, transform: key }),
      ...about,
      transform: key,
      classifier: task.classifier,
      // Every file with rows of its own is classified.
      outcome: { state: 'scored', scores: [...scores!] },
    }),
  );
  const { scorer } = task;
  const byProgram =
    scorer === undefined
      ? []
      : sent.map(
          ({ key, scored }): ClassifyRow => ({
            row: 'classify',
            cell: cell({ classifier: scorer, transform: key }),
            ...about,
            transform: key,
            classifier: scorer,
            outcome: programOutcome(scored!.answer),
          }),
        );
  return [...matches, ...equality, ...classified, ...byProgram];
}

const programOutcome = (answer: ScoreAnswer | RefusedPicture): ClassifyRow['outcome'] =>
  'refused' in answer ? { state: 'refused', reason: answer.refused } : { state: 'scored', scores: [answer.score] };

/**
 * The nearest entry and its distance; if the list is empty, a distance above any hash's maximum. Of an exact hash only an equal entry is near:
 * without one, all bits count as different, since how many happen to be means nothing.
 */
function nearest(hex: string, { list, searcher: search }: ReadyList): { nearest: string | null; distanceBits: number } {
  const hit = search.nearest(fromHex(hex));
  if (hit && hit.distanceBits > 0 && isExact(list.algorithm)) return { nearest: null, distanceBits: list.bits };
  return { nearest: hit?.entry.id ?? null, distanceBits: hit?.distanceBits ?? list.bits + 1 };
}

const compared = (near: Hashed, list: ReadyList): EqualityRow['near']['outcome'] =>
  near.state === 'refused'
    ? { state: 'refused', reason: near.reason }
    : { state: 'scored', ...nearest(near.hex, list) };

function equal(hashed: Hashed, list: ReadyList): EqualityRow['equality']['outcome'] {
  if (hashed.state === 'refused') return { state: 'refused', reason: hashed.reason };
  const hit = nearest(hashed.hex, list);
  return { state: 'scored', equal: hit.distanceBits === 0 ? hit.nearest : null };
}

function matched(hashed: Hashed, list: ReadyList, own: string | undefined): MatchRow['outcome'] {
  if (hashed.state === 'refused') return { state: 'refused', reason: hashed.reason };
  const original = own === undefined ? undefined : list.byId.get(own);
  return {
    state: 'scored',
    hex: hashed.hex,
    quality: hashed.quality,
    ...nearest(hashed.hex, list),
    ...(original && !isExact(list.list.algorithm) ? { ownBits: distanceBits(fromHex(hashed.hex), original) } : {}),
  };
}
