/** Parses the segments of a JPEG file, as far as readers of its header or of a part of its data need them. ITU-T T.81, annex B. */

/** A part of the file that starts with a marker. */
export interface Segment {
  /** Second byte of the marker. */
  readonly marker: number;
  /** The data after the length. */
  readonly payload: Uint8Array;
  /** Byte offset of the end of the segment; after SOS, the coded data start there. */
  readonly end: number;
}

/** Second bytes of markers. */
export const startOfScan = 0xda;
export const endOfImage = 0xd9;

/** The segments up to the end of the image, without coded data; stops where the file is malformed. */
export function* segments(bytes: Uint8Array): Generator<Segment> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    // Fill bytes can precede a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const end = at + 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (marker === endOfImage || marker < 0xc0 || end > bytes.length) break;
    yield { marker, payload: bytes.subarray(at + 4, end), end };
    at = marker === startOfScan ? dataEnd(bytes, end) : end;
  }
  if (at + 2 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] === endOfImage)
    yield { marker: endOfImage, payload: new Uint8Array(), end: at + 2 };
}

/** End of the coded data: the next marker that is neither a stuffed zero nor a restart. */
function dataEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff && (next & 0xf8) !== 0xd0) return at;
  }
  return bytes.length;
}

/** One component of a frame. */
interface Component {
  readonly id: number;
  /** Blocks per unit, horizontally and vertically. */
  readonly wide: number;
  readonly high: number;
  /** Number of its quantisation table. */
  readonly quantiser: number;
}

/** Fields of a frame header. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Second byte of its marker: 0xc0 and 0xc1 sequential, 0xc2 progressive, both Huffman-coded; others are rare. */
  readonly marker: number;
  /** Bits per sample. */
  readonly precision: number;
  readonly components: readonly Component[];
}

/** The frame header, if the segment is one. */
export function frameOf({ marker, payload }: Segment): Frame | undefined {
  // 0xc4, 0xc8 and 0xcc are not frames.
  if (marker !== 0xc0 && (marker < 0xc0 || marker > 0xcf || marker % 4 === 0)) return undefined;
  const count = payload[5] ?? 0;
  if (payload.length < 6 + 3 * count) return undefined;
  return {
    width: payload[3]! * 256 + payload[4]!,
    height: payload[1]! * 256 + payload[2]!,
    marker,
    precision: payload[0]!,
    components: Array.from({ length: count }, (_, i) => {
      const [id, sampling, quantiser] = payload.subarray(6 + 3 * i) as unknown as [number, number, number];
      return { id, wide: sampling >> 4, high: sampling & 15, quantiser };
    }),
  };
}

/** The first frame header of a file, if it has one. */
export function firstFrame(bytes: Uint8Array): Frame | undefined {
  for (const segment of segments(bytes)) {
    const frame = frameOf(segment);
    if (frame) return frame;
    if (segment.marker === startOfScan) return undefined;
  }
  return undefined;
}

/**
 * Maximum number of scans in a readable JPEG, libvips' own limit. Otherwise a file of a few kilobytes could keep a decoder busy for
 * minutes.
 */
export const mostScans = 100;

/** Number of scans in a file. */
export function scansOf(bytes: Uint8Array): number {
  let scans = 0;
  for (const { marker } of segments(bytes)) if (marker === startOfScan) scans++;
  return scans;
}
