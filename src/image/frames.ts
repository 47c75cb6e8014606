/** How many frames, pages or pictures a file declares. Whoever reads only the first (animation.ts reads all) informs the user. */
import { gifFacts } from './gif.ts';
import { segments, startOfScan } from './jpeg.ts';
import type { Container } from './signatures.ts';
import { tiffPages } from './tiff.ts';

/**
 * Number of frames of an animation, pages of a document or pictures of a set; 1 for a plain picture, Infinity if the file does not state
 * it.
 */
export function framesOf(container: Container, bytes: Uint8Array): number {
  if (container === 'GIF') return Math.max(1, gifFacts(bytes).images);
  if (container === 'TIFF') return Math.max(1, tiffPages(bytes));
  if (container === 'PNG') return pngFrames(bytes);
  if (container === 'WebP') return webpFrames(bytes);
  if (container === 'JPEG') return Math.max(1, jpegViews(bytes).length);
  return avifFrames(bytes);
}

/** Frames of a file that are looked at, if nobody says how many. */
export const defaultMostFrames = 64;

/** So many of 0, 1, …, `count` − 1, evenly spread, with the first and the last. */
export const evenlySpread = (count: number, most: number): number[] =>
  count <= most
    ? Array.from({ length: count }, (_, i) => i)
    : Array.from({ length: most }, (_, i) => (most === 1 ? 0 : Math.round((i * (count - 1)) / (most - 1))));

/** The sentence about unread frames; undefined if there is only one. */
export function unreadFrames(container: Container, frames: number): string | undefined {
  if (frames <= 1) return undefined;
  const [one, many] =
    container === 'TIFF' ? ['page', 'pages'] : container === 'JPEG' ? ['picture', 'pictures'] : ['frame', 'frames'];
  if (!Number.isFinite(frames)) return `only its first ${one} was looked at; the others were not`;
  return `only the first of its ${frames} ${many} was looked at; ${frames - 1} ${frames === 2 ? 'was' : 'were'} not`;
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** Frames of an APNG, from its chunk acTL, which precedes the first data; one more if these are of no frame, but a picture of their own. */
function pngFrames(bytes: Uint8Array): number {
  let declared: number | undefined;
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view(bytes).getUint32(at)) {
    const name = ascii(bytes, at + 4, at + 8);
    if (name === 'acTL') declared = Math.max(1, view(bytes).getUint32(at + 8));
    if (name === 'fcTL') return declared ?? 1;
    if (name === 'IDAT') return declared === undefined ? 1 : declared + 1;
  }
  return declared ?? 1;
}

/** Frames of an animated WebP: its ANMF chunks. */
function webpFrames(bytes: Uint8Array): number {
  let frames = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    if (ascii(bytes, at, at + 4) === 'ANMF') frames++;
    const size = view(bytes).getUint32(at + 4, true);
    at += 8 + size + (size & 1);
  }
  return Math.max(1, frames);
}

/** Where a picture lies in a file, in bytes. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

/** The views of a scene in a multi-picture file (CIPA DC-007, 5.2.3), each a JPEG; previews and gain maps of one picture do not count. */
export function jpegViews(bytes: Uint8Array): Extent[] {
  for (const { marker, payload } of segments(bytes)) {
    if (marker === startOfScan) return [];
    if (marker !== 0xe2 || ascii(payload, 0, 4) !== 'MPF\0' || payload.length < 14) continue;
    // A directory in TIFF format; its offsets count from the end of the name.
    const index = view(payload.subarray(4));
    const base = payload.byteOffset + 4 - bytes.byteOffset;
    const little = index.getUint8(0) === 0x49;
    const first = index.getUint32(4, little);
    if (first + 2 > index.byteLength) return [];
    const end = Math.min(index.byteLength - 12, first + 2 + 12 * index.getUint16(first, little));
    for (let at = first + 2; at <= end; at += 12) {
      if (index.getUint16(at, little) !== 0xb002) continue;
      const entries = index.getUint32(at + 8, little);
      const bytesOfAll = index.getUint32(at + 4, little);
      const views: Extent[] = [];
      for (let entry = entries; entry + 16 <= Math.min(index.byteLength, entries + bytesOfAll); entry += 16) {
        if (((index.getUint32(entry, little) >> 16) & 0xff) !== 2) continue;
        // The first picture of the file has the offset 0.
        const offset = index.getUint32(entry + 8, little);
        const from = offset === 0 ? 0 : base + offset;
        views.push({ from, to: from + index.getUint32(entry + 4, little) });
      }
      return views;
    }
    return [];
  }
  return [];
}

/** An AVIF sequence is recognised by its brand; its number of samples is not read. */
const avifFrames = (bytes: Uint8Array): number => (ascii(bytes, 8, 12) === 'avis' ? Number.POSITIVE_INFINITY : 1);
