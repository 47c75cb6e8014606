/** `presend list` and `presend match`: lists keep every hash, say what they could not read, and are never overwritten unasked. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ended, image, presend, scratch, start } from './presend.ts';

const folder = scratch();
const at = (name: string): string => join(folder, name);

/** Hashes of three pictures of the vectors, as `presend hash` prints them. */
const listed = ['document.png', 'leaves-320x240.png', 'meme.png'];
const hashesOf = async (files: readonly string[]): Promise<string[]> =>
  (await presend('hash', ...files.map(image))).lines.map((line) => line.split(',')[0]!);
const [document, leaves, meme] = (await hashesOf(listed)) as [string, string, string];

/** The same hash with its first bits turned. */
const turned = (hex: string, bits: number): string =>
  [...hex]
    .map((digit, i) => {
      const mask = bits - 4 * i >= 4 ? 15 : bits - 4 * i > 0 ? (15 << (4 - (bits - 4 * i))) & 15 : 0;
      return (Number.parseInt(digit, 16) ^ mask).toString(16);
    })
    .join('');

writeFileSync(
  at('hashes.txt'),
  [
    '# made for a test',
    `${document},document`,
    'not a hash',
    `hash=${leaves.toUpperCase()},"leaves", and more`,
    '0123',
    `${meme}`,
    `${document},again`,
    '',
  ].join('\n'),
);

test('import, info and export: nothing is lost, bad lines are counted and named', async () => {
  const made = await presend('list', 'import', at('hashes.txt'), '--name', 'demo', '--out', at('demo.presend'));
  expect(made).toMatchObject({ code: 0, out: '' });
  expect(made.err).toContain(`${at('hashes.txt')}: 2 of 6 lines could not be read; line 3: not a hexadecimal hash`);

  const info = await presend('list', 'info', at('hashes.txt'), '--json');
  expect(JSON.parse(info.out)).toMatchObject({
    format: 'hex',
    algorithm: 'pdq',
    bits: 256,
    entries: 4,
    duplicates: 1,
    bad: {
      count: 2,
      first: [
        { line: 3, reason: 'not a hexadecimal hash' },
        { line: 5, reason: '16 bits where pdq has 256' },
      ],
    },
  });
  // The root covers the list's name, which the text file takes from its own.
  expect(JSON.parse(info.out).root).toMatch(/^[0-9a-f]{64}$/);
  const [root] = /[0-9a-f]{64}$/.exec(made.err.trim())!;
  const binary = await presend('list', 'info', at('demo.presend'));
  expect(binary.out).toMatch(/^name +demo\nformat +binary\nhash +pdq\n/);
  expect(binary.out).toContain(root);
  expect(binary.out).toMatch(/bad lines +0\n$/);
  // Rates are counted, by list estimate, and not derived from bits as if they were fair coins.
  expect(binary.out).not.toMatch(/FPR|fair bits/);

  const text = `${document},document\n${leaves},"""leaves"", and more"\n${meme},line-6\n${document},again\n`;
  expect(await presend('list', 'export', at('demo.presend'))).toMatchObject({ code: 0, out: text, err: '' });
  await presend('list', 'export', at('demo.presend'), '--out', at('back.txt'));
  await presend('list', 'import', at('back.txt'), '--name', 'demo', '--out', at('back.presend'));
  expect(readFileSync(at('back.presend'))).toEqual(readFileSync(at('demo.presend')));
});

test('records, pages and lost names are spoken of', async () => {
  const record = (hashValue: string, signalType: string, id: string) => ({
    hashValue,
    signalType,
    caseNumbers: { [id]: 'Active' },
  });
  writeFileSync(
    at('page.json'),
    JSON.stringify({
      count: 2,
      nextPageToken: 'x',
      hashRecords: [record('00', 'VideoMD5', 'a'), record(meme, 'ImagePDQ', 'b')],
    }),
  );
  const info = await presend('list', 'info', at('page.json'));
  expect(info.out).toMatch(/\nrecords without entry +1\n +record 1 +other type: VideoMD5\nbad records +0\n$/);
  expect(info.out).toContain('this is one page of several');
  const text = await presend('list', 'export', at('page.json'), '--format', 'threatexchange-text');
  expect(text).toMatchObject({ code: 0, out: `pdq ${meme}\n` });
  expect(text.err).toBe(
    `threatexchange-text cannot hold names: they are not written\n${at('page.json')}: 1 record gives no entry (1 other type: VideoMD5); by type: 1 pdq read, left 1 md5 (--algorithm md5 reads them); this is one page of several: nextPageToken names another\n`,
  );
});

test('the first five bad lines are shown, all are counted', async () => {
  writeFileSync(at('bad.txt'), `${document}\n${'?\n'.repeat(9)}`);
  const { out, code } = await presend('list', 'info', at('bad.txt'));
  expect(code).toBe(0);
  expect(out).toContain('9, the first 5 of them');
  expect(out.match(/line \d+/g)).toEqual(['line 2', 'line 3', 'line 4', 'line 5', 'line 6']);
});

test('a file that is there is kept, unless --force is given', async () => {
  writeFileSync(at('kept.presend'), 'mine');
  for (const args of [
    ['import', at('hashes.txt'), '--out', at('kept.presend')],
    ['export', at('demo.presend'), '--out', at('kept.presend')],
  ]) {
    const { code, err } = await presend('list', ...args);
    expect(code).toBe(2);
    expect(err).toBe(
      `presend: ${at('kept.presend')} exists already; choose another --out, or overwrite it with --force\n`,
    );
    expect(readFileSync(at('kept.presend'), 'utf8')).toBe('mine');
  }
  expect((await presend('list', 'import', at('hashes.txt'), '--out', at('kept.presend'), '--force')).code).toBe(0);
  expect(readFileSync(at('kept.presend'), 'latin1')).toMatch(/^PSNDLIST/);
});

test('files that are no lists: one sentence, and nothing is written', async () => {
  writeFileSync(at('short.txt'), `${'0123456789abcdef\n'.repeat(3)}`);
  writeFileSync(at('empty.presend'), '');
  writeFileSync(at('cut.presend'), readFileSync(at('demo.presend')).subarray(0, 300));
  const said = async (...args: string[]) => {
    const { code, out, err } = await presend('list', ...args);
    expect(out).toBe('');
    expect(err.split('\n')).toHaveLength(2);
    return [code, err] as const;
  };
  expect(await said('import', at('short.txt'), '--out', at('no.presend'))).toEqual([
    2,
    `presend: None of the 3 lines of ${at('short.txt')} is a pdq hash; line 1: 64 bits where pdq has 256; they have the length of --algorithm phash, phash-simple, dhash, dhash-vertical, ahash, whash-haar\n`,
  ]);
  expect(existsSync(at('no.presend'))).toBe(false);
  expect((await presend('list', 'info', at('short.txt'), '--algorithm', 'phash')).code).toBe(0);
  expect((await said('info', at('empty.presend')))[0]).toBe(2);
  expect((await said('info', at('cut.presend')))[1]).toContain('it is not as long as its header says');
  expect((await said('info', at('nothing.txt')))[0]).toBe(3);
  expect((await said('info', folder))[1]).toContain('is a folder');
  expect((await said('info', at('demo.presend'), '--algorithm', 'phash'))[1]).toContain('lists pdq hashes, not phash');
  expect((await said('export', at('demo.presend'), '--format', 'hx'))[1]).toContain('Did you mean hex?');
  expect((await said('export', at('demo.presend'), '--out', join(folder, 'no', 'folder.txt')))[0]).toBe(2);
});

test('match: the nearest, or all within the threshold; 0 whether or not something matched', async () => {
  writeFileSync(
    at('near.txt'),
    `${turned(document, 31)},at-31\n${turned(document, 7)},at-7\n${turned(document, 32)},at-32\n`,
  );
  const file = image('document.png');
  const list = ['--list', at('near.txt')];
  expect(await presend('match', file, ...list)).toMatchObject({ code: 0, out: `${file},at-7,7,100\n`, err: '' });
  expect((await presend('match', file, ...list, '--all')).lines).toEqual([
    `${file},at-7,7,100`,
    `${file},at-31,31,100`,
  ]);
  expect((await presend('match', file, ...list, '--threshold', '32', '--all')).lines).toHaveLength(3);
  expect(await presend('match', file, ...list, '--threshold', '6')).toMatchObject({ code: 0, out: '' });
  expect((await presend('match', file, ...list, '--threshold', '257')).code).toBe(2);
  const json = await presend('match', file, image('meme.png'), ...list, '--json', '--all');
  expect(json.lines.map((line) => JSON.parse(line))).toEqual([
    {
      file,
      algorithm: 'pdq',
      hash: document,
      quality: 100,
      threshold: 31,
      matches: [
        { entry: 'at-7', distanceBits: 7 },
        { entry: 'at-31', distanceBits: 31 },
      ],
    },
    expect.objectContaining({ file: image('meme.png'), matches: [] }),
  ]);
});

test('match: pictures that are too flat are refused, unless --min-quality allows them', async () => {
  const file = image('flat-black.png');
  writeFileSync(at('zero.txt'), `${'0'.repeat(64)},zero\n`);
  const refused = await presend('match', file, '--list', at('zero.txt'), '--json');
  expect(refused.code).toBe(2);
  expect(JSON.parse(refused.out)).toEqual({ file, error: 'quality 0 is below 50: too flat to be trusted' });
  const allowed = await presend('match', file, '--list', at('zero.txt'), '--min-quality', '0');
  expect(allowed).toMatchObject({ code: 0, out: `${file},zero,0,0\n` });
  const text = await presend('match', file, image('document.png'), '--list', at('zero.txt'));
  expect(text.err).toBe(
    `${file}: refused: quality 0 is below 50: too flat to be trusted\npresend: 1 of 2 files could not be used, 1 of them too flat; all others were processed\n`,
  );
});

test('match --dihedral: a turned picture is found, once an entry, and which way it was turned is said', async () => {
  const file = image('document.png');
  const { dihedral } = JSON.parse((await presend('hash', file, '--dihedral', '--json')).out) as {
    dihedral: Record<string, string>;
  };
  writeFileSync(
    at('turned.txt'),
    `${turned(dihedral.rotate90!, 9)},on its side\n${dihedral.flipX},mirrored\n${turned(document, 4)},upright\n`,
  );
  const list = ['--list', at('turned.txt')];
  expect((await presend('match', file, ...list, '--all')).lines).toEqual([`${file},upright,4,100`]);
  expect((await presend('match', file, ...list, '--all', '--dihedral')).lines).toEqual([
    `${file},mirrored,0,100,flipX`,
    `${file},upright,4,100,original`,
    `${file},on its side,9,100,rotate90`,
  ]);
  const json = JSON.parse((await presend('match', file, ...list, '--dihedral', '--json')).out);
  expect(json.matches).toEqual([{ entry: 'mirrored', distanceBits: 0, dihedral: 'flipX' }]);
  writeFileSync(at('other.txt'), '0123456789abcdef\n');
  const refused = await presend('match', file, '--list', at('other.txt'), '--algorithm', 'phash', '--dihedral');
  expect(refused).toMatchObject({ code: 2, err: 'presend: --dihedral is defined for pdq only, not for phash\n' });
});

test('info --bad shows as many bad lines as asked for', async () => {
  writeFileSync(at('many.txt'), `${document}\n${'?\n'.repeat(9)}`);
  expect((await presend('list', 'info', at('many.txt'), '--bad', '9')).out.match(/line \d+/g)).toHaveLength(9);
  expect((await presend('list', 'info', at('many.txt'), '--bad', '0')).out).toMatch(/bad lines +9\n$/);
});

test('a list of one entry matches it, and nothing else', async () => {
  writeFileSync(at('one.txt'), `${document},only\n`);
  expect((await presend('list', 'import', at('one.txt'), '--out', at('one.presend'))).code).toBe(0);
  const found = await presend('match', '--list', at('one.presend'), ...listed.map(image));
  expect(found.lines).toHaveLength(1);
  expect(found.lines[0]).toMatch(/document\.png,.*,0,/);
});

test('of two commands that make the same new file, one makes it and the other says that it is there', async () => {
  writeFileSync(at('left.txt'), `${document}\n`.repeat(20_000));
  writeFileSync(at('right.txt'), `${meme}\n`.repeat(20_000));
  const out = at('contested.txt');
  const made = await Promise.all(
    ['left', 'right'].map((name) =>
      ended(start(['list', 'import', at(`${name}.txt`), '--name', 'contested', '--out', out])),
    ),
  );
  expect(made.map(({ code }) => code).sort()).toEqual([0, 2]);
  const winner = made[0]!.code === 0 ? document : meme;
  const { out: exported } = await presend('list', 'export', out, '--format', 'hex');
  expect(
    new Set(
      exported
        .trim()
        .split('\n')
        .filter((line) => /^[0-9a-f]{64}/.test(line))
        .map((line) => line.slice(0, 64)),
    ),
  ).toEqual(new Set([winner]));
});
