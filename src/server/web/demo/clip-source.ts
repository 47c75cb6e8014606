/**
 * The frames of an animated picture or a short clip, by the browser's own decoders: ImageDecoder of WebCodecs, or a video element that is moved to a time and drawn. The
 * file stays in the page. Frames are decoded when they are asked for, so that memory holds one of them.
 */
import { type Rgba, toRaster } from '../../../image/canvas.ts';
import { defaultMostFrames, evenlySpread, framesOf } from '../../../image/frames.ts';
import type { Raster } from '../../../image/raster.ts';
import { type Container, containerOf } from '../../../image/signatures.ts';
import { RefusedError } from '../../../util/errors.ts';
import { factsOf } from '../../../video/container.ts';
import { element } from '../dom.ts';

/** Frames of a clip that are looked at each second, as ThreatExchange's vPDQ can be told; its default is one. */
export const clipRate = 2;

/** Milliseconds that a video element may take for one frame. */
const mostWait = 10_000;
/** Largest frame, width × height. */
const mostPixels = 16e6;
/** Largest number of frames of an animation that are composed, times the pixels of each. */
const mostWork = 2e9;

/** One frame that is looked at. */
export interface Sample {
  /** 'frame 3', or '1.5 s'. */
  readonly label: string;
  /** Number of the frame, or seconds. */
  readonly at: number;
}

/** An opened animation or clip. */
export interface ClipSource {
  readonly isVideo: boolean;
  /** What is looked at, in a sentence. */
  readonly sentence: string;
  readonly samples: readonly Sample[];
  /** The pixels of one frame. Throws a RefusedError if it cannot be decoded. */
  pixels(sample: Sample): Promise<Raster>;
  close(): void;
}

/** Whether a picture file has several frames that this demo can show one by one. */
export function isAnimated(bytes: Uint8Array): boolean {
  const container = containerOf(bytes);
  return container !== undefined && container in types && framesOf(container, bytes) > 1;
}

/** The types of ImageDecoder by container. */
const types = { GIF: 'image/gif', WebP: 'image/webp', PNG: 'image/png', AVIF: 'image/avif' } as const satisfies Partial<
  Record<Container, string>
>;

/** Opens an animated picture. Throws a RefusedError where the browser cannot decode its frames. */
export async function openAnimation(bytes: Uint8Array<ArrayBuffer>): Promise<ClipSource> {
  const type = types[containerOf(bytes) as keyof typeof types];
  if (!('ImageDecoder' in globalThis) || !(await ImageDecoder.isTypeSupported(type)))
    throw new RefusedError('this browser cannot take an animation apart: only its first frame is looked at');
  const decoder = new ImageDecoder({ data: bytes, type, colorSpaceConversion: 'none', preferAnimation: true });
  try {
    await decoder.completed;
    await decoder.tracks.ready;
    const count = decoder.tracks.selectedTrack?.frameCount ?? 1;
    const { width, height } = await decoded(decoder, 0);
    const chosen = evenlySpread(count, defaultMostFrames);
    if (width * height > mostPixels || (chosen.at(-1)! + 1) * width * height > mostWork)
      throw new RefusedError(`the animation is too large: ${count} frames of ${width} × ${height} pixels`);
    return {
      isVideo: false,
      sentence: `${chosen.length === count ? `All ${count} frames are looked at` : `${chosen.length} of ${count} frames are looked at, evenly spread`}, as in presend match.`,
      samples: chosen.map((at) => ({ at, label: `frame ${at + 1}` })),
      pixels: async ({ at }) => toRaster(await decoded(decoder, at)),
      close: () => decoder.close(),
    };
  } catch (error) {
    decoder.close();
    throw error instanceof DOMException ? new RefusedError('this browser cannot decode the animation') : error;
  }
}

/** The pixels of a frame of an animation. */
async function decoded(decoder: ImageDecoder, frameIndex: number): Promise<Rgba> {
  try {
    const { image } = await decoder.decode({ frameIndex });
    try {
      return drawn(image, image.displayWidth, image.displayHeight);
    } finally {
      image.close();
    }
  } catch (error) {
    // EncodingError or RangeError: the file is damaged, or ends before this frame.
    if (error instanceof DOMException || error instanceof RangeError)
      throw new RefusedError('the frame cannot be decoded');
    throw error;
  }
}

/** The pixels of what a canvas can draw. */
function drawn(image: CanvasImageSource, width: number, height: number): Rgba {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Opens a clip. Throws a RefusedError, in a sentence, if it is no video, damaged, or this browser cannot decode it. */
export async function openVideo(bytes: Uint8Array<ArrayBuffer>): Promise<ClipSource> {
  const { codec } = factsOf({
    size: bytes.length,
    read: (from, length) => bytes.subarray(from, from + length),
    close: () => {},
  });
  const address = URL.createObjectURL(new Blob([bytes]));
  const video = element('video', { muted: true, playsinline: true, preload: 'auto' });
  const close = (): void => {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(address);
  };
  try {
    await happens(video, 'loadeddata', () => {
      video.src = address;
    });
    const { duration, videoWidth: width, videoHeight: height } = video;
    if (width === 0) throw new RefusedError(`this browser cannot decode the pictures of this clip${named(codec)}`);
    if (!Number.isFinite(duration)) throw new RefusedError('the clip does not state its length');
    if (width * height > mostPixels) throw new RefusedError(`its frames are too large: ${width} × ${height} pixels`);
    const all = sampleTimes(duration);
    return {
      isVideo: true,
      sentence: `${all.length} ${all.length === 1 ? 'frame is' : 'frames are'} looked at of ${duration.toFixed(1)} s: ${
        all.length < Math.ceil(duration * clipRate)
          ? `at most ${defaultMostFrames}, evenly spread`
          : `${clipRate} a second`
      }.`,
      samples: all.map((at) => ({ at, label: `${at.toFixed(1)} s` })),
      async pixels({ at }) {
        // The middle of a frame's first hundredth: at its very start a rounded time can show the one before.
        if (Math.abs(video.currentTime - at - 0.01) > 1e-6)
          await happens(video, 'seeked', () => {
            video.currentTime = Math.min(at + 0.01, duration);
          });
        return toRaster(drawn(video, width, height));
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }

  /** Waits for an event that `act` brings about. */
  function happens(of: HTMLVideoElement, event: 'loadeddata' | 'seeked', act: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (): void => reject(new RefusedError(`this browser cannot decode this clip${named(codec)}`));
      const timer = setTimeout(refuse, mostWait);
      const done = (settle: () => void) => () => {
        clearTimeout(timer);
        settle();
      };
      of.addEventListener(event, done(resolve), { once: true });
      of.addEventListener('error', done(refuse), { once: true });
      act();
    });
  }
}

const named = (codec: string | undefined): string => (codec === undefined ? '' : ` (${codec})`);

/** Times that are looked at, in seconds: the start of each interval, at most so many as for an animation. */
export function sampleTimes(duration: number): number[] {
  const count = Math.max(1, Math.ceil(duration * clipRate - 1e-6));
  return evenlySpread(count, defaultMostFrames).map((i) => i / clipRate);
}
