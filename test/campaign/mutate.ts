/** Damage: edits of a file's bytes, drawn by fast-check. */
import fc from 'fast-check';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';

/** One edit; `at` is where, as a share of the file's length, so that every place of a long file has its turn. */
export type Edit =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'header'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'word'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'splice'; readonly at: number; readonly from: number; readonly seed: number };

const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** Numbers that lengths, sizes and offsets go wrong at, in both byte orders. */
const fields = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];
const field = fc
  .record({ value: fc.constantFrom(...fields), width: fc.constantFrom(1, 2, 4), little: fc.boolean() })
  .map(({ value, width, little }) => {
    const bytes = Uint8Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256);
    return little ? bytes : bytes.reverse();
  });

/** Marks of the text formats and of what is no text at all. */
const marks = [
  '"',
  ',',
  ';',
  '\n',
  '\r',
  '<',
  '>',
  '&',
  '&#x0;',
  '</id>',
  '<!--',
  ']]>',
  '{',
  '}',
  '[',
  ']',
  '\\',
  '\0',
]
  .concat(['\ufeff', '\ud83d\ude00', '-1', '1e999', 'null', 'hash=', '__proto__', '#'])
  .map(utf8)
  .concat([Uint8Array.of(0xff), Uint8Array.of(0xc3), Uint8Array.of(0xed, 0xa0, 0x80)]);

/** Values in the place of others, for files of text whose form stays whole. */
const words = [
  '0',
  '-1',
  '0.5',
  '1e308',
  '1e-320',
  '-0',
  '9007199254740993',
  '4294967296',
  '1099511627776',
  '1e999',
  '.nan',
]
  .concat(['null', 'true', '~', '""', '[]', '{}', '[0]', '{"toString": 0}', '{"__proto__": []}', 'a b', '!x y', '*a'])
  .concat([
    '&a [*a]',
    '0x10',
    '../../etc/passwd',
    'http://127.0.0.1:9/',
    'file:///dev/zero',
    '/dev/zero',
    'constructor',
  ])
  .concat(['['.repeat(3000), '- '.repeat(3000), 'a'.repeat(10_000), '\u{1f600}'.repeat(50), '0,'.repeat(2000)])
  .map(utf8);
const mark = fc.oneof(fc.constantFrom(...marks), fc.uint8Array({ minLength: 1, maxLength: 8 }), field);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at, bytes: mark }),
  fc.record({ kind: fc.constant('insert' as const), at, bytes: mark }),
  fc.record({ kind: fc.constant('delete' as const), at, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at,
    length: fc.integer({ min: 1, max: 200 }),
    times: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2000 })),
  }),
  fc.record({ kind: fc.constant('truncate' as const), at }),
  fc.record({ kind: fc.constant('header' as const), offset: fc.nat(95), bytes: field }),
  fc.record({ kind: fc.constant('word' as const), at, bytes: fc.constantFrom(...words) }),
  fc.record({ kind: fc.constant('splice' as const), at, from: at, seed: fc.nat(1000) }),
);

/** One case: the damage, and in what pieces a reader gets the file. */
export interface Case {
  readonly edits: readonly Edit[];
  /** Bytes a piece. */
  readonly piece: number;
}

const cases = fc.record({
  // One edit half of the time: after several, little is left that could be read.
  edits: fc.oneof(fc.tuple(edit), fc.array(edit, { minLength: 1, maxLength: 4 })),
  piece: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 64, max: 1_000_000 })),
});

/** The case of that number: the same for ever. */
export const caseOf = (number: number): Case => fc.sample(cases, { seed: number, numRuns: 1 })[0]!;

/** The file with the edits done, one after the other. */
export function damaged(file: Uint8Array, edits: readonly Edit[], others: readonly Uint8Array[]): Uint8Array {
  return edits.reduce((bytes, each) => done(bytes, each, others), file);
}

/** Bytes of the longest file: repeats of repeats would fill the memory by themselves. */
const longest = 2_000_000;

function done(bytes: Uint8Array, each: Edit, others: readonly Uint8Array[]): Uint8Array {
  const place = each.kind === 'header' ? each.offset : Math.floor(each.at * bytes.length);
  const before = bytes.subarray(0, place);
  const after = (skipped: number): Uint8Array => bytes.subarray(place + skipped);
  switch (each.kind) {
    case 'flip':
      return bytes.map((byte, i) => (i === place ? byte ^ (1 << each.bit) : byte));
    case 'set':
    case 'header':
      return concatBytes(before, each.bytes, after(each.bytes.length));
    case 'insert':
      return concatBytes(before, each.bytes, after(0));
    case 'word': {
      const [from, to] = wordAt(bytes, place);
      return concatBytes(bytes.subarray(0, from), each.bytes, bytes.subarray(to));
    }
    case 'delete':
      return concatBytes(before, after(each.length));
    case 'repeat': {
      const part = bytes.subarray(place, place + each.length);
      const times = Math.min(each.times, Math.floor((longest - bytes.length) / Math.max(1, part.length)));
      return times < 1 ? bytes : concatBytes(before, ...new Array<Uint8Array>(times).fill(part), after(0));
    }
    case 'truncate':
      return before;
    case 'splice': {
      const other = others[each.seed % others.length]!;
      return concatBytes(before, other.subarray(Math.floor(each.from * other.length))).subarray(0, longest);
    }
  }
}

/** Where the word around a place begins and ends: letters, digits and what numbers have besides. */
function wordAt(bytes: Uint8Array, place: number): [from: number, to: number] {
  const inWord = (at: number): boolean =>
    at >= 0 && at < bytes.length && /[\w.+-]/.test(String.fromCharCode(bytes[at]!));
  let [from, to] = [place, place];
  while (inWord(from - 1)) from--;
  while (inWord(to)) to++;
  return [from, to];
}
