/** Animated PNGs, put together from still ones. */
import { crc32 } from 'node:zlib';
import { sharp } from '../../src/image/sharp.ts';
import { concatBytes } from '../../src/util/bytes.ts';

/** A frame: its pixels, where it lies, and how. */
export interface ApngFrame {
  /** Red, green, blue and alpha. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly left?: number;
  readonly top?: number;
  /** 0 none, 1 background, 2 previous. */
  readonly dispose?: number;
  /** 0 source, 1 over. */
  readonly blend?: number;
}

const u32 = (...values: readonly number[]): Uint8Array => {
  const out = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) out.setUint32(4 * i, value);
  return new Uint8Array(out.buffer);
};

function chunk(name: string, body: Uint8Array): Uint8Array {
  const named = concatBytes(new TextEncoder().encode(name), body);
  return concatBytes(u32(body.length), named, u32(crc32(named)));
}

/** The chunks of a still PNG. */
async function chunksOf({ data, width, height }: ApngFrame): Promise<{ name: string; body: Uint8Array }[]> {
  const png = new Uint8Array(
    await sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
  );
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const found = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at))
    found.push({
      name: String.fromCharCode(...png.subarray(at + 4, at + 8)),
      body: png.subarray(at + 8, at + 8 + view.getUint32(at)),
    });
  return found;
}

/** An APNG of frames, the first one as large as the canvas. `hidden`: the picture that stands first is none of them. `declared`: as many as it says. */
export async function apngOf(
  frames: readonly ApngFrame[],
  { hidden, declared = frames.length }: { readonly hidden?: ApngFrame; readonly declared?: number } = {},
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)];
  let sequence = 0;
  const still = await chunksOf(hidden ?? frames[0]!);
  parts.push(chunk('IHDR', still[0]!.body), chunk('acTL', u32(declared, 0)));
  const data = (of: typeof still): Uint8Array[] => of.filter(({ name }) => name === 'IDAT').map(({ body }) => body);
  if (hidden) for (const body of data(still)) parts.push(chunk('IDAT', body));
  for (const [i, frame] of frames.entries()) {
    const { width, height, left = 0, top = 0, dispose = 0, blend = 0 } = frame;
    const control = concatBytes(u32(sequence++, width, height, left, top), Uint8Array.of(0, 1, 0, 10, dispose, blend));
    parts.push(chunk('fcTL', control));
    for (const body of data(await chunksOf(frame)))
      parts.push(i === 0 && !hidden ? chunk('IDAT', body) : chunk('fdAT', concatBytes(u32(sequence++), body)));
  }
  return concatBytes(...parts, chunk('IEND', new Uint8Array(0)));
}
