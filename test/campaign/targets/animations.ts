/** Animated GIF and WebP files and TIFFs of several pages: every frame of the sample decoded and hashed. */
import sharp from 'sharp';
import { pdq } from '../../../src/hash/pdq.ts';
import { eachFrame } from '../../../src/image/animation.ts';
import { seededRng } from '../../../src/util/rng.ts';
import type { Target } from '../target.ts';

const [width, height] = [40, 24];
/** Frames of a case: enough for a sample that leaves some out. */
const mostFrames = 6;

/** Frames in which a bright block moves over noise, one below the other. */
function moving(frames: number, channels: 3 | 4) {
  const rng = seededRng(frames, 'campaign animation');
  const data = Uint8Array.from({ length: width * height * frames * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isInside = Math.abs(x - 4 * Math.floor(y / height)) < 6;
    if (channels === 4 && at % 4 === 3) return isInside ? 255 : 0;
    return isInside ? 230 : 60 + rng.int(30);
  });
  return sharp(data, { raw: { width, height: height * frames, channels, pageHeight: height } });
}

const files: Record<string, () => Promise<Uint8Array>> = {
  'GIF, 3 frames': () => moving(3, 3).gif({ loop: 0 }).toBuffer(),
  'GIF, 9 frames, alpha': () => moving(9, 4).gif({ loop: 0, effort: 1 }).toBuffer(),
  'GIF, 5 frames, interlaced, few colours': () => moving(5, 3).gif({ progressive: true, colours: 8 }).toBuffer(),
  'WebP, 3 frames': () => moving(3, 3).webp({ quality: 40 }).toBuffer(),
  'WebP, 9 frames, alpha': () => moving(9, 4).webp({ quality: 60 }).toBuffer(),
  'WebP, 5 frames, lossless': () => moving(5, 3).webp({ lossless: true }).toBuffer(),
};

export const animations: Target = {
  name: 'animations',
  floorMillis: 250,
  millisPerByte: 1,
  mostMebibytes: 1000,
  seeds: () =>
    Promise.all(
      Object.entries(files).map(async ([name, bytes]) => ({
        name,
        bytes: await bytes(),
        async read(file) {
          const hashed: number[] = [];
          const { declared, looked, damaged } = await eachFrame(file, { mostFrames }, ({ index, image }) => {
            const { hash, quality } = pdq.hash(image);
            if (hash.length !== 32 || !(quality >= 0 && quality <= 100)) throw new Error(`no hash of frame ${index}`);
            hashed.push(index);
          });
          if (hashed.length !== looked || looked < 1)
            throw new Error(`${looked} frames, ${hashed.length} of them hashed`);
          if (declared > 1 && Number.isFinite(declared) && looked + damaged > Math.min(declared, mostFrames))
            throw new Error(`${looked} + ${damaged} of ${declared} frames`);
          return damaged;
        },
      })),
    ),
};
