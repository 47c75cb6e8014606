/** A synthetic picture for benchmarks: smooth waves with grain, so that JPEG and the hashes have realistic work. */
import type { Raster } from '../src/image/raster.ts';
import { seededRng } from '../src/util/rng.ts';

/** A seeded RGB picture of this size, in pixels. */
export function picture(width: number, height: number): Raster {
  const rng = seededRng(1, `bench ${width} ${height}`);
  const waves = Array.from({ length: 24 }, () => ({
    u: (rng.next() - 0.5) * 80,
    v: (rng.next() - 0.5) * 80,
    phase: rng.next() * 2 * Math.PI,
  }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let k = c * 8; k < c * 8 + 8; k++) {
          const { u, v, phase } = waves[k]!;
          sum += Math.sin((u * x) / width + (v * y) / height + phase);
        }
        data[at++] = Math.min(255, Math.max(0, 128 + 22 * sum + 16 * (rng.next() - 0.5)));
      }
  return { width, height, channels: 3, data };
}
