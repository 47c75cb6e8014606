/** The formats of others: files as their owners write them, made up here, and what each format makes of damaged ones. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstRow, type Row, rowTaker } from '../../src/match/format/csv.ts';
import { type ListFormatName, listFormatByName, listFormats } from '../../src/match/format/index.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';

const facts = { name: 'test', algorithm: 'pdq', bits: 256 };
const [a, b, c] = ['0a', '1b', '2c'].map((byte) => byte.repeat(32)) as [string, string, string];
const md5 = 'a1'.repeat(16);

const ncmec = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">\n${body}\n</queryResult>`;
const image = (member: number, id: string, prints: string): string =>
  `<image><member id="${member}">Example</member><timestamp>2017-10-24T15:00:00Z</timestamp><id>${id}</id><classification>A1</classification><fingerprints>${prints}</fingerprints><feedback/></image>`;

/** A file of each format, the names that it holds and its bad lines. */
const samples: Record<string, { text: string; ids: string[]; bad?: [number, string][]; left?: [number, string][] }> = {
  hex: { text: `${a},one, 1\n${b}\n`, ids: ['one, 1', 'line-2'] },
  'threatexchange-text': {
    text: `\npdq ${a}\r\nvideo_md5 ${md5}\nPDQ  ${b}\npdq\npdq ${md5}\n`,
    ids: ['line-2', 'line-4'],
    left: [[3, 'other type: video_md5']],
    bad: [
      [5, 'not a type and a hash'],
      [6, '128 bits where pdq has 256'],
    ],
  },
  'threatexchange-csv': {
    text: `${a},3041,2020-07-31T18:47:45+0000,"media_type_photo tlp ""x"""\r\n${b},7,,\n${c},1\n"${c}"x,1,,\n`,
    ids: ['3041', '7'],
    bad: [
      [3, '2 columns where there should be 4'],
      [4, 'a quotation mark out of place'],
    ],
  },
  'hma-csv': {
    text: `${a},17,3041,2020-07-31T18:47:45+0000,a b\n"${b}", "18",3042,,"two\nlines"\n?,1,2,,\n`,
    ids: ['17', '18'],
    bad: [[4, 'not a hexadecimal hash']],
  },
  'threatexchange-json': {
    text: JSON.stringify([
      { id: '1', indicator: a, type: 'HASH_PDQ', descriptors: { data: [{ id: '9', tags: ['x'] }] } },
      { id: '2', indicator: md5, type: 'HASH_MD5' },
      { id: 3, indicator: b, type: 'HASH_PDQ' },
      { id: '4', indicator: c, type: 'HASH_PDQ', should_delete: true },
      null,
      { indicator: c },
    ]),
    ids: ['1', '3'],
    left: [
      [2, 'other type: HASH_MD5'],
      [4, 'deleted by its owner'],
    ],
    bad: [
      [5, 'no indicator'],
      [6, 'no type'],
    ],
  },
  'ncmec-xml': {
    text: ncmec(
      `<!-- a page --><images count="5" maxTimestamp="2017-10-24T15:10:00Z">${image(42, 'image&lt;1&#62;', `<md5>${md5}</md5><pdq> ${a} </pdq><pdq>${b}</pdq>`)}
      ${image(42, 'two', `<md5>${md5}</md5><sha1/>`)}${image(42, 'gone', `<pdq>${c}</pdq>`)}${image(43, 'gone', `<PDQ>${c}</PDQ>`)}
      <deletedImage><member id="42">Example</member><id>gone</id></deletedImage></images>
      <videos count="1" maxTimestamp="2017-10-24T15:20:00Z"><video><member id="42">x</member><id>v</id><fingerprints><tmk-pdqf rel='self' href="/v2"/></fingerprints></video></videos>`,
    ),
    ids: ['image<1>', 'image<1>', 'gone'],
    left: [
      [2, 'no pdq among its fingerprints: md5, sha1'],
      [3, 'deleted'],
      [5, 'deleted'],
      [6, 'no pdq among its fingerprints: tmk-pdqf'],
    ],
  },
  'stopncii-json': {
    text: JSON.stringify({
      count: 4,
      nextPageToken: null,
      nextSetTimestamp: 1650000000,
      hasMoreRecords: false,
      hashRecords: [
        {
          lastModtimestamp: 1,
          hashValue: a,
          hashStatus: 'Active',
          caseNumbers: { 'c-1': 'Active', 'c-2': 'Active' },
          signalType: 'ImagePDQ',
          CSPFeedbacks: [{ source: 'x' }],
        },
        { lastModtimestamp: 1, hashValue: md5, caseNumbers: {}, signalType: 'VideoMD5' },
        { lastModtimestamp: 1, hashValue: b, hashStatus: 'Withdrawn', caseNumbers: {}, signalType: 'ImagePDQ' },
        { lastModtimestamp: 1, hashValue: c, caseNumbers: ['c-3'], signalType: 'ImagePDQ' },
      ],
    }),
    ids: ['c-1 c-2', 'c-3'],
    left: [
      [2, 'other type: VideoMD5'],
      [3, 'withdrawn'],
    ],
  },
  'tat-json': {
    text: JSON.stringify({
      count: 3,
      next: null,
      results: [
        { id: 1, hash_digest: a, algorithm: 'PDQ', deleted: false },
        { id: 2, hash_digest: md5, algorithm: 'MD5', deleted: false },
        { id: 3, hash_digest: b, algorithm: 'PDQ', deleted: true },
        { id: 4, algorithm: 'PDQ' },
      ],
    }),
    ids: ['1'],
    left: [
      [2, 'other type: MD5'],
      [3, 'deleted'],
    ],
    bad: [[4, 'no hash_digest']],
  },
  'hash-json': {
    text: [
      { file: 'a,"\n.png', algorithm: 'pdq', bits: 256, hash: a, quality: 100 },
      { file: 'x.png', error: 'damaged' },
      { file: 'b.png', algorithm: 'phash', bits: 64, hash: md5, quality: 100 },
      { file: 'c.png', algorithm: 'pdq', bits: 256, hash: b, quality: 100, dihedral: { original: b, flipX: c } },
    ]
      .map((record) => `${JSON.stringify(record)}\n`)
      .join('no JSON\n'),
    ids: ['a,"\n.png', 'c.png', 'c.png (flipX)'],
    left: [
      [3, 'not hashed: damaged'],
      [5, 'other type: phash'],
    ],
    bad: [2, 4, 6].map((line) => [line, 'a line that is not valid JSON']),
  },
  'project-vic-csv': {
    text: `MD5;SHA1;PDQ;Image ID;Category\r\n${md5};;${a};"7;a";1\r\n${md5};;;8;2\r\n;;${b.toUpperCase()};9;"open\r\n;;${c};10;\r\n`,
    ids: ['7;a', '10'],
    left: [[3, 'no pdq']],
    bad: [[4, 'a quotation mark that is never closed']],
  },
};

test('there is a sample of every format but the project’s own', () => {
  expect(Object.keys(samples).sort()).toEqual(
    Object.keys(listFormats)
      .filter((name) => name !== 'binary')
      .sort(),
  );
});

describe.each(Object.entries(samples))('%s', (name, { text, ids, bad = [], left = [] }) => {
  const format = listFormatByName(name);

  test.each([
    ['as it is', utf8(text)],
    ['with a byte order mark', utf8(`\ufeff${text}`)],
  ])('%s it is recognised as itself only, and read', (_, bytes) => {
    const recognised = Object.values(listFormats).filter((each) => each.recognises(bytes.subarray(0, 4096)));
    expect(recognised.map((each) => each.name)).toEqual([name]);
    const read = format.read(bytes, facts);
    expect(read.list.entries.map(({ id }) => id)).toEqual(ids);
    expect([...read.bad]).toEqual(bad.map(([line, reason]) => ({ line, reason })));
    expect([...read.left]).toEqual(left.map(([line, reason]) => ({ line, reason })));
    expect(read.notes).toBeUndefined();
    expect(read.list.entries.at(0)!.hash).toEqual(new Uint8Array(32).fill(10));
  });

  test('damaged: read, or refused with a UserError; never anything else, and bad lines keep their order', () => {
    const edit = fc.tuple(
      fc.nat(text.length),
      fc.nat(3),
      fc.constantFrom('', '"', '<', '>', '&', '\n', '{', ',', '</id>', '\\', 'é'),
    );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let damaged = text;
        for (const [at, cut, put] of edits) damaged = damaged.slice(0, at) + put + damaged.slice(at + cut);
        for (const each of Object.values(listFormats)) each.recognises(utf8(damaged).subarray(0, 4096));
        try {
          const { bad, left } = format.read(utf8(damaged), facts);
          for (const each of [bad, left]) {
            const lines = [...each].map(({ line }) => line);
            expect(lines).toEqual(lines.toSorted((x, y) => x - y));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('headers and pages', () => {
  const read = (name: ListFormatName, text: string) => listFormatByName(name).read(utf8(text), facts);

  test('the second cell of the header tells the two CSVs apart, and neither reads the other’s rows', () => {
    const [four, five] = [
      `indicator, first_descriptor_id, added_on, labels\n${a},x,,\n`,
      `indicator,indicator_id,first_descriptor_id,added_on,labels\n${a},x,,,\n`,
    ];
    const recognised = (text: string) =>
      Object.values(listFormats)
        .filter((each) => each.recognises(utf8(text)))
        .map(({ name }) => name);
    expect([recognised(four), recognised(five)]).toEqual([['threatexchange-csv'], ['hma-csv']]);
    expect(read('hma-csv', four).list.entries).toHaveLength(0);
    expect(read('hma-csv', four).bad).toHaveLength(2);
  });

  test('cases D20: python-threatexchange’s cache is written with numbers as ids; other names are labels', () => {
    const text = (id: string) =>
      Buffer.from(
        listFormats['threatexchange-csv'].write(hashList({ ...facts, bits: 8 }, [{ id, hash: new Uint8Array(1) }])),
      ).toString();
    expect(text('12')).toBe('00,12,,\n');
    expect(text('x y')).toBe('00,1,,name=x%20y\n');
  });

  test.each<[ListFormatName, string]>([
    ['threatexchange-json', JSON.stringify({ data: [], paging: { next: 'https://…' } })],
    ['stopncii-json', JSON.stringify({ hashRecords: [], nextPageToken: 'x' })],
    ['ncmec-xml', ncmec('<paging><next>/v2/entries?from=1&amp;start=2</next></paging>')],
  ])('%s: a page of several says so', (name, text) => {
    expect(read(name, text).notes?.[0]).toMatch(/^this is one page of several: /);
  });

  test.each<[ListFormatName, string, string]>([
    [
      'project-vic-csv',
      'MD5,SHA1\n',
      'Expected one column PDQ but the header has md5, sha1; choose another --algorithm',
    ],
    ['project-vic-csv', 'PDQ,pdq\n', 'Expected one column PDQ but the header has pdq, pdq; choose another --algorithm'],
    [
      'threatexchange-json',
      '{"data":',
      'Expected a JSON document for a hash list but the file is damaged or truncated; download it again',
    ],
    [
      'threatexchange-json',
      '{"data":{}}',
      'Expected a JSON array, or an object with one under data, for a ThreatExchange list',
    ],
    [
      'stopncii-json',
      '{"a":[]}',
      'Expected a JSON array, or an object with one under hashRecords, for a StopNCII list',
    ],
  ])('%s: %s is refused', (name, text, message) => {
    expect(() => read(name, text)).toThrow(new UserError(message));
  });
});

describe('XML', () => {
  const read = (text: string) => listFormats['ncmec-xml'].read(utf8(text), facts);
  test.each([
    [
      '<!DOCTYPE queryResult [<!ENTITY a "b">]><queryResult/>',
      'there is a document type or other declaration in line 1',
    ],
    ['\n<![CDATA[x]]><queryResult/>', 'there is a document type or other declaration in line 2'],
    ['<queryResult>&a;</queryResult>', 'a reference stands for no character in line 1'],
    ['<queryResult a="&#0;"/>', 'a reference stands for no character in line 1'],
    ['<queryResult>&#xD800;</queryResult>', 'a reference stands for no character in line 1'],
    ['<queryResult>& </queryResult>', 'a reference stands for no character in line 1'],
    ['<queryResult a="1" a="2"/>', 'a tag has attributes that cannot be read in line 1'],
    ['<queryResult a=1/>', 'a tag has attributes that cannot be read in line 1'],
    [`<queryResult ${' '.repeat(5000)}/>`, 'a tag is longer than 4096 characters in line 1'],
    [`<queryResult>${'<a>'.repeat(100_000)}`, 'elements are nested deeper than 16 in line 1'],
    ['<queryResult></x>', 'an element is closed that is not open in line 1'],
    ['<queryResult/><html/>', 'the root is not queryResult but html in line 1'],
    ['<queryResult/>x', 'there is text outside the root in line 1'],
    ['<queryResult>', 'the file ends inside an element in line 1'],
    ['<queryResult', 'the file ends inside markup in line 1'],
    ['', 'the file ends inside an element in line 1'],
    ['<html/>', 'the root is not queryResult but html in line 1'],
    ['<1/>', 'a tag has no name in line 1'],
  ])('%.60s is refused', (text, why) => {
    expect(() => read(text)).toThrow(
      new UserError(`Expected a well-formed XML document without a document type but ${why}`),
    );
  });
});

describe('CSV', () => {
  const rowsOf = (text: string): Row[] => {
    const found: Row[] = [];
    rowTaker((row) => found.push(row))(text, true);
    return found;
  };
  const rows = (text: string) =>
    rowsOf(text).map((row) => ('cells' in row ? [row.line, ...row.cells] : [row.line, row]));
  test('RFC 4180, line numbers, space around cells', () => {
    expect(rows('a, b ,"c, ""d"""\r\n\n "x\r\ny" ,z\n,\n""')).toEqual([
      [1, 'a', 'b', 'c, "d"'],
      [3, 'x\r\ny', 'z'],
      [5, '', ''],
      [6, ''],
    ]);
    expect(firstRow('')).toBeUndefined();
  });

  test('a million lines without a delimiter, or with a quotation mark each, are read in one go', () => {
    expect(rowsOf('ab\n'.repeat(1e6))).toHaveLength(1e6);
    expect(rowsOf('"ab\n'.repeat(3e5))).toHaveLength(3e5);
    expect(rowsOf(`"${'""\n'.repeat(3e5)}`).length).toBeGreaterThan(2e5);
  });
});
