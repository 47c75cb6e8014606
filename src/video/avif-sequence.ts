/**
 * AVIF sequences by the ffmpeg that the user has installed: their frames are a track of AV1 as in an MP4 file (AV1 Image File Format 1.1, section 3;
 * HEIF, ISO 23008-12, 7). The package's own decoders read the first frame only.
 */

import { mostDeclared, type SequenceReader } from '../image/animation.ts';
import { defaultMaxPixels } from '../image/decode.ts';
import { ffmpegDecoder, ffmpegFrames } from './ffmpeg.ts';
import { defaultLimits } from './frame.ts';
import { mp4Facts } from './mp4.ts';
import { openSource } from './source.ts';

/** One more than may be declared, so that a file with more samples than it says is noticed. */
const limits = { ...defaultLimits, frames: mostDeclared + 1, pixels: defaultMaxPixels };

/** Reads AVIF sequences where ffmpeg is installed. */
export const avifSequences: SequenceReader = (bytes) => {
  const brand = String.fromCharCode(...bytes.subarray(4, 12));
  const decoder = brand === 'ftypavis' ? ffmpegDecoder() : undefined;
  if (!decoder) return undefined;
  const facts = mp4Facts(openSource(bytes, bytes.length));
  if (facts.truncated || facts.frames === undefined || facts.frames === 0) return undefined;
  return {
    declared: facts.frames,
    decodedBy: `${decoder.name} ${decoder.version}`,
    async *frames() {
      let index = 0;
      for await (const { image } of ffmpegFrames(bytes, { container: 'mov', ...facts }, { limits }, []))
        yield { index: index++, image };
    },
  };
};
