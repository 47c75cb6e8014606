/** Frames of an APNG are composed as ffmpeg composes them; what is damaged, hidden or too much is counted or refused. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eachFrame, type Frame, readableFrames } from '../../src/image/animation.ts';
import { decode } from '../../src/image/decode.ts';
import { seededRng } from '../../src/util/rng.ts';
import { type ApngFrame, apngOf } from './apngs.ts';

const [width, height] = [24, 16];
const framesOf = async (bytes: Uint8Array) => {
  const frames: Frame[] = [];
  const count = await eachFrame(bytes, {}, (frame) => void frames.push(frame));
  return { frames, ...count };
};

/** Noise with alpha of 0, 255 and between. */
function noise(name: string, more: Partial<ApngFrame> = {}): ApngFrame {
  const rng = seededRng(20, name);
  const size = { width, height, ...more };
  const data = Uint8Array.from({ length: size.width * size.height * 4 }, (_, at) =>
    at % 4 === 3 ? [0, 255, rng.int(256)][rng.int(3)]! : rng.int(256),
  );
  return { data, ...size };
}
const opaque = (name: string): ApngFrame => {
  const frame = noise(name);
  return { ...frame, data: frame.data.map((value, at) => (at % 4 === 3 ? 255 : value)) };
};

/** Every way to dispose of a frame and to blend it, on parts of the canvas. */
const moving: ApngFrame[] = [
  opaque('first'),
  ...[0, 1, 2].flatMap((dispose) =>
    [0, 1].map((blend) =>
      noise(`${dispose} ${blend}`, {
        ...{ dispose, blend },
        width: 9,
        height: 7,
        left: 2 + 3 * dispose,
        top: 1 + blend,
      }),
    ),
  ),
  noise('last', { blend: 1 }),
];

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
test.skipIf(!hasFfmpeg)('frames are the ones that ffmpeg composes, by every disposal and blending', async () => {
  const bytes = await apngOf(moving);
  const folder = mkdtempSync(join(tmpdir(), 'presend-apng-'));
  const file = join(folder, 'a.png');
  writeFileSync(file, bytes);
  const { stdout } = spawnSync(
    'ffmpeg',
    ['-v', 'error', '-f', 'apng', '-i', file, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'],
    { maxBuffer: 2 ** 26 },
  );
  rmSync(folder, { recursive: true });
  const { frames, declared, looked, damaged } = await framesOf(bytes);
  expect([declared, looked, damaged, readableFrames(bytes)]).toEqual([8, 8, 0, 8]);
  expect(frames[0]!.image).toEqual(await decode(bytes));
  const size = width * height * 4;
  expect(stdout.length).toBe(8 * size);
  for (const { index, image } of frames) {
    const theirs = stdout.subarray(index * size, (index + 1) * size);
    let most = 0;
    // Where next to nothing is to be seen, ffmpeg's colour is rounded coarsely.
    for (let pixel = 0; pixel < width * height; pixel++)
      if (theirs[4 * pixel + 3]! >= 128)
        for (let i = 0; i < 3; i++)
          most = Math.max(most, Math.abs(image.data[3 * pixel + i]! - theirs[4 * pixel + i]!));
    // Rounding of what lies over something half clear.
    expect(most, `frame ${index}`).toBeLessThanOrEqual(index < 2 ? 0 : 3);
  }
});

test('a picture that is no frame is looked at first', async () => {
  const bytes = await apngOf([opaque('a'), opaque('b')], { hidden: opaque('hidden') });
  const { frames, declared } = await framesOf(bytes);
  expect([declared, frames.length]).toEqual([3, 3]);
  const { data } = opaque('b');
  expect(frames[2]!.image.data).toEqual(data.filter((_, at) => at % 4 !== 3));
});

test('a frame that is damaged or outside, and those after it, are counted; a million declared frames are refused', async () => {
  const outside = { ...opaque('outside'), left: 1 };
  expect(await framesOf(await apngOf([opaque('a'), outside, opaque('b')]))).toMatchObject({ looked: 1, damaged: 2 });
  const whole = await apngOf([opaque('a'), opaque('b'), opaque('c')]);
  expect(await framesOf(whole.subarray(0, -200))).toMatchObject({ declared: 3, looked: 2, damaged: 1 });
  const bomb = await apngOf([opaque('a'), opaque('b')], { declared: 1_000_000 });
  await expect(framesOf(bomb)).rejects.toThrow(/^too many frames: 1000000, limit 20000$/);
});
