/** The hashes of a clip: it is decoded frame by frame, and only the hashes stay in memory. */
import { type TmkHash, tmkFramesPerSecond, tmkHasher, tmkSide } from '../hash/tmk.ts';
import { type VpdqFrame, vpdqFramesPerSecond, vpdqOf } from '../hash/vpdq.ts';
import type { DecodedBy, DecoderName, VideoFrame, VideoLimits } from './frame.ts';
import { openVideo } from './open.ts';
import { atConstantRate } from './resample.ts';

/** How a clip is hashed. */
export interface ClipOptions {
  readonly decoder?: DecoderName;
  /** Frames per second for vPDQ, or every frame. Default: ThreatExchange's, 1. */
  readonly rate?: number | 'every';
  readonly limits?: Partial<VideoLimits>;
}

/** What every hash of a clip comes with. */
interface ClipFacts {
  readonly decodedBy: DecodedBy;
  /** Sentences about what was not decoded. */
  readonly notes: readonly string[];
}

/** vPDQ of a clip, given as a path or as bytes. */
export async function vpdqOfClip(
  clip: string | Uint8Array,
  { rate = vpdqFramesPerSecond, ...options }: ClipOptions = {},
): Promise<ClipFacts & { readonly frames: readonly VpdqFrame[] }> {
  const video = openVideo(clip, rate === 'every' ? options : { ...options, rate });
  const frames: VpdqFrame[] = [];
  for await (const { image, timeSeconds } of video.frames) frames.push(vpdqOf(image, timeSeconds));
  return { decodedBy: video.decodedBy, notes: video.notes, frames };
}

/** TMK+PDQF of a clip, given as a path or as bytes. */
export async function tmkOfClip(
  clip: string | Uint8Array,
  { rate: _, ...options }: ClipOptions = {},
): Promise<ClipFacts & { readonly hash: TmkHash }> {
  const video = openVideo(clip, { ...options, size: { width: tmkSide, height: tmkSide } });
  return { decodedBy: video.decodedBy, notes: video.notes, hash: await tmkOf(video.frames) };
}

/** TMK+PDQF of frames of 64 × 64 pixels. */
export async function tmkOf(frames: AsyncIterable<VideoFrame>): Promise<TmkHash> {
  const hasher = tmkHasher();
  for await (const { image } of atConstantRate(frames, tmkFramesPerSecond)) hasher.add(image);
  return hasher.finish();
}
