/**
 * Ordinary edits on pixels that a sender's app might make, and the file that would be sent. The list is fixed and each edit has one stated parameter; nothing here
 * searches for an edit, and the page offers no edited file to save.
 */

import { toRaster } from '../../../image/canvas.ts';
import type { Raster } from '../../../image/raster.ts';
import { resizeLanczos } from '../../../image/resize.ts';
import { underBar } from '../../../image/transform/bar.ts';
import { brightness } from '../../../image/transform/brightness.ts';
import { crop } from '../../../image/transform/crop.ts';
import { flip } from '../../../image/transform/flip.ts';
import { noise } from '../../../image/transform/noise.ts';
import { withChannels } from '../../../image/transform/pixels.ts';
import { rotate } from '../../../image/transform/rotate.ts';
import { seededRng } from '../../../util/rng.ts';

/** Largest number of pixels of an edited picture, so that a slider does not take the memory of a phone. */
const mostPixels = 40e6;

/** The sliders: each edit's neutral value and its range. One of a single step is a switch. They are applied in the order of `edited`. */
export const editSliders = [
  { name: 'quality', label: 'JPEG quality', rest: 100, min: 1, max: 100, step: 1, unit: '' },
  { name: 'crop', label: 'cropped, each side', rest: 0, min: 0, max: 30, step: 0.5, unit: ' %' },
  { name: 'size', label: 'resized, each side', rest: 100, min: 10, max: 200, step: 5, unit: ' %' },
  { name: 'flip', label: 'mirrored', rest: 0, min: 0, max: 1, step: 1, unit: '' },
  { name: 'rotate', label: 'turned', rest: 0, min: -45, max: 45, step: 0.5, unit: '°' },
  { name: 'noise', label: 'noise', rest: 0, min: 0, max: 40, step: 1, unit: ' %' },
  { name: 'brightness', label: 'brightness', rest: 100, min: 30, max: 220, step: 5, unit: ' %' },
  { name: 'caption', label: 'caption bar above', rest: 0, min: 0, max: 50, step: 1, unit: ' %' },
] as const;
export type EditName = (typeof editSliders)[number]['name'];
export type Edits = Readonly<Record<EditName, number>>;

/** No edits. */
export const noEdits = Object.fromEntries(editSliders.map(({ name, rest }) => [name, rest])) as Edits;

/** Whether a picture is unedited. */
export const isUnedited = (edits: Edits): boolean => editSliders.every(({ name, rest }) => edits[name] === rest);

/** The edited pixels, by the transforms of the experiments. Their resize is sharp's and their letters are DejaVu's; here they are Pillow's Lanczos and the browser's. */
async function edited(image: Raster, edits: Edits): Promise<Raster> {
  const rng = seededRng(1, 'demo noise');
  let out = image;
  if (edits.crop > 0) out = await crop.apply(out, { fraction: edits.crop / 100 }, rng);
  if (edits.flip !== 0) out = await flip.apply(out, { axis: 0 }, rng);
  if (edits.size !== 100) out = resizeLanczos(out, ...sizeOf(out, edits.size / 100));
  if (edits.rotate !== 0) out = await rotate.apply(out, { degrees: edits.rotate, nearest: 0 }, rng);
  if (edits.brightness !== 100) out = await brightness.apply(out, { factor: edits.brightness / 100 }, rng);
  if (edits.noise > 0) out = await noise.apply(out, { sigma: edits.noise / 100 }, rng);
  return edits.caption > 0 ? underBar(withChannels(out, 3), edits.caption / 100, letters) : out;
}

/** Width and height times a factor, with the largest number of pixels as the limit. */
function sizeOf({ width, height }: Raster, factor: number): [width: number, height: number] {
  const most = Math.min(factor, Math.sqrt(mostPixels / (width * height)));
  return [Math.max(1, Math.floor(width * most + 0.5)), Math.max(1, Math.floor(height * most + 0.5))];
}

/** A white bar with a line of text in the browser's own letters. */
function letters(width: number, height: number): Raster {
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#000';
  context.font = `bold ${0.6 * height}px sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText('Monday morning, again', width / 2, height / 2, 0.92 * width);
  return toRaster(context.getImageData(0, 0, width, height));
}

/** The edited picture as a JPEG file, by the browser's encoder. */
export const editedFile = async (image: Raster, edits: Edits): Promise<Uint8Array<ArrayBuffer>> =>
  fileOf(await edited(image, edits), { type: 'image/jpeg', quality: edits.quality / 100 });

/** A picture as a PNG file, which loses nothing. */
export const pngFile = (image: Raster): Promise<Uint8Array<ArrayBuffer>> => fileOf(image, { type: 'image/png' });

async function fileOf(image: Raster, options: ImageEncodeOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = withChannels(image, 3);
  const pixels = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels.data[to] = data[from]!;
    pixels.data[to + 1] = data[from + 1]!;
    pixels.data[to + 2] = data[from + 2]!;
    pixels.data[to + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob(options);
  return new Uint8Array(await blob.arrayBuffer());
}
