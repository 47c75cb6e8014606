/**
 * PNG files whose bytes are the same on every machine. The output of sharp's deflate depends on the processor, so the pixels would be equal
 * but not the bytes; fflate is plain JavaScript. PNG specification, third edition (W3C 2025).
 */
import { zlibSync } from 'fflate';
import type { Canvas } from '../../image/letters.ts';
import { concatBytes, u32, utf8 } from '../../util/bytes.ts';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The canvas as an 8-bit RGB PNG. */
export function png({ width, height, data }: Canvas): Uint8Array {
  // Bit depth 8, colour type 2 (RGB), deflate, adaptive filtering, no interlace.
  const header = concatBytes(u32(width), u32(height), Uint8Array.of(8, 2, 0, 0, 0));
  return concatBytes(
    signature,
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(filtered(width, height, data), { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  );
}

/** Every row, preceded by its filter: 2 (Up), the difference from the row above, which suits flat colours. */
function filtered(width: number, height: number, data: Uint8Array): Uint8Array {
  const stride = width * 3;
  const out = new Uint8Array(height * (stride + 1));
  for (let y = 0, at = 0; y < height; y++) {
    out[at++] = 2;
    for (let x = 0, from = y * stride; x < stride; x++, from++)
      out[at++] = data[from]! - (y > 0 ? data[from - stride]! : 0);
  }
  return out;
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const named = concatBytes(utf8(type), body);
  return concatBytes(u32(body.length), named, u32(crc32(named)));
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
