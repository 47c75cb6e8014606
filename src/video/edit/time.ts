/** Edits of a clip's time. */
import type { Raster } from '../../image/raster.ts';
import type { VideoFrame } from '../frame.ts';
import type { ClipEdit } from './edit.ts';

const thorn = 'video benchmark of github.com/thorn-oss/perception';

/** Duration in seconds: the last frame is shown as long as the mean of the others. */
function secondsOf(frames: readonly VideoFrame[]): number {
  const last = frames.at(-1)!.timeSeconds;
  return frames.length > 1 ? (last * frames.length) / (frames.length - 1) : 0;
}

/** Frames from a share of the clip's duration to another; times start at 0 again, and at least one frame is left. */
function part(frames: readonly VideoFrame[], from: number, to: number): VideoFrame[] {
  const seconds = secondsOf(frames);
  const kept = frames.filter(({ timeSeconds }) => timeSeconds >= from * seconds && timeSeconds < to * seconds);
  const some = kept.length > 0 ? kept : frames.slice(0, 1);
  return some.map((frame) => ({ ...frame, timeSeconds: frame.timeSeconds - some[0]!.timeSeconds }));
}

/** One after the other: the second clip starts where the first ends. */
export function after(seconds: number, frames: readonly VideoFrame[]): VideoFrame[] {
  return frames.map((frame) => ({ ...frame, timeSeconds: frame.timeSeconds + seconds }));
}

/** The first frame of each interval of 1 / rate seconds. */
export function atMost(frames: readonly VideoFrame[], rate: number): VideoFrame[] {
  let last = -1;
  return frames.filter(({ timeSeconds }) => {
    const interval = Math.floor(timeSeconds * rate + 1e-6);
    const first = interval > last;
    last = Math.max(last, interval);
    return first;
  });
}

const black = ({ width, height, channels, data }: Raster): Raster => ({
  width,
  height,
  channels,
  data: new Uint8Array(data.length),
});

export const trim: ClipEdit = {
  name: 'trim',
  summary: 'The first and the last 20 % cut off.',
  reference: `clip0.2 of the ${thorn}`,
  apply: ({ frames, ...rest }) => ({ ...rest, frames: part(frames, 0.2, 0.8) }),
};

export const half: ClipEdit = {
  name: 'half',
  summary: 'Only the second half.',
  apply: ({ frames, ...rest }) => ({ ...rest, frames: part(frames, 0.5, 1) }),
};

export const speed: ClipEdit = {
  name: 'speed',
  summary: 'Played 1.5 times as fast.',
  apply: ({ frames, ...rest }) => ({
    ...rest,
    frames: frames.map((frame) => ({ ...frame, timeSeconds: frame.timeSeconds / 1.5 })),
  }),
};

export const frameRate: ClipEdit = {
  name: 'frame-rate',
  summary: '5 frames per second.',
  apply: ({ frames, ...rest }) => ({ ...rest, frames: atMost(frames, 5) }),
};

export const blackLead: ClipEdit = {
  name: 'black-lead',
  summary: 'One second of black before it.',
  reference: `black frames of the ${thorn}`,
  apply: ({ frames, ...rest }) => {
    const image = black(frames[0]!.image);
    const lead = Array.from({ length: 10 }, (_, i) => ({ timeSeconds: i / 10, image }));
    return { ...rest, frames: [...lead, ...after(1, frames)] };
  },
};
