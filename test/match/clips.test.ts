/** Lists of clips in every format, and what is said of bad ones. */
import { describe, expect, test } from 'vitest';
import type { VpdqFrame } from '../../src/hash/vpdq.ts';
import {
  type ClipEntry,
  type ClipFormatName,
  clipFormats,
  clipText,
  readClips,
  writeClips,
} from '../../src/match/format/clips.ts';
import { fromHex } from '../../src/util/hex.ts';

const hex = '57e357e2e81f3c5157e0ac1fbc1b794016e053e0b81f43ea17e85960e91f53e0';
const frames: VpdqFrame[] = [0, 1.5].map((timeSeconds, i) => ({ timeSeconds, quality: 100 - i, hash: fromHex(hex) }));
const entries: ClipEntry[] = [
  { id: '1', frames },
  { id: '2', frames: frames.slice(1) },
];
const read = (text: string, format?: string) => readClips(Buffer.from(text), { name: 'clip', format });

test('a clip’s hash has the form of ThreatExchange’s vpdq_to_json', () => {
  expect(clipText(frames)).toBe(`["${hex},100,0.000","${hex},99,1.500"]`);
});

describe.each(Object.keys(clipFormats) as ClipFormatName[])('%s', (name) => {
  test('is recognised, and read as it was written', () => {
    const some = name === 'vpdq-text' ? entries.slice(0, 1) : entries;
    const found = readClips(writeClips(some, name), { name: 'clip' });
    expect([found.format, found.bad.length, found.left.length]).toEqual([name, 0, 0]);
    expect(found.entries.map((each) => each.frames)).toEqual(some.map((each) => each.frames));
    const nameless =
      name === 'threatexchange-text' ? ['clip-1', 'clip-2'] : name === 'vpdq-text' ? ['clip'] : ['1', '2'];
    expect(found.entries.map(({ id }) => id)).toEqual(nameless);
  });
});

test('records of other types and deleted ones give no clip, bad ones are counted with the reason', () => {
  const records = [
    { id: 7, type: 'HASH_PDQ', indicator: hex },
    { id: 8, type: 'vpdq', indicator: '["x,1,2"]' },
    { id: 9, type: 'HASH_VPDQ', indicator: clipText(frames), should_delete: true },
    { id: 10, type: 'HASH_VPDQ', indicator: clipText(frames) },
    { id: 11, type: 'HASH_VPDQ', indicator: '{}' },
    {},
  ];
  const { entries: found, bad, left } = read(JSON.stringify(records));
  expect(found.map(({ id }) => id)).toEqual(['10']);
  expect([...left.counts()]).toEqual([
    ['other type: HASH_PDQ', 1],
    ['deleted by its owner', 1],
  ]);
  expect([...bad].map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    '2: frame 1 is not a hash, a quality and a time',
    '5: not a vPDQ hash: it is not an array',
    '6: no indicator or no type',
  ]);
});

test.each([
  ['a list without a clip', 'vpdq []\n', 'None of its records is a clip; record 1: a clip without frames'],
  ['quality above 100', `vpdq ["${hex},101,0"]\n`, 'frame 1 is not a hash, a quality and a time'],
  ['a damaged document', '{"data": [', 'the file is damaged or truncated'],
  ['another document', '{"rows": []}', 'Expected a JSON array, or an object with one under data'],
  ['something else', 'hello', 'the file starts like none of them'],
])('%s is refused in one sentence', (_, text, sentence) => {
  expect(() => read(text)).toThrow(sentence);
});

test('the format of vPDQ’s programs holds one clip', () => {
  expect(() => writeClips(entries, 'vpdq-text')).toThrow('holds one clip, not 2');
});
