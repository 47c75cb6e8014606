/**
 * The frames of an animated GIF, WebP or PNG, the pages of a TIFF, and the views of a multi-picture JPEG, as a viewer shows them: all, or a sample
 * that is evenly spread and has the first and the last. The first is the one of `decodePicture`, bit for bit. Later ones are composed on what came
 * before, without alpha. The decoder does not read further frames of an AVIF sequence: another one can be given, and without it they are said to be
 * unread.
 *
 * Frames are composed from the first on, so that the work grows with their number: it is limited by the pixels of
 * all frames, absolutely and for each byte of the file, and memory by the pixels that are decoded at a time.
 */
import { RefusedError } from '../util/errors.ts';
import { apngFrames } from './apng.ts';
import { type DecodeOptions, decodePages, decodePicture, defaultMaxPixels, isDecoders } from './decode.ts';
import { defaultMostFrames, evenlySpread, framesOf, jpegViews } from './frames.ts';
import type { Raster } from './raster.ts';
import { readPicture } from './read-picture.ts';
import { type Container, containerOf } from './signatures.ts';
import { fullPages } from './tiff.ts';

/** Largest number of frames that a file may declare. */
export const mostDeclared = 20_000;
/** Largest number of pixels that may have to be composed: half a minute of 1080p at 30 frames a second. */
const mostWork = 2e9;
/** The same for the bytes of the file: more per byte than animations have in which little moves, and 100 million for any file. */
const workOf = (bytes: number): number => Math.min(mostWork, 100e6 + 20_000 * bytes);
/** Pixels that are decoded at a time, unless a single frame has more. */
const pixelsAtOnce = 16e6;

/** Options for the frames of a picture. */
export interface FrameOptions extends DecodeOptions {
  /** Largest number of frames to look at. Default 64. */
  readonly mostFrames?: number;
  /** Reads AVIF sequences, whose frames it gives as they are stored; without it, or with `orient`, only the first is looked at. */
  readonly sequences?: SequenceReader;
}

/** A reader of sequences; undefined for a file that is none, or that it cannot read. */
export type SequenceReader = (bytes: Uint8Array) => Sequence | undefined;

/** A sequence that can be read. */
interface Sequence {
  /** Frames that the file declares. */
  readonly declared: number;
  /** The program that decodes them, with its version. */
  readonly decodedBy: string;
  frames(): AsyncGenerator<Frame>;
}

/** A frame. */
export interface Frame {
  /** From 0. */
  readonly index: number;
  readonly image: Raster;
}

/** What was looked at of a file. */
export interface FrameCount {
  /** Frames or pages that the file declares; Infinity if it does not say. */
  readonly declared: number;
  /** Those that were decoded. */
  readonly looked: number;
  /** Those of the sample that could not be decoded: the file is damaged, or ends before. */
  readonly damaged: number;
  /** Sentences about the file. */
  readonly notes: readonly string[];
}

/** Whether more than the first frame of such files is read. */
const isRead = (container: Container | undefined): container is Exclude<Container, 'AVIF'> =>
  container !== undefined && container !== 'AVIF';

/** Number of frames that `eachFrame` can look at: 1 for a still picture, and for animations of which only the first is decoded. */
export function readableFrames(bytes: Uint8Array, options: Pick<FrameOptions, 'orient' | 'sequences'> = {}): number {
  const container = containerOf(bytes);
  return isRead(container) ? framesOf(container, bytes) : (sequenceIn(bytes, options)?.declared ?? 1);
}

const sequenceIn = (
  bytes: Uint8Array,
  { orient = false, sequences }: Pick<FrameOptions, 'orient' | 'sequences'>,
): Sequence | undefined => (orient ? undefined : sequences?.(bytes));

/**
 * Decodes the frames of a file, given as bytes or as a path, and passes each to `take`, in their order. Throws a RefusedError as `decode` does
 * about the first frame, and if the file declares too many frames or pixels. A later frame that cannot be decoded is counted.
 */
export async function eachFrame(
  file: Uint8Array | string,
  { mostFrames = defaultMostFrames, sequences, ...options }: FrameOptions,
  take: (frame: Frame) => void | Promise<void>,
): Promise<FrameCount> {
  const bytes = typeof file === 'string' ? readPicture(file) : file;
  const container = containerOf(bytes);
  const sequence =
    container === 'AVIF' && mostFrames > 1
      ? sequenceIn(bytes, { ...options, ...(sequences ? { sequences } : {}) })
      : undefined;
  const declared = sequence?.declared ?? (container ? framesOf(container, bytes) : 1);
  if ((sequence || isRead(container)) && declared > mostDeclared)
    throw new RefusedError(`too many frames: ${declared}, limit ${mostDeclared}`);
  const first = await decodePicture(bytes, options);
  const { width, height } = first.image;
  if (!(sequence || isRead(container)) || declared === 1) {
    await take({ index: 0, image: first.image });
    return { declared, looked: 1, damaged: 0, notes: first.notes };
  }
  const pages = container === 'TIFF' ? fullPages(bytes) : undefined;
  const sample = evenlySpread(declared, mostFrames);
  // Pages and views are read one by one; frames are composed on all that come before.
  const work = (pages || container === 'JPEG' ? sample.length : sample.at(-1)! + 1) * width * height;
  if (work > workOf(bytes.length))
    throw new RefusedError(
      `too large: ${declared} frames of ${width} × ${height} pixels in a file of ${bytes.length} bytes`,
    );
  await take({ index: 0, image: first.image });
  let looked = 1;
  const done = (): FrameCount => ({
    ...{ declared, looked, damaged: sample.length - looked },
    notes: [
      ...first.notes.slice(first.isPart ? 1 : 0),
      ...(sequence ? [`the frames after the first were decoded by ${sequence.decodedBy}`] : []),
    ],
  });
  const later =
    container === 'PNG'
      ? untilDamaged(apngFrames(bytes, first.image.channels))
      : container === 'JPEG'
        ? views(bytes, sample.slice(1), options)
        : sequence && untilDamaged(sequence.frames());
  if (later) {
    const wanted = new Set(sample.slice(1));
    for await (const frame of later) {
      if (frame.index > sample.at(-1)!) break;
      if (!wanted.has(frame.index)) continue;
      looked++;
      await take(frame);
    }
    return done();
  }
  for (const span of spans(sample.slice(1), pages ? 1 : Math.max(1, Math.floor(pixelsAtOnce / (width * height)))))
    for await (const frame of framesIn(bytes, span, { pages, options })) {
      looked++;
      await take(frame);
    }
  return done();
}

/** The views of a multi-picture JPEG that can be decoded, of those at some places. */
async function* views(bytes: Uint8Array, places: readonly number[], options: DecodeOptions): AsyncGenerator<Frame> {
  const extents = jpegViews(bytes);
  for (const index of places) {
    const { from, to } = extents[index]!;
    try {
      yield { index, image: (await decodePicture(bytes.subarray(from, to), options)).image };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  }
}

/** Frames until one cannot be decoded. */
async function* untilDamaged(frames: AsyncGenerator<Frame>): AsyncGenerator<Frame> {
  try {
    for (;;) {
      let next: IteratorResult<Frame>;
      try {
        next = await frames.next();
      } catch (error) {
        if (isDecoders(error) || error instanceof RefusedError) return;
        throw error;
      }
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // A decoder that is a process of its own is ended where the last frames are not wanted.
    await frames.return(undefined);
  }
}

/** Consecutive indices that lie within so many frames of the first of them. */
function spans(sample: readonly number[], most: number): number[][] {
  const found: number[][] = [];
  for (const index of sample) {
    const last = found.at(-1);
    if (last && index - last[0]! < most) last.push(index);
    else found.push([index]);
  }
  return found;
}

/** The frames of a span that can be decoded: together, or one by one if one of them is damaged. */
async function* framesIn(
  bytes: Uint8Array,
  span: readonly number[],
  { pages, options }: { readonly pages: readonly number[] | undefined; readonly options: DecodeOptions },
): AsyncGenerator<Frame> {
  const [from] = span;
  const decoded = await tryToDecode(bytes, { page: pages?.[from!] ?? from!, pages: span.at(-1)! - from! + 1 }, options);
  if (decoded) for (const index of span) yield { index, image: decoded[index - from!]! };
  else if (span.length > 1) for (const index of span) yield* framesIn(bytes, [index], { pages, options });
}

async function tryToDecode(
  bytes: Uint8Array,
  which: { readonly page: number; readonly pages: number },
  options: DecodeOptions,
): Promise<Raster[] | undefined> {
  try {
    return await decodePages(bytes, which, { maxPixels: defaultMaxPixels, ...options });
  } catch (error) {
    if (isDecoders(error) || error instanceof RefusedError) return undefined;
    throw error;
  }
}
