/** Lists of exact hashes: every format writes and reads them, under the names that its own tools use. */
import { describe, expect, test } from 'vitest';
import { exactHashes } from '../../src/hash/exact-hashes.ts';
import { listFormats } from '../../src/match/format/index.ts';
import { plainSignal } from '../../src/match/format/text.ts';
import { hashList } from '../../src/match/hash-list.ts';
import { fromUtf8, utf8 } from '../../src/util/bytes.ts';
import { toHex } from '../../src/util/hex.ts';

const files = ['one', 'two'].map((id) => ({ id, bytes: utf8(id) }));

describe.each(Object.values(exactHashes))('$name', (exact) => {
  const facts = { name: 'list', algorithm: exact.name, bits: exact.bits };
  const list = hashList(
    facts,
    files.map(({ id, bytes }) => ({ id, hash: exact.hash(bytes) })),
  );

  test.each(Object.values(listFormats))('$name keeps every entry', (format) => {
    const read = format.read(format.write(list), facts);
    expect([...read.bad, ...read.left]).toEqual([]);
    expect([...read.list.entries].map(({ hash }) => toHex(hash))).toEqual(
      files.map(({ bytes }) => toHex(exact.hash(bytes))),
    );
    if (!format.nameless) expect([...read.list.entries].map(({ id }) => id)).toEqual(['one', 'two']);
  });
});

test('formats call digests as their tools do', () => {
  const list = hashList({ name: 'list', algorithm: 'md5', bits: 128 }, [
    { id: '1', hash: exactHashes.md5.hash(utf8('x')) },
  ]);
  const written = (name: keyof typeof listFormats): string => fromUtf8(listFormats[name].write(list));
  expect(written('threatexchange-json')).toContain('"type":"HASH_MD5"');
  expect(written('threatexchange-text')).toMatch(/^video_md5 [0-9a-f]{32}\n$/);
  expect(written('stopncii-json')).toContain('"signalType":"VideoMD5"');
  expect(written('ncmec-xml')).toMatch(/<fingerprints><md5>[0-9a-f]{32}<\/md5><\/fingerprints>/);
  expect(written('project-vic-csv')).toMatch(/^MediaID,MD5\n/);
  expect(['HASH_MD5', 'HASH_VIDEO_MD5', 'VideoMD5', 'photo_md5', 'MD5'].map(plainSignal)).toEqual(Array(5).fill('md5'));
  expect(['HASH_SHA1', 'SHA-256', 'VideoTMK'].map(plainSignal)).toEqual(['sha1', 'sha256', 'videotmk']);
});

test('digests among the rows of an untyped list of another hash are left, not bad', () => {
  const text = `${'ab'.repeat(32)},picture\n${'cd'.repeat(16)},file\n${'ef'.repeat(20)},file\n${'12'.repeat(15)},half\n`;
  const { list, bad, left } = listFormats.hex.read(utf8(text), { name: 'list', algorithm: 'pdq', bits: 256 });
  expect(list.entries).toHaveLength(1);
  expect([...left]).toEqual([
    { line: 2, reason: 'other type: md5, by its length' },
    { line: 3, reason: 'other type: sha1, by its length' },
  ]);
  expect([...bad]).toEqual([{ line: 4, reason: '120 bits where pdq has 256' }]);
});

test('a table of several digests gives the column that was asked for, and counts the others', () => {
  const text = `MediaID,MD5,SHA1,PDQ\n1,${'ab'.repeat(16)},${'cd'.repeat(20)},\n2,${'ac'.repeat(16)},,${'ef'.repeat(32)}\n`;
  const reader = listFormats['project-vic-csv'].reader({ name: 'list', algorithm: 'md5', bits: 128 });
  reader.push(utf8(text));
  const { list, others } = reader.gathered();
  expect([...list.entries].map(({ id, hash }) => [id, toHex(hash)])).toEqual([
    ['1', 'ab'.repeat(16)],
    ['2', 'ac'.repeat(16)],
  ]);
  expect(Object.fromEntries(others!)).toEqual({ sha1: 1, pdq: 1 });
});
