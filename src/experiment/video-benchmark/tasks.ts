/** What a worker thread does with one clip: draws it, edits it in every way, and takes the hashes of each rendering. */
import { createHash } from 'node:crypto';
import { drawClip } from '../../dataset/clips/draw.ts';
import type { PlannedClip } from '../../dataset/clips/plan.ts';
import type { TmkHash } from '../../hash/tmk.ts';
import { tmkSide } from '../../hash/tmk.ts';
import { type VpdqFrame, vpdqOf } from '../../hash/vpdq.ts';
import { toHex } from '../../util/hex.ts';
import { clipEditNamed, editedClip } from '../../video/edit/index.ts';
import { intervalOf, type VideoFrame } from '../../video/frame.ts';
import { tmkOf } from '../../video/hash.ts';
import { everyFrame, framesInThread } from '../../video/in-thread.ts';
import type { ClipRow } from './rows.ts';
import { listed } from './score.ts';

/** The rendering that is sent as it is, byte by byte. */
export const unchanged = 'unchanged';

/** A task: one clip. */
export interface ClipTask {
  readonly seed: number;
  readonly clip: PlannedClip;
  readonly part: ClipRow['part'];
  readonly edits: readonly string[];
  readonly framesPerSecond: number;
}

/** The rows of a clip, and the time that hashing took in milliseconds. */
export interface ClipResult {
  readonly rows: readonly ClipRow[];
  readonly hashMillis: number;
  readonly decodeMillis: number;
}

/** Draws, edits and hashes a clip. Our own files are decoded in this thread. */
export async function benchmarkClip({ seed, clip, part, edits, framesPerSecond }: ClipTask): Promise<ClipResult> {
  const rows: ClipRow[] = [];
  const spent = { hashMillis: 0, decodeMillis: 0 };
  const original = await drawClip(seed, clip);
  const add = async (edit: string, file: Uint8Array): Promise<readonly VideoFrame[]> => {
    const started = performance.now();
    const frames = await everyFrame(framesInThread(file));
    const decoded = performance.now();
    const hashes = vpdqAt(frames, framesPerSecond);
    const { average } = await tmkOf(framesInThread(file, tmkSide));
    spent.decodeMillis += decoded - started;
    spent.hashMillis += performance.now() - decoded;
    rows.push({
      row: 'clip',
      clip: clip.id,
      kind: clip.kind,
      part,
      edit,
      bytes: file.length,
      decodedFrames: frames.length,
      md5: createHash('md5').update(file).digest('hex'),
      vpdq: hashes.map(({ hash }) => toHex(hash)).join(''),
      qualities: hashes.map(({ quality }) => quality),
      tmk: hexOf(average),
    });
    return frames;
  };
  const frames = await add(listed, original);
  const bitRate = Math.round((8 * original.length) / (clip.frames / clip.framesPerSecond));
  for (const edit of edits)
    await add(
      edit,
      edit === unchanged
        ? original
        : await editedClip({ frames, bitRate }, clipEditNamed(edit), seed, `${clip.id}/${edit}`),
    );
  return { rows, ...spent };
}

/** The hash of the first frame of each interval. */
function vpdqAt(frames: readonly VideoFrame[], rate: number): VpdqFrame[] {
  let last = -1;
  return frames.flatMap(({ image, timeSeconds }) => {
    const interval = intervalOf(timeSeconds, rate);
    if (interval <= last) return [];
    last = interval;
    return [vpdqOf(image, timeSeconds)];
  });
}

const hexOf = (average: TmkHash['average']): string => toHex(new Uint8Array(average.slice().buffer));
