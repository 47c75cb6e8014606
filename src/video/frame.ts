/** What a decoder of videos is asked for, and what it gives. */
import type { Raster } from '../image/raster.ts';

/** One picture of a clip. */
export interface VideoFrame {
  /** When it is shown, in seconds from the start of the clip. */
  readonly timeSeconds: number;
  readonly image: Raster;
}

/** What one clip may cost. Beyond a limit it is refused, with the limit in the sentence. */
export interface VideoLimits {
  /** Largest file, in bytes. */
  readonly bytes: number;
  /** Largest frame, width × height in pixels. */
  readonly pixels: number;
  /** Largest number of frames that are decoded, whether they are looked at or not. */
  readonly frames: number;
  /** Longest time that the decoder is waited for, in milliseconds of all waits together; the time that the caller spends does not count. */
  readonly millis: number;
}

/** An hour at 30 frames per second, frames up to 4096 × 4096 pixels, files up to 2 GiB, ten minutes of decoding. */
export const defaultLimits: VideoLimits = { bytes: 2 ** 31, pixels: 4096 * 4096, frames: 108_000, millis: 600_000 };

/** Which frames of a clip to give, and how. */
export interface FrameOptions {
  /**
   * Frames per second. The clip is cut into intervals of 1 / rate seconds, and the first frame of each is given; an interval without a
   * frame gives none. Default: every frame.
   */
  readonly rate?: number;
  /** Scale frames to this size in pixels (bicubic, as ffmpeg does by default), whatever their shape. Default: as stored. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Limits other than the default ones. */
  readonly limits?: Partial<VideoLimits>;
}

/** The decoders: one that is part of the package and reads VP8 and VP9 in WebM or Matroska, and the program that a user has installed. */
export const decoderNames = ['libav.js', 'ffmpeg'] as const;
export type DecoderName = (typeof decoderNames)[number];

/** The program that determined the pixels. Two decoders can differ in bits, so a run uses one of them for all clips. */
export interface DecodedBy {
  readonly name: DecoderName;
  /** Its version, as it prints it. */
  readonly version: string;
}

/** A clip that is being read. */
export interface OpenVideo {
  readonly decodedBy: DecodedBy;
  /** Its frames in order; they can be read once. Throws a RefusedError if the clip cannot be read to its end within the limits. */
  readonly frames: AsyncIterable<VideoFrame>;
}

/** Slack in seconds for times that a container rounds to milliseconds: a frame at 0.9999 s belongs to the second second. */
const slack = 5e-4;

/** The interval of 1 / rate seconds that a time belongs to. */
export const intervalOf = (timeSeconds: number, rate: number): number => Math.floor((timeSeconds + slack) * rate);

/** `intervalOf` as an expression of ffmpeg's filters, for the variable that holds the time. */
export const intervalExpression = (variable: string, rate: number): string => `floor((${variable}+${slack})*${rate})`;
