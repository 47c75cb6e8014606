/** Pictures in every container: a small one, decoded and hashed; and JPEGs large enough for the fast decoder, held against the plain one. */
import sharp from 'sharp';
import { pdq, pdqOf } from '../../../src/hash/pdq.ts';
import { decode } from '../../../src/image/decode.ts';
import { decodeFast, leastReduced } from '../../../src/image/decode-fast.ts';
import { utf8 } from '../../../src/util/bytes.ts';
import { UserError } from '../../../src/util/errors.ts';
import { seededRng } from '../../../src/util/rng.ts';
import type { Target } from '../target.ts';

/** A smooth picture with a little noise, the same each time. */
function drawn(width: number, height: number, channels: 1 | 3 | 4, noise = 16) {
  const rng = seededRng(channels, 'campaign picture');
  const data = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => 128 + 60 * Math.sin(i / 37) + 50 * Math.sin(i / (width * 9)) + rng.int(noise),
  );
  return sharp(data, { raw: { width, height, channels } });
}

const small = (channels: 1 | 3 | 4) => drawn(72, 56, channels);

function containers(): Record<string, () => Promise<Uint8Array>> {
  return {
    'PNG, colour': () => small(3).png().toBuffer(),
    'PNG, alpha and palette': () => small(4).png({ palette: true }).toBuffer(),
    'PNG, 16 bits grey, interlaced': () => small(1).toColourspace('grey16').png({ progressive: true }).toBuffer(),
    'JPEG, colour': () => small(3).jpeg().toBuffer(),
    'JPEG, grey, progressive, EXIF': () =>
      small(1).withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer(),
    'JPEG, CMYK': () => small(3).toColourspace('cmyk').jpeg().toBuffer(),
    WebP: () => small(3).webp().toBuffer(),
    'WebP, lossless, alpha': () => small(4).webp({ lossless: true }).toBuffer(),
    'WebP, animated': () => frames().webp({ loop: 0 }).toBuffer(),
    GIF: () => small(3).gif().toBuffer(),
    'GIF, animated': () => frames().gif({ loop: 0 }).toBuffer(),
    AVIF: () => small(3).avif({ effort: 0 }).toBuffer(),
    'TIFF, LZW': () => small(3).tiff({ compression: 'lzw' }).toBuffer(),
    'TIFF, deflate, tiles': () =>
      small(4).tiff({ compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(),
    SVG: async () =>
      utf8('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'),
  };
}

/** Three frames, one below the other. */
function frames() {
  const data = Uint8Array.from({ length: 24 * 60 * 3 }, (_, i) => 128 + 100 * Math.sin(i / 41));
  return sharp(data, { raw: { width: 24, height: 60, channels: 3, pageHeight: 20 } });
}

export const pictures: Target = {
  name: 'pictures',
  floorMillis: 250,
  millisPerByte: 0.1,
  mostMebibytes: 1000,
  seeds: () =>
    Promise.all(
      Object.entries(containers()).map(async ([name, bytes]) => ({
        name,
        bytes: await bytes(),
        // SVG is not read: its pixels depend on the fonts of the machine.
        ...(name === 'SVG' ? { refused: true as const } : {}),
        async read(file) {
          checkHash(pdq.hash(await decode(file)));
          return 0;
        },
      })),
    ),
};

const side = leastReduced + 8;

function jpegs(): Record<string, () => Promise<Uint8Array>> {
  const large = (channels: 1 | 3, noise = 1) => drawn(side, side, channels, noise);
  return {
    'JPEG, colour': () => large(3).jpeg({ quality: 20 }).toBuffer(),
    'JPEG, grey': () => large(1, 4).jpeg({ quality: 10 }).toBuffer(),
    'JPEG, progressive': () => large(3).jpeg({ quality: 20, progressive: true }).toBuffer(),
    'JPEG, grey, progressive': () => large(1).jpeg({ quality: 20, progressive: true }).toBuffer(),
    'JPEG, no subsampling, optimised': () =>
      large(3).jpeg({ quality: 20, chromaSubsampling: '4:4:4', optimiseCoding: true }).toBuffer(),
  };
}

export const fastJpeg: Target = {
  name: 'fast JPEG',
  floorMillis: 250,
  millisPerByte: 0.1,
  mostMebibytes: 1000,
  seeds: () =>
    Promise.all(
      Object.entries(jpegs()).map(async ([name, bytes]) => ({
        name,
        bytes: await bytes(),
        async read(file) {
          const plain = await settled(decode(file));
          const fast = await settled(decodeFast(file));
          if ('refused' in fast && !('refused' in plain))
            throw new Error(`the fast decoder refuses what the plain one reads: ${fast.refused}`);
          if ('refused' in plain) {
            if ('read' in fast) throw new Error(`the fast decoder reads what the plain one refuses: ${plain.refused}`);
            throw new UserError(plain.refused);
          }
          if ('read' in fast) checkFast(plain.read, fast.read);
          return 0;
        },
      })),
    ),
};

async function settled<T>(work: Promise<T>): Promise<{ read: T } | { refused: string }> {
  try {
    return { read: await work };
  } catch (error) {
    if (error instanceof UserError) return { refused: error.message };
    throw error;
  }
}

function checkFast(
  plain: Awaited<ReturnType<typeof decode>>,
  { image, reduced }: Awaited<ReturnType<typeof decodeFast>>,
): void {
  const scale = reduced ? 4 : 1;
  for (const side of ['width', 'height'] as const)
    if (image[side] !== Math.ceil(plain[side] / scale))
      throw new Error(`the fast decoder reads ${image[side]} pixels of ${side} where there are ${plain[side]}`);
  checkHash(pdqOf(image, { dihedral: false, reduced }).own);
}

function checkHash({ hash, quality }: { hash: Uint8Array; quality: number }): void {
  if (hash.length !== 32 || !(quality >= 0 && quality <= 100)) throw new Error('no hash');
}
