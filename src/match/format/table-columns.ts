/** Determines the meaning of a table's columns from the header's words or, if these are inconclusive, from the cells below. */

import { exactHashes } from '../../hash/exact-hashes.ts';
import { digitsOf } from '../../hash/hash-text.ts';
import { hashes } from '../../hash/index.ts';
import { UserError } from '../../util/errors.ts';
import type { ListFacts } from '../hash-list.ts';
import { clip, plainSignal } from './text.ts';

/** Indices of the columns; -1 if a column is missing. */
interface Columns {
  readonly hash: number;
  readonly name: number;
  readonly quality: number;
  readonly deleted: number;
  /** Columns of other hashes, with the words of the header that name them. */
  readonly others: readonly { readonly column: number; readonly type: string }[];
  /** The deleted column contains a status word instead of yes or no. */
  readonly state: boolean;
  /** Maximum number of cells in a row. */
  readonly width: number;
}

const plain = (cell: string): string => cell.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

const nameWords = new Set(
  ['id', 'mediaid', 'imageid', 'pictureid', 'photoid', 'fileid', 'recordid', 'entryid', 'uuid', 'guid'].concat([
    'name',
    'filename',
    'file',
    'path',
    'filepath',
    'fullpath',
    'image',
    'picture',
    'title',
    'url',
    'uri',
    'label',
  ]),
);
const qualityWords = new Set(['quality', 'pdqquality', 'hashquality', 'imagequality', 'qualityscore']);
const deletedWords = new Set([
  'deleted',
  'isdeleted',
  'shoulddelete',
  'removed',
  'isremoved',
  'withdrawn',
  'tombstone',
]);
const stateWords = new Set(['status', 'hashstatus', 'state', 'recordstatus']);
/** A header that names some hash without saying which. */
const genericHash =
  /^(?:image|img|picture|media|file|perceptual|hash|value|hex|digest|fingerprint|signature|indicator|string)*$/;
/** Other hashes than the list's, whatever their cells look like: a SHA-256 is as long as a PDQ hash. */
const otherHash = /md5|sha|crc|checksum|photodna|pdna|tmk|vpdq|ssdeep|tlsh/;
const otherNames = new Set(
  [...Object.keys(hashes), ...Object.keys(exactHashes), 'whash', 'colorhash', 'crop-resistant', 'blockhash'].map(plain),
);

/** Variants of a header word, without common additions to a hash's name. */
const variantsOf = (word: string): string[] => {
  const bare = word.replace(/(?:hash)?(?:hex|value|digest|string|256)?$/, '');
  return [
    word,
    bare,
    word.replace(/^(?:hash|image|img|picture|media)/, ''),
    bare.replace(/^(?:hash|image|img|picture|media)/, ''),
  ];
};

/** The columns of a table. Throws a UserError if no column, or more than one, can be the hash, unless `lenient`. */
export function columnsOf(
  header: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  facts: ListFacts,
  lenient = false,
): Columns {
  const width = header?.length ?? Math.max(0, ...rows.map((row) => row.length));
  const words = Array.from({ length: width }, (_, i) => plain(header?.[i] ?? ''));
  const state = !words.some((word) => deletedWords.has(word));
  const hash = hashColumn(words, rows, facts);
  if (hash < 0 && !lenient) {
    const has = header ? `the header has ${clip(words.join(', '))}` : 'there is no header that says which it is';
    throw new UserError(`Expected one column ${facts.algorithm.toUpperCase()} but ${has}; choose another --algorithm`);
  }
  const quality = words.findIndex((word) => qualityWords.has(word));
  const deleted = words.findIndex((word) => (state ? stateWords : deletedWords).has(word));
  const known = [hash, quality, deleted];
  const named = words.findIndex((word, i) => nameWords.has(word) && !known.includes(i));
  const name =
    named >= 0
      ? named
      : words.findIndex((word, i) => !known.includes(i) && !isOther(word, facts) && !looksHash(rows, i));
  const others = words.flatMap((type, column) => (column !== hash && isOther(type, facts) ? [{ column, type }] : []));
  return { hash, name, quality, deleted, others, state, width };
}

const isOther = (word: string, { algorithm }: ListFacts): boolean =>
  !variantsOf(word).includes(plain(algorithm)) &&
  (variantsOf(word).some((each) => each !== '' && otherNames.has(each)) || otherHash.test(word));

const looksHash = (rows: readonly (readonly string[])[], column: number): boolean =>
  rows.length > 0 &&
  rows.every((row) => /^(?:[0-9a-f]{16,})?$/i.test(row[column] ?? '')) &&
  rows.some((row) => row[column]);

/** The only column that is the hash, or -1. */
function hashColumn(words: readonly string[], rows: readonly (readonly string[])[], facts: ListFacts): number {
  const wanted = plainSignal(facts.algorithm);
  const lengths = [facts.bits / 4, digitsOf(facts.algorithm)];
  const fits = (column: number): boolean =>
    rows.some((row) => {
      const cell = (row[column] ?? '').replace(/^hash=/i, '');
      return lengths.includes(cell.length) && /^[0-9a-f]+$/i.test(cell);
    });
  const all = words.map((_, i) => i);
  const exact = all.filter((i) => words[i] === wanted || variantsOf(words[i]!).includes(wanted));
  if (exact.length === 1) return exact[0]!;
  const candidates = exact.length > 1 ? exact : all.filter((i) => !isOther(words[i]!, facts));
  const fitting = candidates.filter(fits);
  if (fitting.length === 1) return fitting[0]!;
  if (exact.length > 1) return -1;
  const generic = (fitting.length > 0 ? fitting : candidates).filter(
    (i) =>
      words[i] !== '' && genericHash.test(words[i]!) && /hash|digest|fingerprint|signature|indicator/.test(words[i]!),
  );
  return generic.length === 1 ? generic[0]! : -1;
}

/** Whether a cell of the deleted column means deleted. */
export const isDeleted = ({ state }: Columns, cell: string): boolean =>
  state
    ? /^(?:deleted|withdrawn|removed|revoked|tombstone)$/i.test(cell)
    : /^(?:true|t|yes|y|1|x|deleted|withdrawn|removed)$/i.test(cell);
