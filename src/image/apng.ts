/**
 * Frames of an animated PNG, which libvips does not read: each frame's data become a PNG of their own, which it decodes, and is laid on the canvas as
 * the PNG specification says (third edition, W3C 2025, 11.3.4 and 12: disposal and blending). A picture that stands before the frames
 * without being one of them is what other viewers show; it counts as the first frame here, so that nothing of a file goes unseen.
 */
import { crc32 } from 'node:zlib';
import { concatBytes } from '../util/bytes.ts';
import type { Raster } from './raster.ts';
import { sharp } from './sharp.ts';

/** How a frame is laid on the canvas, and what becomes of its region afterwards. */
interface FrameControl {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly dispose: 'none' | 'background' | 'previous';
  readonly blend: 'source' | 'over';
}

/** A frame with its compressed data; `control` is undefined of a picture that is no frame. */
interface CodedFrame {
  readonly control: FrameControl | undefined;
  readonly data: Uint8Array[];
}

interface Animation {
  readonly width: number;
  readonly height: number;
  /** The header, and the chunks that pixels depend on. */
  readonly header: Uint8Array;
  readonly shared: readonly Uint8Array[];
  readonly frames: readonly CodedFrame[];
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The whole chunks of a PNG, by name; one that the end of the file cuts off is left out. */
function* chunksOf(bytes: Uint8Array): Generator<{ readonly name: string; readonly body: Uint8Array }> {
  for (let at = signature.length; at + 12 <= bytes.length; ) {
    const size = view(bytes).getUint32(at);
    if (at + 12 + size > bytes.length) return;
    yield {
      name: String.fromCharCode(...bytes.subarray(at + 4, at + 8)),
      body: bytes.subarray(at + 8, at + 8 + size),
    };
    at += 12 + size;
  }
}

function chunk(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const named = concatBytes(new TextEncoder().encode(name), ...parts);
  const out = new Uint8Array(named.length + 8);
  view(out).setUint32(0, named.length - 4);
  out.set(named, 4);
  view(out).setUint32(out.length - 4, crc32(named));
  return out;
}

/** The frames of a file, as far as they are there. Undefined where the header is none. */
function animationOf(bytes: Uint8Array): Animation | undefined {
  let header: Uint8Array | undefined;
  const shared: Uint8Array[] = [];
  const frames: CodedFrame[] = [];
  for (const { name, body } of chunksOf(bytes)) {
    if (name === 'IHDR') header = body;
    else if (name === 'PLTE' || name === 'tRNS') shared.push(chunk(name, body));
    else if (name === 'fcTL') frames.push({ control: controlOf(body), data: [] });
    else if (name === 'IDAT') {
      if (frames.length === 0) frames.push({ control: undefined, data: [] });
      frames.at(-1)!.data.push(body);
    } else if (name === 'fdAT') frames.at(-1)?.data.push(body.subarray(4));
  }
  if (header?.length !== 13) return undefined;
  return { header, shared, frames, width: view(header).getUint32(0), height: view(header).getUint32(4) };
}

const disposals = ['none', 'background', 'previous'] as const;

/** The control of a frame; a region without an area where the chunk is none, which no canvas holds. */
function controlOf(body: Uint8Array): FrameControl {
  if (body.length < 26) return { left: 0, top: 0, width: 0, height: 0, dispose: 'none', blend: 'source' };
  const at = (offset: number): number => view(body).getUint32(offset);
  return {
    ...{ width: at(4), height: at(8), left: at(12), top: at(16) },
    dispose: disposals[body[24]!] ?? 'none',
    blend: body[25] === 1 ? 'over' : 'source',
  };
}

/** Pixels of a frame's data, red, green, blue and alpha. Throws the decoder's plain Error. */
async function pixelsOf({ header, shared }: Animation, { data }: CodedFrame, width: number, height: number) {
  const own = header.slice();
  view(own).setUint32(0, width);
  view(own).setUint32(4, height);
  const file = concatBytes(signature, chunk('IHDR', own), ...shared, chunk('IDAT', ...data), chunk('IEND'));
  return sharp(file, { ignoreIcc: true, failOn: 'truncated', limitInputPixels: width * height })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer();
}

/**
 * The frames from the second on, composed, with `channels` of the first; those before it come from `decode`. Ends before the first frame that is damaged
 * or outside the canvas, since later ones lie on it. Throws what `isDecoders` tells from bugs.
 */
export async function* apngFrames(
  bytes: Uint8Array,
  channels: Raster['channels'],
): AsyncGenerator<{ readonly index: number; readonly image: Raster }> {
  const animation = animationOf(bytes);
  if (!animation) return;
  const { width, height, frames } = animation;
  let canvas = new Uint8Array(width * height * 4);
  for (const [index, frame] of frames.entries()) {
    const { control } = frame;
    // A picture that is no frame leaves nothing on the canvas.
    if (!control) continue;
    const { left, top, dispose } = control;
    if (control.width * control.height === 0 || left + control.width > width || top + control.height > height) return;
    const before = dispose === 'previous' ? canvas.slice() : undefined;
    lay(canvas, width, control, await pixelsOf(animation, frame, control.width, control.height));
    if (index > 0) yield { index, image: shown(canvas, { width, height, channels }) };
    // What the first frame would go back to is an empty canvas.
    if (before) canvas = before;
    else if (dispose === 'background') clear(canvas, width, control);
  }
}

/** Lays a frame on the canvas. */
function lay(canvas: Uint8Array, width: number, frame: FrameControl, pixels: Uint8Array): void {
  for (let row = 0; row < frame.height; row++) {
    let to = 4 * ((frame.top + row) * width + frame.left);
    const from = 4 * row * frame.width;
    if (frame.blend === 'source') {
      canvas.set(pixels.subarray(from, from + 4 * frame.width), to);
      continue;
    }
    for (let at = from; at < from + 4 * frame.width; at += 4, to += 4) over(canvas, to, pixels, at);
  }
}

/** Blends a pixel over one of the canvas; neither has its colours multiplied by alpha. */
function over(canvas: Uint8Array, to: number, pixels: Uint8Array, at: number): void {
  const alpha = pixels[at + 3]!;
  if (alpha === 0) return;
  const under = (canvas[to + 3]! * (255 - alpha)) / 255;
  const sum = alpha + under;
  for (let i = 0; i < 3; i++) canvas[to + i] = Math.round((pixels[at + i]! * alpha + canvas[to + i]! * under) / sum);
  canvas[to + 3] = Math.round(sum);
}

/** Makes a frame's region transparent black. */
function clear(canvas: Uint8Array, width: number, { left, top, ...frame }: FrameControl): void {
  for (let row = 0; row < frame.height; row++) {
    const from = 4 * ((top + row) * width + left);
    canvas.fill(0, from, from + 4 * frame.width);
  }
}

/** What is on the canvas, without alpha. */
function shown(canvas: Uint8Array, { width, height, channels }: Pick<Raster, 'width' | 'height' | 'channels'>): Raster {
  const data = new Uint8Array(width * height * channels);
  for (let from = 0, to = 0; to < data.length; from += 4)
    for (let i = 0; i < channels; i++) data[to++] = canvas[from + i]!;
  return { width, height, channels, data };
}
