/**
 * From a file to pixels, as PDQ's authors mean it: pixels as stored, no colour management, alpha dropped (not blended), no rotation.
 * What `pdq/cpp/io/pdqio.cpp` of github.com/facebook/ThreatExchange reads. The decoder is sharp, pinned: a decoder decides bits.
 *
 * - **Orientation**: one policy for all formats. By default no picture is turned, whatever says that it should be: EXIF (JPEG, PNG, WebP,
 *   TIFF) or a property of the file (irot and imir in AVIF). With `orient` all of them are followed, as messengers and viewers do.
 * - **Alpha**: clear pixels keep the colour that the file gives them, also where a decoder would forget it (GIF). What the first frame of a
 *   GIF leaves empty has the colour that Pillow gives it.
 * - **Files that lack their end** are read where their picture is complete, as decoders and browsers do, and refused where it is not.
 */
import { RefusedError, systemCode } from '../util/errors.ts';
import { withGround, withoutClear, withoutTurn } from './as-stored.ts';
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

/** How to decode. */
export interface DecodeOptions {
  /** Turn and mirror the picture as its file says. Default false: PDQ hashes pixels as stored. */
  readonly orient?: boolean;
  /** Largest picture to decode, in pixels (width × height). Default 100 million. */
  readonly maxPixels?: number;
}

/** A picture, with sentences for the user about what was not read or was damaged. */
export interface DecodedPicture {
  readonly image: Raster;
  readonly notes: readonly string[];
}

/** Pixels beyond which a picture is not decoded. */
export const defaultMaxPixels = 100e6;

/** Largest share of a JPEG that ends with its marker and may have no data: a decoder that is out of step by some blocks loses as many. */
const tolerated = 0.01;

/** Rows of a JPEG below which the last ones, of which the decoder does not warn, are more than some hundredths of it. */
const low = 512;

const incomplete = 'its JPEG data are damaged or incomplete; what decoders make of them was looked at';

/**
 * The pixels of a JPEG, PNG, WebP, GIF, AVIF or TIFF, given as bytes or as a path; of several pages or frames the first.
 * Grey pictures have 1 channel, all others 3 (RGB). Throws a RefusedError when there is no whole picture of a fair size.
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
  return { image, notes: [...(more ? [more] : []), ...(sound ? [] : [incomplete])] };
}

/** A picture, and whether its decoder had nothing to complain about. */
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
 * Whether the decoder gave up on its input. It throws a plain Error for that; whatever else comes is our bug or the machine's trouble, and
 * no fault of the picture.
 */
export const isDecoders = (error: unknown): boolean =>
  error instanceof Error &&
  Object.getPrototypeOf(error) === Error.prototype &&
  systemCode(error) === undefined &&
  !/out of memory/i.test(error.message);

/**
 * A JPEG. The decoder fills with grey what has no data, and says so by a warning as it does of harmless things, but not of the last rows: a
 * file of which it warns, that is low or that lacks its end is looked at again. What lacks only its end-of-image marker is given one.
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

/** What the decoder gives, or undefined where it warned. */
async function withoutWarning(file: Uint8Array, options: DecodeOptions): Promise<Raster | undefined> {
  try {
    return await decodeWith(file, { ...options, failOn: 'warning' });
  } catch (error) {
    if (isDecoders(error)) return undefined;
    throw error;
  }
}

/** A picture as its file stores it, or turned as the file says. */
async function storedPixels(container: Container, bytes: Uint8Array, options: DecodeOptions): Promise<Raster> {
  if (container === 'AVIF') return decodeWith(options.orient ? bytes : withoutTurn(bytes), options);
  if (container !== 'GIF') return decodeWith(bytes, options);
  const facts = gifFacts(bytes);
  return withGround(await decodeWith(withoutClear(bytes, facts), options), facts);
}

/** A TIFF that can be given to the decoder. */
function mustBeWhole(bytes: Uint8Array): Uint8Array {
  const refusal = tiffRefusal(bytes);
  if (refusal !== undefined) throw new RefusedError(refusal);
  const whole = wholeTiff(bytes);
  if (whole === 'cut') throw truncated();
  return whole;
}

/** What the decoder gives. 'truncated' lets libjpeg's harmless warnings pass, as the reference's decoder does. */
async function decodeWith(
  bytes: Uint8Array,
  { orient = false, maxPixels = defaultMaxPixels, failOn = 'truncated' }: DecodeOptions & { readonly failOn?: FailOn },
): Promise<Raster> {
  const open = { ignoreIcc: true, failOn, sequentialRead: true, autoOrient: orient } as const;
  // The header alone is read first, without sharp's own limit, so that the refusal can say how large the picture is.
  const { width, height, space, depth } =
    jpegHeader(bytes) ?? (await sharp(bytes, { ...open, limitInputPixels: false }).metadata());
  if (width * height > maxPixels) throw tooLarge(width, height, maxPixels);
  if (depth !== 'uchar' && depth !== 'ushort')
    throw new RefusedError(
      `its samples are numbers of the type ${depth}, whose range is not stated: save it with 8 or 16 bits a sample`,
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

/** What sharp would say of a JPEG of the usual kind, in a tenth of the time; else undefined. */
function jpegHeader(
  bytes: Uint8Array,
): { width: number; height: number; space: 'b-w' | 'srgb'; depth: 'uchar' } | undefined {
  const { width = 0, height = 0, precision, components = [] } = firstFrame(bytes) ?? {};
  const usual = precision === 8 && (components.length === 1 || components.length === 3) && width * height > 0;
  return usual ? { width, height, space: components.length === 1 ? 'b-w' : 'srgb', depth: 'uchar' } : undefined;
}

/** Why a sound file may be one that the decoder does not know, in words. */
function unusual(container: Container, bytes: Uint8Array): string | undefined {
  if (container === 'TIFF') return unusualTiff(bytes);
  const frame = container === 'JPEG' ? firstFrame(bytes) : undefined;
  if (frame && (frame.precision !== 8 || ![0xc0, 0xc1, 0xc2, 0xc9, 0xca].includes(frame.marker)))
    return `a JPEG of a rare kind (${frame.precision} bits a sample, process ${frame.marker - 0xc0}), which is not read: save it as PNG`;
  const scans = container === 'JPEG' ? scansOf(bytes) : 0;
  return scans > mostScans ? `a JPEG of ${scans} scans, which is not read: at most ${mostScans} are` : undefined;
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
