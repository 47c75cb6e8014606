/** What strangers' files may not be: lines, rows, records and comments without end; and the bad lines that are counted for them. */
import { describe, expect, test } from 'vitest';
import { BadLines } from '../../src/match/format/bad-lines.ts';
import { type ListFormatName, listFormats } from '../../src/match/format/index.ts';
import { utf8 } from '../../src/util/bytes.ts';
import { UserError } from '../../src/util/errors.ts';

const facts = { name: 'test', algorithm: 'pdq', bits: 256 };
const a = '0a'.repeat(32);

/** Reads text in pieces of that many bytes. */
function read(name: ListFormatName, text: string, piece = 50_000) {
  const reader = listFormats[name].reader(facts);
  const bytes = utf8(text);
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  const { list, bad } = reader.end();
  return { ids: list.entries.map(({ id }) => id), bad: [...bad] };
}

const tooLong = 'longer than 65536 characters';
const million = 'x'.repeat(1_000_000);

describe.each<[ListFormatName, string, (id: string) => string]>([
  ['hex', '', (id) => `${a},${id}\n`],
  ['threatexchange-csv', 'indicator,first_descriptor_id,added_on,labels\n', (id) => `${a},${id},,\n`],
  ['hma-csv', 'indicator,indicator_id,first_descriptor_id,added_on,labels\n', (id) => `${a},${id},,,\n`],
  ['project-vic-csv', 'PDQ,name\n', (id) => `${a},${id}\n`],
])('%s', (name, header, line) => {
  const first = header === '' ? 1 : 2;
  test.each([1_000, 50_000, 2 ** 20])('a line of a million characters is one bad line, in pieces of %d', (piece) => {
    const text = header + line('one') + line(million) + line('three') + line(million);
    expect(read(name, text, piece)).toEqual({
      ids: ['one', 'three'],
      bad: [
        { line: first + 1, reason: tooLong },
        { line: first + 3, reason: tooLong },
      ],
    });
  });

  test('65,536 characters are a line, and one more is none', () => {
    const fill = 65_536 - (line('').length - 1);
    expect(read(name, header + line('x'.repeat(fill))).bad).toEqual([]);
    expect(read(name, header + line('x'.repeat(fill + 1))).bad).toEqual([{ line: first, reason: tooLong }]);
  });
});

test('a cell whose quotation mark is never closed costs one line each, however many follow', () => {
  const header = 'indicator,first_descriptor_id,added_on,labels\n';
  const text = `${header}"${'abc\n'.repeat(100_000)}${a},7,,\n`;
  const { ids, bad } = read('threatexchange-csv', text);
  expect(ids).toEqual(['7']);
  expect(bad).toHaveLength(100_000);
  expect(bad[0]).toEqual({ line: 2, reason: 'a quotation mark that is never closed' });
});

test('JSON: a record, or another value, of more than a million characters is refused, and so is depth without end', () => {
  const record = (id: string) => JSON.stringify({ id, indicator: a, type: 'HASH_PDQ' });
  const sentence = new UserError(
    'Expected JSON records of at most 1048576 characters for a hash list but one is longer',
  );
  expect(read('threatexchange-json', `[${record(million)}]`).ids).toEqual([million]);
  expect(() => read('threatexchange-json', `[${record(million + million)}]`)).toThrow(sentence);
  expect(() => read('threatexchange-json', `{"x":"${million}${million}","data":[]}`)).toThrow(sentence);
  expect(() => read('threatexchange-json', `[${'['.repeat(2_000_000)}`)).toThrow(sentence);
  expect(() => read('threatexchange-json', `[${'['.repeat(500_000)}${']'.repeat(500_000)}]`)).not.toThrow(RangeError);
});

test.each([
  '{"data":[]} x',
  '{"data":[1,]}',
  '{"data":[],}',
  '{"data" [1]}',
  '[1 2]',
  '{"a":1 "data":[]}',
  '[{]}]',
  '[,1]',
])('JSON: %s is damaged', (text) => {
  expect(() => read('threatexchange-json', text)).toThrow(
    new UserError('Expected a JSON document for a hash list but the file is damaged or truncated; download it again'),
  );
});

test('JSON: what JSON.parse takes is taken, space and escapes included', () => {
  const text = ` \r\n{ "a\\"]" : [ { "b" : "}]\\\\" } ] ,\t"data"\n: [ {"id":"q\\"{","indicator":"${a}","type":"HASH_PDQ"} , null ] , "c" : -1.5e3 } \n`;
  expect(JSON.parse(text).data).toHaveLength(2);
  expect(read('threatexchange-json', text)).toEqual({ ids: ['q"{'], bad: [{ line: 2, reason: 'no indicator' }] });
});

describe('XML', () => {
  const whole = (inside: string): string => `<queryResult><images>\n${inside}</images></queryResult>`;
  const image = (id: string, inside = ''): string =>
    `<image><member id="1"/><id>${id}</id>${inside}<fingerprints><pdq>${a}</pdq></fingerprints></image>\n`;
  const refused = (why: string) =>
    new UserError(`Expected a well-formed XML document without a document type but ${why}`);

  test('a document of many megabytes is read record by record', () => {
    const text = whole(Array.from({ length: 20_000 }, (_, i) => image(`x${i}`)).join(''));
    expect(read('ncmec-xml', text).ids).toHaveLength(20_000);
  });

  test('text, records, comments and tags without end are refused with the line', () => {
    expect(() => read('ncmec-xml', whole(image(million + million)))).toThrow(
      refused('text is longer than 1048576 characters in line 2'),
    );
    expect(() => read('ncmec-xml', whole(`${image('a')}${image('b', '<c>d</c>\n'.repeat(200_000))}`))).toThrow(
      /^Expected a well-formed XML document without a document type but a record is longer than 1048576 characters in line \d+$/,
    );
    expect(() => read('ncmec-xml', whole(`${image('a')}<!-- ${million}${million}`))).toThrow(
      refused('markup is longer than 1048576 characters in line 3'),
    );
    expect(() => read('ncmec-xml', whole(`<a ${million}`))).toThrow(
      refused('a tag is longer than 4096 characters in line 2'),
    );
  });

  test('deletions before and behind the records, of one member alone; bad lines in the order of the file', () => {
    const record = (member: number, id: string): string =>
      `<image><member id="${member}"/><id>${id}</id><fingerprints><pdq>${a}</pdq></fingerprints></image>`;
    const gone = (member: number, id: string): string =>
      `<deletedImage><member id="${member}"/><id>${id}</id></deletedImage>`;
    const text = whole(
      gone(1, 'a') + record(1, 'a') + record(2, 'a') + record(1, 'b') + record(1, '') + gone(1, 'b') + gone(1, ''),
    );
    expect(read('ncmec-xml', text)).toEqual({
      ids: ['a', 'record-5'],
      bad: [{ line: 7, reason: 'a deletion without an id or a hash' }],
    });
    expect([...listFormats['ncmec-xml'].read(utf8(text), facts).left]).toEqual(
      [1, 2, 4, 6].map((line) => ({ line, reason: 'deleted' })),
    );
  });
});

describe('bad lines', () => {
  test('are kept with their reasons, by place and from the first', () => {
    const bad = new BadLines();
    for (let line = 1; line <= 1000; line++) bad.push(line * 2 ** 32, `reason ${line % 3}`);
    expect(bad).toHaveLength(1000);
    expect(bad.at(999)).toEqual({ line: 1000 * 2 ** 32, reason: 'reason 1' });
    expect([bad.at(-1), bad.at(1000)]).toEqual([undefined, undefined]);
    expect(bad.first(2).map(({ reason }) => reason)).toEqual(['reason 1', 'reason 2']);
    expect([...bad]).toHaveLength(1000);
  });

  test('with ever other reasons are still counted; the first 10,000 reasons are kept word for word', () => {
    const bad = new BadLines();
    for (let line = 1; line <= 20_000; line++) bad.push(line, `reason ${line}`);
    expect(bad).toHaveLength(20_000);
    expect(bad.at(9_999)?.reason).toBe('reason 10000');
    expect(bad.at(19_999)).toEqual({ line: 20_000, reason: 'one of too many different reasons to be kept' });
  });
});
