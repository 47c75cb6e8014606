/** Folders of pictures as people have them. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { description } from '../../src/cli/dataset.ts';
import type { Dataset } from '../../src/dataset/dataset.ts';
import { openDataset } from '../../src/dataset/open.ts';

const root = mkdtempSync(join(tmpdir(), 'presend-field-'));
afterAll(() => rmSync(root, { recursive: true }));
const pictures = resolve(import.meta.dirname, '../field/pictures');

const at = (path: string): string => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  return file;
};
let different = 0;
/** A file that begins as a picture and is like no other. */
const picture = (path: string): void => writeFileSync(at(path), `GIF89a ${different++}`);
const text = (path: string, content: string): void => writeFileSync(at(path), content);
const open = (path: string): Promise<Dataset> => openDataset(join(root, path), { seed: 1 });
const topics = ({ pictures: of }: Dataset): Record<string, string> =>
  Object.fromEntries(of.map(({ id, topic }) => [id, topic]));

describe('cases A4: files go by their bytes', () => {
  test('pictures of any name are read, those that cannot be are named, the others counted', async () => {
    for (const name of ['a.jfif', 'a.jpe', 'a.mpo', 'none', 'text.txt', '.hidden.jpg']) picture(`names/${name}`);
    for (const name of ['b.bmp', 'b.heic', 'b.ico', 'b.jxl', 'b.psd'])
      copyFileSync(join(pictures, name), at(`names/${name}`));
    copyFileSync(join(pictures, 'b.heic'), at('names/no-ending'));
    text('names/drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
    text('names/page.jpg', '<!DOCTYPE html><html></html>');
    text('names/readme.md', 'words');
    text('names/labels.json', '{}');
    text('names/notes.json', '{}');
    const dataset = await open('names');
    expect(dataset.pictures.map(({ id }) => id)).toEqual(['a.jfif', 'a.jpe', 'a.mpo', 'none', 'text.txt']);
    expect(
      Object.fromEntries(dataset.refused.map(({ picture: id, reason }) => [id, reason.replace(/:.*/, '')])),
    ).toEqual({
      'b.bmp': 'a picture in the format BMP, which is not read',
      'b.heic': 'a picture in the format HEIC, which is not read',
      'b.ico': 'a picture in the format ICO, which is not read',
      'b.jxl': 'a picture in the format JPEG XL, which is not read',
      'b.psd': 'a picture in the format PSD, which is not read',
      'no-ending': 'a picture in the format HEIC, which is not read',
      'drawing.svg': 'a picture in the format SVG, which is not read',
      'page.jpg': 'an HTML page, not a picture',
    });
    expect(dataset.notices).toEqual([
      '1 hidden file or folder was passed over.',
      '3 files that are no pictures were passed over (2 .json, 1 .md).',
    ]);
  });

  test('linked folders are followed once, under their own name where they have one; loops end', async () => {
    picture('elsewhere/1.jpg');
    picture('linked/dog/2.jpg');
    symlinkSync(join(root, 'elsewhere'), at('linked/cat'));
    symlinkSync(join(root, 'linked/dog'), at('linked/again'));
    symlinkSync(join(root, 'linked'), at('linked/dog/up'));
    symlinkSync(join(root, 'linked/dog/2.jpg'), at('linked/dog/3.jpg'));
    const dataset = await open('linked');
    expect(topics(dataset)).toEqual({ 'cat/1.jpg': 'cat', 'dog/2.jpg': 'dog', 'dog/3.jpg': 'dog' });
    expect(dataset.refused).toEqual([
      { picture: 'again', reason: 'a link to a folder that is read already, as dog' },
      { picture: 'dog/up', reason: 'a link to a folder that is read already, as .' },
    ]);
    expect(dataset.notices).toEqual(['1 linked folder was followed.']);
  });

  test('runs D: a tree whose class folders are all links', async () => {
    picture('far/a/1.jpg');
    picture('far/b/1.jpg');
    for (const name of ['a', 'b']) symlinkSync(join(root, 'far', name), at(`links-only/${name}`));
    expect(topics(await open('links-only'))).toEqual({ 'a/1.jpg': 'a', 'b/1.jpg': 'b' });
  });
});

describe('runs D: labels', () => {
  test('train and val are splits, as Hugging Face reads them; folders without pictures do not count', async () => {
    for (const path of ['train/cat/1.jpg', 'train/dog/1.jpg', 'val/cat/2.jpg', 'val/3.jpg']) picture(`splits/${path}`);
    text('splits/annotations/words.txt', 'none');
    const dataset = await open('splits');
    expect(topics(dataset)).toEqual({
      'train/cat/1.jpg': 'cat',
      'train/dog/1.jpg': 'dog',
      'val/cat/2.jpg': 'cat',
      'val/3.jpg': 'unlabelled',
    });
    expect(dataset.pictures.map(({ kind }) => kind)).toEqual(['train', 'train', 'val', 'val']);
    expect(dataset.notices[0]).toBe('The folders train, val were taken for splits: labels are the folders below them.');
    picture('splits/cat/1.jpg');
    const mixed = await open('splits');
    expect(mixed.pictures.map(({ topic }) => topic)).toEqual(['cat', 'train', 'train', 'val', 'val']);
    expect(mixed.notices[0]).toMatch(/^The folder train was taken for a label/);
  });

  test('metadata.csv and metadata.jsonl give labels, or it is said why not', async () => {
    for (const path of ['a.jpg', 'sub/b.jpg', 'sub/c.jpg']) picture(`told/${path}`);
    text('told/metadata.csv', 'file_name,label,size\na.jpg,"one, two",3\n');
    text('told/sub/metadata.jsonl', '{"file_name": "b.jpg", "label": 7}\n');
    const dataset = await open('told');
    expect(topics(dataset)).toEqual({ 'a.jpg': 'one, two', 'sub/b.jpg': '7', 'sub/c.jpg': 'sub' });
    expect(dataset.notices).toEqual([
      'Labels of 1 pictures were read from metadata.csv.',
      'Labels of 1 pictures were read from sub/metadata.jsonl.',
    ]);
    text('told/metadata.csv', 'file_name,text\na.jpg,words\n');
    expect((await open('told')).notices[0]).toBe(
      'metadata.csv was not used: none of its columns (text) is called label.',
    );
    text('told/metadata.csv', 'image\na.jpg\n');
    expect((await open('told')).notices[0]).toBe('metadata.csv was not used: it has no column file_name.');
    text('told/sub/metadata.jsonl', '{"file_name": ');
    await expect(open('told')).rejects.toThrow(/^sub\/metadata\.jsonl cannot be read: .*; repair it/);
  });

  test.skipIf(process.platform !== 'linux')('names that are not UTF-8 are refused, not merged', async () => {
    picture('latin/tea/1.jpg');
    for (const byte of [0xe9, 0xe8]) {
      const folder = Buffer.concat([Buffer.from(join(root, 'latin/caf')), Buffer.from([byte])]);
      mkdirSync(folder);
      writeFileSync(Buffer.concat([folder, Buffer.from('/1.jpg')]), `GIF89a latin ${byte}`);
    }
    const dataset = await open('latin');
    expect(topics(dataset)).toEqual({ 'tea/1.jpg': 'tea' });
    expect(dataset.refused).toEqual(
      ['caf\\xE8/1.jpg', 'caf\\xE9/1.jpg'].map((name) => ({
        picture: name,
        reason: 'its path is not UTF-8 (\\x stands for such a byte); rename it',
      })),
    );
  });

  test('folders of archives and tables are called by their names', async () => {
    text('shards/00.tar', `${'x'.repeat(257)}ustar\0`);
    text('shards/00.parquet', 'PAR1....');
    text('shards/index.json', '{}');
    await expect(open('shards')).rejects.toThrow(
      /holds no picture that can be used\. 2 refused, the first: 00\.parquet: a Parquet file, not a picture: write its pictures to files first, or name it as a dataset\. 1 file that is no picture was passed over/,
    );
    text('shards-tar/00.tar', `${'x'.repeat(257)}ustar\0`);
    await expect(open('shards-tar')).rejects.toThrow('00.tar is a damaged tar archive: Unexpected end of data');
    picture('shards-tar/0.jpg');
    const dataset = await open('shards-tar');
    expect(dataset.refused).toEqual([
      {
        picture: '00.tar',
        reason: 'a tar archive, not a picture: unpack it into a folder, or name it as a dataset of shards',
      },
    ]);
  });

  test('security, low: a label called as what objects inherit', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) picture(`proto/${name}/1.jpg`);
    const { topics: counted } = description(await open('proto'));
    expect(Object.keys(counted).sort()).toEqual(['__proto__', 'constructor', 'toString']);
    expect(JSON.stringify(counted)).toContain('"__proto__":{"pictures":1,"groups":1}');
  });
});

test.skipIf(process.platform === 'win32')(
  'cases B11: pipes and folders among pictures do not hang a dataset',
  async () => {
    picture('pipes/a.jpg');
    execFileSync('mkfifo', [at('pipes/b.jpg')]);
    mkdirSync(at('pipes/c.jpg'));
    const dataset = await open('pipes');
    expect(dataset.pictures.map(({ id }) => id)).toEqual(['a.jpg']);
    expect(dataset.refused).toEqual([
      { picture: 'b.jpg', reason: 'a named pipe, not a file; pipe its content to /dev/stdin instead' },
    ]);
    text('listed/manifest.csv', 'path\n../pipes/a.jpg\npipe.jpg\n');
    execFileSync('mkfifo', [at('listed/pipe.jpg')]);
    await expect(open('listed')).rejects.toThrow(/line 3: a named pipe|2 refused/);
  },
);

test.skipIf(process.platform === 'win32').each([
  ['metadata.csv', 'described'],
  ['metadata.jsonl', 'described'],
  ['shard-0.tar', 'archived'],
  ['shard-0.tar', 'archived/shard-{0..1}.tar'],
  ['part.parquet', 'tables'],
  ['manifest.csv', 'named'],
  ['list.csv', 'direct/list.csv'],
])('a pipe called %s, named %s, does not hang a dataset', async (name, path) => {
  const folder = path.split('/')[0]!;
  if (folder === 'described') picture('described/sub/a.jpg');
  execFileSync('mkfifo', [at(`${folder}/${name}`)]);
  await expect(open(path)).rejects.toThrow(/it is a named pipe, not a file/);
  rmSync(at(`${folder}/${name}`));
});

test('cases C16: a dataset says of which pictures only the first frame is looked at', async () => {
  for (const name of ['g-anim.gif', 'w-anim.webp', 'apng.png', 'base.png'])
    copyFileSync(join(pictures, name), at(`moving/${name}`));
  const { notices } = await open('moving');
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(
    /^Only the first frame or page is looked at of 3 pictures that have several \(apng\.png has \d+, g-anim\.gif has 2, w-anim\.webp has 2\)\.$/,
  );
});

test('cases C15: the pictures of a dataset carry whether they are to be turned', async () => {
  picture('turned/a.jpg');
  expect((await open('turned')).pictures[0]).not.toHaveProperty('orient');
  const turned = await openDataset(join(root, 'turned'), { seed: 1, orient: true });
  expect(turned.pictures[0]).toMatchObject({ orient: true });
});
