/**
 * Clips in WebM: every frame decoded and hashed. They are decoded in this process, where a crash or a hang is seen as such; presend itself gives each
 * clip a thread, which refuses it then (src/video/libav.ts).
 */
import { pdq } from '../../../src/hash/pdq.ts';
import { RefusedError } from '../../../src/util/errors.ts';
import { factsOf } from '../../../src/video/container.ts';
import { encodeWebm } from '../../../src/video/encode.ts';
import { defaultLimits } from '../../../src/video/frame.ts';
import { libavFrames, libavReads } from '../../../src/video/libav-decoder.ts';
import { mustFitFrame } from '../../../src/video/refusals.ts';
import { openSource } from '../../../src/video/source.ts';
import { movingFrames } from '../../video/clips.ts';
import type { Seed, Target } from '../target.ts';

/** Small, and few frames: what a case costs is decoding. */
const side = 64;
/** Frames up to a megapixel: a damaged header that claims more is refused, as one beyond 16 megapixels is by default. */
const limits = { ...defaultLimits, pixels: 2 ** 20, frames: 200 };

const files: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'WebM, 6 frames': () => encodeWebm(movingFrames(6), { bitRate: 60_000 }),
  'WebM, 12 frames': () => encodeWebm(movingFrames(12), { bitRate: 30_000 }),
  'WebM, 4 frames, high rate': () => encodeWebm(movingFrames(4), { bitRate: 400_000 }),
};

export const clips: Target = {
  name: 'clips',
  floorMillis: 250,
  millisPerByte: 1,
  mostMebibytes: 1000,
  async seeds() {
    const found: Seed[] = [];
    // One after the other: there is one encoder.
    for (const [name, bytes] of Object.entries(files)) found.push({ name, bytes: await bytes(), read });
    return found;
  },
};

async function read(file: Uint8Array): Promise<number> {
  const source = openSource(file, limits.bytes);
  const facts = factsOf(source);
  const { width = 0, height = 0 } = facts;
  mustFitFrame(width * height, limits, `${width} × ${height}`);
  // Of another coding than it was made with: presend asks ffmpeg, or says that it is needed.
  if (!libavReads(facts)) throw new RefusedError(`${facts.container}, ${facts.codec}`);
  const frames = libavFrames(source, facts, { limits, size: { width: side, height: side } });
  let looked = 0;
  let next = await frames.next();
  for (; !next.done; next = await frames.next()) {
    const { hash, quality } = pdq.hash(next.value.image);
    if (hash.length !== 32 || !(quality >= 0 && quality <= 100)) throw new Error(`no hash of frame ${looked}`);
    if (!Number.isFinite(next.value.timeSeconds)) throw new Error('a time that is no number');
    looked++;
  }
  if (looked === 0) throw new Error('read without a frame');
  return next.value.length;
}
