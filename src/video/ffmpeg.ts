/**
 * Decodes a clip with the ffmpeg that the user has installed: a process of its own, started with a list of arguments and without a shell,
 * that may read this one file and write to its pipe, and that is killed when it exceeds a limit. Its frames come as uncompressed Matroska,
 * which carries their sizes and times. It scales and converts without processor-specific shortcuts, so that two machines agree.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RefusedError, systemCode } from '../util/errors.ts';
import { printable } from '../util/printable.ts';
import type { VideoFacts } from './container.ts';
import {
  type DecodedBy,
  type FrameOptions,
  intervalExpression,
  intervalOf,
  type VideoFrame,
  type VideoLimits,
} from './frame.ts';
import { rawFrames } from './raw-frames.ts';
import { noFrames, tooManyFrames } from './refusals.ts';
import { waiting } from './wait.ts';

/** The program; PRESEND_FFMPEG names another than the one in PATH. */
const program = (): string => process.env.PRESEND_FFMPEG ?? 'ffmpeg';

let found: { readonly program: string; readonly decoder: DecodedBy | undefined } | undefined;

/** The installed ffmpeg; undefined if there is none. */
export function ffmpegDecoder(): DecodedBy | undefined {
  if (found?.program !== program()) found = { program: program(), decoder: lookForFfmpeg() };
  return found.decoder;
}

function lookForFfmpeg(): DecodedBy | undefined {
  try {
    const said = execFileSync(program(), ['-version'], { encoding: 'utf8', timeout: 10_000, stdio: 'pipe' });
    const version = /^ffmpeg version (\S+)/.exec(said)?.[1];
    return version === undefined ? undefined : { name: 'ffmpeg', version };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EACCES') return undefined;
    throw error;
  }
}

/** Most of what it writes about errors that is kept, in characters. */
const mostSaid = 4096;

/** The frames of a clip, given as a path or as bytes; `notes` gets a sentence if ffmpeg reported damage. */
export async function* ffmpegFrames(
  clip: string | Uint8Array,
  facts: VideoFacts,
  options: FrameOptions & { readonly limits: VideoLimits },
  notes: string[],
): AsyncGenerator<VideoFrame> {
  if (typeof clip === 'string') return yield* fileFrames(clip, facts, options, notes);
  const folder = mkdtempSync(join(tmpdir(), 'presend-clip-'));
  try {
    const path = join(folder, 'clip');
    writeFileSync(path, clip);
    yield* fileFrames(path, facts, options, notes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* fileFrames(
  path: string,
  facts: VideoFacts,
  options: FrameOptions & { readonly limits: VideoLimits },
  notes: string[],
): AsyncGenerator<VideoFrame> {
  const { limits, rate } = options;
  const child = spawn(program(), argumentsFor(path, facts, options), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, mostSaid);
  });
  const ended = exitOf(child);
  const wait = waiting(limits);
  try {
    let given = 0;
    let last = -1;
    const frames = rawFrames(child.stdout, limits, wait);
    for await (const frame of frames) {
      // Beyond the limit ffmpeg gives every frame, see `filters`.
      const interval = rate === undefined ? given : intervalOf(frame.timeSeconds, rate);
      if (++given > limits.frames || (given > 1 && interval === last)) throw tooManyFrames(limits);
      last = interval;
      yield frame;
    }
    const code = await wait(ended);
    if (given === 0) throw refusalFrom(said);
    if (code !== 0 || said !== '')
      notes.push(`damaged: ffmpeg reported '${firstLine(said)}'; what it decoded was looked at`);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Its exit code; null if a signal ended it. */
async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

const firstLine = (said: string): string =>
  printable((said.trim().split('\n')[0] ?? '').replace(/ @ 0x[0-9a-f]+/g, '').slice(0, 160)) || 'an error';

/** Why there was no frame at all. */
function refusalFrom(said: string): RefusedError {
  if (/Picture size .* is invalid|max_pixels/i.test(said))
    return new RefusedError('its frames are larger than the limit');
  return said === ''
    ? noFrames()
    : new RefusedError(`no frame of it can be decoded: ffmpeg reported '${firstLine(said)}'`);
}

function argumentsFor(
  path: string,
  { container }: VideoFacts,
  { rate, size, limits }: FrameOptions & { readonly limits: VideoLimits },
): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-v', 'error', '-threads', '1'],
    // No other file and no network, whatever the clip refers to; no other reader than that of its container.
    ...['-protocol_whitelist', 'file,pipe', '-max_pixels', String(limits.pixels), '-noautorotate'],
    ...['-f', container, '-i', `file:${path}`],
    ...['-map', '0:V:0', '-an', '-sn', '-dn', '-vf', filters(rate, size, limits)],
    ...[...passthrough(), '-c:v', 'rawvideo', '-pix_fmt', 'rgb24', '-f', 'matroska', '-allow_raw_vfw', '1', 'pipe:1'],
  ];
}

/** The option has had another name since version 5.1; builds of the repository have other version numbers, and are newer. */
function passthrough(): string[] {
  const [major = 9, minor = 0] =
    /^(\d+)\.(\d+)/
      .exec(ffmpegDecoder()?.version ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  return [major > 5 || (major === 5 && minor >= 1) ? '-fps_mode' : '-vsync', 'passthrough'];
}

/** Times from the first frame; the first frame of each interval; every frame after the limit, so that the reader notices it; size. */
function filters(rate: FrameOptions['rate'], size: FrameOptions['size'], limits: VideoLimits): string {
  const chosen =
    rate === undefined
      ? []
      : [
          `select='isnan(prev_selected_t)+gt(${intervalExpression('t', rate)},${intervalExpression('prev_selected_t', rate)})+gte(n,${limits.frames})'`,
        ];
  const flags = 'flags=bicubic+accurate_rnd+bitexact';
  return [
    'setpts=PTS-STARTPTS',
    ...chosen,
    size ? `scale=${size.width}:${size.height}:${flags}` : `scale=${flags}`,
  ].join(',');
}
