/**
 * Frames of a clip hashed a second, by each decoder and beside Meta's program where PRESEND_VPDQ_CPP names it; with --memory, the memory of
 * hashing every frame of a ten-minute clip.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vpdqOf } from '../src/hash/vpdq.ts';
import type { Raster } from '../src/image/raster.ts';
import { cut } from '../src/image/transform/pixels.ts';
import { median } from '../src/metric/quantile.ts';
import { encodeWebm } from '../src/video/encode.ts';
import { ffmpegDecoder } from '../src/video/ffmpeg.ts';
import { type DecoderName, decoderNames, type VideoFrame } from '../src/video/frame.ts';
import { tmkOfClip, vpdqOfClip } from '../src/video/hash.ts';
import { openVideo } from '../src/video/open.ts';
import type { Group, Task } from './measure.ts';
import { picture } from './picture.ts';

/** How to compare with Meta's program; part of the help text. */
export const vpdqCppHelp = `The video benchmark compares with Meta's program where PRESEND_VPDQ_CPP names vpdq-hash-video: vpdq/cpp of
facebook/ThreatExchange, built with cmake and the libav development packages. --memory watches a clip of ten minutes.`;

const framesPerSecond = 10;

/** A window that moves over a picture; the clip turns back at its ends. */
function* pan(width: number, height: number, count: number): Generator<VideoFrame> {
  const large: Raster = picture(2 * width, 2 * height);
  for (let i = 0; i < count; i++) {
    const step = Math.abs((i % (2 * width)) - width);
    const top = Math.floor((step * height) / width);
    yield { timeSeconds: i / framesPerSecond, image: cut(large, step, top, width, height) };
  }
}

/** Groups for a small clip; with `memory`, one of ten minutes in their place. */
export async function* video({ memory }: { readonly memory: boolean }): AsyncIterable<Group> {
  const folder = mkdtempSync(join(tmpdir(), 'presend-bench-'));
  try {
    yield* memory ? tenMinutes(folder) : seconds(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* seconds(folder: string): AsyncIterable<Group> {
  const frames = 100;
  const clip = join(folder, 'clip.webm');
  writeFileSync(clip, await encodeWebm(pan(320, 240, frames), { bitRate: 300_000 }));
  const usable = decoderNames.filter((name) => name !== 'ffmpeg' || ffmpegDecoder());
  const cpp = process.env.PRESEND_VPDQ_CPP;
  const task = (name: string, run: Task['run']): Task => ({ name, run, items: frames });
  yield {
    title: `every frame of a clip of 320 × 240 pixels, ${frames} frames, VP9: from the file to the hashes`,
    baseline: 'vpdq, libav.js',
    tasks: [
      ...usable.map((decoder) => task(`vpdq, ${decoder}`, () => vpdqOfClip(clip, { decoder, rate: 'every' }))),
      ...usable.map((decoder) => task(`tmk, ${decoder}`, () => tmkOfClip(clip, { decoder }))),
      ...usable.map((decoder) => task(`frames only, ${decoder}`, () => drain(clip, decoder))),
      ...(cpp === undefined ? [] : [task('vpdq-hash-video', () => runCpp(cpp, clip, folder))]),
    ],
    notes: () => [
      ...(ffmpegDecoder() ? [`ffmpeg ${ffmpegDecoder()!.version}`] : ['ffmpeg: not measured, it is not installed']),
      ...(cpp === undefined ? ["Meta's program: not measured, set PRESEND_VPDQ_CPP"] : []),
      'A thread or a process is started for each clip, and its time counts.',
    ],
  };
}

async function drain(clip: string, decoder: DecoderName): Promise<void> {
  for await (const _ of openVideo(clip, { decoder }).frames);
}

const runCpp = (program: string, clip: string, folder: string): unknown =>
  execFileSync(program, ['-i', clip, '-d', folder, '-r', '0'], { stdio: 'ignore' });

/** Watches the memory of this process, decoder's thread included, while it hashes every frame. */
async function* tenMinutes(folder: string): AsyncIterable<Group> {
  const frames = 600 * framesPerSecond;
  const clip = join(folder, 'long.webm');
  writeFileSync(clip, await encodeWebm(pan(160, 120, frames), { bitRate: 100_000 }));
  let notes: string[] = [];
  yield {
    title: `vPDQ of every frame of a clip of ten minutes, 160 × 120 pixels, ${frames} frames`,
    baseline: 'vpdq, libav.js',
    tasks: [
      {
        name: 'vpdq, libav.js',
        items: frames,
        async run() {
          notes = await memoryOf(clip, frames);
        },
      },
    ],
    notes: () => notes,
  };
}

async function memoryOf(clip: string, frames: number): Promise<string[]> {
  const rss: number[] = [];
  let seen = 0;
  for await (const { image, timeSeconds } of openVideo(clip, { decoder: 'libav.js' }).frames) {
    vpdqOf(image, timeSeconds);
    if (++seen % 100 === 0) rss.push(process.memoryUsage().rss / 2 ** 20);
  }
  if (seen !== frames) throw new Error(`${seen} frames of ${frames} were read`);
  const tenth = Math.floor(rss.length / 10);
  const text = (values: readonly number[]): string => `${median([...values]).toFixed(0)} MiB`;
  return [
    `resident memory: ${text(rss.slice(tenth, 2 * tenth))} in the second minute, ${text(rss.slice(-tenth))} in the last, at most ${Math.max(...rss).toFixed(0)} MiB`,
  ];
}
