/** What nobody's attack, and chance, do to a picture: the controls that stand beside every attempt. */
import { ofLength } from '../../attack/search.ts';
import type { Raster } from '../../image/raster.ts';
import type { AttackControlRow } from '../../schema/evasion-rows.ts';
import { normalVariate } from '../../util/normal.ts';
import type { Rng } from '../../util/rng.ts';
import { afterMessenger, type Subject, short } from './attempt.ts';

/** The measures of the picture untouched, under noise of each budget of L2, and of another in its place. */
export async function controls(
  { picture, space, measure }: Subject,
  l2: readonly number[],
  replacement: Raster,
  rng: Rng,
): Promise<Pick<AttackControlRow, 'untouched' | 'noise' | 'smoothNoise' | 'replaced'>> {
  const measured = async (image: Raster): Promise<number> => short(await measure(image));
  const noise: number[] = [];
  const smoothNoise: number[] = [];
  for (const budget of l2) {
    noise.push(await measured(withNoise(picture, 255 * budget, rng)));
    const direction = Float64Array.from({ length: space.dimensions }, () => normalVariate(rng));
    smoothNoise.push(await measured(space.alter(ofLength(direction, 255 * budget)).image));
  }
  return {
    untouched: { measure: await measured(picture), afterMessenger: await measured(await afterMessenger(picture)) },
    noise,
    smoothNoise,
    replaced: await measured(replacement),
  };
}

/** White noise of that root mean square, in grey levels, before it is rounded and clipped. */
function withNoise(image: Raster, level: number, rng: Rng): Raster {
  const data = new Uint8ClampedArray(image.data.length);
  for (let i = 0; i < data.length; i++) data[i] = image.data[i]! + level * normalVariate(rng);
  return { ...image, data: new Uint8Array(data.buffer) };
}
