/**
 * Merges the contents of one or several files into one list. A deletion removes its record by id or hash, at any position in the files. If
 * a record occurs again under the same id, its last occurrence in the order of the files applies. Both only affect records of the same
 * scope. An entry of unknown owner is deleted only if both name and hash match.
 */
import { concatBytes, utf8 } from '../util/bytes.ts';
import { nameSpan, sameName } from './distinct.ts';
import type { BadLines } from './format/bad-lines.ts';
import { type Gathered, type Records, recordKey } from './gathered.ts';
import { type HashList, ListBuilder } from './hash-list.ts';
import { ByteSet, hashBytes, PlaceTable } from './place-table.ts';

/** The result for one of the files. */
export interface SettledFile {
  readonly bad: BadLines;
  readonly left: BadLines;
  readonly notes: readonly string[];
  /** Number of hashes of other types, by type. */
  readonly others: ReadonlyMap<string, number>;
  /** Number of entries of the list that come from it. */
  readonly entries: number;
}

/** The list, and the result for each file. */
interface Settled {
  readonly list: HashList;
  readonly files: readonly SettledFile[];
}

/** Why an entry is omitted. */
const reasons = ['', 'deleted', 'replaced by a later record'] as const;
const [kept, deleted, replaced] = [0, 1, 2];

/** Merges the files in their order; all must have the same algorithm. The list has the name and version of the first. */
export function settle(files: readonly Gathered[]): Settled {
  const outcomes = files.map(({ list }) => new Uint8Array(list.entries.length));
  markDeleted(files, outcomes);
  markReplaced(files, outcomes);
  const lost = outcomes.map((each) => each.some((outcome) => outcome !== kept));
  const [first] = files;
  if (!first) throw new Error('No file was read');
  const list = files.length === 1 && !lost[0] ? first.list : joined(files, outcomes);
  return {
    list,
    files: files.map((file, f) => {
      const next = files[f + 1];
      // If the next page was read too, this one needs no note.
      const more = next && next.records?.scope === file.records?.scope ? undefined : file.more;
      return {
        bad: file.bad,
        left: lost[f] ? file.left.with(linesOf(file.records, outcomes[f]!)) : file.left,
        notes: more === undefined ? file.notes : [...file.notes, more],
        others: file.others ?? new Map(),
        entries: outcomes[f]!.reduce((count, outcome) => count + (outcome === kept ? 1 : 0), 0),
      };
    }),
  };
}

/** The records of omitted entries, each once. */
function* linesOf(records: Records | undefined, outcomes: Uint8Array) {
  let last = -1;
  for (let i = 0; i < outcomes.length; i++) {
    const line = outcomes[i] === kept ? last : (records?.numberOf(i) ?? i + 1);
    if (line !== last) yield { line, reason: reasons[outcomes[i]!]! };
    last = line;
  }
}

function joined(files: readonly Gathered[], outcomes: readonly Uint8Array[]): HashList {
  const { name, algorithm, bits, detector, version } = files[0]!.list;
  const builder = new ListBuilder({ name, algorithm, bits, detector });
  files.forEach(({ list: { entries, packed } }, f) => {
    const { width, length } = entries;
    for (let i = 0; i < length; i++) {
      if (outcomes[f]![i] !== kept) continue;
      builder.add(entries.idAt(i), (into, at) => {
        into.set(packed.subarray(i * width, (i + 1) * width), at);
        return undefined;
      });
    }
  });
  return builder.finish(version);
}

/** The deletions of all files of each scope. */
function deletionsOf(files: readonly Gathered[]) {
  const scopes = new Map<string, { ids: ByteSet; hashes: ByteSet; pairs: ByteSet }>();
  for (const { records } of files) {
    if (!records?.deletesAny) continue;
    const there = scopes.get(records.scope);
    const { deletedIds: ids, deletedHashes: hashes, deletedPairs: pairs } = records;
    if (!there) scopes.set(records.scope, { ids, hashes, pairs });
    else
      scopes.set(records.scope, {
        ids: union(there.ids, ids),
        hashes: union(there.hashes, hashes),
        pairs: union(there.pairs, pairs),
      });
  }
  return scopes;
}

function union(...sets: readonly ByteSet[]): ByteSet {
  const all = new ByteSet();
  for (const set of sets) for (const key of set) all.add(key);
  return all;
}

function markDeleted(files: readonly Gathered[], outcomes: readonly Uint8Array[]): void {
  const scopes = deletionsOf(files);
  if (scopes.size === 0) return;
  const pairs = [...scopes.values()].map((each) => each.pairs);
  files.forEach(({ list: { entries, packed }, records }, f) => {
    const mine = records && scopes.get(records.scope);
    if (records && !mine) return;
    const { width, names } = entries;
    for (let i = 0; i < entries.length; i++) {
      const hash = packed.subarray(i * width, (i + 1) * width);
      const id = names.text.subarray(...nameSpan(names, i));
      if (mine) {
        const owner = records.ownerOf(i);
        const gone =
          mine.hashes.indexOf(hash) >= 0 ||
          (owner >= 0 && mine.ids.indexOf(recordKey(records.owners[owner]!, id)) >= 0);
        if (gone) outcomes[f]![i] = deleted;
      } else if (pairs.some((each) => each.indexOf(concatBytes(hash, id)) >= 0)) outcomes[f]![i] = deleted;
    }
  });
}

function markReplaced(files: readonly Gathered[], outcomes: readonly Uint8Array[]): void {
  const mine = files.flatMap(({ list, records }, f) => (records ? [{ names: list.entries.names, records, f }] : []));
  const total = mine.reduce((sum, { names }) => sum + names.length, 0);
  if (total === 0) return;
  markEmptied(mine, outcomes);
  const table = new PlaceTable(total);
  const starts: number[] = [];
  let sum = 0;
  for (const { names } of mine) {
    starts.push(sum);
    sum += names.length;
  }
  const fileOf = (entry: number): number => {
    let file = starts.length - 1;
    while (starts[file]! > entry) file--;
    return file;
  };
  // From the last to the first, so that the found one is the later one.
  for (let m = mine.length - 1; m >= 0; m--) {
    const { names, records, f } = mine[m]!;
    const seeds = records.owners.map((owner) => {
      const bytes = utf8(`${records.scope}\n${owner}`);
      return hashBytes(bytes, 0, bytes.length);
    });
    for (let i = names.length - 1; i >= 0; i--) {
      const owner = records.ownerOf(i);
      if (owner < 0) continue;
      const [from, end] = nameSpan(names, i);
      const later = table.findOrPut(hashBytes(names.text, from, end, seeds[owner]), starts[m]! + i, (entry) => {
        const o = fileOf(entry);
        const other = mine[o]!;
        const j = entry - starts[o]!;
        return (
          other.records.scope === records.scope &&
          other.records.owners[other.records.ownerOf(j)] === records.owners[owner] &&
          sameName(other.names, j, names, i)
        );
      });
      if (later < 0) continue;
      const o = fileOf(later);
      const sameRecord = o === m && records.numberOf(later - starts[m]!) === records.numberOf(i);
      if (!sameRecord && outcomes[f]![i] === kept) outcomes[f]![i] = replaced;
    }
  }
}

/** Marks entries whose record occurred again later without a hash. */
function markEmptied(
  mine: readonly { names: HashList['entries']['names']; records: Records; f: number }[],
  outcomes: readonly Uint8Array[],
): void {
  const emptying = mine.filter(({ records }) => records.emptied.size > 0);
  for (const { names, records, f } of emptying.length === 0 ? [] : mine)
    for (let i = 0; i < names.length; i++) {
      const owner = records.ownerOf(i);
      if (owner < 0) continue;
      const key = recordKey(records.owners[owner]!, names.text.subarray(...nameSpan(names, i)));
      const later = emptying.some(({ records: other, f: file }) => {
        if (other.scope !== records.scope || file < f) return false;
        const at = other.emptied.indexOf(key);
        return at >= 0 && (file > f || other.emptiedBy[at]! > records.numberOf(i));
      });
      if (later && outcomes[f]![i] === kept) outcomes[f]![i] = replaced;
    }
}
