/** Lists as they exist, in small: deletions, encodings, line ends, headers, pages, and what the tools of others print. */
import { describe, expect, test } from 'vitest';
import { type ListFormatName, listFormats, recogniseFormat } from '../../src/match/format/index.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { settle } from '../../src/match/settle.ts';
import { utf8 } from '../../src/util/bytes.ts';

const facts = { name: 'test', algorithm: 'pdq', bits: 256, minQuality: 50 };
const [a, b, c] = ['0a', '1b', '2c'].map((byte) => byte.repeat(32)) as [string, string, string];

/** What a file is recognised as, and what it says. */
function read(file: string | Uint8Array, about = facts) {
  const bytes = typeof file === 'string' ? utf8(file) : file;
  const format = recogniseFormat(bytes);
  const { list, bad, left, notes } = format.read(bytes, about);
  return {
    format: format.name as ListFormatName,
    entries: list.entries.map(({ id }, i) => `${list.entries.hexAt(i).slice(0, 2)} ${id}`),
    bad: [...bad],
    left: [...left].map(({ line, reason }) => `${line} ${reason}`),
    notes,
  };
}
const te = (id: string, indicator: string, more: object = {}) => ({ id, indicator, type: 'HASH_PDQ', ...more });
const stop = (hashValue: string, hashStatus = 'Active') => ({
  hashValue,
  hashStatus,
  signalType: 'ImagePDQ',
  caseNumbers: { case: hashStatus },
});
const image = (member: number, id: string, print: string): string =>
  `<image><member id="${member}">m</member><id>${id}</id><fingerprints>${print}</fingerprints></image>`;
const ncmec = (inside: string, after = ''): string => `<queryResult><images>${inside}</images>${after}</queryResult>`;

describe('cases A1: a deletion takes its record out wherever it stands', () => {
  const gone = { should_delete: true };
  test.each<[string, string]>([
    ['ThreatExchange, by id behind', JSON.stringify([te('1', a), te('2', b), { ...te('1', c), ...gone }])],
    ['ThreatExchange, by id alone', JSON.stringify([te('1', a), te('2', b), { id: '1', ...gone }])],
    ['ThreatExchange, by hash', JSON.stringify([te('1', a), te('2', b), { ...te('9', a.toUpperCase()), ...gone }])],
    ['ThreatExchange, before', JSON.stringify({ data: [{ ...te('1', a), ...gone }, te('1', a), te('2', b)] })],
    ['ThreatExchange, no descriptors', JSON.stringify([te('1', a), te('2', b), te('1', a, { should_delete: false })])],
    [
      'JSON Lines',
      [te('1', a), te('2', b), { ...te('1', a), ...gone }].map((each) => `${JSON.stringify(each)}\r\n`).join(''),
    ],
    ['StopNCII', JSON.stringify({ hashRecords: [stop(a), stop(b), stop(a, 'Withdrawn')] })],
    [
      'Tech Against Terrorism',
      JSON.stringify({
        results: [
          { id: 1, hash_digest: a, algorithm: 'PDQ', deleted: false },
          { id: 2, hash_digest: b, algorithm: 'PDQ', deleted: false },
          { id: 1, hash_digest: a, algorithm: 'PDQ', deleted: true },
        ],
      }),
    ],
    [
      'NCMEC',
      ncmec(
        `${image(1, 'x', `<pdq>${a}</pdq>`)}${image(2, 'x', `<pdq>${b}</pdq>`)}<deletedImage><member id="1"/><id>x</id></deletedImage>`,
      ),
    ],
    ['a table', `id,pdq,deleted\n1,${a},no\n2,${b},no\n1,${a},yes\n`],
    ['a table with states', `MediaID;PDQ;Status\n1;${a};active\n2;${b};active\n;${a};Withdrawn\n`],
  ])('%s', (_, text) => {
    const { entries, bad, left } = read(text);
    expect(entries.map((each) => each.slice(0, 2))).toEqual(['1b']);
    expect(bad).toEqual([]);
    expect(left).toHaveLength(2);
  });

  test.each<[string, string]>([
    ['ThreatExchange', JSON.stringify([te('1', a), te('2', c), te('1', b)])],
    [
      'NCMEC',
      ncmec(image(1, 'x', `<pdq>${a}</pdq>`) + image(2, 'x', `<pdq>${c}</pdq>`) + image(1, 'x', `<pdq>${b}</pdq>`)),
    ],
  ])('%s: of two records of one id the later holds', (_, text) => {
    const { entries, left } = read(text);
    expect(entries.map((each) => each.slice(0, 2))).toEqual(['2c', '1b']);
    expect(left).toEqual(['1 replaced by a later record']);
  });

  test('NCMEC: a record that comes again without its fingerprint is out of date', () => {
    expect(read(ncmec(image(1, 'x', `<pdq>${a}</pdq>`) + image(1, 'x', '<md5>0</md5>'))).entries).toEqual([]);
  });

  test('a hundred thousand deletions take a time that grows as they do', () => {
    const records = Array.from({ length: 100_000 }, (_, i) => ({ id: `${i}`, should_delete: true }));
    expect(read(JSON.stringify([...records, te('7', a), te('x', b)])).entries).toEqual(['1b x']);
  }, 20_000);
});

describe('cases E24: pages', () => {
  const gather = (name: ListFormatName, text: string) => {
    const reader = listFormats[name].reader(facts);
    reader.push(utf8(text));
    return reader.gathered();
  };
  const page = (...records: object[]) =>
    gather('threatexchange-json', JSON.stringify({ data: records, paging: { next: 'x' } }));

  test('deletions and updates reach across files; only the last page speaks of another', () => {
    const { list, files } = settle([
      page(te('1', a), te('2', b)),
      page({ ...te('1', a), should_delete: true }, te('2', c)),
    ]);
    expect(list.entries.map(({ id, hash }) => [id, hash[0]])).toEqual([['2', 0x2c]]);
    expect(files.map(({ left }) => [...left].map(({ reason }) => reason))).toEqual([
      ['deleted', 'replaced by a later record'],
      ['deleted by its owner'],
    ]);
    expect(files.map(({ notes }) => notes.length)).toEqual([0, 1]);
  });

  test('a list without ids loses an entry only where name and hash are deleted', () => {
    const { list } = settle([
      gather('hex', `${a},1\n${a},mine\n${b},2\n`),
      page({ ...te('1', a), should_delete: true }, { id: '2', should_delete: true }),
    ]);
    expect(list.entries.map(({ id }) => id)).toEqual(['mine', '2']);
  });

  test('pages one after the other in one file', () => {
    const pages = `${ncmec(image(1, 'x', `<pdq>${a}</pdq>`), '<paging><next>/2</next></paging>')}\n<?xml version="1.0"?>\n${ncmec(image(1, 'y', `<pdq>${b}</pdq>`))}`;
    expect(read(pages)).toMatchObject({ entries: ['0a x', '1b y'], notes: undefined });
    expect(read(`{"data":[${JSON.stringify(te('1', a))}]}\n{"data":[${JSON.stringify(te('2', b))}]}`).entries).toEqual([
      '0a 1',
      '1b 2',
    ]);
  });
});

describe('cases A3: line ends', () => {
  test.each(['\n', '\r\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'])('plain text with %j', (end) => {
    expect(read(`${a},one${end}${b},two${end}\n${c},three${end}`)).toMatchObject({
      entries: ['0a one', '1b two', '2c three'],
      bad: [],
    });
  });
  test.each(['\r', '\r\n'])('CSV with %j: rows and line numbers', (end) => {
    expect(read(`PDQ,name${end}${a},"x\r\ny"${end}${b}${end}?,z${end}`)).toMatchObject({
      entries: ['0a x\r\ny', '1b line-4'],
      bad: [{ line: 5, reason: 'not a hexadecimal hash' }],
    });
  });
  test('a row that another line end joins to the next is bad, and not half of it an entry', () => {
    expect(read(`PDQ,name\n${a},one\u2028${b},two\n`)).toMatchObject({
      entries: [],
      bad: [{ line: 2, reason: '3 cells where the header has 2' }],
    });
  });
});

describe('cases E22: encodings', () => {
  const wide = (text: string, width: 2 | 4, little: boolean): Uint8Array => {
    const units = width === 2 ? Array.from(text, (x) => x.charCodeAt(0)) : Array.from(text, (x) => x.codePointAt(0)!);
    const view = new DataView(new ArrayBuffer(width * units.length));
    units.forEach((unit, i) => {
      if (width === 2) view.setUint16(2 * i, unit, little);
      else view.setUint32(4 * i, unit, little);
    });
    return new Uint8Array(view.buffer);
  };
  const text = `${a},caf\u00e9\r\n${b},two\r\n`;
  test.each<[string, 2 | 4, boolean]>([
    ['UTF-16LE', 2, true],
    ['UTF-16BE', 2, false],
    ['UTF-32LE', 4, true],
    ['UTF-32BE', 4, false],
  ])('%s, with a byte order mark and without', (name, width, little) => {
    for (const mark of ['', '\ufeff'])
      expect(read(wide(mark + text, width, little))).toMatchObject({
        entries: ['0a caf\u00e9', '1b two'],
        bad: [],
        notes: [`the text is ${name}`],
      });
  });

  test('a byte that is no UTF-8 costs neither list nor hash, and is spoken of', () => {
    const bytes = utf8(`${text}${c},x\n`);
    const latin = Uint8Array.from(
      [...bytes].filter((byte) => byte !== 0xc3).map((byte) => (byte === 0xa9 ? 0xe9 : byte)),
    );
    expect(read(latin)).toMatchObject({
      entries: ['0a caf\u00e9', '1b two', '2c x'],
      notes: ['1 line holds bytes that are not UTF-8, which are read as Windows-1252; the first: caf\u00e9'],
    });
  });

  test('XML says its encoding', () => {
    const xml = `<?xml version="1.0" encoding="ISO-8859-1"?>${ncmec(image(1, 'caf\u00e9', `<pdq>${a}</pdq>`))}`;
    expect(read(Uint8Array.from(xml, (x) => x.charCodeAt(0))).entries).toEqual(['0a caf\u00e9']);
  });

  test('half of a character in JSON does not cost the hash', () => {
    expect(read(`[{"id":"x\\ud800","indicator":"${a}","type":"HASH_PDQ"}]`).entries).toEqual(['0a x\ufffd']);
  });
});

describe('cases E21, E23: headers and layouts', () => {
  test.each([
    `hash,name\n${a},x\n`,
    `hash,quality,file\n${a},100,x\n`,
    `HASH_PDQ,ID\n${a},x\n`,
    `pdq_hash,filename\n${a},x\n`,
    `pdqHash\tname\n${a}\tx\n`,
    `File Name;PDQ Hash\nx;${a}\n`,
    `sha256,perceptual_hash,path\n${b},${a},x\n`,
    `"Name"|"Fingerprint"\n"x"|"${a}"\n`,
    `Bild,Wert\nx,${a}\n`,
    `sep=;\nMediaID;PDQ\nx;${a}\n`,
    `# made today\n\nhash,name\n${a},x\n`,
    `x,${a}\n`,
  ])('%j is a table', (text) => {
    expect(read(text)).toMatchObject({ format: 'project-vic-csv', entries: ['0a x'], bad: [] });
  });

  test('a column of another hash is not taken for the list’s, however long its cells', () => {
    expect(() => read(`sha256,name\n${a},x\n`)).toThrow(/Expected one column PDQ but the header has sha256, name/);
  });

  test.each([
    `${a}  x\n`,
    `${a} *x\n`,
    `${a}\tx\n`,
    `${a};x\n`,
    `"${a}","x"\n`,
    `hash=${a},x\n`,
    `${a},100,x\n`,
    `A title\n${a},x\n`,
  ])('%j is plain text', (text) => {
    expect(read(text)).toMatchObject({ format: 'hex', entries: ['0a x'] });
  });

  test('a first line of another type', () => {
    expect(read(`url https://example.com/\npdq ${a}\n`)).toMatchObject({
      entries: ['0a line-2'],
      left: ['1 other type: url'],
    });
  });

  test('JSON Lines: a damaged line is one bad record', () => {
    expect(read(`{"id":"1", "indic}\n${JSON.stringify(te('2', a))}\nno JSON\n`)).toMatchObject({
      entries: ['0a 2'],
      bad: [1, 3].map((line) => ({ line, reason: 'a line that is not valid JSON' })),
    });
  });

  test('XML: a CDATA section is text', () => {
    expect(read(ncmec(image(1, '<![CDATA[a&<b>]]>', `<pdq><![CDATA[${a}]]></pdq>`))).entries).toEqual(['0a a&<b>']);
  });
});

describe('cases D17, D19: what presend prints', () => {
  test('hash,quality,file: the file is the name, and a hash of low quality is counted and no entry', () => {
    expect(read(`${a},100,"x,1"\n${b},49,flat.png\n${c},50,"two\nlines"\n`)).toMatchObject({
      entries: ['0a x,1', '2c two\nlines'],
      left: ['2 quality 49 is below 50: too flat to be trusted'],
      bad: [],
    });
  });
  test('a fourth column is the turn', () => {
    expect(read(`${a},100,2020,original\n${b},100,2020,rotate90\n`)).toMatchObject({
      format: 'hex',
      entries: ['0a 2020', '1b 2020 (rotate90)'],
    });
  });
  test('a name of several lines is a name, and is spoken of where it holds a hash', () => {
    expect(read(`${a},"x\n${b},y"\n`)).toMatchObject({
      entries: [`0a x\n${b},y`],
      notes: [expect.stringContaining('no entries')],
    });
  });
  test('several hashes in a line are no hash and its name', () => {
    const dhash = { ...facts, algorithm: 'dhash', bits: 64 };
    const [x, y, z] = [a, b, c].map((hash) => hash.slice(0, 16));
    expect(read(`${x},${y},${z}\n`, dhash)).toMatchObject({ entries: [], bad: [{ line: 1 }] });
  });
  test.each(['', '\n\n', '# nothing yet', '\ufeff', '\n'.repeat(10_000), `#${'x'.repeat(9000)}\n`])(
    'nothing (%#) is an empty list',
    (text) => {
      expect(read(text)).toMatchObject({ format: 'hex', entries: [], bad: [] });
    },
  );
  test.each(Object.values(listFormats))('an empty list in $name is read back', (format) => {
    const file = format.write(hashList(facts, []));
    expect(recogniseFormat(file).read(file, facts).list.entries).toHaveLength(0);
  });
  test.each(['[]', '{"data":[]}'])('%s is an empty list', (text) => {
    expect(read(text)).toMatchObject({ format: 'threatexchange-json', entries: [] });
  });
  test('entries of one name survive every format that keeps names', () => {
    const entries = ['same', 'same', '7', '7'].map((id, i) => ({ id, hash: new Uint8Array(32).fill(i) }));
    const list = hashList(facts, entries);
    for (const format of Object.values(listFormats)) {
      const back = format.read(format.write(list), facts).list;
      expect(back.entries, format.name).toHaveLength(4);
      if (!format.nameless) expect(back.root, format.name).toBe(list.root);
    }
  });
});

test.each([
  ['a comment', '# second batch'],
  ['a line that is no hash', 'refused: b.png'],
  ['a hash alone', b],
])('cases D17: %s among lines with a quality changes no other line', (_, between) => {
  const { entries, left } = read(`${a},100,a.png\n${between}\n${c},0,c.png\n${c},60,d.png\n`);
  expect(entries.filter((each) => !each.startsWith('1b'))).toEqual(['0a a.png', '2c d.png']);
  expect(left).toEqual(['3 quality 0 is below 50: too flat to be trusted']);
});

test('cases D17: a quality with decimals is one', () => {
  const { entries, left } = read(`${a},100.0,a.png\n${b},49.5,b.png\n${c},50.0,c.png\n`);
  expect(entries).toEqual(['0a a.png', '2c c.png']);
  expect(left).toHaveLength(1);
  expect(read(`${a},1.5,b\n${b},x\n${c},y\n`).entries).toEqual(['0a 1.5,b', '1b x', '2c y']);
});

test('a record of presend hash --json without an algorithm is said to have none', () => {
  const { entries, bad } = read(`${JSON.stringify({ file: 'a', algorithm: 'pdq', hash: a })}\n{"hash": 5}\n`);
  expect(entries).toEqual(['0a a']);
  expect(bad).toEqual([{ line: 2, reason: 'no algorithm' }]);
});

test('cases D18: colorhash and whash-db4 have the digits that ImageHash prints', () => {
  for (const [algorithm, bits, digits] of [
    ['colorhash', 48, '00000000041'],
    ['whash-db4', 200, 'ffc3ff0ffc3ff0ffc3fe0ff83f2401000040a33ed800c00f8'],
  ] as const) {
    const about = { name: 'x', algorithm, bits };
    const { list } = listFormats.hex.read(utf8(`${digits},x\n`), about);
    for (const format of [listFormats.hex, listFormats['project-vic-csv'], listFormats['ncmec-xml']])
      expect(Buffer.from(format.write(list)).toString()).toContain(digits);
    expect(Buffer.from(listFormats.hex.write(list)).toString()).toBe(`${digits},x\n`);
  }
});
