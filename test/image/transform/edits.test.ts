/** What each edit does, on pictures whose answer is known. */
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src/image/decode.ts';
import type { Raster } from '../../../src/image/raster.ts';
import { applyTransform, resolveTransform, type TransformName } from '../../../src/image/transform/index.ts';
import { messengerFile } from '../../../src/image/transform/messenger.ts';
import { cut } from '../../../src/image/transform/pixels.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { difference, expectSame, picture, rmsError, row } from './pictures.ts';

const edit = (image: Raster, name: TransformName, spec: Record<string, number> = {}, seed = 7): Promise<Raster> =>
  applyTransform(image, resolveTransform({ name, ...spec }), seededRng(seed, name));
const shades = async (...args: Parameters<typeof edit>): Promise<number[]> => [...(await edit(...args)).data];
const size = ({ width, height }: Raster): [number, number] => [width, height];
const photo = picture(160, 120);

describe('geometry', () => {
  test('none is the identity', async () => expectSame(await edit(photo, 'none'), photo));

  test('resize', async () => {
    expect(size(await edit(photo, 'resize', { factor: 0.5 }))).toEqual([80, 60]);
    expect(size(await edit(picture(5, 3), 'resize', { factor: 0.01 }))).toEqual([1, 1]);
    const back = await edit(await edit(photo, 'resize', { factor: 2 }), 'resize', { factor: 0.5 });
    expect(rmsError(back, photo)).toBeLessThan(4);
    // Halving a ramp gives the means of its pairs: nothing is shifted.
    const ramp = row(...Array.from({ length: 40 }, (_, x) => 5 * x));
    const halved = await shades(ramp, 'resize', { factor: 0.5 });
    for (let x = 3; x < 17; x++) expect(Math.abs(halved[x]! - (10 * x + 2.5)), `x = ${x}`).toBeLessThanOrEqual(1);
  });

  test('crop cuts the same share off each side and keeps the rest as it is', async () => {
    const cropped = await edit(photo, 'crop', { fraction: 0.1 });
    expectSame(cropped, cut(photo, 16, 12, 128, 96));
    expect(size(await edit(picture(2, 3), 'crop', { fraction: 0.49 }))).toEqual([2, 1]);
  });

  test('flip by hand, and twice is the identity', async () => {
    expect(await shades(row(1, 2, 3), 'flip')).toEqual([3, 2, 1]);
    expect(await shades(row(1, 2, 3), 'flip', { axis: 1 })).toEqual([1, 2, 3]);
    for (const axis of [0, 1]) {
      const once = await edit(photo, 'flip', { axis });
      expect(difference(once, photo)).toBeDefined();
      expectSame(await edit(once, 'flip', { axis }), photo);
    }
  });

  test('rotate: clockwise, about the centre, empty corners black', async () => {
    const square: Raster = { width: 2, height: 2, channels: 1, data: Uint8Array.of(10, 20, 30, 40) };
    expect(await shades(square, 'rotate', { degrees: 90 })).toEqual([30, 10, 40, 20]);
    expectSame(await edit(photo, 'rotate', { degrees: 0 }), photo);
    const half = await edit(photo, 'rotate', { degrees: 180 });
    expectSame(half, await edit(await edit(photo, 'flip'), 'flip', { axis: 1 }));
    const turned = await edit(photo, 'rotate', { degrees: 30 });
    expect(size(turned)).toEqual([160, 120]);
    expect([...turned.data.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  test('border around, inside, and as a letterbox', async () => {
    const around = await edit(photo, 'border', { fraction: 0.1, shade: 200 });
    expect(size(around)).toEqual([184, 144]);
    expectSame(cut(around, 12, 12, 160, 120), photo);
    expect(new Set(cut(around, 0, 0, 184, 12).data)).toEqual(new Set([200]));
    const inside = await edit(photo, 'border', { fraction: 0.1, inside: 1 });
    expect(size(inside)).toEqual([160, 120]);
    expectSame(cut(inside, 12, 12, 136, 96), cut(photo, 12, 12, 136, 96));
    expect(new Set(cut(inside, 148, 0, 12, 120).data)).toEqual(new Set([255]));
    const letterbox = await edit(photo, 'border', { fraction: 0.2, shade: 0, letterbox: 1 });
    expect(size(letterbox)).toEqual([160, 168]);
    expectSame(cut(letterbox, 0, 24, 160, 120), photo);
  });
});

describe('tones', () => {
  test('brightness, contrast and gamma by hand', async () => {
    const tones = row(0, 51, 128, 204, 255);
    expect(await shades(tones, 'brightness', { factor: 1.5 })).toEqual([0, 77, 192, 255, 255]);
    expect(await shades(tones, 'contrast', { factor: 2 })).toEqual([0, 0, 129, 255, 255]);
    expect(await shades(tones, 'contrast', { factor: 0 })).toEqual([128, 128, 128, 128, 128]);
    // 255 × (51/255)² = 10.2; 255 × (128/255)² = 64.25; 255 × (204/255)² = 163.2
    expect(await shades(tones, 'gamma', { exponent: 2 })).toEqual([0, 10, 64, 163, 255]);
    for (const name of ['brightness', 'contrast'] as const) expectSame(await edit(photo, name, { factor: 1 }), photo);
  });

  test('noise has mean 0 and the sigma asked for, is the same in all channels, and follows the stream', async () => {
    const flat: Raster = { width: 200, height: 200, channels: 3, data: new Uint8Array(120_000).fill(128) };
    const noisy = await edit(flat, 'noise', { sigma: 0.1 });
    const offsets = [...noisy.data].map((value) => value - 128);
    // 40,000 draws: the standard error of the mean is 25.5 / 200 = 0.13, that of sigma 0.09.
    expect(Math.abs(offsets.reduce((sum, each) => sum + each, 0) / offsets.length)).toBeLessThan(0.5);
    expect(Math.abs(rmsError(noisy, flat) - 25.5)).toBeLessThan(0.4);
    const within = offsets.filter((each) => Math.abs(each) <= 25).length / offsets.length;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.01);
    for (let i = 0; i < 300; i += 3) expect(noisy.data[i + 1]).toBe(noisy.data[i]);
    expect(difference(await edit(flat, 'noise', { sigma: 0.1 }, 8), noisy)).toBeDefined();
    expectSame(await edit(photo, 'noise', { sigma: 0 }), photo);
  });

  test('blur spreads a point into a bell of the sigma asked for', async () => {
    const point: Raster = { width: 41, height: 41, channels: 1, data: new Uint8Array(41 * 41) };
    for (let y = 19; y <= 21; y++) for (let x = 19; x <= 21; x++) point.data[y * 41 + x] = 255;
    const { data } = await edit(point, 'blur', { sigma: 2 });
    let [sum, squares] = [0, 0];
    data.forEach((value, i) => {
      sum += value;
      squares += value * ((i % 41) - 20) ** 2;
    });
    // Variances add: sigma² of the bell plus (3² − 1) / 12 of the 3 × 3 block.
    expect(Math.abs(squares / sum - (4 + 2 / 3))).toBeLessThan(0.6);
  });
});

describe('codecs', () => {
  test.each(['jpeg', 'webp', 'avif'] as const)('%s: the lower the quality, the larger the error', async (name) => {
    const errors: number[] = [];
    for (const quality of [5, 30, 60, 95]) errors.push(rmsError(await edit(photo, name, { quality }), photo));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(errors[3]).toBeGreaterThan(0);
    expect(errors[3]).toBeLessThan(5);
  });

  test('messenger: the longer side fits, proportions stay, nothing grows', async () => {
    expect(size(await edit(photo, 'messenger', { maxSide: 80 }))).toEqual([80, 60]);
    expect(size(await edit(picture(30, 90), 'messenger', { maxSide: 40 }))).toEqual([13, 40]);
    expect(size(await edit(picture(300, 1), 'messenger', { maxSide: 10 }))).toEqual([10, 1]);
    expect(size(await edit(photo, 'messenger'))).toEqual([160, 120]);
  });

  test('messenger: one JPEG, without metadata, and its file is what it shows', async () => {
    const file = await messengerFile(photo, { maxSide: 100, quality: 60 });
    expect([...file.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    const text = Buffer.from(file).toString('latin1');
    for (const mark of ['Exif', 'http://ns.adobe.com', 'ICC_PROFILE', 'Photoshop']) expect(text).not.toContain(mark);
    const shown = await edit(photo, 'messenger', { maxSide: 100, quality: 60 });
    expectSame(await decode(file), shown);
    // With nothing to shrink it is the jpeg edit, to the bit: no second compression hides in it.
    expectSame(await edit(photo, 'messenger', { quality: 60 }), await edit(photo, 'jpeg', { quality: 60 }));
    expectSame(await decode(await messengerFile(photo)), await edit(photo, 'messenger'));
  });
});

describe('overlays', () => {
  test('caption: the picture is untouched below a white bar with dark letters', async () => {
    const out = await edit(photo, 'caption', { bar: 0.25 });
    expect(size(out)).toEqual([160, 150]);
    expectSame(cut(out, 0, 30, 160, 120), photo);
    const bar = cut(out, 0, 0, 160, 30).data;
    const dark = bar.filter((value) => value < 64).length / bar.length;
    expect(dark).toBeGreaterThan(0.01);
    expect(dark).toBeLessThan(0.3);
    expect(bar[0]).toBe(255);
  });

  test('watermark: more opaque, more changed; at 0 nothing', async () => {
    expectSame(await edit(photo, 'watermark', { opacity: 0 }), photo);
    const faint = rmsError(await edit(photo, 'watermark', { opacity: 0.2 }), photo);
    const strong = rmsError(await edit(photo, 'watermark', { opacity: 0.8 }), photo);
    expect(faint).toBeGreaterThan(1);
    expect(strong).toBeGreaterThan(2 * faint);
  });

  test('caption and watermark texts follow the stream', async () => {
    for (const name of ['caption', 'watermark'] as const) {
      const texts = await Promise.all([1, 2, 3, 4].map(async (seed) => (await shades(photo, name, {}, seed)).join()));
      expect(new Set(texts).size, name).toBeGreaterThan(1);
    }
  });

  test('screenshot: the scaled picture, pixel for pixel, between two bars', async () => {
    const out = await edit(photo, 'screenshot', { scale: 0.5, bar: 0.2, margin: 0.1 });
    expect(size(out)).toEqual([96, 84]);
    expectSame(cut(out, 8, 12, 80, 60), await edit(photo, 'resize', { factor: 0.5 }));
    const bar = cut(out, 0, 0, 96, 12).data;
    expect([...bar.subarray(0, 3)]).toEqual([24, 24, 28]);
    expect(Math.max(...bar), 'the clock').toBeGreaterThan(180);
  });
});
