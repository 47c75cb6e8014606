/**
 * The pictures that copynet-256 was fitted on, and the others that it is measured on. Photographs are those of PRESEND_PHOTOS. The sources of
 * photographs are apart: the fit sees clothing-dataset-small and GroceryStoreDataset, the measurement every other source.
 */
import type { Picture } from '../../src/dataset/dataset.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { decodeFile } from '../../src/dataset/picture-file.ts';
import type { Raster } from '../../src/image/raster.ts';
import { applyTransform, resolveTransform } from '../../src/image/transform/index.ts';
import { messenger } from '../../src/image/transform/messenger.ts';
import type { TransformSpec } from '../../src/schema/edit-preset.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';
import { renderingsAfter } from '../renderings.ts';

/** Random edits of each picture of the fit. */
export const editsEach = 6;

const uniform = (rng: Rng, low: number, high: number): number => low + (high - low) * rng.next();
type Draw = (rng: Rng) => TransformSpec;

/** Edits that move or cover pixels. */
const geometric: readonly Draw[] = [
  (rng) => ({ name: 'crop', fraction: uniform(rng, 0.02, 0.15) }),
  (rng) => ({ name: 'random-crop', keep: Math.sqrt(uniform(rng, 0.35, 0.95)) }),
  (rng) => ({ name: 'rotate', degrees: uniform(rng, -20, 20) }),
  (rng) => ({ name: 'caption', bar: uniform(rng, 0.08, 0.25) }),
  (rng) => ({
    name: 'screenshot',
    scale: uniform(rng, 0.5, 1),
    bar: uniform(rng, 0.03, 0.12),
    margin: uniform(rng, 0, 0.06),
  }),
  (rng) => ({
    name: 'border',
    letterbox: rng.int(2),
    shade: 255 * rng.int(2),
    fraction: uniform(rng, 0.03, 0.25),
  }),
  (rng) => ({ name: 'aspect', ratio: uniform(rng, 0.6, 1.6) }),
  (rng) => ({ name: 'watermark', opacity: uniform(rng, 0.2, 0.7) }),
];

/** Edits that change values. */
const photometric: readonly Draw[] = [
  (rng) => ({ name: 'jpeg', quality: 10 + rng.int(51) }),
  (rng) => ({ name: 'resize', factor: uniform(rng, 0.25, 0.8) }),
  (rng) => ({ name: 'blur', sigma: uniform(rng, 0.5, 3) }),
  (rng) => ({ name: 'gamma', exponent: uniform(rng, 0.5, 2) }),
  (rng) => ({ name: 'contrast', factor: uniform(rng, 0.6, 1.7) }),
  (rng) => ({ name: 'brightness', factor: uniform(rng, 0.6, 1.5) }),
  (rng) => ({ name: 'noise', sigma: uniform(rng, 0.01, 0.08) }),
  () => ({ name: 'none' }),
];

/** One or two geometric edits, sometimes a mirror, and one photometric edit. */
function drawEdits(rng: Rng): TransformSpec[] {
  const drawn = [rng.pick(geometric)(rng)];
  if (rng.next() < 0.3) drawn.push(rng.pick(geometric)(rng));
  if (rng.next() < 0.15) drawn.push({ name: 'flip' });
  return [...drawn, rng.pick(photometric)(rng)];
}

/** A picture of the fit as it is listed, and then after random edits, as a messenger sends them. */
export async function* fitRenderings(picture: Picture): AsyncGenerator<Raster> {
  const original = await decodeFile(picture);
  yield original;
  for (let i = 0; i < editsEach; i++) {
    const rng = seededRng(19, `copynet-256/edit ${i}/${picture.id}`);
    let edited = original;
    for (const spec of drawEdits(rng)) edited = await applyTransform(edited, resolveTransform(spec), rng);
    yield messenger.apply(edited, {}, seededRng(0));
  }
}

/** What is done to a picture of the measurement before a messenger sends it. */
export const edits = [
  { name: 'none' },
  { name: 'jpeg', quality: 20 },
  { name: 'resize', factor: 0.5 },
  { name: 'blur', sigma: 2 },
  { name: 'gamma', exponent: 1.6 },
  { name: 'contrast', factor: 1.5 },
  { name: 'crop', fraction: 0.05 },
  { name: 'crop', fraction: 0.1 },
  { name: 'random-crop', keep: 0.7 },
  { name: 'random-crop', keep: 0.5 },
  { name: 'rotate', degrees: 4 },
  { name: 'rotate', degrees: 15 },
  { name: 'caption' },
  { name: 'screenshot' },
  { name: 'border', letterbox: 1, shade: 0, fraction: 0.2 },
  { name: 'aspect', ratio: 1.3 },
  { name: 'watermark' },
  { name: 'stamp' },
  { name: 'flip' },
].map(resolveTransform);

/** Edits that move or cover pixels, without the mirror, which few hashes are made for. */
export const geometricEdits = edits
  .filter(({ transform }) =>
    ['crop', 'random-crop', 'rotate', 'caption', 'screenshot', 'border', 'aspect'].includes(transform.name),
  )
  .map(({ label }) => label);

/** A picture of the measurement as it is listed, and then as it is sent after each edit. */
export const renderings = renderingsAfter(edits);

/** One picture of each group. */
function onePerGroup(all: readonly Picture[]): Picture[] {
  const groups = new Set<string>();
  return all.filter(({ group }) => !groups.has(group) && groups.add(group));
}

/** The fit's pictures, in the order in which the learning curve takes them. */
export async function fitPictures(): Promise<Picture[]> {
  const { pictures } = await openDataset('photographs', { seed: 1 });
  const products = pictures.filter(({ kind }) => kind === 'classify');
  const generated = await openDataset('generated', { seed: 2020, pictures: 600 });
  return onePerGroup(seededRng(19, 'copynet-256/fit').shuffle([...products, ...generated.pictures]));
}

/** Thresholds are chosen on `calibration` and scored on `evaluation`. */
export interface Halves {
  readonly calibration: readonly Picture[];
  readonly evaluation: readonly Picture[];
}

/** Pictures of the measurement, one of each group; `copies` and `hardNegatives` with all of a group. */
export async function measuredPictures(): Promise<{
  readonly photographs: Halves;
  readonly generated: Halves;
  readonly copies: readonly Picture[];
  readonly hardNegatives: readonly Picture[];
}> {
  const { pictures } = await openDataset('photographs', { seed: 1 });
  // Shelves of groceries come from a source of the fit.
  const photos = pictures.filter(({ kind, id }) => kind === 'photos' && !/grocery/i.test(id));
  // The first 240 were looked at when the layer was chosen, so none of them is evaluated.
  const drawn = onePerGroup(seededRng(4, 't').shuffle(photos));
  const generated = onePerGroup((await openDataset('generated', { seed: 2019, pictures: 400 })).pictures);
  const mixed = seededRng(19, 'copynet-256/generated').shuffle(generated);
  return {
    photographs: { calibration: drawn.slice(0, 100), evaluation: drawn.slice(300, 400) },
    generated: { calibration: mixed.slice(0, 40), evaluation: mixed.slice(100, 140) },
    copies: pictures.filter(({ kind }) => kind === 'copies'),
    hardNegatives: pictures.filter(({ kind }) => kind === 'hard-negatives'),
  };
}
