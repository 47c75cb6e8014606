/** Image files built by hand, byte by byte, for what no encoder will write. */
import { deflateSync } from 'node:zlib';
import { concatBytes, u32, utf8 } from '../../src/util/bytes.ts';

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = concatBytes(utf8(name), data);
  return concatBytes(u32(data.length), body, u32(crc32(body)));
}

/** PNG colour types. */
export const colour = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

/** A PNG file with the given rows (without their filter byte), which need not be as many as the header says. */
export function png(
  width: number,
  height: number,
  depth: number,
  type: number,
  rows: readonly (readonly number[])[],
  palette?: readonly number[],
): Uint8Array {
  return concatBytes(
    signature,
    chunk('IHDR', concatBytes(u32(width), u32(height), Uint8Array.of(depth, type, 0, 0, 0))),
    palette ? chunk('PLTE', Uint8Array.from(palette)) : new Uint8Array(0),
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    chunk('IEND', new Uint8Array(0)),
  );
}

/** A PNG file without its chunks of one name. */
export function withoutChunk(file: Uint8Array, name: string): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const kept: Uint8Array[] = [signature];
  for (let at = 8; at < file.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (String.fromCharCode(...file.subarray(at + 4, at + 8)) !== name) kept.push(file.subarray(at, end));
    at = end;
  }
  return concatBytes(...kept);
}

/** An uncompressed little-endian grey TIFF whose directory stands before its pixels. */
export function tiff(width: number, height: number, pixels: readonly number[]): Uint8Array {
  const entries = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 1],
    [262, 1],
    [273, 8 + 2 + 9 * 12 + 4],
    [277, 1],
    [278, height],
    [279, width * height],
  ];
  const head = new DataView(new ArrayBuffer(8 + 2 + entries.length * 12 + 4));
  head.setUint32(0, 0x49492a00);
  head.setUint32(4, 8, true);
  head.setUint16(8, entries.length, true);
  entries.forEach(([tag, value], i) => {
    head.setUint16(10 + 12 * i, tag!, true);
    head.setUint16(12 + 12 * i, 4, true);
    head.setUint32(14 + 12 * i, 1, true);
    head.setUint32(18 + 12 * i, value!, true);
  });
  return concatBytes(new Uint8Array(head.buffer), Uint8Array.from(pixels));
}

/** A GIF of four colours with one frame, which may lie within its screen: left, top, width, height. `clear` is its transparent colour. */
export function gif(
  width: number,
  height: number,
  palette: readonly number[],
  frame: readonly number[],
  indices: readonly number[],
  { clear }: { readonly clear?: number } = {},
): Uint8Array {
  const u16 = (value: number): number[] => [value & 255, value >> 8];
  // Codes of 3 bits; a clear code before each keeps the table of the decoder empty.
  const codes = [...indices.flatMap((index) => [4, index]), 5];
  const bits = codes.flatMap((code) => [code & 1, (code >> 1) & 1, code >> 2]);
  const data = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    bits.slice(8 * i, 8 * i + 8).reduce((sum, bit, at) => sum + (bit << at), 0),
  );
  return concatBytes(
    utf8('GIF89a'),
    Uint8Array.of(...u16(width), ...u16(height), 0xf1, 0, 0, ...palette),
    clear === undefined ? new Uint8Array(0) : Uint8Array.of(0x21, 0xf9, 4, 1, 0, 0, clear, 0),
    Uint8Array.of(0x2c, ...frame.flatMap(u16), 0, 2, data.length, ...data, 0, 0x3b),
  );
}
