/** What `hash`, `match` and `dataset` say of pictures as they exist. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeWords } from '../helpers/program.ts';
import { ended, presend, root, scratch } from './presend.ts';

const folder = scratch();
const field = (name: string): string => join(root, 'test/field/pictures', name);

describe('cases A5: hashes without structure', () => {
  test('hash says that they are not to be trusted, match refuses them', async () => {
    const pair = ['split-1.png', 'split-2.png'].map(field);
    const hashed = await presend('hash', ...pair, '--algorithm', 'ahash');
    expect(hashed.lines).toEqual(pair.map((file) => `f0f0f0f0f0f0f0f0,0,${file}`));
    expect(hashed.err).toContain('quality 0 is below 1: too flat, or one row or column throughout, to be trusted');
    const list = join(folder, 'split.txt');
    writeFileSync(list, 'f0f0f0f0f0f0f0f0\n');
    const matched = await presend('match', pair[1]!, '--list', list, '--algorithm', 'ahash');
    expect([matched.code, matched.out]).toEqual([2, '']);
    expect(matched.err).toContain('refused: quality 0 is below 1');
    const trusting = await presend('match', pair[1]!, '--list', list, '--algorithm', 'ahash', '--min-quality', '0');
    expect(trusting.lines).toHaveLength(1);
  });

  test('crop-resistant too', async () => {
    const { lines, err } = await presend('hash', field('flat-black.png'), '--algorithm', 'crop-resistant');
    expect(lines).toEqual([`0000000000000000,0,${field('flat-black.png')}`]);
    expect(err).toContain('quality 0 is below 1');
  });
});

describe('cases C15: --orient', () => {
  test('turns what is hashed and matched, whatever the format', async () => {
    const files = ['j-exif6.jpg', 'v-exif6.avif'].map(field);
    const stored = await presend('hash', ...files);
    const turned = await presend('hash', ...files, '--orient', '--fast', '--json');
    const bits = (hex: string): bigint => BigInt(`0x${hex}`);
    const far = (a: string, b: string): number => (bits(a) ^ bits(b)).toString(2).replaceAll('0', '').length;
    const [jpeg, avif] = stored.lines.map((line) => line.slice(0, 64));
    const [turnedJpeg, turnedAvif] = turned.lines.map((line) => JSON.parse(line).hash as string);
    expect(far(jpeg!, avif!)).toBeLessThan(20);
    expect(far(turnedJpeg!, turnedAvif!)).toBeLessThan(20);
    expect(far(jpeg!, turnedJpeg!)).toBeGreaterThan(80);
    const list = join(folder, 'turned.txt');
    writeFileSync(list, `${turnedJpeg}\n`);
    expect((await presend('match', ...files, '--list', list)).lines).toEqual([]);
    expect((await presend('match', ...files, '--list', list, '--orient')).lines).toHaveLength(2);
  });
});

describe('cases C16: notices', () => {
  test('hash and match say what was looked at, and what was not', async () => {
    const told = 'only the first of its 2 frames was looked at; 1 was not';
    const text = await presend('hash', field('g-anim.gif'));
    expect(text.code).toBe(0);
    expect(text.lines.map((line) => line.replace(/^.*\//, ''))).toEqual(['g-anim.gif#frame=1', 'g-anim.gif#frame=2']);
    expect(text.err).toMatch(/g-anim\.gif: all 2 frames were looked at(?:; \d were too flat to be trusted)?\n$/);
    const first = await presend('hash', field('g-anim.gif'), '--most-frames', '1');
    expect(first.lines.map((line) => line.slice(0, 64))).toEqual([text.lines[0]!.slice(0, 64)]);
    expect(first.err).toBe(`${field('g-anim.gif')}: ${told}\n`);
    const json = await presend('hash', field('apng.png'), field('base.png'), '--json');
    expect(json.lines.map((line) => JSON.parse(line).notes)).toEqual([undefined, undefined]);
    expect(JSON.parse(json.lines[0]!).frames.looked).toBe(JSON.parse(json.lines[0]!).frames.declared);
    const list = join(folder, 'none.txt');
    writeFileSync(list, `${'0'.repeat(64)}\n`);
    const matched = await presend('match', field('w-anim.webp'), '--list', list, '--json');
    expect(JSON.parse(matched.lines[0]!).frames).toMatchObject({ declared: 2, looked: 2, matched: [] });
    const regions = await presend('hash', field('w-anim.webp'), '--algorithm', 'crop-resistant');
    expect([regions.lines.length, regions.err]).toEqual([2, expect.stringContaining('all 2 frames were looked at')]);
  });

  test('dataset info prints what a folder holds beside pictures', async () => {
    mkdirSync(join(folder, 'moving'));
    for (const name of ['g-anim.gif', 'b.heic']) writeFileSync(join(folder, 'moving', name), readFileSync(field(name)));
    writeFileSync(join(folder, 'moving', 'notes.txt'), 'words');
    const { out } = await presend('dataset', 'info', join(folder, 'moving'));
    expect(out).toMatch(/"b\.heic"\s+a picture in the format HEIC, which is not read/);
    expect(out).toContain('1 file that is no picture was passed over (1 .txt).');
    expect(out).toContain(
      'Only the first frame or page is looked at of 1 picture that has several (g-anim.gif has 2).',
    );
    const json = JSON.parse((await presend('dataset', 'info', join(folder, 'moving'), '--json')).out);
    expect(json.notices).toHaveLength(2);
  });
});

describe.skipIf(process.platform === 'win32')('cases B11: pipes', () => {
  test('a named pipe is refused at once', async () => {
    const pipe = join(folder, 'pipe.jpg');
    execFileSync('mkfifo', [pipe]);
    const { code, err } = await presend('hash', pipe, field('base.png'));
    expect(code).toBe(2);
    expect(err).toContain('pipe.jpg: refused: a named pipe, not a file; pipe its content to /dev/stdin instead');
  });

  test('what is piped to /dev/stdin is read', async () => {
    const args = [...nodeWords(join(root, 'src', 'cli', 'main.ts')), 'hash', '/dev/stdin'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const done = ended(child);
    const bytes = readFileSync(field('base.png'));
    child.stdin.write(bytes.subarray(0, 100));
    setTimeout(() => child.stdin.end(bytes.subarray(100)), 300);
    expect((await done).lines).toEqual([
      '1b5a9ad91394ed81b56fe446670358ad23e91b1c8cb6526bfc0be5a7c1893a53,100,/dev/stdin',
    ]);
  });
});
