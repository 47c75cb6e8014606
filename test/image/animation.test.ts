/** Frames of animations and pages: all, or a sample that says so; the first as always; bombs are refused. */
import { describe, expect, test } from 'vitest';
import { eachFrame, type Frame, readableFrames } from '../../src/image/animation.ts';
import { decode, RefusedError } from '../../src/image/decode.ts';
import { defaultMostFrames, evenlySpread } from '../../src/image/frames.ts';
import { sharp } from '../../src/image/sharp.ts';
import { concatBytes } from '../../src/util/bytes.ts';
import { flat, pattern } from './picture.ts';

const [width, height] = [48, 32];
/** Frame i is grey of its own level, so that a viewer shows nothing of the others. */
const level = (i: number): number => 10 + ((i * 37) % 200);
const stack = (frames: number) =>
  sharp(
    Uint8Array.from({ length: width * height * 3 * frames }, (_, at) => level(Math.floor(at / (width * height * 3)))),
    { raw: { width, height: height * frames, channels: 3, pageHeight: height } },
  );
const gif = async (frames: number): Promise<Uint8Array> => stack(frames).gif({ loop: 0 }).toBuffer();
const webp = async (frames: number): Promise<Uint8Array> => stack(frames).webp({ loop: 0, lossless: true }).toBuffer();
const tiff = async (frames: number): Promise<Uint8Array> => {
  const pages = Array.from({ length: frames }, (_, i) => flat(width, height, 3, level(i)));
  const files = pages.map(({ data }) =>
    sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(files), { join: { animated: true } })
    .tiff({ compression: 'lzw' })
    .toBuffer();
};

async function framesOf(bytes: Uint8Array, options: { mostFrames?: number } = {}) {
  const frames: Frame[] = [];
  const count = await eachFrame(bytes, options, (frame) => {
    frames.push(frame);
  });
  return { frames, ...count };
}

describe.each([
  ['GIF', gif],
  ['WebP', webp],
  ['TIFF', tiff],
] as const)('%s', (_, make) => {
  test('every frame is what a viewer shows; the first is that of decode', async () => {
    const bytes = await make(7);
    const { frames, declared, looked, damaged, notes } = await framesOf(bytes);
    expect([declared, looked, damaged, notes, readableFrames(bytes)]).toEqual([7, 7, 0, [], 7]);
    expect(frames.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(frames[0]!.image).toEqual(await decode(bytes));
    for (const { index, image } of frames) {
      expect([image.width, image.height]).toEqual([width, height]);
      expect(new Set(image.data)).toEqual(new Set([level(index)]));
    }
  });

  test('of many frames an evenly spread sample, the same pixels as all', async () => {
    const bytes = await make(23);
    const { frames, looked, declared } = await framesOf(bytes, { mostFrames: 5 });
    expect([looked, declared]).toEqual([5, 23]);
    expect(frames.map(({ index }) => index)).toEqual([0, 6, 11, 17, 22]);
    for (const { index, image } of frames) expect(image.data[0]).toBe(level(index));
  });

  test('a file that ends inside its frames: those before are looked at, the others are counted', async () => {
    const bytes = await make(9);
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
    // A TIFF's directories may lie behind its data: then nothing is there to be read.
    const counted = await framesOf(cut).catch((error: unknown) => error);
    if (counted instanceof RefusedError) expect(counted.message).toMatch(/truncated|damaged/);
    else {
      const { looked, damaged, declared, frames } = counted as Awaited<ReturnType<typeof framesOf>>;
      expect(looked).toBeGreaterThan(0);
      expect(looked + damaged).toBe(declared);
      expect(frames).toHaveLength(looked);
    }
  });
});

test('a still picture is one frame, of any format', async () => {
  const picture = pattern(9, 7, 3);
  const bytes = await sharp(picture.data, { raw: { width: 9, height: 7, channels: 3 } })
    .png()
    .toBuffer();
  const { frames, declared, looked, notes } = await framesOf(bytes);
  expect([declared, looked, notes]).toEqual([1, 1, []]);
  expect(frames).toEqual([{ index: 0, image: picture }]);
});

test('the sample has the first and the last, and no index twice', () => {
  expect(evenlySpread(3, 64)).toEqual([0, 1, 2]);
  expect(evenlySpread(1000, 1)).toEqual([0]);
  for (const [count, most] of [
    [65, 64],
    [1000, 64],
    [20_000, 7],
  ] as const) {
    const sample = evenlySpread(count, most);
    expect([sample[0], sample.at(-1), new Set(sample).size]).toEqual([0, count - 1, most]);
  }
});

describe('bombs are refused with one sentence', () => {
  /** An animated GIF whose image blocks are repeated: its frames cost a few bytes each. */
  const repeated = async (times: number, size?: readonly [number, number]): Promise<Uint8Array> => {
    const bytes = new Uint8Array(await gif(2));
    if (size) {
      const view = new DataView(bytes.buffer);
      view.setUint16(6, size[0], true);
      view.setUint16(8, size[1], true);
    }
    const block = Uint8Array.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
    const blocks = new Uint8Array(times * block.length);
    for (let i = 0; i < times; i++) blocks.set(block, i * block.length);
    return concatBytes(bytes.subarray(0, -1), blocks, Uint8Array.of(0x3b));
  };

  test('a million frames, and a few frames of many pixels in a few bytes', async () => {
    await expect(framesOf(await repeated(1_000_000))).rejects.toThrow(/^too many frames: 1000002, limit 20000$/);
    await expect(framesOf(await repeated(60, [2000, 2000]))).rejects.toThrow(
      /^too large: 62 frames of 2000 × 2000 pixels in a file of \d+ bytes$/,
    );
  });

  test('as many frames as a short clip has are looked at in part', async () => {
    const { declared, looked, damaged } = await framesOf(await repeated(300));
    expect([declared, looked + damaged]).toEqual([302, defaultMostFrames]);
  });
});
