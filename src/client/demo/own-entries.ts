/**
 * The visitor's own pictures on the curator's list: a picture stays in the page, and its hashes, one for each use, are entries of one session's list. They end with the
 * session; no other session and no file has them.
 */
import { type Static, Type } from 'typebox';
import { type HashList, hashList } from '../../match/hash-list.ts';
import type { HashUse, Lists } from '../../role/world.ts';
import { closed } from '../../schema/parts.ts';
import { fromHex, toHex } from '../../util/hex.ts';
import { hashFor } from './hashes.ts';

/** Largest number of own pictures that a page keeps, and so of own entries of a session. */
export const mostOwn = 4;

const hex = (use: HashUse) =>
  Type.String({ pattern: `^[0-9a-f]{${hashFor[use].bits / 4}}$`, description: `${hashFor[use].name}, in hex` });

/** An own picture's hashes, in hex. */
export const OwnEntry = Type.Object({ near: hex('near'), equality: hex('equality'), second: hex('second') }, closed);
export type OwnEntry = Static<typeof OwnEntry>;

/** The entry of a picture's hashes. */
export const ownEntry = (hashes: Readonly<Record<HashUse, Uint8Array>>): OwnEntry => ({
  near: toHex(hashes.near),
  equality: toHex(hashes.equality),
  second: toHex(hashes.second),
});

/** The lists with own entries after the others, but for hashes that they have. The given lists are not changed. */
export function withOwn(lists: Lists, own: readonly OwnEntry[]): Lists {
  if (own.length === 0) return lists;
  const extended = (list: HashList, use: HashUse): HashList => {
    const { name, algorithm, bits, entries } = list;
    const known = new Set([...entries].map(({ hash }) => toHex(hash)));
    const added = own.flatMap((each, i) => {
      // Some protocols need entries that differ.
      if (known.has(each[use])) return [];
      known.add(each[use]);
      return [{ id: `your picture ${i + 1}`, hash: fromHex(each[use]) }];
    });
    return hashList({ name, algorithm, bits }, [...entries, ...added]);
  };
  return {
    list: extended(lists.list, 'near'),
    equality: { ...lists.equality, list: extended(lists.equality.list, 'equality') },
    second: { ...lists.second, list: extended(lists.second.list, 'second') },
  };
}
