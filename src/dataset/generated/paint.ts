/** Turns a plan into a file's bytes: the painter of its topic, then the encoder. */
import { encode } from '../../image/encode.ts';
import type { Canvas } from '../../image/letters.ts';
import { concatBytes } from '../../util/bytes.ts';
import { seededRng } from '../../util/rng.ts';
import type { Painter } from './brief.ts';
import { paintCaptioned } from './captioned.ts';
import { paintChart } from './chart.ts';
import { paintDocument } from './document.ts';
import { paintDrawing } from './drawing.ts';
import { paintLandscape } from './landscape.ts';
import { noiseOf } from './noise.ts';
import { formatOf, type Planned, sizeOf, type Topic, viewOf } from './plan.ts';
import { png } from './png.ts';
import { paintScene } from './scene.ts';
import { paintTexture } from './texture.ts';

const painters: Record<Topic, Painter> = {
  scene: paintScene,
  landscape: paintLandscape,
  texture: paintTexture,
  document: paintDocument,
  captioned: paintCaptioned,
  chart: paintChart,
  drawing: paintDrawing,
};

/** The pixels of a planned picture. */
export function paint(seed: number, planned: Planned): Canvas {
  const shot = seededRng(seed, planned.streams.shot);
  return painters[planned.topic]({
    ...sizeOf(seed, planned),
    layout: seededRng(seed, planned.streams.layout),
    detail: seededRng(seed, planned.streams.detail),
    shot,
    view: viewOf(shot, planned.member),
    noise: noiseOf(seed),
  });
}

/** A planned picture as a file; width and height are as stored, before EXIF orientation. */
export async function file(
  seed: number,
  planned: Planned,
): Promise<{ bytes: Uint8Array; extension: string; width: number; height: number }> {
  const { format, orientation } = formatOf(seed, planned);
  const canvas = turned(paint(seed, planned), orientation);
  const bytes = format.type === 'png' ? png(canvas) : await encode(canvas, format);
  const extension = format.type === 'jpeg' ? 'jpg' : format.type;
  const { width, height } = canvas;
  return { bytes: orientation === 1 ? bytes : withOrientation(bytes, orientation), extension, width, height };
}

/** The pixels as stored by a camera in that orientation. Orientations as in EXIF 2.3, 0x0112. */
function turned(canvas: Canvas, orientation: 1 | 3 | 6 | 8): Canvas {
  if (orientation === 1) return canvas;
  const { width, height, data } = canvas;
  const [wide, tall] = orientation === 3 ? [width, height] : [height, width];
  const out = new Uint8Array(data.length);
  for (let y = 0, at = 0; y < tall; y++)
    for (let x = 0; x < wide; x++, at += 3) {
      const [fromX, fromY] =
        orientation === 3
          ? [width - 1 - x, height - 1 - y]
          : orientation === 6
            ? [y, height - 1 - x]
            : [width - 1 - y, x];
      const from = (fromY * width + fromX) * 3;
      out[at] = data[from]!;
      out[at + 1] = data[from + 1]!;
      out[at + 2] = data[from + 2]!;
    }
  return { width: wide, height: tall, channels: 3, data: out };
}

/** Inserts an EXIF block with only the orientation after the JPEG start marker. Without libexif, which would add its version. */
function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return concatBytes(jpeg.subarray(0, 2), Uint8Array.of(0xff, 0xe1, 0, exif.length + 2, ...exif), jpeg.subarray(2));
}
