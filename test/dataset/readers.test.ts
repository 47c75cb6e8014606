/** Readers: what they accept, and that hostile folders and manifests end in refusals, never in a crash or outside the folder. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Refusal, singly } from '../../src/dataset/dataset.ts';
import { readFolder } from '../../src/dataset/folder.ts';
import { readImageFolder } from '../../src/dataset/image-folder.ts';
import type { FoundPicture } from '../../src/dataset/listing.ts';
import { parseManifest, readManifest } from '../../src/dataset/manifest.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { sha256Hex } from '../../src/util/digest.ts';

let root = '';
const put = async (path: string, text: string): Promise<string> => {
  const file = join(root, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, /\.(?:jpg|png|webp|gif)$/i.test(path) && text ? picture(text) : text);
  return file;
};

/** Bytes that begin as a picture does, which is all that readers look at. */
const picture = (text: string): string => `GIF89a ${text}`;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'presend-readers-'));
  await put('outside.jpg', 'outside');
  await put('flat/b.jpg', 'two');
  await put('flat/a.PNG', 'one');
  await put('flat/sub/c.webp', 'three');
  await put('flat/sub/copy.gif', 'two');
  await put('flat/notes.txt', 'not a picture');
  await put('flat/empty.jpg', '');
  await put('flat/.hidden/d.jpg', 'four');
  await put('tree/cat/1.jpg', 'one');
  await put('tree/cat/deep/2.jpg', 'two');
  await put('tree/dog/3.jpg', 'three');
  await put('tree/stray.jpg', 'four');
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('folders', () => {
  test('a flat folder: sorted ids, no labels, own groups', async () => {
    const { pictures, refused } = await readFolder(join(root, 'flat'));
    expect(pictures.map((each) => each.id)).toEqual(['a.PNG', 'b.jpg', 'sub/c.webp', 'sub/copy.gif']);
    expect(pictures.map((each) => each.topic)).toEqual(Array(4).fill('unlabelled'));
    expect(pictures[0]).toMatchObject({
      location: join(root, 'flat', 'a.PNG'),
      group: 'a.PNG',
      sha256: sha256Hex(picture('one')),
    });
    expect(refused).toEqual([{ picture: 'empty.jpg', reason: 'empty file' }]);
  });

  test('byte-identical copies share a group', async () => {
    const { pictures } = await readFolder(join(root, 'flat'));
    const group = new Map(pictures.map((each) => [each.id, each.group]));
    expect(group.get('sub/copy.gif')).toBe('b.jpg');
    expect(new Set(group.values()).size).toBe(3);
  });

  test('ImageFolder: the first folder is the label', async () => {
    const { pictures } = await readImageFolder(join(root, 'tree'));
    expect(pictures.map((each) => [each.id, each.topic])).toEqual([
      ['cat/1.jpg', 'cat'],
      ['cat/deep/2.jpg', 'cat'],
      ['dog/3.jpg', 'dog'],
      ['stray.jpg', 'unlabelled'],
    ]);
  });

  test('a broken link is refused, a loop of folder links ends', async () => {
    await put('links/a.jpg', 'one');
    await symlink(join(root, 'links'), join(root, 'links', 'loop'));
    await symlink(join(root, 'nowhere.jpg'), join(root, 'links', 'broken.jpg'));
    const { pictures, refused } = await readFolder(join(root, 'links'));
    expect(pictures.map((each) => each.id)).toEqual(['a.jpg']);
    expect(refused).toEqual([
      { picture: 'broken.jpg', reason: 'missing file: the link leads nowhere' },
      { picture: 'loop', reason: 'a link to a folder that is read already, as .' },
    ]);
  });
});

/** A manifest's text, cut into pieces, as the reader of a dataset goes through it. */
async function parsed(text: string, folder: string, piece = 7) {
  const found: FoundPicture[] = [];
  const refused: Refusal[] = [];
  for await (const each of singly(parseManifest(pieces(text, piece), folder), refused)) found.push(each);
  return { found, refused };
}

async function* pieces(text: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe('manifests', () => {
  test('cases A3: CR, LF and CR LF end rows, one file may have all of them', async () => {
    const read = await readManifest(await put('flat/ends.csv', 'path,label\na.PNG,x\rb.jpg,y\r\nsub/c.webp,z\r'));
    expect(read.pictures.map(({ id, topic }) => [id, topic])).toEqual([
      ['a.PNG', 'x'],
      ['b.jpg', 'y'],
      ['sub/c.webp', 'z'],
    ]);
  });

  test('all columns are read, only path is required', async () => {
    const file = await put(
      'flat/full.csv',
      `path,kind,label,group,source_repo,licence,sha256,width,height,notes\n` +
        `b.jpg,photos,"a ""quoted"", label",pair,me/repo,CC0-1.0,${sha256Hex(picture('two')).toUpperCase()},1,1,\n` +
        `./a.PNG,,,pair,,,,,,\n`,
    );
    const { pictures, refused, card } = await readManifest(file);
    expect(refused).toEqual([]);
    expect(pictures[0]).toMatchObject({ id: 'a.PNG', topic: 'unlabelled', kind: 'manifest', group: 'pair' });
    expect(pictures[1]).toMatchObject({ id: 'b.jpg', topic: 'a "quoted", label', kind: 'photos' });
    expect(card).toMatchObject({ source: 'me/repo', licence: 'CC0-1.0' });
    const bare = await readManifest(await put('flat/bare.csv', '\uFEFFPath\r\nb.jpg\r\n\r\na.PNG\r\n'));
    expect(bare.pictures.map((each) => each.id)).toEqual(['a.PNG', 'b.jpg']);
  });

  test('every bad row is refused with its line, and the good ones stay', async () => {
    const rows = [
      ['../outside.jpg,', 'leaves the folder'],
      ['sub/../../outside.jpg,', 'leaves the folder'],
      ['..\\outside.jpg,', 'leaves the folder'],
      [`${join(root, 'outside.jpg')},`, 'absolute path'],
      ['C:\\outside.jpg,', 'absolute path'],
      ['none.jpg,', 'missing file'],
      ['sub,', 'a folder'],
      ['empty.jpg,', 'empty file'],
      ['b.jpg,', undefined],
      ['./b.jpg,', 'duplicate path'],
      ['a.PNG,beef', '64 hexadecimal digits'],
      [`sub/c.webp,${sha256Hex('other')}`, 'the manifest says'],
      ['a.PNG,,extra', 'expected 2 cells but found 3'],
      [',', 'no path'],
      ['a\0.PNG,', 'NUL'],
      ['"a.PNG"x,', 'missing file'],
      ['a.PNG,', undefined],
    ] as const;
    const file = await put('flat/hostile.csv', `path,sha256\n${rows.map(([row]) => row).join('\n')}\n`);
    const { pictures, refused } = await readManifest(file);
    expect(pictures.map((each) => each.id)).toEqual(['a.PNG', 'b.jpg']);
    expect(refused).toHaveLength(rows.length - 2);
    rows.forEach(([, reason], i) => {
      if (reason === undefined) return;
      const found = refused.find((each) => each.reason.startsWith(`line ${i + 2}:`));
      expect(found?.reason, `line ${i + 2}`).toContain(reason);
    });
  });

  test('a quote that is never closed costs the rest of the file only', async () => {
    const { found, refused } = await parsed('path\na.jpg\n"b.jpg\nc.jpg\n', root);
    expect(found.map((each) => each.id)).toEqual(['a.jpg']);
    expect(refused).toHaveLength(1);
  });

  test('any text, in pieces of any length: no crash but for a missing column, and no path outside the folder', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        'a.jpg',
        '../x.jpg',
        '/etc/passwd',
        '',
        '"',
        '"q"',
        'a,b',
        '\0',
        '..',
        '.',
        'é/ü.png',
        'x\\..\\..\\y',
      ),
      fc.string({ maxLength: 12 }),
    );
    const text = fc
      .array(fc.array(cell, { maxLength: 4 }), { maxLength: 12 })
      .map((rows) => rows.map((row) => row.join(',')).join('\n'));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 99 }), async (rows, piece) => {
        const { found, refused } = await parsed(`path,label,group\n${rows}`, '/data/set', piece);
        for (const each of found)
          expect(join(each.location as string, '.').startsWith('/data/set/') || each.id === '.').toBe(true);
        expect(new Set(found.map((each) => each.id)).size).toBe(found.length);
        for (const each of refused) expect(each.reason).toMatch(/^line \d+: /);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('openDataset', () => {
  const open = (name: string, limit?: number) => openDataset(name, { seed: 1, ...(limit ? { limit } : {}) });

  test('chooses the reader by what is there', async () => {
    await put('listed/manifest.csv', 'path,label\nx/1.jpg,one\n');
    await put('listed/x/1.jpg', 'one');
    await put('listed/x/2.jpg', 'two');
    expect((await open(join(root, 'listed'))).pictures).toHaveLength(1);
    expect((await open(join(root, 'listed', 'manifest.csv'))).pictures[0]?.topic).toBe('one');
    expect((await open(join(root, 'tree'))).pictures[0]?.topic).toBe('cat');
    await put('plain/1.jpg', 'one');
    expect((await open(join(root, 'plain'))).pictures[0]?.topic).toBe('unlabelled');
  });

  test('a folder below a manifest is the part that the manifest names, with its labels, sources and groups', async () => {
    const row = (path: string, label: string, source: string): string => `${path},${label},g,${source},MIT\n`;
    const rows = [
      row('shop/a/1.jpg', 'apple', 'here'),
      row('shop/a/2.jpg', 'pear', 'here'),
      row('other/3.jpg', 'x', 'there'),
    ];
    await put('whole/manifest.csv', `path,label,group,source_repo,licence\n${rows.join('')}`);
    for (const name of ['shop/a/1', 'shop/a/2', 'shop/a/unnamed', 'other/3', 'unlisted/cat/4'])
      await put(`whole/${name}.jpg`, name);
    const part = await open(join(root, 'whole', 'shop'));
    expect(part).toMatchObject({ name: 'shop', card: { source: 'here', licence: 'MIT' } });
    expect(part.pictures.map(({ id, topic, group }) => [id, topic, group])).toEqual([
      ['shop/a/1.jpg', 'apple', 'g'],
      ['shop/a/2.jpg', 'pear', 'g'],
    ]);
    // Of a folder that no manifest names, the folders are the labels.
    expect((await open(join(root, 'whole', 'unlisted'))).pictures[0]?.topic).toBe('cat');
    await put('stray/manifest.csv', 'name,number\na,1\n');
    await put('stray/tree/cow/1.jpg', 'one');
    expect((await open(join(root, 'stray', 'tree'))).pictures[0]?.topic).toBe('cow');
  });

  test('the digest names files, labels and groups, not the place', async () => {
    const first = await open(join(root, 'tree'));
    const again = await open(join(root, 'tree'));
    expect(again.sha256).toBe(first.sha256);
    await put('tree2/cat/1.jpg', 'one');
    const small = await open(join(root, 'tree2'));
    await put('tree3/cat/1.jpg', 'other');
    const other = await open(join(root, 'tree3'));
    await put('tree4/cow/1.jpg', 'one');
    const label = await open(join(root, 'tree4'));
    expect(new Set([first, small, other, label].map((each) => each.sha256)).size).toBe(4);
  });

  test('a limit keeps whole groups and has a digest of its own', async () => {
    const all = await open(join(root, 'tree'));
    const two = await open(join(root, 'tree'), 2);
    expect(two.pictures).toHaveLength(2);
    expect(two.sha256).not.toBe(all.sha256);
  });

  test('nothing there: one sentence', async () => {
    await expect(open(join(root, 'nope'))).rejects.toThrow(/^No dataset '.*nope': expected generated, photographs, or/);
    await mkdir(join(root, 'void'));
    await expect(open(join(root, 'void'))).rejects.toThrow(/holds no picture that can be used\.$/);
    await expect(open(join(root, 'flat', 'notes.txt'))).rejects.toThrow(
      /Expected a folder, a \.csv manifest, a \.tar shard or a \.parquet file .* received the file '.*notes\.txt'$/,
    );
    await put('headless/manifest.csv', 'file,label\n1.jpg,one\n');
    await expect(open(join(root, 'headless'))).rejects.toThrow(/needs a column called path/);
  });

  test('photographs: the environment says where, or one sentence says what to set', async () => {
    const before = process.env.PRESEND_PHOTOS;
    try {
      process.env.PRESEND_PHOTOS = join(root, 'plain');
      expect((await open('photographs')).name).toBe('photographs');
      process.env.PRESEND_PHOTOS = join(root, 'nope');
      await expect(open('photographs')).rejects.toThrow(/PRESEND_PHOTOS names/);
    } finally {
      if (before === undefined) delete process.env.PRESEND_PHOTOS;
      else process.env.PRESEND_PHOTOS = before;
    }
  });
});
