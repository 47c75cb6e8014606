/**
 * Identifies a file by its first bytes: one table for the decoder, for folder readers, and for their messages about unreadable files. The
 * file name extension is ignored: it is often wrong or missing. Signatures: the formats' own specifications, and
 * https://www.garykessler.net/library/file_sigs.html.
 */
import { rawKind } from './tiff.ts';

/** The supported formats. SVG is not supported: its pixels depend on the fonts of the machine. */
export type Container = 'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'AVIF' | 'TIFF';

/** Type of a file. */
type Kind =
  | { readonly container: Container }
  /** A picture of an unsupported format, and why or what to do about it. */
  | { readonly picture: string; readonly advice: string }
  /** Something else, in words, with its article; `holds` if it can contain pictures. */
  | { readonly other: string; readonly holds?: string };

/** What to do with an unsupported picture. */
const save = 'save it as PNG or JPEG';

const unpack = 'unpack it into a folder';
const extract = 'write its pictures to files first';

const latin = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** Formats recognised by a constant: the constant, its offset (default 0), and the type of the file. */
const constants: readonly (readonly [text: string, kind: Kind, at?: number])[] = [
  ['\xff\xd8', { container: 'JPEG' }],
  ['\x89PNG', { container: 'PNG' }],
  ['GIF8', { container: 'GIF' }],
  ['BM', { picture: 'BMP', advice: save }],
  ['\0\0\x01\0', { picture: 'ICO', advice: save }],
  ['\0\0\x02\0', { picture: 'CUR', advice: save }],
  ['icns', { picture: 'ICNS', advice: save }],
  ['\0\0\0\x0cjP  ', { picture: 'JPEG 2000', advice: save }],
  ['\xff\x4f\xff\x51', { picture: 'JPEG 2000', advice: save }],
  ['\0\0\0\x0cJXL ', { picture: 'JPEG XL', advice: save }],
  ['\xff\x0a', { picture: 'JPEG XL', advice: save }],
  ['II\xbc', { picture: 'JPEG XR', advice: save }],
  ['\xff\xd8\xff\xf7', { picture: 'JPEG-LS', advice: save }],
  ['8BPS', { picture: 'PSD', advice: save }],
  ['gimp xcf', { picture: 'XCF', advice: save }],
  ['\x76\x2f\x31\x01', { picture: 'OpenEXR', advice: save }],
  ['#?RADIANCE', { picture: 'Radiance HDR', advice: save }],
  ['#?RGBE', { picture: 'Radiance HDR', advice: save }],
  ['SIMPLE  =', { picture: 'FITS', advice: save }],
  ['DDS ', { picture: 'DDS', advice: save }],
  ['qoif', { picture: 'QOI', advice: save }],
  ['farbfeld', { picture: 'farbfeld', advice: save }],
  ['BPG\xfb', { picture: 'BPG', advice: save }],
  ['FLIF', { picture: 'FLIF', advice: save }],
  ['\x8aMNG', { picture: 'MNG', advice: save }],
  ['\x8bJNG', { picture: 'JNG', advice: save }],
  ['\xd7\xcd\xc6\x9a', { picture: 'WMF', advice: save }],
  [' EMF', { picture: 'EMF', advice: save }, 40],
  ['DICM', { picture: 'DICOM', advice: save }, 128],
  ['AT&TFORM', { picture: 'DjVu', advice: save }],
  ['FUJIFILMCCD-RAW', { picture: 'camera raw', advice: save }],
  ['IIRO', { picture: 'camera raw', advice: save }],
  ['IIRS', { picture: 'camera raw', advice: save }],
  ['IIU\0', { picture: 'camera raw', advice: save }],
  ['FOVb', { picture: 'camera raw', advice: save }],
  ['%PDF', { other: 'a PDF document', holds: extract }],
  ['%!PS', { other: 'a PostScript document', holds: extract }],
  ['\xc5\xd0\xd3\xc6', { other: 'an EPS document', holds: extract }],
  ['\x1a\x45\xdf\xa3', { other: 'a Matroska or WebM video' }],
  ['FLV\x01', { other: 'an FLV video' }],
  ['\0\0\x01\xba', { other: 'an MPEG video' }],
  ['\0\0\x01\xb3', { other: 'an MPEG video' }],
  ['\x30\x26\xb2\x75\x8e\x66\xcf\x11', { other: 'a Windows Media file' }],
  ['OggS', { other: 'an Ogg file' }],
  ['ID3', { other: 'an MP3 file' }],
  ['fLaC', { other: 'a FLAC file' }],
  ['PK\x03\x04', { other: 'a ZIP archive', holds: unpack }],
  ['PK\x05\x06', { other: 'an empty ZIP archive' }],
  ['\x1f\x8b', { other: 'a gzip file', holds: unpack }],
  ['BZh', { other: 'a bzip2 file', holds: unpack }],
  ['\xfd7zXZ\0', { other: 'an xz file', holds: unpack }],
  ['\x28\xb5\x2f\xfd', { other: 'a Zstandard file', holds: unpack }],
  ['7z\xbc\xaf\x27\x1c', { other: 'a 7z archive', holds: unpack }],
  ['Rar!\x1a\x07', { other: 'a RAR archive', holds: unpack }],
  ['ustar', { other: 'a tar archive', holds: `${unpack}, or name it as a dataset of shards` }, 257],
  ['PAR1', { other: 'a Parquet file', holds: `${extract}, or name it as a dataset` }],
  ['ARROW1', { other: 'an Arrow file', holds: extract }],
  ['\x89HDF\r\n\x1a\n', { other: 'an HDF5 file', holds: extract }],
  ['\x93NUMPY', { other: 'a NumPy array', holds: extract }],
  ['SQLite format 3\0', { other: 'an SQLite database', holds: extract }],
  ['version https://git-lfs', { other: 'a Git LFS pointer', holds: 'get the file itself with: git lfs pull' }],
];

/** Brands of ISO base media files (ISO 14496-12), in order of priority: `ftyp` names a major and some compatible ones. */
const brands: readonly (readonly [RegExp, Kind])[] = [
  [/avif|avis/, { container: 'AVIF' }],
  [/hei[cxms]|hev[cxms]|mif1|msf1/, { picture: 'HEIC', advice: save }],
  [/crx /, { picture: 'camera raw', advice: save }],
  [/qt {2}/, { other: 'a QuickTime video' }],
  [/./s, { other: 'an MP4 video' }],
];

/** Text formats, recognised by content near their start. */
const texts: readonly (readonly [RegExp, Kind])[] = [
  [/<svg[\s>]/i, { picture: 'SVG', advice: `its pixels depend on the fonts of the machine; ${save}` }],
  [/<!doctype html|<html[\s>]/i, { other: 'an HTML page' }],
];

/** The type of a file; undefined if no signature is known. The head of a file is enough, except for a TIFF, which needs the whole file. */
export function kindOf(bytes: Uint8Array): Kind | undefined {
  const head = latin(bytes, 0, 512);
  if (head.startsWith('RIFF') && head.length >= 12) {
    const form = head.slice(8, 12);
    if (form === 'WEBP') return { container: 'WebP' };
    return { other: form === 'AVI ' ? 'an AVI video' : form === 'WAVE' ? 'a WAVE file' : 'a RIFF file' };
  }
  if (/^(?:II[*+]\0|MM\0[*+])/.test(head)) {
    const raw = rawKind(bytes);
    return raw ? { picture: raw, advice: save } : { container: 'TIFF' };
  }
  if (head.slice(4, 8) === 'ftyp') {
    const size = 16777216 * bytes[0]! + 65536 * bytes[1]! + 256 * bytes[2]! + bytes[3]!;
    const named = head.slice(8, Math.max(12, Math.min(size, 256)));
    return brands.find(([pattern]) => pattern.test(named))?.[1];
  }
  if (['moov', 'mdat', 'wide', 'free'].includes(head.slice(4, 8))) return { other: 'a QuickTime video' };
  // The longest constant first: some constants are prefixes of others.
  const found = constants
    .filter(([text, , at = 0]) => head.startsWith(text, at))
    .sort(([a], [b]) => b.length - a.length)[0];
  if (found) return found[1];
  if (/^P[1-7][\s#]/.test(head) || /^P[Ff]\n/.test(head)) return { picture: 'PNM', advice: save };
  // Text: a declaration and comments can come first.
  if (/^(?:\xef\xbb\xbf)?\s*</.test(head)) {
    const start = latin(bytes, 0, 4096);
    return texts.find(([pattern]) => pattern.test(start))?.[1];
  }
  return undefined;
}

/** The format of a supported picture; otherwise undefined. */
export function containerOf(bytes: Uint8Array): Container | undefined {
  const kind = kindOf(bytes);
  return kind && 'container' in kind ? kind.container : undefined;
}

/** Why a file is not readable, in words; undefined if it is. */
export function whyNotRead(bytes: Uint8Array): string | undefined {
  const kind = kindOf(bytes);
  if (!kind) return 'not an image: neither JPEG, PNG, WebP, GIF, AVIF nor TIFF';
  if ('container' in kind) return undefined;
  if ('picture' in kind) return `a picture in the format ${kind.picture}, which is not read: ${kind.advice}`;
  return `${kind.other}, not a picture${kind.holds ? `: ${kind.holds}` : ''}`;
}
