/**
 * Opens a video for reading its frames. Which decoder reads it: libav.js for VP8 and VP9 in WebM or Matroska, ffmpeg for all else, if it is
 * installed. Both convert VP9 to the same pixels (test/video/open.test.ts), but other codings may differ, and no run mixes them.
 */
import { MissingError, RefusedError } from '../util/errors.ts';
import { factsOf, type VideoFacts } from './container.ts';
import { ffmpegDecoder, ffmpegFrames } from './ffmpeg.ts';
import { type DecoderName, defaultLimits, type FrameOptions, type OpenVideo } from './frame.ts';
import { isolatedFrames } from './libav.ts';
import { libavDecoder, libavReads } from './libav-decoder.ts';
import { mustFitFrame, tooManyFrames } from './refusals.ts';
import { openSource } from './source.ts';

/** What a clip is read with; by default what the container and the coding need. */
export interface OpenOptions extends FrameOptions {
  readonly decoder?: DecoderName;
}

/** A clip that is being read. `notes` has sentences about what was not decoded, complete when the frames have been read. */
export interface ReadVideo extends OpenVideo {
  readonly notes: readonly string[];
}

/**
 * Opens a clip, given as a path or as bytes. Throws a RefusedError if it is not a video that can be read, and a MissingError if ffmpeg is
 * needed and not installed.
 */
export function openVideo(clip: string | Uint8Array, { decoder, ...options }: OpenOptions = {}): ReadVideo {
  const limits = { ...defaultLimits, ...options.limits };
  const facts = factsWithin(clip, limits);
  const notes: string[] = [];
  if (decoder !== 'ffmpeg' && libavReads(facts))
    return { decodedBy: libavDecoder, notes, frames: isolatedFrames(clip, { ...options, limits }, notes) };
  if (decoder === 'libav.js')
    throw new RefusedError(`${described(facts)}, and libav.js reads VP8 and VP9 in WebM or Matroska only`);
  const decodedBy = ffmpegDecoder();
  if (!decodedBy) throw new MissingError(`${described(facts)}, which needs ffmpeg: ${howToInstall}`);
  return { decodedBy, notes, frames: ffmpegFrames(clip, facts, { ...options, limits }, notes) };
}

const howToInstall =
  'install it (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), or name it in PRESEND_FFMPEG';

/** The facts of a clip whose declared frames are within the limits. */
function factsWithin(clip: string | Uint8Array, limits: typeof defaultLimits): VideoFacts {
  const source = openSource(clip, limits.bytes);
  try {
    const facts = factsOf(source);
    const { width = 0, height = 0, frames = 0 } = facts;
    mustFitFrame(width * height, limits, `${width} × ${height}`);
    if (frames > limits.frames) throw tooManyFrames(limits);
    return facts;
  } finally {
    source.close();
  }
}

const named: Readonly<Record<VideoFacts['container'], string>> = {
  matroska: 'Matroska',
  mov: 'MP4',
  avi: 'AVI',
  mpegts: 'MPEG transport stream',
  mpeg: 'MPEG',
  flv: 'FLV',
  asf: 'Windows Media',
  ogg: 'Ogg',
};

const described = ({ codec, container }: VideoFacts): string =>
  codec === undefined
    ? `its container is ${named[container]}`
    : `its pictures are coded as ${codec} in ${named[container]}`;

/**
 * The decoder for all clips of a run: libav.js if it reads every one that can be read at all, otherwise ffmpeg. Undefined if ffmpeg is
 * needed and not installed: then only libav.js can read anything, and `openVideo` says of each other clip what it needs.
 */
export function decoderFor(clips: Iterable<string | Uint8Array>): DecoderName | undefined {
  for (const clip of clips)
    try {
      if (!libavReads(factsWithin(clip, defaultLimits))) return ffmpegDecoder() ? 'ffmpeg' : undefined;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  return 'libav.js';
}
