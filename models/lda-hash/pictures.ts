/** The pictures that lda-hash was fitted on, and the others that it is measured on. Photographs are those of PRESEND_PHOTOS. */
import type { Picture } from '../../src/dataset/dataset.ts';
import { openDataset } from '../../src/dataset/open.ts';
import { resolveTransform } from '../../src/image/transform/index.ts';
import { seededRng } from '../../src/util/rng.ts';
import { renderingsAfter } from '../renderings.ts';

/** What is done to a picture before the messenger compresses it; as sent comes first. */
export const edits = [
  { name: 'none' },
  { name: 'resize', factor: 0.5 },
  { name: 'crop', fraction: 0.05 },
  { name: 'caption' },
  { name: 'watermark' },
  { name: 'screenshot' },
].map(resolveTransform);

/** A picture as the curator lists it, and then as it is sent after each edit. */
export const renderings = renderingsAfter(edits);

/** Pictures of both uses: `edited` with their edits, `originals` beside them for pairs of unrelated pictures. */
export async function pictures() {
  const photographs = await openDataset('photographs', { seed: 1 });
  const drawn = (kind: string, stream: string): Picture[] =>
    seededRng(4, stream).shuffle(photographs.pictures.filter((picture) => picture.kind === kind));
  const photos = drawn('photos', 'equality');
  const products = drawn('classify', 'equality products');
  const generated = async (seed: number) => (await openDataset('generated', { seed, pictures: 400 })).pictures;
  return {
    calibration: {
      edited: [...photos.slice(0, 254), ...products.slice(0, 350), ...(await generated(2020)).slice(0, 160)],
      originals: products.slice(350, 700),
    },
    evaluation: { photos: photos.slice(254), generated: await generated(2019), originals: products.slice(700) },
  };
}
