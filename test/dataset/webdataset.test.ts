/** WebDataset: labels and groups of samples, pictures read where they are in the archive, damage in one sentence. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../src/dataset/open.ts';
import { readPictureBytes } from '../../src/dataset/picture-file.ts';
import { expandRange } from '../../src/dataset/shards.ts';
import { sha256Hex } from '../../src/util/digest.ts';
import { gif, putFiles, tar } from './make.ts';

const root = mkdtempSync(join(tmpdir(), 'presend-webdataset-'));
afterAll(() => rmSync(root, { recursive: true }));
const open = (path: string) => openDataset(join(root, path), { seed: 1 });
const long = `${'very-long-folder-name/'.repeat(12)}0009`;

beforeAll(async () => {
  await tar(join(root, 'set/train-0000.tar'), [
    ['0001.jpg', gif('one')],
    ['0001.cls', '7\n'],
    ['0002.json', '{"label": "cat", "group": "g"}'],
    ['0002.png', gif('two')],
    ['0003.png', gif('three')],
    ['0003.txt', 'dog'],
    ['0004.webp', gif('four')],
    ['0004.txt', 'a caption that is much longer than every label, and so not taken for one'],
    ['./0005.jpg', gif('five')],
    ['0005.jpeg', gif('five b')],
    ['0005.seg.png', gif('mask')],
    ['0006.jpg', 'no picture'],
    ['0007.jpg', gif('seven')],
    ['0007.json', '{"label": '],
    ['README', 'words'],
    [`${long}.jpg`, gif('nine')],
    ['../out.jpg', gif('out')],
  ]);
  await tar(join(root, 'set/train-0001.tar'), [
    ['0001.jpg', gif('other one')],
    ['0001.json', '{"label": 3, "group": "g"}'],
    ['0002.jpg', gif('again')],
    ['0003.jpg', gif('between')],
    ['0002.jpg', gif('and again')],
  ]);
});

describe('webdataset', () => {
  test('a folder of shards: labels of cls, json or a short txt; groups of json or of the sample', async () => {
    const { pictures, refused, notices, card } = await open('set');
    expect(pictures.map(({ id, topic, group, kind }) => [id, topic, group, kind])).toEqual([
      ['train-0000.tar/0001.jpg', '7', 'train-0000.tar/0001.jpg', 'train'],
      ['train-0000.tar/0002.png', 'cat', 'g', 'train'],
      ['train-0000.tar/0003.png', 'dog', 'train-0000.tar/0003.png', 'train'],
      ['train-0000.tar/0004.webp', 'unlabelled', 'train-0000.tar/0004.webp', 'train'],
      ['train-0000.tar/0005.jpeg', 'unlabelled', 'train-0000.tar/0005', 'train'],
      ['train-0000.tar/0005.jpg', 'unlabelled', 'train-0000.tar/0005', 'train'],
      [`train-0000.tar/${long}.jpg`, 'unlabelled', `train-0000.tar/${long}.jpg`, 'train'],
      ['train-0001.tar/0001.jpg', '3', 'g', 'train'],
      ['train-0001.tar/0002.jpg', 'unlabelled', 'train-0001.tar/0002.jpg', 'train'],
      ['train-0001.tar/0003.jpg', 'unlabelled', 'train-0001.tar/0003.jpg', 'train'],
    ]);
    expect(refused).toEqual([
      {
        picture: 'train-0000.tar/0006.jpg',
        reason: 'not an image: neither JPEG, PNG, WebP, GIF, AVIF nor TIFF',
      },
      { picture: 'train-0000.tar/0007.jpg', reason: 'its .json is no JSON' },
      { picture: 'train-0001.tar/0002.jpg', reason: 'duplicate path' },
    ]);
    expect(notices).toEqual(['3 members of the archives that are neither pictures nor descriptions were passed over.']);
    expect(card.notes).toContain('2 shards');
  });

  test('pictures are read at their place in the archive, also after a structured clone', async () => {
    const { pictures } = await open('set');
    const texts = await Promise.all(
      pictures.map(async (each) => Buffer.from(await readPictureBytes(structuredClone(each))).toString()),
    );
    expect(texts.map((each) => each.slice(7))).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five b',
      'five',
      'nine',
      'other one',
      'again',
      'between',
    ]);
    for (const [i, { sha256 }] of pictures.entries()) expect(sha256).toBe(sha256Hex(texts[i]!));
  });

  test('one shard, a range and a prefix give the same pictures', async () => {
    const all = await open('set');
    expect((await open('set/train-{0000..0001}.tar')).sha256).toBe(all.sha256);
    const one = await openDataset(join(root, 'set/train-0001.tar'), { seed: 1 });
    expect(one.pictures.map(({ id }) => id)).toEqual([
      'train-0001.tar/0001.jpg',
      'train-0001.tar/0002.jpg',
      'train-0001.tar/0003.jpg',
    ]);
    await putFiles(join(root, 'mixed'), {
      'a.jpg': gif('loose'),
      'x/0.tar': readFileSync(join(root, 'set/train-0001.tar')),
    });
    expect((await open('mixed')).pictures.map(({ id }) => id)).toEqual(['a.jpg']);
    const asked = await openDataset(`webdataset:${join(root, 'mixed')}`, { seed: 1 });
    expect(asked.pictures[0]?.id).toBe('x/0.tar/0001.jpg');
  });

  test('ranges keep leading zeros, nest, and are bounded', () => {
    expect(expandRange('a-{08..11}.tar')).toEqual(['a-08.tar', 'a-09.tar', 'a-10.tar', 'a-11.tar']);
    expect(expandRange('{0..1}/{0..1}')).toEqual(['0/0', '0/1', '1/0', '1/1']);
    expect(() => expandRange('{5..1}')).toThrow('Expected a range from small to large but received {5..1}');
    expect(() => expandRange('{0..999}{0..999}')).toThrow('more than 100000 files');
  });

  test('a shard that is cut, spoilt or missing is one sentence', async () => {
    const bytes = readFileSync(join(root, 'set/train-0001.tar'));
    await writeFile(join(root, 'cut.tar'), bytes);
    await truncate(join(root, 'cut.tar'), 700);
    await expect(open('cut.tar')).rejects.toThrow(
      /^cut\.tar is a damaged tar archive: Unexpected end of data; get it again$/,
    );
    bytes[600 + 512] = 0xff;
    bytes.fill(0x41, 1024, 1100);
    await writeFile(join(root, 'spoilt.tar'), bytes);
    await expect(open('spoilt.tar')).rejects.toThrow(/^spoilt\.tar is a damaged tar archive: Invalid tar header/);
    await expect(open('no-{0..1}.tar')).rejects.toThrow('No file no-0.tar: it is missing among the shards');
  });

  test('a byte that changes in an archive is noticed when the picture is read', async () => {
    const bytes = readFileSync(join(root, 'set/train-0001.tar'));
    await writeFile(join(root, 'changing.tar'), bytes);
    const { pictures } = await open('changing.tar');
    bytes[bytes.indexOf('other one')] = 0x21;
    await writeFile(join(root, 'changing.tar'), bytes);
    await expect(readPictureBytes(pictures[0]!)).rejects.toThrow(
      /^Picture 'changing\.tar\/0001\.jpg' is not what it was when the dataset was opened: its SHA-256/,
    );
    await truncate(join(root, 'changing.tar'), 100);
    await expect(readPictureBytes(pictures[1]!)).rejects.toThrow(/0002\.jpg' is not what it was/);
  });
});
