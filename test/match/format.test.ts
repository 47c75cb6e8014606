/** What every registered list format must do, and what each does with strangers' files. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binary } from '../../src/match/format/binary.ts';
import type { ListFormat } from '../../src/match/format/format.ts';
import { hex } from '../../src/match/format/hex.ts';
import { listFormatByName, listFormats, recogniseFormat } from '../../src/match/format/index.ts';
import { type HashList, hashList } from '../../src/match/hash-list.ts';
import { concatBytes, utf8 } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';
import { seededRng } from '../../src/util/rng.ts';

const registered: [string, ListFormat][] = Object.entries(listFormats);
const names = Object.keys(listFormats).join(', ');
const facts = { name: 'test', algorithm: 'dhash', bits: 64 };
const sample = (count: number, id = (i: number): string => `picture-${i}`, bits = 64): HashList =>
  hashList(
    { ...facts, bits },
    Array.from({ length: count }, (_, i) => ({ id: id(i), hash: seededRng(i, 'hash').bytes(bits / 8) })),
  );

/** The list as a format can carry it. */
const carried = (format: ListFormat, list: HashList): HashList =>
  format.nameless
    ? hashList(
        list,
        list.entries.map(({ hash }, i) => ({ id: `line-${i + 1}`, hash })),
      )
    : list;

test('formats are looked up with help', () => {
  expect(listFormatByName('hex')).toBe(hex);
  expect(() => listFormatByName('hax')).toThrow(
    new UserError(`Unknown list format 'hax'. Did you mean hex? Available: ${names}.`),
  );
});

describe.each(registered)('list format %s', (name, format) => {
  test('is registered under its own name and describes itself', () => {
    expect(format.name).toBe(name);
    expect(format.summary).not.toBe('');
    expect(format.reference).not.toBe('');
    for (const ending of format.endings) expect(ending).toMatch(/^\.[a-z]+$/);
  });

  test('round trip: entries, names and root; the file is recognised as its own and only its own', () =>
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom('', ' ü,', ',x', '#', '"\\', '<b>&amp;', ';\t😀', ',2020-01-01,'),
        (hashes, decoration) => {
          const given = hashList(
            facts,
            hashes.map((hash, i) => ({ id: `p${i}${decoration}p`, hash })),
          );
          const list = carried(format, given);
          const file = format.write(given);
          const { list: read, bad } = format.read(file, facts);
          expect(bad).toEqual([]);
          expect(read.entries).toEqual(list.entries);
          expect(read).toEqual(list);
          expect(registered.filter(([, each]) => each.recognises(file.subarray(0, 4096)))).toEqual([[name, format]]);
          expect(recogniseFormat(file)).toBe(format);
        },
      ),
      { seed: 1, numRuns: 100 },
    ));

  test('an empty list, one entry, 1,000 entries, and hashes of 8 and 1,024 bits', () => {
    for (const list of [sample(0), sample(1), sample(1000), sample(3, String, 8), sample(3, String, 1024)])
      expect(format.read(format.write(list), list).list).toEqual(carried(format, list));
  });

  test('the file may be a view into other bytes', () => {
    const file = format.write(sample(5));
    const inside = concatBytes(new Uint8Array(3), file, new Uint8Array(5)).subarray(3, 3 + file.length);
    expect(format.read(inside, facts).list).toEqual(carried(format, sample(5)));
  });

  test('names: any text survives, or is refused with a sentence', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 12 }),
          fc.constantFrom(
            '=1+1',
            '-x',
            '@a',
            'a,"b"',
            'x\r\ny',
            '\n',
            ' y ',
            '\u0000',
            '\ud800',
            '</id>',
            '__proto__',
            '',
          ),
          fc.constantFrom('1,2020-01-01,x', '1,2,,', '7', 'md5', ',', ',,', 'constructor', '\ufeff', '\u2028'),
        ),
        (id) => {
          const list = hashList(facts, [{ id, hash: new Uint8Array(8).fill(255) }]);
          let file: Uint8Array;
          try {
            file = format.write(list);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
            expect((error as Error).message).toContain('choose another format');
            return;
          }
          expect(recogniseFormat(file)).toBe(format);
          // Plain text keeps its names on one line and trims them.
          const kept = (text: string): string => (name === 'hex' ? text.replaceAll(/[\r\n]/g, ' ').trim() : text);
          const expected = name === 'hex' && kept(id) === '' ? /^line-\d$/ : format.nameless ? 'line-1' : kept(id);
          const { list: read, bad } = format.read(file, facts);
          expect(bad).toEqual([]);
          const [entry] = read.entries;
          if (typeof expected === 'string') expect(entry).toEqual({ id: expected, hash: list.packed });
          else expect(entry?.id).toMatch(expected);
        },
      ),
      { seed: 1, numRuns: 300 },
    ));

  test('writing is deterministic and leaves the list alone', () => {
    const list = sample(5);
    expect(format.write(list)).toEqual(format.write(list));
    expect(list).toEqual(sample(5));
  });

  test('strangers’ bytes: read, or refused with a UserError; never anything else', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.string({ maxLength: 300 }).map(utf8),
          mutated(format.write(sample(4))),
        ),
        (bytes) => {
          recognise(bytes);
          try {
            const { list, bad } = format.read(bytes, facts);
            expect(list.packed).toHaveLength((list.entries.length * list.bits) / 8);
            for (const { line, reason } of bad) expect(line > 0 && reason !== '').toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
      { seed: 1, numRuns: 2000 },
    ));
});

/** Bytes with a few of them changed, cut out, doubled or cut off. */
function mutated(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.tuple(fc.constantFrom('set', 'insert', 'delete', 'cut'), fc.nat(bytes.length), fc.nat(255));
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    const out = [...bytes];
    for (const [kind, at, value] of edits) {
      if (kind === 'set') out[at % out.length] = value;
      else if (kind === 'insert') out.splice(at, 0, value);
      else if (kind === 'delete') out.splice(at, 1 + (value & 3));
      else if (value < 64) out.length = Math.min(out.length, at);
    }
    return Uint8Array.from(out, (byte) => byte ?? 0);
  });
}

function recognise(bytes: Uint8Array): void {
  try {
    recogniseFormat(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
  }
}

test.each([
  ['nothing', new Uint8Array(0)],
  ['prose', utf8('A list of pictures\n')],
  ['1,024 empty lines', new Uint8Array(4096).fill(10)],
  ['1,024 empty lines of Windows, then prose', utf8(`${'\r\n'.repeat(500)}no hash`)],
  ['comments and spaces without end', utf8(`${' \t\n#\n'.repeat(200)}x`)],
])('%s is no list, and that is said at once', (_, bytes) => {
  expect(() => recogniseFormat(bytes)).toThrow(
    new UserError(`Expected a hash list in one of the formats ${names} but the file begins like none of them`),
  );
});

describe('hex', () => {
  const a = '0123456789abcdef';

  test('comments, blank lines, Windows line ends, hash= and capitals are read', () => {
    const { list, bad } = hex.read(utf8(`# list\r\n\r\n${a},one\r\n  hash=${a.toUpperCase()} , two, 2\n${a}`), facts);
    expect(bad).toEqual([]);
    expect(list.entries.map(({ id }) => id)).toEqual(['one', 'two, 2', 'line-5']);
    expect(new Set(list.entries.map(({ hash }) => hash.join())).size).toBe(1);
  });

  test.each([`${a}`, `${a}\n`, `${a},x\r\n`, `\n\n# x\n hash=${a}\n`, `#\r\n\r\n${a}\r\n`])(
    '%j is recognised',
    (text) => {
      expect(recogniseFormat(utf8(text))).toBe(hex);
    },
  );

  test('a bad line is counted with its number, and the rest is read', () => {
    const { list, bad } = hex.read(utf8(`${a}\nnot a hash\n\n${a}0\n${a.slice(2)}\n=${a}\n${a},ok\n`), facts);
    expect(list.entries.map(({ id }) => id)).toEqual(['line-1', 'ok']);
    expect(bad).toEqual([
      { line: 2, reason: 'not a hexadecimal hash' },
      { line: 4, reason: '68 bits where dhash has 64' },
      { line: 5, reason: '56 bits where dhash has 64' },
      { line: 6, reason: 'not a hexadecimal hash' },
    ]);
  });

  test('a name cannot smuggle a line in', () => {
    const list = hashList(facts, [{ id: `x\n${a},smuggled\r`, hash: new Uint8Array(8) }]);
    const { list: read, bad } = hex.read(hex.write(list), facts);
    expect(bad).toEqual([]);
    expect(read.entries).toHaveLength(1);
  });

  test('bytes that are no UTF-8 are refused with advice', () => {
    expect(() => hex.read(new Uint8Array([0x30, 0xff]), facts)).toThrow(
      new UserError('Expected UTF-8 text for a hash list but the file holds other bytes; name its --format'),
    );
  });
});

describe('binary', () => {
  const list = sample(4);
  const file = binary.write(list);
  const changed = (at: number, value: number): Uint8Array => file.with(at, value);

  test('layout: magic, version 1, and hashes at a multiple of 64 up to the end', () => {
    expect(Buffer.from(file.subarray(0, 8)).toString()).toBe('PSNDLIST');
    expect(Buffer.from(file).readUInt32LE(8)).toBe(1);
    const start = Math.ceil((16 + Buffer.from(file).readUInt32LE(12)) / 64) * 64;
    expect(Buffer.from(file.subarray(start)).equals(list.packed)).toBe(true);
  });

  test.each<[string, Uint8Array, string]>([
    ['another magic', changed(0, 81), 'it does not begin like one'],
    ['15 bytes', file.subarray(0, 15), 'it does not begin like one'],
    ['another version', changed(8, 2), 'its format version is 2, not 1'],
    ['a header beyond the end', changed(15, 255), 'it ends inside its header'],
    ['a header that is no JSON', changed(16, 0), 'its header cannot be read'],
    ['a byte less', file.subarray(0, -1), 'it is not as long as its header says'],
    ['a byte more', concatBytes(file, new Uint8Array(1)), 'it is not as long as its header says'],
    ['a bit of a hash', changed(file.length - 1, file.at(-1)! ^ 1), 'its hashes do not give the root in its header'],
  ])('%s is refused', (_, bytes, why) => {
    expect(() => binary.read(bytes, facts)).toThrow(
      new UserError(`Expected a presend list file but ${why}; get it again`),
    );
  });

  test('no single changed bit of a hash or a name is believed', () => {
    const header = Buffer.from(file).readUInt32LE(12);
    const names = Buffer.from(file).indexOf('"ids"') + 5;
    const start = Math.ceil((16 + header) / 64) * 64;
    for (let bit = 0; bit < (file.length - names) * 8; bit++) {
      const at = names + (bit >> 3);
      if (at >= 16 + header && at < start) continue;
      expect(() => binary.read(changed(at, file[at]! ^ (1 << (bit & 7))), facts), `bit ${bit}`).toThrow(UserError);
    }
  });

  const header = { name: 'n', algorithm: 'a', bits: 8, version: 1, root: '', ids: [] as unknown };
  const fileOf = (value: unknown): Uint8Array => {
    const text = utf8(JSON.stringify(value));
    const head = new Uint8Array(16);
    head.set(utf8('PSNDLIST'));
    new DataView(head.buffer).setUint32(8, 1, true);
    new DataView(head.buffer).setUint32(12, text.length, true);
    return concatBytes(head, text, new Uint8Array(Math.ceil((16 + text.length) / 64) * 64 - 16 - text.length));
  };

  test.each([
    null,
    [],
    'x',
    { ...header, bits: 0 },
    { ...header, bits: -8 },
    { ...header, bits: 12 },
    { ...header, bits: '8' },
    { ...header, ids: [1] },
    { ...header, ids: { length: 1e9 } },
    { ...header, name: 1 },
    { ...header, root: null },
    { ...header, version: 0.5 },
  ])('a header of %j is refused', (value) => {
    expect(() => binary.read(fileOf(value), facts)).toThrow(/its header cannot be read; get it again$/);
  });

  test('a header that promises more than there is allocates nothing', () => {
    expect(() => binary.read(fileOf({ ...header, bits: 8e15, ids: ['x'] }), facts)).toThrow(UserError);
  });
});
