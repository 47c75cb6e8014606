/** `presend hash` and `presend match` of videos. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { encodeWebm } from '../../src/video/encode.ts';
import { movingClip, movingFrames } from '../video/clips.ts';
import { image, presend, scratch } from './presend.ts';

/** Threads start slowly on a busy machine. */
vi.setConfig({ testTimeout: 180_000 });

const folder = scratch();
const clip = join(folder, 'one.webm');
const other = join(folder, 'other.webm');
beforeAll(async () => {
  writeFileSync(clip, await movingClip());
  writeFileSync(other, await encodeWebm(movingFrames(12, 10, 14), { bitRate: 200_000 }));
});

test('hash prints a line for each frame, and says how many frames were looked at, and by which decoder', async () => {
  const { code, lines, err } = await presend('hash', clip, '--rate', '5');
  expect(code).toBe(0);
  expect(lines).toHaveLength(6);
  for (const [i, line] of lines.entries())
    expect(line).toMatch(new RegExp(`^[0-9a-f]{64},\\d+,${clip},${(i / 5).toFixed(3)}$`));
  expect(err).toBe(`${clip}: 6 frames looked at, 5 a second, decoded by libav.js 6.10.9\n`);
});

test('pictures and videos among each other are hashed each in its way, in order, and refused files are counted together', async () => {
  const picture = image('meme.png');
  writeFileSync(join(folder, 'no.jpg'), 'no picture');
  const { code, lines, err } = await presend('hash', picture, clip, picture, join(folder, 'no.jpg'), '--rate', '5');
  expect(code).toBe(2);
  expect(lines.map((line) => line.split(',')[2])).toEqual([picture, ...Array(6).fill(clip), picture]);
  expect(err).toContain('1 of 4 files could not be used');
  const listed = await presend('hash', picture, clip, '--list-format', 'hma-csv');
  expect([listed.code, listed.out]).toEqual([2, '']);
  expect(listed.err).toContain('give them apart');
});

test('match finds the clip in a list that hash wrote, and not the other clip', async () => {
  const list = join(folder, 'list.json');
  const listed = await presend('hash', clip, '--rate', '5', '--list-format', 'threatexchange-json');
  writeFileSync(list, listed.out);
  const { lines } = await presend('match', clip, other, '--list', list, '--rate', '5');
  expect(lines).toEqual([`${clip},one,6/6,6/6`]);
  const { lines: json } = await presend('match', clip, '--list', list, '--json');
  expect(JSON.parse(json[0]!)).toMatchObject({
    algorithm: 'vpdq',
    decodedBy: { name: 'libav.js', version: '6.10.9' },
    frames: { lookedAt: 2, ofQuality: 2 },
    matches: [{ entry: 'one', query: { matched: 2, of: 2 } }],
  });
});

test('a list of exact hashes finds the file of a clip without being told so; a list of pictures refuses it', async () => {
  const digest = await presend('hash', clip, '--algorithm', 'md5');
  writeFileSync(join(folder, 'md5.txt'), `${digest.lines[0]!.split(',')[0]}\n`);
  const list = join(folder, 'md5.presend');
  await presend('list', 'import', join(folder, 'md5.txt'), '--algorithm', 'md5', '--out', list);
  const { code, lines } = await presend('match', clip, other, '--list', list);
  expect([code, lines]).toEqual([0, [`${clip},line-1`]]);
  const pictures = join(folder, 'pdq.presend');
  writeFileSync(join(folder, 'pdq.txt'), `${'5a'.repeat(32)}\n`);
  await presend('list', 'import', join(folder, 'pdq.txt'), '--out', pictures);
  const refused = await presend('match', clip, '--list', pictures);
  expect([refused.code, refused.lines]).toEqual([2, []]);
  expect(refused.err).toContain('a Matroska or WebM video, not a picture');
});

test('pictures and videos among each other are matched each with the lists of its kind, in their order', async () => {
  const picture = image('meme.png');
  const [pictures, clips] = [join(folder, 'meme.txt'), join(folder, 'clips.json')];
  writeFileSync(pictures, (await presend('hash', picture)).out);
  writeFileSync(clips, (await presend('hash', clip, '--rate', '5', '--list-format', 'threatexchange-json')).out);
  const both = ['--list', pictures, '--list', clips];
  const { code, lines } = await presend('match', clip, picture, other, picture, ...both, '--rate', '5', '--json');
  expect(code).toBe(0);
  const found = lines.map(
    (line) => JSON.parse(line) as { file: string; algorithm: string; matches: { entry: string }[] },
  );
  expect(found.map(({ file, algorithm, matches }) => [file, algorithm, matches.map(({ entry }) => entry)])).toEqual([
    [clip, 'vpdq', ['one']],
    [picture, 'pdq', [picture]],
    [other, 'vpdq', []],
    [picture, 'pdq', [picture]],
  ]);
  // With a list of one kind alone, files of the other kind are refused by name.
  const alone = await presend('match', picture, clip, '--list', pictures);
  expect([alone.code, alone.lines.length]).toEqual([2, 1]);
  expect(alone.err).toContain('a Matroska or WebM video, not a picture');
});

test('tmk writes a file for each clip, and match scores with it', async () => {
  const { code, lines } = await presend('hash', clip, '--hash', 'tmk', '--out', folder);
  expect([code, lines]).toEqual([0, [`${join(folder, 'one.tmk')},18,${clip}`]]);
  const { lines: matched } = await presend('match', clip, '--list', join(folder, 'one.tmk'));
  expect(matched).toEqual([`${clip},one,1.0000,1.0000`]);
});

test('two clips that would have one .tmk file are refused before any is read', async () => {
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  for (const each of [a, b]) mkdirSync(each);
  writeFileSync(join(a, 'same.webm'), 'no clip');
  writeFileSync(join(b, 'same.webm'), 'no clip');
  const { code, err } = await presend(
    'hash',
    join(a, 'same.webm'),
    join(b, 'same.webm'),
    '--hash',
    'tmk',
    '--out',
    folder,
  );
  expect([code, err]).toEqual([2, expect.stringMatching(/same\.webm would both be written to .*same\.tmk/)]);
});

test.each([
  [['hash', 'CLIP', '--dihedral'], '--dihedral is for pictures, not for vpdq'],
  [['hash', image('meme.png'), '--rate', '1'], '--rate is for videos, with --hash vpdq or tmk'],
  [['hash', image('meme.png'), '--hash', 'vpdq'], 'refused: not a video: a PNG picture'],
  [['hash', 'CLIP', '--hash', 'tmk'], 'name a folder for it with --out <folder>'],
  [['hash', 'CLIP', '--rate', 'often'], "Expected a number of frames from 0.001 to 1000, or 'every' for --rate"],
  [['match', 'CLIP', '--list', 'nothing.json'], 'No hash list at nothing.json'],
  [['match', 'CLIP', '--list', image('meme.png')], 'the file starts like none of them'],
])('%j is refused', async (args, sentence) => {
  const { code, err } = await presend(...args.map((word) => (word === 'CLIP' ? clip : word)));
  expect(code).toBeGreaterThan(1);
  expect(err).toContain(sentence);
});

test.skipIf(process.platform === 'win32')('an endless list is refused, and a broken .tmk file named', async () => {
  expect((await presend('match', clip, '--list', '/dev/zero')).err).toBe(
    'presend: /dev/zero is a device, not a file; name a file\n',
  );
  const broken = join(folder, 'broken.tmk');
  writeFileSync(broken, 'no hash');
  expect((await presend('match', clip, '--list', broken)).err).toContain(`presend: ${broken}: Expected a .tmk file`);
});
