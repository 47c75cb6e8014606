/** Pictures for the classifier's tests, made in code. */
import type { Raster } from '../../src/image/raster.ts';
import { seededRng } from '../../src/util/rng.ts';

/** A smooth seeded picture: a few waves per channel, so that resizing has something to keep. */
export function waves(width: number, height: number, seed: number, channels: 1 | 3 = 3): Raster {
  const rng = seededRng(seed, 'waves');
  const parts = Array.from({ length: channels * 3 }, () => [rng.next() * 9, rng.next() * 9, rng.next() * 6] as const);
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (const [u, v, phase] of parts.slice(c * 3, c * 3 + 3))
          sum += Math.sin((u * x) / width + (v * y) / height + phase);
        data[(y * width + x) * channels + c] = Math.round(127.5 + 42 * sum);
      }
  return { width, height, channels, data };
}
