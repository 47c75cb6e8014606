/** Edits and parameters that exist because a published benchmark has them, on pictures whose answer is known. */
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src/image/decode.ts';
import { encode } from '../../../src/image/encode.ts';
import type { Raster } from '../../../src/image/raster.ts';
import { applyTransform, resolveTransform, type TransformName } from '../../../src/image/transform/index.ts';
import { cut } from '../../../src/image/transform/pixels.ts';
import { resample } from '../../../src/image/transform/resize.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { flat } from '../picture.ts';
import { difference, expectSame, picture, rmsError, row } from './pictures.ts';

const edit = (image: Raster, name: TransformName, spec: Record<string, number> = {}, seed = 7): Promise<Raster> =>
  applyTransform(image, resolveTransform({ name, ...spec }), seededRng(seed, name));
const shades = async (...args: Parameters<typeof edit>): Promise<number[]> => [...(await edit(...args)).data];
const size = ({ width, height }: Raster): [number, number] => [width, height];
const photo = picture(160, 120);

describe('perception', () => {
  test('vignette: the centre stays, each side falls off by its own length, cut off to whole levels', async () => {
    const out = await edit(flat(101, 51, 1, 200), 'vignette');
    const at = (x: number, y: number): number => out.data[y * 101 + x]!;
    expect(at(50, 25)).toBe(200);
    // 50 px from the middle at a sigma of 50.5: exp(-(50 / 50.5)² / 2) = 0.6126; 25 of 25.5: 0.6184.
    expect([at(0, 25), at(100, 25)]).toEqual([122, 122]);
    expect([at(50, 0), at(50, 50)]).toEqual([123, 123]);
    // 200 × 0.6126 × 0.6184
    expect(at(0, 0)).toBe(75);
    // The peak of an even side lies between two pixels, which both stay.
    expect((await shades(row(90, 90, 90, 90), 'vignette'))[1]).toBe(90);
  });

  test('blur with a radius is a kernel of 2 × radius + 1 and mirrors the edge', async () => {
    const line = Array.from({ length: 15 }, (_, x) => (x === 7 ? 255 : 0));
    const out = await shades(row(...line), 'blur', { sigma: 2, radius: 3 });
    // exp(-k²/8) over their sum for |k| ≤ 3, 4.6346: 0.2158, 0.1904, 0.1309, 0.0701.
    expect(out).toEqual([0, 0, 0, 0, 18, 33, 49, 55, 49, 33, 18, 0, 0, 0, 0]);
    // At the left end the neighbours are 1 0 | 0 is its own mirror: 255 × (0.2158 + 2 × 0 …) of the point alone.
    expect((await shades(row(255, 0, 0, 0, 0, 0, 0, 0), 'blur', { sigma: 2, radius: 3 }))[0]).toBe(55);
    expect((await shades(row(0, 255, 0, 0, 0, 0, 0, 0), 'blur', { sigma: 2, radius: 3 }))[0]).toBe(97);
    expectSame(await edit(flat(9, 5, 3, 77), 'blur', { radius: 3 }), flat(9, 5, 3, 77));
    expect(rmsError(await edit(photo, 'blur', { radius: 12 }), await edit(photo, 'blur'))).toBeLessThan(1);
  });

  test('fit with four cubic taps: the weights of OpenCV at one half, and no smoothing at one quarter', async () => {
    const half = { side: 4, kernel: 2 };
    // Taps -0.09375, 0.59375, 0.59375, -0.09375, the outermost pixel repeated: 1.09375 × 200 beside the edge (it overshoots).
    expect(await shades(row(0, 0, 0, 0, 200, 200, 200, 200), 'fit', half)).toEqual([0, 0, 219, 200]);
    expect(await shades(row(0, 0, 0, 200, 200, 200, 200, 200), 'fit', half)).toEqual([0, 100, 200, 200]);
    // Of four pixels 200 100 100 200 it sees 1.1875 × 100 - 0.1875 × 200 = 81.25; their mean is 150.
    const striped = row(...Array.from({ length: 64 }, (_, x) => (x % 4 === 0 || x % 4 === 3 ? 200 : 100)));
    expect(new Set(await shades(striped, 'fit', { side: 16, kernel: 2 }))).toEqual(new Set([81]));
    for (const kernel of [0, 1])
      expect(
        (await shades(striped, 'fit', { side: 16, kernel })).slice(4, 12).every((v) => Math.abs(v - 150) < 12),
      ).toBe(true);
  });

  test('fit: the longer side, proportions kept, growing only when asked', async () => {
    for (const kernel of [0, 1, 2]) {
      expect(size(await edit(photo, 'fit', { side: 64, kernel }))).toEqual([64, 48]);
      expect(size(await edit(picture(30, 90), 'fit', { side: 45, kernel }))).toEqual([15, 45]);
      expectSame(await edit(photo, 'fit', { side: 200, kernel }), photo);
      expect(size(await edit(photo, 'fit', { side: 320, kernel, enlarge: 1 }))).toEqual([320, 240]);
      const small = await edit(photo, 'fit', { side: 80, kernel });
      expect(rmsError(await edit(small, 'fit', { side: 160, kernel, enlarge: 1 }), photo)).toBeLessThan(8);
    }
    expectSame(await edit(photo, 'fit', { side: 64 }), await resample(photo, 64, 48));
  });

  test('stamp: a word a fifth as wide as the picture, in its lower left corner', async () => {
    const white = flat(500, 300, 3, 255);
    const out = await edit(white, 'stamp');
    const dark: [number, number][] = [];
    for (let y = 0; y < 300; y++)
      for (let x = 0; x < 500; x++) if (out.data[(y * 500 + x) * 3] !== 255) dark.push([x, y]);
    const [xs, ys] = [dark.map(([x]) => x), dark.map(([, y]) => y)];
    // 500 × 0.2 / 360 = 0.2778; margin 108 × 0.2778 = 30; a unit is 1.389 px: letters from 1 to 55 + 15 of 71, strokes 2.5 beyond.
    expect([Math.min(...xs), Math.max(...xs)]).toEqual([29, 129]);
    // A capital is 21 units high and stands on 300 - 30.
    expect([Math.min(...ys), Math.max(...ys)]).toEqual([239, 272]);
    expect(new Set(out.data)).toEqual(new Set([255, 51]));
    expectSame(await edit(white, 'stamp', { opacity: 0 }), white);
    const right = await edit(white, 'stamp', { right: 1 });
    expectSame(cut(right, 0, 0, 300, 300), flat(300, 300, 3, 255));
    expect(difference(right, white)).toBeDefined();
  });
});

describe('PHASER', () => {
  test('border of so many pixels, over the edge or around', async () => {
    const inside = await edit(photo, 'border', { fraction: 0, pixels: 20, inside: 1 });
    expect(size(inside)).toEqual([160, 120]);
    expectSame(cut(inside, 20, 20, 120, 80), cut(photo, 20, 20, 120, 80));
    expect(new Set(cut(inside, 0, 0, 20, 120).data)).toEqual(new Set([255]));
    expect(size(await edit(photo, 'border', { fraction: 0, pixels: 20 }))).toEqual([200, 160]);
    // 30 px a side leave nothing of a picture 50 px high.
    expect(new Set((await edit(flat(80, 50, 1, 9), 'border', { pixels: 30, inside: 1 })).data)).toEqual(new Set([255]));
  });

  test('rotation to the nearest pixel makes no new shade', async () => {
    const two = row(...Array.from({ length: 40 }, (_, x) => (x % 5 < 2 ? 40 : 220)));
    const tall: Raster = { ...two, width: 8, height: 5 };
    expect(new Set(await shades(tall, 'rotate', { degrees: -40, nearest: 1 }))).toEqual(new Set([0, 40, 220]));
    expect(new Set(await shades(tall, 'rotate', { degrees: -40 })).size).toBeGreaterThan(5);
    expectSame(await edit(photo, 'rotate', { degrees: 0, nearest: 1 }), photo);
    expectSame(
      await edit(photo, 'rotate', { degrees: 180, nearest: 1 }),
      await edit(await edit(photo, 'flip'), 'flip', { axis: 1 }),
    );
  });
});

describe('imagededup', () => {
  test('random crop: its size, its contents, and a place that follows the stream', async () => {
    const places = new Set<number>();
    for (let seed = 1; seed <= 8; seed++) {
      const out = await edit(photo, 'random-crop', {}, seed);
      expect(size(out)).toEqual([140, 105]);
      const found: number[] = [];
      for (let top = 0; top <= 15; top++)
        for (let left = 0; left <= 20; left++)
          if (!difference(out, cut(photo, left, top, 140, 105))) found.push(top * 21 + left);
      expect(found).toHaveLength(1);
      places.add(found[0]!);
    }
    expect(places.size).toBeGreaterThan(4);
    expectSame(await edit(photo, 'random-crop', { keep: 1 }), photo);
  });

  test('aspect: the shorter side stays', async () => {
    expect(size(await edit(photo, 'aspect'))).toEqual([120, 120]);
    expect(size(await edit(picture(30, 90), 'aspect'))).toEqual([30, 30]);
    expect(size(await edit(photo, 'aspect', { ratio: 2 }))).toEqual([240, 120]);
    expect(size(await edit(photo, 'aspect', { ratio: 0.5 }))).toEqual([120, 240]);
    expectSame(await edit(photo, 'aspect', { ratio: 1 }), await resample(photo, 120, 120));
  });
});

describe('Copydays and services', () => {
  test.each([0.05, 0.1, 0.5, 0.8])('crop-area of %d of the surface, about the centre', async (share) => {
    const big = picture(400, 300);
    const out = await edit(big, 'crop-area', { share });
    expect(Math.abs((out.width * out.height) / (400 * 300) - (1 - share))).toBeLessThan(0.004);
    const [left, top] = [Math.floor((400 - out.width) / 2), Math.floor((300 - out.height) / 2)];
    expectSame(out, cut(big, left, top, out.width, out.height));
  });

  test('jpeg at a scale is a resize and then one JPEG', async () => {
    const out = await edit(photo, 'jpeg', { quality: 8, scale: 0.25 });
    expectSame(out, await decode(await encode(await resample(photo, 40, 30), { type: 'jpeg', quality: 8 })));
  });

  test('repost is the messenger several times', async () => {
    expectSame(
      await edit(photo, 'repost', { times: 1, maxSide: 100, quality: 60 }),
      await edit(photo, 'messenger', { maxSide: 100, quality: 60 }),
    );
    const twice = await edit(photo, 'repost', { times: 2, maxSide: 100, shrink: 0.5, quality: 60 });
    const once = await edit(photo, 'messenger', { maxSide: 100, quality: 60 });
    expectSame(twice, await edit(once, 'messenger', { maxSide: 50, quality: 60 }));
  });
});
