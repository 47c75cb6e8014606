/** Every perceptual hash on decoded pixels, beside the peer that blockhash wraps and the JPEG decoding that comes before any hash. */
import { bmvbhash } from 'blockhash-core';
import { hashes } from '../src/hash/index.ts';
import { decode } from '../src/image/decode.ts';
import { encode } from '../src/image/encode.ts';
import type { Group } from './measure.ts';
import { picture } from './picture.ts';

/** One group a picture size. */
export async function hash(): Promise<Group[]> {
  return Promise.all(
    [
      [512, 512],
      [800, 600],
    ].map(async ([width, height]) => {
      const image = picture(width!, height!);
      const jpeg = await encode(image, { type: 'jpeg', quality: 85 });
      const rgba = { width: width!, height: height!, data: new Uint8ClampedArray(width! * height! * 4).fill(255) };
      for (let i = 0; i < width! * height!; i++) rgba.data.set(image.data.subarray(3 * i, 3 * i + 3), 4 * i);
      return {
        title: `hash, ${width} × ${height} RGB`,
        baseline: 'JPEG decode (sharp)',
        tasks: [
          { name: 'JPEG decode (sharp)', run: () => decode(jpeg) },
          ...Object.values(hashes).map((each) => ({ name: each.name, run: () => each.hash(image) })),
          { name: 'blockhash-core, from RGBA', run: () => bmvbhash(rgba, 16) },
        ],
      };
    }),
  );
}
