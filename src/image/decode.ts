/**
 * From a file to pixels, as PDQ's authors mean it: pixels as stored, no colour management, alpha dropped (not blended), no EXIF rotation.
 * What `pdq/cpp/io/pdqio.cpp` of github.com/facebook/ThreatExchange reads. The decoder is sharp, pinned: a decoder decides bits.
 */
import { readFileSync } from 'node:fs';
import { isMachineTrouble, RefusedError } from '../util/errors.ts';
import { containerOf, isCut, lacksEnd } from './container.ts';
import { firstFrame } from './jpeg.ts';
import type { Raster } from './raster.ts';
import { sharp } from './sharp.ts';

export { RefusedError };

/** How to decode. */
export interface DecodeOptions {
  /** Turn the picture as its EXIF orientation says. Default false: PDQ hashes pixels as stored. */
  readonly orient?: boolean;
  /** Largest picture to decode, in pixels (width × height). Default 100 million. */
  readonly maxPixels?: number;
}

/** Pixels beyond which a picture is not decoded. */
export const defaultMaxPixels = 100e6;

/**
 * The pixels of a JPEG, PNG, WebP, GIF, AVIF or TIFF, given as bytes or as a path; of several pages or frames the first.
 * Grey pictures have 1 channel, all others 3 (RGB). Throws a RefusedError when there is no whole picture of a fair size.
 */
export async function decode(file: Uint8Array | string, options: DecodeOptions = {}): Promise<Raster> {
  const { orient = false, maxPixels = defaultMaxPixels } = options;
  const bytes = typeof file === 'string' ? readPicture(file) : file;
  if (bytes.length === 0) throw new RefusedError('empty file');
  const container = containerOf(bytes);
  if (!container) throw new RefusedError('not an image: neither JPEG, PNG, WebP, GIF, AVIF nor TIFF');
  if (isCut(container, bytes)) throw truncated();
  try {
    // 'truncated' lets libjpeg's harmless warnings pass, as the reference's decoder does.
    const open = { ignoreIcc: true, failOn: 'truncated', sequentialRead: true, autoOrient: orient } as const;
    // The header alone is read first, without sharp's own limit, so that the refusal can say how large the picture is.
    const { width, height, space } =
      (container === 'JPEG' && jpegHeader(bytes)) ||
      (await sharp(bytes, { ...open, limitInputPixels: false }).metadata());
    if (width * height > maxPixels) throw tooLarge(width, height, maxPixels);
    if (space === 'cmyk') return await decodeCmyk(sharp(bytes, { ...open, limitInputPixels: maxPixels }));
    const grey = space === 'b-w' || space === 'grey16';
    const deep = space === 'grey16' || space === 'rgb16';
    const { data, info } = await sharp(bytes, { ...open, limitInputPixels: maxPixels })
      .removeAlpha()
      .toColourspace(deep ? space : grey ? 'b-w' : 'srgb')
      .raw({ depth: deep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const channels = grey ? 1 : 3;
    if (info.channels !== channels) throw new RefusedError(`not grey or colour: ${info.channels} channels`);
    return { width: info.width, height: info.height, channels, data: deep ? to8Bits(data) : plain(data) };
  } catch (error) {
    if (!isDecoders(error)) throw error;
    if (lacksEnd(container, bytes)) throw truncated();
    throw new RefusedError(`damaged: its ${container} data cannot be decoded`);
  }
}

/** Whether an error is what sharp says of a picture: a plain Error without a code. All others are the machine's trouble, or our bug. */
export const isDecoders = (error: unknown): boolean =>
  error instanceof Error && error.constructor === Error && !('code' in error);

/** What sharp would say of a JPEG of the usual kind, in a tenth of the time; else undefined. */
function jpegHeader(bytes: Uint8Array): { width: number; height: number; space: 'b-w' | 'srgb' } | undefined {
  const { width = 0, height = 0, precision, components = [] } = firstFrame(bytes) ?? {};
  const usual = precision === 8 && (components.length === 1 || components.length === 3) && width * height > 0;
  return usual ? { width, height, space: components.length === 1 ? 'b-w' : 'srgb' } : undefined;
}

/** Ink to light by plain arithmetic, as the reference's decoder does; libvips would go through a printer's profile. */
async function decodeCmyk(picture: ReturnType<typeof sharp>): Promise<Raster> {
  const { data, info } = await picture
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rgb = new Uint8Array(info.width * info.height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4) {
    const light = 255 - data[from + 3]!;
    for (let ink = 0; ink < 3; ink++) rgb[to++] = Math.round(((255 - data[from + ink]!) * light) / 255);
  }
  return { width: info.width, height: info.height, channels: 3, data: rgb };
}

const truncated = (): RefusedError => new RefusedError('truncated: the file ends before its picture does');

/**
 * The bytes of a file; throws a RefusedError where there are none to be had. Read in one go: to be told of it by a promise takes a tenth
 * of the time of a fast hash.
 */
export function readPicture(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMachineTrouble(error)) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EISDIR') throw new RefusedError('a folder, not a picture; name the files in it');
    throw new RefusedError(code === 'ENOENT' ? 'no such file' : 'not a readable file');
  }
}

function tooLarge(width: number, height: number, maxPixels: number): RefusedError {
  const limit = maxPixels % 1e6 === 0 ? `${maxPixels / 1e6} million` : `${maxPixels}`;
  return new RefusedError(`too large: ${width} × ${height} pixels, limit ${limit}`);
}

/** A plain Uint8Array that owns its whole buffer, so that workers can transfer it. */
const plain = (data: Buffer): Uint8Array =>
  data.byteLength === data.buffer.byteLength ? new Uint8Array(data.buffer) : Uint8Array.from(data);

/** 16-bit samples to the nearest of 8 bits, as ImageMagick does; libvips would cut off colour and round grey. */
function to8Bits(data: Buffer): Uint8Array {
  return Uint8Array.from(new Uint16Array(plain(data).buffer), (sample) => Math.round(sample / 257));
}
