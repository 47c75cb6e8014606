/** Edits on pixels that a sender's app might make, and the file that would be sent. For the sliders of generated pictures. */

import type { Raster } from '../../../image/raster.ts';
import { brightness } from '../../../image/transform/brightness.ts';
import { crop } from '../../../image/transform/crop.ts';
import { noise } from '../../../image/transform/noise.ts';
import { withChannels } from '../../../image/transform/pixels.ts';
import { rotate } from '../../../image/transform/rotate.ts';
import { seededRng } from '../../../util/rng.ts';

/** The sliders: each edit's neutral value and its range. */
export const editSliders = [
  { name: 'quality', label: 'JPEG quality', rest: 100, min: 1, max: 100, step: 1, unit: '' },
  { name: 'crop', label: 'cropped, each side', rest: 0, min: 0, max: 30, step: 0.5, unit: ' %' },
  { name: 'rotate', label: 'turned', rest: 0, min: -45, max: 45, step: 0.5, unit: '°' },
  { name: 'noise', label: 'noise', rest: 0, min: 0, max: 40, step: 1, unit: ' %' },
  { name: 'brightness', label: 'brightness', rest: 100, min: 30, max: 220, step: 5, unit: ' %' },
] as const;
export type EditName = (typeof editSliders)[number]['name'];
export type Edits = Readonly<Record<EditName, number>>;

/** No edits. */
export const noEdits = Object.fromEntries(editSliders.map(({ name, rest }) => [name, rest])) as Edits;

/** Whether a picture is unedited. */
export const isUnedited = (edits: Edits): boolean => editSliders.every(({ name, rest }) => edits[name] === rest);

/** The edited pixels, by the transforms of the experiments. */
async function edited(image: Raster, edits: Edits): Promise<Raster> {
  const rng = seededRng(1, 'demo noise');
  let out = image;
  if (edits.crop > 0) out = await crop.apply(out, { fraction: edits.crop / 100 }, rng);
  if (edits.rotate !== 0) out = await rotate.apply(out, { degrees: edits.rotate, nearest: 0 }, rng);
  if (edits.brightness !== 100) out = await brightness.apply(out, { factor: edits.brightness / 100 }, rng);
  if (edits.noise > 0) out = await noise.apply(out, { sigma: edits.noise / 100 }, rng);
  return out;
}

/** The edited picture as a JPEG file, by the browser's encoder. */
export async function editedFile(image: Raster, edits: Edits): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = withChannels(await edited(image, edits), 3);
  const pixels = new ImageData(width, height);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    pixels.data[to] = data[from]!;
    pixels.data[to + 1] = data[from + 1]!;
    pixels.data[to + 2] = data[from + 2]!;
    pixels.data[to + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: edits.quality / 100 });
  return new Uint8Array(await blob.arrayBuffer());
}
