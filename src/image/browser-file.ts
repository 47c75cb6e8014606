/**
 * Inspects and changes an image file before a browser decodes it: browsers rotate pictures by their EXIF data, and do not report whether a
 * file is grey. Pure functions of the bytes. Corrupt files pass through, and the decoder refuses them.
 */
import { concatBytes, utf8 } from '../util/bytes.ts';
import { withoutClear, withoutTurn } from './as-stored.ts';
import { gifFacts } from './gif.ts';
import { containerOf } from './signatures.ts';

/**
 * The file without rotation (EXIF data of JPEG, PNG and WebP, properties of AVIF) and, for a GIF, without transparency. Other files are
 * unchanged. The input bytes are not modified.
 */
export function asStored(file: Uint8Array): Uint8Array {
  const container = containerOf(file);
  if (container === 'AVIF') return withoutTurn(file);
  if (container === 'GIF') return withoutClear(file, gifFacts(file));
  if (container === 'PNG')
    return concatBytes(file.subarray(0, 8), ...[...pngChunks(file)].filter((each) => nameOf(each) !== 'eXIf'));
  const out = new Uint8Array(file);
  if (container === 'JPEG') {
    // Every decoder skips an APP1 segment that is neither Exif nor XMP.
    for (const { marker, start } of jpegSegments(file))
      if (marker === 0xe1 && ascii(file, start, 4) === 'Exif') out.set(utf8('none'), start);
  } else if (container === 'WebP') {
    // Decoders skip unknown chunks (RFC 9649, section 2.7.1.6).
    for (const at of webpChunks(file)) if (ascii(file, at, 4) === 'EXIF') out.set(utf8('NONE'), at);
  }
  return out;
}

/** Whether the file stores one channel (with or without alpha): PNG colour types 0 and 4, JPEG of one component. Others count as colour. */
export function isGreyFile(file: Uint8Array): boolean {
  const container = containerOf(file);
  if (container === 'PNG') return file[25] === 0 || file[25] === 4;
  if (container !== 'JPEG') return false;
  for (const { marker, start } of jpegSegments(file)) if (isFrame(marker)) return file[start + 5] === 1;
  return false;
}

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));
const nameOf = (chunk: Uint8Array): string => ascii(chunk, 4, 4);
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Start of frame, of any process: 0xC0 to 0xCF except DHT, JPG and DAC. ITU-T T.81, table B.1. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** The segments of a JPEG before its first scan: the marker, and the start of the data after the length. */
function* jpegSegments(file: Uint8Array): Generator<{ marker: number; start: number }> {
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) return;
    const marker = file[at + 1]!;
    // Fill bytes can precede a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return;
    yield { marker, start: at + 4 };
    at += 2 + viewOf(file).getUint16(at + 2);
  }
}

/** The complete chunks of a PNG; any rest after the last one is returned as the last. */
function* pngChunks(file: Uint8Array): Generator<Uint8Array> {
  for (let at = 8; at < file.length; ) {
    const end = at + 8 <= file.length ? at + 12 + viewOf(file).getUint32(at) : file.length;
    yield file.subarray(at, end);
    at = end;
  }
}

/** Start of the chunks of a WebP. */
function* webpChunks(file: Uint8Array): Generator<number> {
  for (let at = 12; at + 8 <= file.length; ) {
    yield at;
    const size = viewOf(file).getUint32(at + 4, true);
    at += 8 + size + (size & 1);
  }
}
