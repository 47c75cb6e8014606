/** Animations on the command line: every frame has its line, a rule says how many must match, and what was looked at is said. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { projectRoot } from '../../src/disk/project.ts';
import { decode } from '../../src/image/decode.ts';
import { encode } from '../../src/image/encode.ts';
import { sharp } from '../../src/image/sharp.ts';
import { resample } from '../../src/image/transform/resize.ts';
import { presend } from './presend.ts';

const folder = mkdtempSync(join(tmpdir(), 'presend-animation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const image = (name: string): string => join(projectRoot, 'test', 'vectors', 'images', name);
const [width, height] = [120, 90];

/** Frames: black, two pictures, black: the first frame alone is too flat. */
beforeAll(async () => {
  const pictures = await Promise.all(
    ['leaves-200x150.png', 'document.png'].map(async (name) => resample(await decode(image(name)), width, height)),
  );
  const black = new Uint8Array(width * height * 3);
  const rgb = pictures.map(({ data, channels }) =>
    channels === 3 ? data : Uint8Array.from(black, (_, i) => data[Math.floor(i / 3)]!),
  );
  const data = Buffer.concat([black, rgb[0]!, rgb[1]!, black]);
  const raw = { width, height: 4 * height, channels: 3, pageHeight: height } as const;
  writeFileSync(at('dark.gif'), await sharp(data, { raw }).gif({ loop: 0 }).toBuffer());
  writeFileSync(at('dark.webp'), await sharp(data, { raw }).webp({ lossless: true }).toBuffer());
});

test('a GIF whose first frame is black is no longer "too flat": each frame has its line', async () => {
  for (const name of ['dark.gif', 'dark.webp']) {
    const { code, lines, err } = await presend('hash', at(name));
    expect(code).toBe(0);
    expect(lines.map((line) => line.split(',')[2])).toEqual([1, 2, 3, 4].map((n) => `${at(name)}#frame=${n}`));
    expect(err).toBe(`${at(name)}: all 4 frames were looked at; 2 were too flat to be trusted\n`);
  }
});

test('JSON has the frames of a file, and its own hash is that of the first frame', async () => {
  const { lines } = await presend('hash', at('dark.gif'), image('document.png'), '--json');
  const [moving, still] = lines.map((line) => JSON.parse(line));
  expect(still).not.toHaveProperty('frames');
  expect(moving.frames).toMatchObject({ declared: 4, looked: 4, flat: 2 });
  expect(moving.frames.hashes.map(({ frame }: { frame: number }) => frame)).toEqual([1, 2, 3, 4]);
  expect([moving.hash, moving.quality]).toEqual([moving.frames.hashes[0].hash, 0]);
  const least = JSON.parse((await presend('hash', at('dark.gif'), '--min-quality', '50', '--json')).out);
  expect(least.frames.hashes.map(({ frame }: { frame: number }) => frame)).toEqual([2, 3]);
  expect(least.hash).toBe(least.frames.hashes[0].hash);
});

describe('match', () => {
  const match = (...options: string[]) => presend('match', at('dark.gif'), '--list', at('list.txt'), ...options);
  beforeAll(async () => {
    const { lines } = await presend('hash', at('dark.gif'));
    writeFileSync(at('list.txt'), `${lines[1]!.slice(0, 64)},leaves\n`);
    writeFileSync(at('both.txt'), `${lines[1]!.slice(0, 64)},leaves\n${lines[2]!.slice(0, 64)},document\n`);
  });

  test('any frame with enough quality is a match; the line names it', async () => {
    const { code, lines, err } = await match();
    expect([code, lines]).toEqual([0, [`${at('dark.gif')}#frame=2,leaves,0,100`]]);
    expect(err).toBe(`${at('dark.gif')}: all 4 frames were looked at; 2 were too flat to be trusted; 1 matched\n`);
  });

  test('a rule asks for all, or for a share, of those that are not too flat', async () => {
    expect((await match('--frames', 'all')).lines).toEqual([]);
    expect((await match('--frames', '0.5')).lines).toHaveLength(1);
    expect((await match('--frames', '0.6')).lines).toEqual([]);
    const both = await presend('match', at('dark.gif'), '--list', at('both.txt'), '--frames', 'all', '--all', '--json');
    const { matches, frames } = JSON.parse(both.out);
    expect(frames).toEqual({ declared: 4, looked: 4, flat: 2, matched: [2, 3], rule: 'all' });
    expect(matches).toEqual([
      { entry: 'leaves', distanceBits: 0, frame: 2 },
      { entry: 'document', distanceBits: 0, frame: 3 },
    ]);
    expect((await match('--frames', 'some')).err).toContain('Expected any, all, or a share such as 0.8 for --frames');
  });

  test('of the first frame alone nothing is known: it is too flat', async () => {
    const { code, err } = await match('--most-frames', '1');
    expect(code).toBe(2);
    expect(err).toContain('refused: quality 0 is below 50');
    const sample = await match('--most-frames', '2');
    expect(sample.err).toContain('of all 2 frames: quality 0 is below 50');
  });

  test('what hash prints of an animation is a list of its frames, as text and as JSON', async () => {
    writeFileSync(at('frames.txt'), (await presend('hash', at('dark.gif'), '--min-quality', '50')).out);
    writeFileSync(at('frames.jsonl'), (await presend('hash', at('dark.gif'), '--json')).out);
    for (const list of ['frames.txt', 'frames.jsonl']) {
      const { lines } = await presend('match', at('dark.webp'), '--list', at(list), '--all');
      expect(lines.map((line) => line.split(',').slice(0, 2)).toSorted()).toEqual([
        [`${at('dark.webp')}#frame=2`, `${at('dark.gif')}#frame=2`],
        [`${at('dark.webp')}#frame=3`, `${at('dark.gif')}#frame=3`],
      ]);
    }
  });
});

test('the views of a multi-picture JPEG: each has its line', async () => {
  const [first, second] = await Promise.all(
    ['leaves-200x150.png', 'document.png'].map(async (name) =>
      encode(await decode(image(name)), { type: 'jpeg', quality: 90 }),
    ),
  );
  writeFileSync(at('pair.jpg'), multiPicture(first!, second!));
  writeFileSync(at('second.jpg'), second!);
  const { code, lines, err } = await presend('hash', at('pair.jpg'), at('second.jpg'));
  expect([code, err]).toEqual([0, `${at('pair.jpg')}: all 2 frames were looked at\n`]);
  expect(lines.map((line) => line.split(',')[2])).toEqual([
    `${at('pair.jpg')}#frame=1`,
    `${at('pair.jpg')}#frame=2`,
    at('second.jpg'),
  ]);
  expect(lines[1]!.slice(0, 64)).toBe(lines[2]!.slice(0, 64));
  // A view that the file does not hold is counted.
  writeFileSync(at('cut.jpg'), multiPicture(first!, second!).subarray(0, first!.length + 200));
  expect((await presend('hash', at('cut.jpg'))).err).toContain('1 of them could not be decoded');
});

/** Two JPEGs in one file, with the index of a pair of views (CIPA DC-007) in the first. */
function multiPicture(first: Uint8Array, second: Uint8Array): Uint8Array {
  const index = Buffer.alloc(8 + 2 + 12 + 4 + 32);
  index.write('II*\0', 0, 'latin1');
  index.writeUInt32LE(8, 4);
  index.writeUInt16LE(1, 8);
  index.writeUInt16LE(0xb002, 10);
  index.writeUInt16LE(7, 12);
  index.writeUInt32LE(32, 14);
  index.writeUInt32LE(26, 18);
  const segment = Buffer.concat([
    Buffer.from([0xff, 0xe2, 0, 6 + index.length]),
    Buffer.from('MPF\0', 'latin1'),
    index,
  ]);
  // Offsets count from the index, which lies 10 bytes behind the beginning of the file.
  const whole = first.length + segment.length;
  for (const [i, size, offset] of [
    [0, whole, 0],
    [1, second.length, whole - 10],
  ] as const) {
    segment.writeUInt32LE(0x0002_0002, 8 + 26 + 16 * i);
    segment.writeUInt32LE(size, 8 + 30 + 16 * i);
    segment.writeUInt32LE(offset, 8 + 34 + 16 * i);
  }
  return Buffer.concat([first.subarray(0, 2), segment, first.subarray(2), second]);
}

const encoder = spawnSync('ffmpeg', ['-hide_banner', '-h', 'encoder=libaom-av1'], { encoding: 'utf8' });
const hasEncoder = encoder.status === 0 && encoder.stdout.includes('Encoder libaom-av1');

describe.skipIf(!hasEncoder)(`AVIF sequences${hasEncoder ? '' : ' (skipped: no ffmpeg with libaom-av1)'}`, () => {
  beforeAll(() => {
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=96x64:rate=5:duration=1'];
    const coding = ['-c:v', 'libaom-av1', '-cpu-used', '8', '-pix_fmt', 'yuv420p'];
    const { status } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...source, ...coding, at('moving.avif')]);
    expect(status).toBe(0);
  });

  test('an installed ffmpeg decodes what follows the first frame, and it is said', async () => {
    const { code, lines, err } = await presend('hash', at('moving.avif'));
    expect(code).toBe(0);
    expect(lines.map((line) => line.split(',')[2])).toEqual(
      [1, 2, 3, 4, 5].map((n) => `${at('moving.avif')}#frame=${n}`),
    );
    expect(err).toMatch(/moving\.avif: all 5 frames were looked at\n/);
    expect(err).toMatch(/moving\.avif: the frames after the first were decoded by ffmpeg \d/);
    const some = await presend('hash', at('moving.avif'), '--most-frames', '2');
    expect(some.lines).toEqual([lines[0], lines[4]]);
    expect(some.err).toContain('2 of 5 frames, evenly spread, were looked at');
  });

  test('without it, or with --orient, the first is looked at, and it is said', async () => {
    const first = 'only its first frame was looked at; the others were not';
    const oriented = await presend('hash', at('moving.avif'), '--orient');
    expect([oriented.lines.length, oriented.err]).toEqual([1, `${at('moving.avif')}: ${first}\n`]);
    vi.stubEnv('PRESEND_FFMPEG', at('no-program'));
    try {
      const { code, lines, err } = await presend('hash', at('moving.avif'));
      expect([code, lines.length, err]).toEqual([0, 1, `${at('moving.avif')}: ${first}\n`]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
