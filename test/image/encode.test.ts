import { describe, expect, test } from 'vitest';
import { decode } from '../../src/image/decode.ts';
import { encode, type ImageFormat } from '../../src/image/encode.ts';
import { sharp } from '../../src/image/sharp.ts';
import { pattern } from './picture.ts';

const formats: ImageFormat[] = [
  { type: 'jpeg', quality: 80 },
  { type: 'jpeg', quality: 80, chroma: '4:4:4' },
  { type: 'png' },
  { type: 'webp', quality: 75 },
  { type: 'avif', quality: 50 },
];

describe.each(formats)('%j', (format) => {
  test.each([1, 3] as const)(
    '%i channels: the same bytes twice, without metadata, of the same size',
    async (channels) => {
      const image = pattern(70, 50, channels);
      const file = await encode(image, format);
      expect(await encode(image, format)).toEqual(file);
      expect(file.constructor).toBe(Uint8Array);
      const { exif, icc, xmp, iptc, width, height } = await sharp(file).metadata();
      expect({ exif, icc, xmp, iptc }).toEqual({});
      expect([width, height]).toEqual([70, 50]);
      const back = await decode(file);
      if (format.type === 'png') expect(back).toEqual(image);
      if (format.type === 'jpeg') expect(back.channels).toBe(channels);
    },
  );
});

test('JPEG chroma is subsampled unless asked otherwise', async () => {
  const subsampling = async (format: ImageFormat) =>
    (await sharp(await encode(pattern(16, 16, 3), format)).metadata()).chromaSubsampling;
  expect(await subsampling({ type: 'jpeg', quality: 95 })).toBe('4:2:0');
  expect(await subsampling({ type: 'jpeg', quality: 95, chroma: '4:4:4' })).toBe('4:4:4');
});
