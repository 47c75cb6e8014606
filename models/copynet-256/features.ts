/** Features of the pictures of the fit. */
import { loadCopynetFeatures } from '../../src/classify/copynet-256.ts';
import type { Picture } from '../../src/dataset/dataset.ts';
import type { Raster } from '../../src/image/raster.ts';

/** For each picture the features of its renderings, and the software that computed them. */
export async function featuresOf(
  pictures: readonly Picture[],
  renderings: (picture: Picture) => AsyncIterable<Raster>,
): Promise<{ readonly sets: Float32Array[][]; readonly software: string }> {
  const features = await loadCopynetFeatures();
  const sets: Float32Array[][] = [];
  for (const picture of pictures) {
    const set: Float32Array[] = [];
    for await (const raster of renderings(picture)) set.push(await features.describe(raster));
    sets.push(set);
    if (sets.length % 100 === 0) console.log(`${sets.length} of ${pictures.length} pictures`);
  }
  return { sets, software: `${features.inference.runtime}, ${features.inference.kernels}` };
}
