/** What every registered list format must do, and what each does with strangers' files. */
import { createHash } from 'node:crypto';
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
import { cases } from '../helpers/slow.ts';

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
          expect([...bad]).toEqual([]);
          expect(read.entries).toEqual(list.entries);
          expect(read).toEqual(list);
          expect(registered.filter(([, each]) => each.recognises(file.subarray(0, 4096)))).toEqual([[name, format]]);
          expect(recogniseFormat(file)).toBe(format);
        },
      ),
      { seed: 1, numRuns: cases(100) },
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
          fc.constantFrom('=1+1', '-x', '@a', 'a,"b"', 'x\r\ny', '\n', ' y ', '\u0000', '</id>', '__proto__', ''),
          fc.constantFrom('1,2020-01-01,x', '1,2,,', '7', 'md5', ',', ',,', 'constructor', '\ufeff', '\u2028'),
        ),
        (id) => {
          fc.pre(!/\p{Surrogate}/u.test(id));
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
          const expected = format.nameless || (id === '' && name !== 'binary') ? 'line-1' : id;
          const { list: read, bad } = format.read(file, facts);
          expect([...bad]).toEqual([]);
          expect(read.entries.at(0)).toEqual({ id: expected, hash: list.packed });
        },
      ),
      { seed: 1, numRuns: cases(300) },
    ));

  test('the file may come in pieces, cut anywhere', () => {
    // Long enough for a parser to get it in several texts.
    const text = concatBytes(format.write(sample(2500, (i) => `é,"${i}`)), utf8(damage[name] ?? ''));
    const outcome = (pieces: readonly Uint8Array[]): unknown => {
      try {
        const reader = format.reader(facts);
        // One buffer for all pieces, as a file is read.
        const buffer = new Uint8Array(text.length);
        for (const piece of pieces) {
          buffer.set(piece);
          reader.push(buffer.subarray(0, piece.length));
        }
        const { list, bad, notes } = reader.end();
        return [list.root, list.entries.length, [...bad], notes];
      } catch (error) {
        return error;
      }
    };
    const whole = outcome([text]);
    expect(outcome([...text].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        expect(outcome(at.slice(1).map((end, i) => text.subarray(at[i], end)))).toEqual(whole);
      }),
      { seed: 1, numRuns: cases(10) },
    );
  });

  test('a file of one endless line is read in a time that grows as it does, even byte by byte', () => {
    const whole = format.write(sample(3));
    const reader = format.reader(facts);
    const endless = concatBytes(whole.subarray(0, whole.length - 40), new Uint8Array(300_000).fill(0x61));
    let outcome: unknown;
    try {
      for (let at = 0; at < endless.length; at++) reader.push(endless.subarray(at, at + 1));
      outcome = reader.end().bad.length;
    } catch (error) {
      outcome = error;
    }
    // One bad line, or a document that is refused as a whole.
    if (outcome !== 1) expect(outcome).toBeInstanceOf(UserError);
  }, 10_000);

  test('a list of some megabytes is read and written in pieces, and keeps every entry', () => {
    const large = sample(40_000, (i) => `${i}`);
    const pieces = [...format.pieces(large)];
    const reader = format.reader(facts);
    for (const piece of pieces)
      for (let at = 0; at < piece.length; at += 65_536) reader.push(piece.subarray(at, at + 65_536));
    const { list, bad } = reader.end();
    expect(bad).toHaveLength(0);
    expect(list.entries).toHaveLength(40_000);
    expect(Buffer.from(list.packed).equals(large.packed)).toBe(true);
    if (!format.nameless) expect(list.root).toBe(large.root);
    if (name !== 'binary') expect(pieces.length).toBeGreaterThan(10);
  });

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
      { seed: 1, numRuns: cases(1000) },
    ));
});

/** What stands behind a file of the format to make a bad line of it, or damage. */
const damage: Record<string, string> = {
  hex: 'not a hash\n\n0123\n',
  'threatexchange-text': 'dhash\npdq 00',
  'threatexchange-csv': '"a\nb",1\n',
  'threatexchange-json': '  x',
  'hma-csv': '"a\nb",1\n?',
  'ncmec-xml': '<!-- ',
  'stopncii-json': '\n',
  'project-vic-csv': 'x,00\n"y',
};

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
  ['prose', utf8('A list of pictures\n')],
  ['1,000 empty lines of Windows, then prose', utf8(`${'\r\n'.repeat(1000)}no picture`)],
  ['comments and spaces without end', utf8(`${' \t\n#\n'.repeat(200)}x`)],
])('%s is no list, and that is said at once', (_, bytes) => {
  expect(() => recogniseFormat(bytes)).toThrow(
    new UserError(`Expected a hash list in one of the formats ${names} but the file starts like none of them`),
  );
});

describe('hex', () => {
  const a = '0123456789abcdef';

  test('comments, blank lines, Windows line ends, hash= and capitals are read', () => {
    const { list, bad } = hex.read(utf8(`# list\r\n\r\n${a},one\r\n  hash=${a.toUpperCase()} , two, 2\n${a}`), facts);
    expect([...bad]).toEqual([]);
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
    expect([...bad]).toEqual([
      { line: 2, reason: 'not a hexadecimal hash' },
      { line: 4, reason: '68 bits where dhash has 64' },
      { line: 5, reason: '56 bits where dhash has 64' },
      { line: 6, reason: 'not a hexadecimal hash' },
    ]);
  });

  test('a name cannot smuggle a line in', () => {
    const list = hashList(facts, [{ id: `x\n${a},smuggled\r`, hash: new Uint8Array(8) }]);
    const { list: read, bad } = hex.read(hex.write(list), facts);
    expect([...bad]).toEqual([]);
    expect(read.entries).toHaveLength(1);
  });
});

describe('binary', () => {
  const list = sample(4);
  const file = binary.write(list);
  const changed = (at: number, value: number): Uint8Array => file.with(at, value);

  const headerEnd = 16 + Buffer.from(file).readUInt32LE(12);
  const start = Math.ceil(headerEnd / 64) * 64;

  test('layout: magic, version 2, hashes at a multiple of 64, then where each name ends, then the names', () => {
    expect(Buffer.from(file.subarray(0, 8)).toString()).toBe('PSNDLIST');
    expect(Buffer.from(file).readUInt32LE(8)).toBe(2);
    const body = Buffer.from(file.subarray(start));
    const names = list.entries.map(({ id }) => id);
    const ends = names.map((_, i) => names.slice(0, i + 1).join('').length);
    expect(body.subarray(0, 32).equals(list.packed)).toBe(true);
    expect([0, 1, 2, 3].map((i) => body.readUInt32LE(32 + 4 * i))).toEqual(ends);
    expect(body.subarray(48).toString()).toBe(names.join(''));
    const header = JSON.parse(Buffer.from(file.subarray(16, headerEnd)).toString());
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(header).toEqual({ ...facts, version: 1, entries: 4, nameBytes: body.length - 48, sha256, root: list.root });
  });

  test.each<[string, Uint8Array, string]>([
    ['another magic', changed(0, 81), 'it does not begin like one'],
    ['15 bytes', file.subarray(0, 15), 'it does not begin like one'],
    ['the first version', changed(8, 1), 'its format version is 1, not 2'],
    ['a header without end', changed(15, 255), 'its header is too long'],
    ['a header beyond the end', file.subarray(0, headerEnd - 1), 'it ends inside its header'],
    ['a header that is not valid JSON', changed(16, 0), 'its header cannot be read'],
    ['something between header and hashes', changed(start - 1, 1), 'its padding is not empty'],
    ['a byte less', file.subarray(0, -1), 'it is not as long as its header says'],
    ['no body', file.subarray(0, start), 'it is not as long as its header says'],
    ['a byte more', concatBytes(file, new Uint8Array(1)), 'it is not as long as its header says'],
    ['a bit of a hash', changed(start, file[start]! ^ 1), 'its hashes or names do not give its SHA-256'],
  ])('%s is refused', (_, bytes, why) => {
    expect(() => binary.read(bytes, facts)).toThrow(
      new UserError(`Expected a presend list file but ${why}; download it again`),
    );
  });

  test('no single changed bit is believed', () => {
    for (let bit = 0; bit < file.length * 8; bit++) {
      const at = bit >> 3;
      expect(() => binary.read(changed(at, file[at]! ^ (1 << (bit & 7))), facts), `bit ${bit}`).toThrow(UserError);
    }
  });

  const header = { name: 'n', algorithm: 'a', bits: 8, version: 1, entries: 0, nameBytes: 0, sha256: '', root: '' };
  const fileOf = (value: unknown, body: Uint8Array = new Uint8Array(0)): Uint8Array => {
    const text = utf8(JSON.stringify(value));
    const head = new Uint8Array(Math.ceil((16 + text.length) / 64) * 64);
    head.set(utf8('PSNDLIST'));
    new DataView(head.buffer).setUint32(8, 2, true);
    new DataView(head.buffer).setUint32(12, text.length, true);
    head.set(text, 16);
    return concatBytes(head, body);
  };

  test.each([
    null,
    [],
    'x',
    { ...header, bits: 0 },
    { ...header, bits: -8 },
    { ...header, bits: 12 },
    { ...header, bits: '8' },
    { ...header, entries: -1 },
    { ...header, entries: 2 ** 32 },
    { ...header, nameBytes: 0.5 },
    { ...header, name: 1 },
    { ...header, root: null },
    { ...header, version: 0.5 },
  ])('a header of %j is refused', (value) => {
    expect(() => binary.read(fileOf(value), facts)).toThrow(/its header cannot be read; download it again$/);
  });

  test('a header that promises more than there is allocates nothing', () => {
    expect(() => binary.read(fileOf({ ...header, bits: 8e15, entries: 1e9 }), facts)).toThrow(UserError);
  });

  test.each<[string, number[], number[]]>([
    ['beyond the end', [3], [0x61, 0x62]],
    ['before the end', [1], [0x61, 0x62]],
    ['backwards', [2, 1], [0x61, 0x62]],
    ['inside a character', [1, 2], [0xc3, 0xa9]],
    ['without UTF-8', [2], [0xff, 0xff]],
  ])('names that end %s are refused, whatever the digests say', (_, ends, names) => {
    const hashes = new Uint8Array(Math.ceil(ends.length / 4) * 4);
    const body = concatBytes(hashes, new Uint8Array(Uint32Array.from(ends).buffer), Uint8Array.from(names));
    const sha256 = createHash('sha256').update(body).digest('hex');
    const claim = { ...header, entries: ends.length, nameBytes: names.length, sha256 };
    expect(() => binary.read(fileOf(claim, body), facts)).toThrow(/its names cannot be read; download it again$/);
  });

  test('other facts than those that the root was made for are refused', () => {
    const text = Buffer.from(file.subarray(16, headerEnd)).toString();
    for (const [from, to] of [
      ['"version":1', '"version":2'],
      ['"name":"test"', '"name":"tess"'],
      ['dhash', 'ahash'],
    ])
      expect(() =>
        binary.read(concatBytes(file.subarray(0, 16), utf8(text.replace(from!, to!)), file.subarray(headerEnd)), facts),
      ).toThrow(/its hashes do not give the root in its header; download it again$/);
  });
});
