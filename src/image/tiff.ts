/** Parses the directory of a TIFF or BigTIFF, as far as needed before decoding. TIFF 6.0; BigTIFF, https://libtiff.gitlab.io. */
/** One field: the number of values, bytes per value, and their position. */
export interface Field {
  readonly type: number;
  readonly count: number;
  readonly size: number;
  readonly at: number;
}

/** The first directory of a file: its fields by tag, and the position of the next directory (0 if there is none). */
export interface Directory {
  readonly fields: ReadonlyMap<number, Field>;
  /** End of the last entry, in bytes. */
  readonly end: number;
  readonly next: number;
}

/** Tags in use. */
export const tags = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripCounts: 279,
  planar: 284,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileCounts: 325,
  dng: 50706,
} as const;

/** Bytes per value for each field type; BigTIFF adds the last three. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** Maximum number of entries per directory, and of directories. */
const mostEntries = 4096;
const mostPages = 65536;

/** Reads numbers of a TIFF in its own byte order. Offsets above 2^53 become Infinity. */
export class TiffReader {
  readonly view: DataView;
  readonly little: boolean;
  readonly big: boolean;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.little = bytes[0] === 0x49;
    this.big = bytes[this.little ? 2 : 3] === 43;
  }

  /** A number of 1, 2, 4 or 8 bytes; Infinity if the file ends before it. */
  number(at: number, size: number): number {
    if (!(at + size <= this.view.byteLength)) return Number.POSITIVE_INFINITY;
    if (size === 1) return this.view.getUint8(at);
    if (size === 2) return this.view.getUint16(at, this.little);
    if (size === 4) return this.view.getUint32(at, this.little);
    const value = Number(this.view.getBigUint64(at, this.little));
    return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
  }

  /** Position of the first directory. */
  get first(): number {
    return this.big ? this.number(8, 8) : this.number(4, 4);
  }

  /** A directory; undefined if the file ends before it does. */
  directory(at: number): Directory | undefined {
    const [countBytes, entryBytes, wordBytes] = this.big ? [8, 20, 8] : [2, 12, 4];
    const count = this.number(at, countBytes);
    const end = at + countBytes + entryBytes * count;
    if (count > mostEntries || !(end + wordBytes <= this.view.byteLength)) return undefined;
    const fields = new Map<number, Field>();
    for (let entry = at + countBytes; entry < end; entry += entryBytes) {
      const type = this.number(entry + 2, 2);
      const values = this.number(entry + 4, wordBytes);
      const size = typeBytes[type] || 1;
      const inside = entry + 4 + wordBytes;
      // A few values fit into the entry itself.
      const place = values * size <= wordBytes ? inside : this.number(inside, wordBytes);
      fields.set(this.number(entry, 2), { type, count: values, size, at: place });
    }
    return { fields, end: end + wordBytes, next: this.number(end, wordBytes) };
  }

  /** One value of a field; undefined if it does not exist. */
  value({ fields }: Directory, tag: number, i = 0): number | undefined {
    const field = fields.get(tag);
    if (!field || i >= field.count) return undefined;
    const value = this.number(field.at + i * field.size, field.size);
    return Number.isFinite(value) ? value : undefined;
  }
}

/** The type of a TIFF with a camera's raw data, whose first directory is only a preview; undefined for any other TIFF. */
export function rawKind(bytes: Uint8Array): 'DNG' | 'camera raw' | undefined {
  // Canon's CR2 has a mark after its header.
  if (bytes[8] === 0x43 && bytes[9] === 0x52) return 'camera raw';
  const reader = new TiffReader(bytes);
  const directory = reader.directory(reader.first);
  if (!directory) return undefined;
  if (directory.fields.has(tags.dng)) return 'DNG';
  const photometric = reader.value(directory, tags.photometric);
  // A colour filter array, and linear raw.
  if (photometric === 32803 || photometric === 34892) return 'camera raw';
  return (reader.value(directory, tags.subfile) ?? 0) & 1 ? 'camera raw' : undefined;
}

/** Number of pages of the file, without reduced copies of others. */
export const tiffPages = (bytes: Uint8Array): number => fullPages(bytes).length;

/** Indices of the directories of pages, without reduced copies of others. A cycle of directories ends the search. */
export function fullPages(bytes: Uint8Array): number[] {
  const reader = new TiffReader(bytes);
  const seen = new Set<number>();
  const pages: number[] = [];
  for (let at = reader.first; at > 0 && !seen.has(at) && seen.size < mostPages; ) {
    const directory = reader.directory(at);
    if (!directory) break;
    if (((reader.value(directory, tags.subfile) ?? 0) & 1) === 0) pages.push(seen.size);
    seen.add(at);
    at = directory.next;
  }
  return pages;
}

/** Why a valid TIFF is not readable, in words; undefined if it is. */
export function tiffRefusal(bytes: Uint8Array): string | undefined {
  const reader = new TiffReader(bytes);
  const directory = reader.directory(reader.first);
  const photometric = directory && reader.value(directory, tags.photometric);
  // CIELAB, ICC LAB and ITU LAB: libvips only reads them with 16 bits per sample, and with another white point than Pillow.
  return photometric !== undefined && photometric >= 8 && photometric <= 10
    ? 'a TIFF of CIELAB colours, which is not read: save it as RGB'
    : undefined;
}

/** Compressions that the decoder supports: none, CCITT, LZW, JPEG, deflate, PackBits. */
const usual = [1, 2, 3, 4, 5, 7, 8, 32773, 32946];

/** Why a TIFF that the decoder rejected may still be valid, in words. */
export function unusualTiff(bytes: Uint8Array): string | undefined {
  const reader = new TiffReader(bytes);
  const directory = reader.directory(reader.first);
  const compression = directory && reader.value(directory, tags.compression);
  return compression === undefined || usual.includes(compression)
    ? undefined
    : `a TIFF of compression ${compression}, which is not read: save it without compression`;
}
