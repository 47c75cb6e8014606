/** Draws the frames of a planned clip: a window of the camera over generated pictures. Only exact arithmetic, so that all machines agree. */
import { blankCanvas, drawText, measureText } from '../../image/letters.ts';
import type { Raster } from '../../image/raster.ts';
import { paste } from '../../image/transform/pixels.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import { encodeWebm } from '../../video/encode.ts';
import type { VideoFrame } from '../../video/frame.ts';
import { between, mix } from '../generated/exact.ts';
import { paint } from '../generated/paint.ts';
import type { PlannedClip } from './plan.ts';

/** Bits per second of the clips, as a phone sends small ones. */
export const clipBitRate = 150_000;

/** A rectangle of a picture, as fractions of it. */
interface Window {
  readonly left: number;
  readonly top: number;
  /** Share of the largest rectangle of the clip's shape that fits. */
  readonly scale: number;
}

const captions = [
  'Sunday at the lake',
  'First steps!',
  'Watch until the end',
  'My new kitchen',
  'Goal of the month',
] as const;

/** The frames of a clip, in order. */
export function* clipFrames(seed: number, clip: PlannedClip): Generator<VideoFrame> {
  const { kind, frames, framesPerSecond, pictures } = clip;
  const rng = seededRng(seed, `${clip.id}/moves`);
  const painted = pictures.map((picture) => paint(seed, picture));
  const shots = painted.map((picture) => ({ picture, ...moveOf(rng, kind) }));
  const strip = kind === 'captioned' ? captionOf(rng.pick(captions), clip) : undefined;
  for (let i = 0; i < frames; i++) {
    const shot = Math.min(shots.length - 1, Math.floor((i * shots.length) / frames));
    const { picture, from, to } = shots[shot]!;
    // From 0 to 1 over the whole clip; each shot moves on where it would be.
    const t = frames > 1 ? i / (frames - 1) : 0;
    const image = look(picture, clip, {
      left: mix(from.left, to.left, t),
      top: mix(from.top, to.top, t),
      scale: mix(from.scale, to.scale, t),
    });
    if (strip) paste(image, strip, 0, clip.height - strip.height);
    yield { timeSeconds: i / framesPerSecond, image };
  }
}

/** The bytes of a clip: VP9 in WebM, the same on every machine. */
export const drawClip = (seed: number, clip: PlannedClip): Promise<Uint8Array> =>
  encodeWebm(clipFrames(seed, clip), { bitRate: clipBitRate });

/** Where the camera is at the start and at the end. */
function moveOf(rng: Rng, kind: PlannedClip['kind']): { readonly from: Window; readonly to: Window } {
  const at = (scale: number): Window => ({ left: rng.next(), top: rng.next(), scale });
  if (kind === 'slides') {
    const still = at(between(rng, 0.8, 1));
    return { from: still, to: still };
  }
  if (kind === 'zoom') {
    const from = at(1);
    return { from, to: { ...from, scale: between(rng, 0.45, 0.6) } };
  }
  const scale = between(rng, 0.6, 0.75);
  return { from: at(scale), to: at(scale) };
}

/** What the camera sees: each pixel is the mean of the rectangle of pixels that it covers. */
function look({ width: fromWidth, height: fromHeight, data }: Raster, clip: PlannedClip, { left, top, scale }: Window) {
  const { width, height } = clip;
  const unit = scale * Math.min(fromWidth / width, fromHeight / height);
  const [x0, y0] = [left * (fromWidth - unit * width), top * (fromHeight - unit * height)];
  const edge = (start: number, i: number, most: number): number => Math.min(most, Math.floor(start + i * unit));
  const out = blankCanvas(width, height);
  for (let y = 0, at = 0; y < height; y++) {
    const [upper, lower] = [
      edge(y0, y, fromHeight - 1),
      Math.max(edge(y0, y, fromHeight - 1) + 1, edge(y0, y + 1, fromHeight)),
    ];
    for (let x = 0; x < width; x++) {
      const begin = edge(x0, x, fromWidth - 1);
      const end = Math.max(begin + 1, edge(x0, x + 1, fromWidth));
      const count = (lower - upper) * (end - begin);
      for (let c = 0; c < 3; c++, at++) {
        let sum = 0;
        for (let row = upper; row < lower; row++)
          for (let column = begin; column < end; column++) sum += data[3 * (row * fromWidth + column) + c]!;
        out.data[at] = Math.floor(sum / count + 0.5);
      }
    }
  }
  return out;
}

/** A dark strip with a line of text, for the bottom of a frame. */
function captionOf(text: string, { width, height }: PlannedClip) {
  const strip = blankCanvas(width, Math.max(12, Math.floor(height / 7)), [20, 20, 24]);
  const size = Math.min(0.7 * strip.height, (0.9 * width) / measureText(text, 1, true));
  const x = (width - measureText(text, size, true)) / 2;
  drawText(strip, text, { x, y: strip.height / 2 + 0.36 * size, size, color: [240, 240, 240], bold: true });
  return strip;
}
