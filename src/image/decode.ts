/**
 * Decodes a file as PDQ's authors do: pixels as stored, no colour management, alpha dropped (not blended), no rotation. This follows
 * `pdq/cpp/io/pdqio.cpp` of github.com/facebook/ThreatExchange. The decoder is sharp at a pinned version, because a decoder determines
 * bits.
 *
 * - **Orientation**: one policy for all formats. By default no picture is rotated, neither by EXIF (JPEG, PNG, WebP, TIFF) nor by a
 *   property of the file (irot and imir in AVIF). With `orient` all of them apply, as in messengers and viewers.
 * - **Alpha**: clear pixels keep the colour that the file gives them, even if a decoder would lose it (GIF). The area outside the first
 *   frame of a GIF has Pillow's colour.
 * - **Files that lack their end** are read if their picture is complete, as in decoders and browsers, and otherwise refused.
 */
import { RefusedError, systemCode } from '../util/errors.ts';
import { asStill, withGround, withoutClear, withoutTurn } from './as-stored.ts';
import { lacksEnd } from './container.ts';
import { framesOf, unreadFrames } from './frames.ts';
import { gifFacts } from './gif.ts';
import { firstFrame, mostScans, scansOf } from './jpeg.ts';
import { lacksScans, missingShare } from './jpeg-missing.ts';
import type { Raster } from './raster.ts';
import { nothing, readPicture } from './read-picture.ts';
import { sharp } from './sharp.ts';
import { type Container, containerOf, whyNotRead } from './signatures.ts';
import { tiffRefusal, unusualTiff } from './tiff.ts';
import { quarterLuma } from './wasm/jpeg.ts';
import { wholeTiff, withEnd } from './whole.ts';

export { RefusedError };

/** Options for decoding. */
export interface DecodeOptions {
  /** Rotate and mirror the picture as its file says. Default false: PDQ hashes pixels as stored. */
  readonly orient?: boolean;
  /** Largest picture to decode, in pixels (width × height). Default 100 million. */
  readonly maxPixels?: number;
}

/** A picture, with sentences for the user about unread or corrupt parts. */
export interface DecodedPicture {
  readonly image: Raster;
  readonly notes: readonly string[];
  /** Whether the first note says that further frames or pages were not looked at. */
  readonly isPart: boolean;
}

/** Number of pixels above which a picture is not decoded. */
export const defaultMaxPixels = 100e6;

/** Largest fraction of a JPEG with an end marker that may lack data: a decoder that is out of step by a few blocks loses as much. */
const tolerated = 0.01;

/** Height in rows below which the last rows, about which the decoder does not warn, are more than a few hundredths of a JPEG. */
const low = 512;

const incomplete = 'its JPEG data are damaged or incomplete; what decoders make of them was looked at';

/**
 * The pixels of a JPEG, PNG, WebP, GIF, AVIF or TIFF, given as bytes or as a path; the first of several pages or frames. Grey pictures have
 * 1 channel, all others 3 (RGB). Throws a RefusedError if there is no complete picture of acceptable size.
 */
export const decode = async (file: Uint8Array | string, options: DecodeOptions = {}): Promise<Raster> =>
  (await decodePicture(file, options)).image;

/** `decode`, with notes. */
export async function decodePicture(file: Uint8Array | string, options: DecodeOptions = {}): Promise<DecodedPicture> {
  const bytes = typeof file === 'string' ? readPicture(file) : file;
  if (bytes.length === 0) throw new RefusedError(nothing);
  const container = containerOf(bytes);
  if (!container) throw new RefusedError(whyNotRead(bytes) ?? 'not an image');
  const more = unreadFrames(container, framesOf(container, bytes));
  const { image, sound } = await pixelsOf(container, bytes, options);
  return { image, notes: [...(more ? [more] : []), ...(sound ? [] : [incomplete])], isPart: more !== undefined };
}

/** A picture, and whether the decoder gave no warning. */
interface Pixels {
  readonly image: Raster;
  readonly sound: boolean;
}

async function pixelsOf(container: Container, bytes: Uint8Array, options: DecodeOptions): Promise<Pixels> {
  try {
    if (container === 'JPEG') return await jpegPixels(bytes, options);
    const file = container === 'TIFF' ? mustBeWhole(bytes) : bytes;
    try {
      return { image: await storedPixels(container, file, options), sound: true };
    } catch (error) {
      const ended = isDecoders(error) ? withEnd(container, file) : undefined;
      if (!ended) throw error;
      return { image: await storedPixels(container, ended, options), sound: true };
    }
  } catch (error) {
    if (!isDecoders(error)) throw error;
    if (lacksEnd(container, bytes)) throw truncated();
    throw new RefusedError(unusual(container, bytes) ?? `damaged: its ${container} data cannot be decoded`);
  }
}

/**
 * Whether the decoder rejected its input; it throws a plain Error in that case. Any other error is a bug or a machine failure, and not the
 * picture's fault.
 */
export const isDecoders = (error: unknown): boolean =>
  error instanceof Error &&
  Object.getPrototypeOf(error) === Error.prototype &&
  systemCode(error) === undefined &&
  !/out of memory/i.test(error.message);

/**
 * Decodes a JPEG. The decoder fills missing data with grey. Its warning for this is the same as for harmless faults, and it gives none for
 * the last rows. A file is therefore checked again if it causes a warning, is low, or lacks its end. A file that only lacks its
 * end-of-image marker gets one.
 */
async function jpegPixels(bytes: Uint8Array, options: DecodeOptions): Promise<Pixels> {
  const ended = withEnd('JPEG', bytes);
  const file = ended ?? bytes;
  const sound = await withoutWarning(file, options);
  if (sound && !ended && (sound.height >= low || quarterLuma(bytes))) return { image: sound, sound: true };
  const image = sound ?? (await decodeWith(file, options));
  const missing = missingShare(file, ended !== undefined);
  if (ended && (missing !== 0 || lacksScans(file))) throw truncated();
  if (missing !== undefined && missing > tolerated)
    throw new RefusedError(`truncated or damaged: ${Math.ceil(100 * missing)} % of its picture have no data`);
  return { image, sound: sound !== undefined && !missing };
}

/** The decoder's result, or undefined if it warned. */
async function withoutWarning(file: Uint8Array, options: DecodeOptions): Promise<Raster | undefined> {
  try {
    return await decodeWith(file, { ...options, failOn: 'warning' });
  } catch (error) {
    if (isDecoders(error)) return undefined;
    throw error;
  }
}

/** A picture as its file stores it, or rotated as the file says. */
async function storedPixels(container: Container, bytes: Uint8Array, options: DecodeOptions): Promise<Raster> {
  if (container === 'AVIF') return decodeWith(asStill(options.orient ? bytes : withoutTurn(bytes)), options);
  if (container !== 'GIF') return decodeWith(bytes, options);
  const facts = gifFacts(bytes);
  return withGround(await decodeWith(withoutClear(bytes, facts), options), facts);
}

/** A TIFF that the decoder can read. */
function mustBeWhole(bytes: Uint8Array): Uint8Array {
  const refusal = tiffRefusal(bytes);
  if (refusal !== undefined) throw new RefusedError(refusal);
  const whole = wholeTiff(bytes);
  if (whole === 'cut') throw truncated();
  return whole;
}

/**
 * Consecutive frames of an animated GIF or WebP, or pages of a TIFF of one size, from `page` on (from 0). Throws the decoder's plain Error, or
 * a RefusedError.
 */
export async function decodePages(
  bytes: Uint8Array,
  { page, pages }: { readonly page: number; readonly pages: number },
  options: DecodeOptions,
): Promise<Raster[]> {
  // A stack of frames may be larger than a single picture; what is asked for together is bounded by the caller.
  const maxPixels = pages * (options.maxPixels ?? defaultMaxPixels);
  const { width, height, channels, data } = await decodeWith(bytes, { ...options, maxPixels, page, pages });
  const each = height / pages;
  if (!Number.isInteger(each)) throw new RefusedError('its frames have several sizes');
  const size = width * each * channels;
  return Array.from({ length: pages }, (_, i) => ({
    width,
    height: each,
    channels,
    data: pages === 1 ? data : data.slice(i * size, (i + 1) * size),
  }));
}

/** The decoder's result. 'truncated' ignores libjpeg's harmless warnings, as the reference's decoder does. */
async function decodeWith(
  bytes: Uint8Array,
  {
    orient = false,
    maxPixels = defaultMaxPixels,
    failOn = 'truncated',
    page,
    pages,
  }: DecodeOptions & { readonly failOn?: FailOn; readonly page?: number; readonly pages?: number },
): Promise<Raster> {
  const which = page === undefined ? {} : { page, pages: pages ?? 1 };
  const open = { ignoreIcc: true, failOn, sequentialRead: true, autoOrient: orient, ...which } as const;
  // The header is read first, without sharp's own limit, so that the refusal can state the size of the picture.
  const { width, height, space, depth } =
    jpegHeader(bytes) ?? (await sharp(bytes, { ...open, limitInputPixels: false }).metadata());
  if (width * height > maxPixels) throw tooLarge(width, height, maxPixels);
  if (depth !== 'uchar' && depth !== 'ushort')
    throw new RefusedError(
      `its samples are numbers of the type ${depth}, whose range is not stated: save it with 8 or 16 bits per sample`,
    );
  if (space === 'cmyk') return decodeCmyk(sharp(bytes, { ...open, limitInputPixels: maxPixels }));
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
}

type FailOn = 'truncated' | 'warning';

/** sharp's metadata of an ordinary JPEG, in a tenth of the time; otherwise undefined. */
function jpegHeader(
  bytes: Uint8Array,
): { width: number; height: number; space: 'b-w' | 'srgb'; depth: 'uchar' } | undefined {
  const { width = 0, height = 0, precision, components = [] } = firstFrame(bytes) ?? {};
  const usual = precision === 8 && (components.length === 1 || components.length === 3) && width * height > 0;
  return usual ? { width, height, space: components.length === 1 ? 'b-w' : 'srgb', depth: 'uchar' } : undefined;
}

/** Why the decoder may not support a valid file, in words. */
function unusual(container: Container, bytes: Uint8Array): string | undefined {
  if (container === 'TIFF') return unusualTiff(bytes);
  const frame = container === 'JPEG' ? firstFrame(bytes) : undefined;
  if (frame && (frame.precision !== 8 || ![0xc0, 0xc1, 0xc2, 0xc9, 0xca].includes(frame.marker)))
    return `a JPEG of a rare kind (${frame.precision} bits per sample, process ${frame.marker - 0xc0}), which is not read: save it as PNG`;
  const scans = container === 'JPEG' ? scansOf(bytes) : 0;
  return scans > mostScans ? `a JPEG of ${scans} scans, which is not read: at most ${mostScans} are` : undefined;
}

/** Converts CMYK to RGB by plain arithmetic, as the reference's decoder does; libvips would apply a printer's profile. */
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

function tooLarge(width: number, height: number, maxPixels: number): RefusedError {
  const limit = maxPixels % 1e6 === 0 ? `${maxPixels / 1e6} million` : `${maxPixels}`;
  return new RefusedError(`too large: ${width} × ${height} pixels, limit ${limit}`);
}

/** A plain Uint8Array that owns its whole buffer, so that workers can transfer it. */
const plain = (data: Buffer): Uint8Array =>
  data.byteLength === data.buffer.byteLength ? new Uint8Array(data.buffer) : Uint8Array.from(data);

/** Rounds 16-bit samples to 8 bits, as ImageMagick does; libvips would truncate colour and round grey. */
function to8Bits(data: Buffer): Uint8Array {
  return Uint8Array.from(new Uint16Array(plain(data).buffer), (sample) => Math.round(sample / 257));
}
