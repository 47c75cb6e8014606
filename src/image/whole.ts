/**
 * Handles files whose picture is complete although the file is shorter than it declares. Decoders differ on these, users' programs display
 * the picture, and a scanner that refused it would be easy to evade. The decoder gets a copy that ends after the picture; it decides
 * whether the picture's data are complete.
 */
import { concatBytes, u32, utf8 } from '../util/bytes.ts';
import { gifFacts } from './gif.ts';
import { endOfImage, segments } from './jpeg.ts';
import type { Container } from './signatures.ts';
import { type Directory, type Field, TiffReader, tags } from './tiff.ts';

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The file with an end of its own; undefined if it cannot be repaired. */
export function withEnd(container: Container, bytes: Uint8Array): Uint8Array | undefined {
  if (container === 'JPEG') return hasEnd(bytes) ? undefined : concatBytes(bytes, Uint8Array.of(0xff, endOfImage));
  if (container === 'PNG') return pngWithEnd(bytes);
  if (container === 'WebP') return webpWithEnd(bytes);
  if (container === 'GIF') return gifWithEnd(bytes);
  if (container === 'AVIF') return avifWithEnd(bytes);
  return undefined;
}

/** Whether a JPEG has its end-of-image marker. */
export function hasEnd(bytes: Uint8Array): boolean {
  for (const { marker } of segments(bytes)) if (marker === endOfImage) return true;
  return false;
}

/** The chunks up to the last of the picture's data, truncated to the existing bytes, and an end chunk. */
function pngWithEnd(bytes: Uint8Array): Uint8Array | undefined {
  const view = viewOf(bytes);
  let from: number | undefined;
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at))
    if (ascii(bytes, at + 4, at + 8) === 'IDAT') from = at;
  if (from === undefined) return undefined;
  const end = from + 8 + view.getUint32(from);
  // With its checksum it is unchanged.
  if (end + 4 <= bytes.length) return concatBytes(bytes.subarray(0, end + 4), pngChunk(utf8('IEND')));
  const data = bytes.subarray(from + 4, Math.min(end, bytes.length));
  return concatBytes(bytes.subarray(0, from), pngChunk(data), pngChunk(utf8('IEND')));
}

/** A chunk from its name and data, with length and checksum (PNG, annex D). */
function pngChunk(named: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (const byte of named) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return concatBytes(u32(named.length - 4), named, u32(~crc >>> 0));
}

/** Only the complete chunks, with their total length in the header. */
function webpWithEnd(bytes: Uint8Array): Uint8Array | undefined {
  const view = viewOf(bytes);
  let at = 12;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at + 4, true);
    // The padding byte of the last chunk can be missing.
    if (at + 8 + size > bytes.length) break;
    at += 8 + size + (size & 1);
  }
  if (at <= 12) return undefined;
  const out = new Uint8Array(at);
  out.set(bytes.subarray(0, at));
  viewOf(out).setUint32(4, at - 8, true);
  return out;
}

/** Up to the end of the first image; adds the end of the blocks if only that is missing. */
function gifWithEnd(bytes: Uint8Array): Uint8Array | undefined {
  const { first } = gifFacts(bytes);
  if (!first) return undefined;
  return concatBytes(bytes.subarray(0, first.end ?? bytes.length), Uint8Array.of(...(first.end ? [] : [0]), 0x3b));
}

/** Makes the last box extend to the end of the file. */
function avifWithEnd(bytes: Uint8Array): Uint8Array | undefined {
  const view = viewOf(bytes);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at);
    if (size !== 1 && size < 8) return undefined;
    const next = size === 1 ? at + 16 : at + size;
    if (size !== 1 && next > bytes.length) {
      const out = new Uint8Array(bytes);
      viewOf(out).setUint32(at, 0);
      return out;
    }
    at = next;
  }
  return undefined;
}

/**
 * A readable version of a TIFF: byte counts of strips and tiles that exceed the file are reduced. 'cut' if data are missing: libvips would
 * silently fill the area with black.
 */
export function wholeTiff(bytes: Uint8Array): Uint8Array | 'cut' {
  const reader = new TiffReader(bytes);
  const directory = reader.directory(reader.first);
  if (!directory) return 'cut';
  for (const { at, count, size } of directory.fields.values()) if (!(at + count * size <= bytes.length)) return 'cut';
  let out: Uint8Array | undefined;
  for (const [offsets, counts] of [
    [tags.stripOffsets, tags.stripCounts],
    [tags.tileOffsets, tags.tileCounts],
  ] as const) {
    const field = directory.fields.get(counts);
    const pieces = directory.fields.get(offsets)?.count ?? 0;
    for (let i = 0; i < pieces; i++) {
      const from = reader.value(directory, offsets, i) ?? Number.POSITIVE_INFINITY;
      const stated = reader.value(directory, counts, i) ?? 0;
      if (from + stated <= bytes.length) continue;
      const there = bytes.length - from;
      if (!field || there <= 0 || !suffices(reader, directory, i, bytes.subarray(from))) return 'cut';
      out ??= new Uint8Array(bytes);
      write(out, reader.little, field, i, there);
    }
  }
  return out ?? bytes;
}

/** Whether a strip or tile can be complete with that many bytes; if its size is unknown, its decoder decides. */
function suffices(reader: TiffReader, directory: Directory, piece: number, there: Uint8Array): boolean {
  const value = (tag: number, otherwise: number): number => reader.value(directory, tag) ?? otherwise;
  const compression = value(tags.compression, 1);
  // LZW, deflate, PackBits: libtiff fails if they end too early.
  if ([5, 8, 32946, 32773].includes(compression)) return true;
  if (compression === 7) return hasEnd(there);
  if (compression !== 1) return false;
  const planes = value(tags.planar, 1) === 2 ? 1 : value(tags.samples, 1);
  const height = value(tags.height, 0);
  const rows = Math.min(height, value(tags.rowsPerStrip, height));
  const across = Math.max(1, Math.ceil(height / rows));
  const tiled = directory.fields.has(tags.tileOffsets);
  const width = tiled ? value(tags.tileWidth, 0) : value(tags.width, 0);
  // The last strip can have fewer rows.
  const high = tiled ? value(tags.tileHeight, 0) : Math.min(rows, height - rows * (piece % across));
  return Math.ceil((width * planes * value(tags.bits, 1)) / 8) * high <= there.length;
}

function write(out: Uint8Array, little: boolean, { at, size }: Field, i: number, value: number): void {
  const view = viewOf(out);
  if (size === 2) view.setUint16(at + 2 * i, value, little);
  else if (size === 4) view.setUint32(at + 4 * i, value, little);
  else view.setBigUint64(at + 8 * i, BigInt(value), little);
}
