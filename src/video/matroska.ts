/**
 * Matroska and WebM: reads which tracks a file has and whether it is complete (RFC 9559; EBML is RFC 8794), and splits the stream of
 * uncompressed frames that ffmpeg writes. Elements are a number, a size and content; sizes of ones only mean "unknown".
 */
import type { Source } from './source.ts';
import type { TrackFacts } from './track-facts.ts';

/** Numbers of the elements that are read. */
export const ids = {
  header: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackType: 0x83,
  codec: 0x86,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

/** Number, size of content and length of the head of an element; the size is Infinity if it is unknown. */
export interface ElementHead {
  readonly id: number;
  readonly size: number;
  readonly headBytes: number;
}

/** Longest head: 4 bytes for the number and 8 for the size. */
export const longestHead = 12;

/** The head of the element at an offset; undefined if the bytes end before it does, or if it is not a head. */
export function elementHead(bytes: Uint8Array, at: number): ElementHead | undefined {
  const idBytes = numberBytes(bytes[at]);
  const sizeBytes = numberBytes(bytes[at + idBytes]);
  const end = at + idBytes + sizeBytes;
  if (idBytes === 0 || idBytes > 4 || sizeBytes === 0 || end > bytes.length) return undefined;
  // The leading one of a size is not part of its value; that of an identifier is. It is removed first: 2^56 would cost the last bits.
  const leading = bytes[at + idBytes]! - 2 ** (8 - sizeBytes);
  const value = leading * 256 ** (sizeBytes - 1) + unsigned(bytes, at + idBytes + 1, end);
  const size = value === 2 ** (7 * sizeBytes) - 1 ? Number.POSITIVE_INFINITY : value;
  return { id: unsigned(bytes, at, at + idBytes), size, headBytes: end - at };
}

/** Length in bytes of a number of variable length, by its first byte; 0 if that is missing or zero. */
const numberBytes = (first = 0): number => (first === 0 ? 0 : Math.clz32(first) - 23);

/** A big-endian number; exact up to 2^53. */
export function unsigned(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = 256 * value + bytes[at]!;
  return value;
}

/** An element inside another one that is in memory. */
export interface Element {
  readonly id: number;
  readonly content: Uint8Array;
}

/** The elements of a content, up to the first that does not fit. */
export function* elementsIn(content: Uint8Array): Generator<Element> {
  for (let at = 0; ; ) {
    const head = elementHead(content, at);
    const from = at + (head?.headBytes ?? 0);
    if (!head || from + head.size > content.length) return;
    at = from + head.size;
    yield { id: head.id, content: content.subarray(from, at) };
  }
}

/** Largest table of tracks that is read, in bytes; those of ordinary files have some hundred. */
const largestTable = 2 ** 20;
/** Number of elements of a segment that are walked through to find its tracks and its end. */
const mostElements = 100_000;

/** Names of the codings that Matroska files have most often. */
const codecs: Readonly<Record<string, string>> = {
  V_VP8: 'VP8',
  V_VP9: 'VP9',
  V_AV1: 'AV1',
  'V_MPEG4/ISO/AVC': 'H.264',
  'V_MPEGH/ISO/HEVC': 'H.265',
};

/** The facts of a Matroska or WebM file. */
export function matroskaFacts(source: Source): TrackFacts {
  let at = 0;
  let tracks: Omit<TrackFacts, 'truncated'> = { tracks: undefined };
  for (let elements = 0; at < source.size && elements < mostElements; elements++) {
    const head = elementHead(source.read(at, longestHead), 0);
    // What follows is not an element: its end cannot be judged.
    if (!head) break;
    const from = at + head.headBytes;
    const end = from + head.size;
    if (head.size !== Number.POSITIVE_INFINITY && end > source.size) return { ...tracks, truncated: true };
    if (head.id === ids.tracks && head.size <= largestTable) {
      tracks = tracksIn(source.read(from, head.size));
      // A segment of known size was compared with the file's already.
    }
    // Segments, and clusters without a size, are entered; all else is passed over.
    at = head.id === ids.segment || head.size === Number.POSITIVE_INFINITY ? from : end;
  }
  return { ...tracks, truncated: tracks.tracks === undefined };
}

function tracksIn(table: Uint8Array): Omit<TrackFacts, 'truncated'> {
  const all = [...elementsIn(table)].filter(({ id }) => id === ids.track).map(({ content }) => trackIn(content));
  const video = all.filter(({ type }) => type === 1);
  const [first] = video;
  return { tracks: { video: video.length, all: all.length }, ...first?.facts };
}

function trackIn(content: Uint8Array): {
  readonly type: number;
  readonly facts: Pick<TrackFacts, 'codec' | 'width' | 'height'>;
} {
  let type = 0;
  let codec = '';
  let width = 0;
  let height = 0;
  for (const each of elementsIn(content)) {
    const value = unsigned(each.content, 0, Math.min(8, each.content.length));
    if (each.id === ids.trackType) type = value;
    if (each.id === ids.codec) codec = String.fromCharCode(...each.content.subarray(0, 64));
    if (each.id === ids.video)
      for (const part of elementsIn(each.content)) {
        if (part.id === ids.width) width = unsigned(part.content, 0, Math.min(8, part.content.length));
        if (part.id === ids.height) height = unsigned(part.content, 0, Math.min(8, part.content.length));
      }
  }
  return { type, facts: { codec: codecs[codec] ?? codec, width, height } };
}
