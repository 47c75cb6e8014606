/** Hashes a file of the command line, or gives the reason why it has no hash. */
import { exactHashOfFile } from '../harness/exact-hash.ts';
import { inOrder } from '../harness/in-order.ts';
import type { ExactHash } from '../hash/exact-hashes.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import { leastStructure } from '../hash/structure.ts';
import { eachFrame, type FrameCount } from '../image/animation.ts';
import { decodePicture, RefusedError } from '../image/decode.ts';
import { defaultMostFrames } from '../image/frames.ts';
import type { Raster } from '../image/raster.ts';
import { UserError } from '../util/errors.ts';
import { wholeNumber } from './arguments.ts';
import { note, sayJson } from './output.ts';

/** The result for one file. */
type FileOutcome<T> =
  | { readonly state: 'done'; readonly file: string; readonly value: T; readonly notes: readonly string[] }
  | { readonly state: 'refused'; readonly file: string; readonly reason: string; readonly flat: boolean };

/** Pictures decoded ahead: enough to keep the decoder's threads busy, and few enough to save memory. */
const ahead = 2;

/**
 * Decodes the files and passes each to `work`, in order; `done` gets the results one by one. Refused files (including those for which
 * `work` throws a RefusedError) are named on stderr, or with `json` on stdout. The final UserError counts them, and low-quality ones
 * separately.
 */
export async function eachPicture<T>(
  files: readonly string[],
  { json, orient }: { readonly json: boolean; readonly orient: boolean },
  work: (image: Raster, file: string) => T | Promise<T>,
  done: (value: T, file: string, notes: readonly string[]) => void,
): Promise<void> {
  const all = tally(files.length, json, done);
  await inOrder(
    files,
    ahead,
    (file) => outcomeOf(file, orient, work),
    async (outcome) => all.take(outcome),
    new AbortController().signal,
  );
  all.end();
}

/** A frame with what `work` made of it. */
export interface Looked<T> {
  /** From 0. */
  readonly index: number;
  readonly value: T;
}

/**
 * Decodes the files, passes each frame of an animation, each page, or the one picture to `work`, and the results of a file to `done`, in order.
 * Throws as `eachPicture` does.
 */
export async function eachAnimation<T>(
  files: readonly string[],
  { json, ...options }: { readonly json: boolean; readonly orient: boolean; readonly mostFrames: number },
  work: (image: Raster) => T | Promise<T>,
  settle: (frames: readonly Looked<T>[]) => void,
  done: (frames: readonly Looked<T>[], file: string, count: FrameCount) => void,
): Promise<void> {
  type Value = { readonly frames: readonly Looked<T>[]; readonly count: FrameCount };
  const all = tally<Value>(files.length, json, ({ frames, count }, file) => done(frames, file, count));
  await inOrder(
    files,
    ahead,
    (file) =>
      outcomeOfWork<Value>(file, async () => {
        const frames: Looked<T>[] = [];
        const count = await eachFrame(file, options, async ({ index, image }) => {
          frames.push({ index, value: await work(image) });
        });
        settle(frames);
        return { value: { frames, count }, notes: count.notes };
      }),
    async (outcome) => all.take(outcome),
    new AbortController().signal,
  );
  all.end();
}

/** Hashes the bytes of files of any kind, and passes each digest to `done`, in order. Throws as `eachPicture` does. */
export async function eachFile(
  files: readonly string[],
  exact: ExactHash,
  json: boolean,
  done: (digest: Uint8Array, file: string) => void,
): Promise<void> {
  const all = tally<Uint8Array>(files.length, json, done);
  for (const file of files)
    all.take(await outcomeOfWork(file, async () => ({ value: await exactHashOfFile(file, exact), notes: [] })));
  all.end();
}

/** How many files of a command were refused; `flat`: how many of them because they have too little structure. */
interface RefusedCounts {
  readonly refused: number;
  readonly of: number;
  readonly flat: number;
}

/** Some files were refused, and all others processed. */
export class RefusedFilesError extends UserError {
  readonly counts: RefusedCounts;

  constructor(counts: RefusedCounts) {
    const { refused, of, flat } = counts;
    const ofThem = flat > 0 ? `, ${flat} of them too flat` : '';
    super(`${refused} of ${of} files could not be used${ofThem}; all others were processed`);
    this.counts = counts;
  }
}

/** Processes groups of files one after the other. Throws a RefusedFilesError about all groups together. */
export async function eachGroup<G extends { readonly files: readonly string[] }>(
  groups: readonly G[],
  work: (group: G) => Promise<void>,
): Promise<void> {
  const all = { refused: 0, of: 0, flat: 0 };
  for (const group of groups) {
    all.of += group.files.length;
    try {
      await work(group);
    } catch (error) {
      if (!(error instanceof RefusedFilesError)) throw error;
      all.refused += error.counts.refused;
      all.flat += error.counts.flat;
    }
  }
  if (all.refused > 0) throw new RefusedFilesError(all);
}

/** Prints the results for files one by one. `end` throws a RefusedFilesError that counts the refused files. */
export function tally<T>(
  files: number,
  json: boolean,
  done: (value: T, file: string, notes: readonly string[]) => void,
): { take(outcome: FileOutcome<T>): void; end(): void } {
  let refused = 0;
  let flat = 0;
  return {
    take(outcome) {
      if (outcome.state === 'done') {
        done(outcome.value, outcome.file, outcome.notes);
        for (const sentence of outcome.notes) note(`${outcome.file}: ${sentence}`);
        return;
      }
      refused++;
      if (outcome.flat) flat++;
      if (json) sayJson({ file: outcome.file, error: outcome.reason });
      else note(`${outcome.file}: refused: ${outcome.reason}`);
    },
    end() {
      if (refused > 0) throw new RefusedFilesError({ refused, of: files, flat });
    },
  };
}

async function outcomeOf<T>(
  file: string,
  orient: boolean,
  work: (image: Raster, file: string) => T | Promise<T>,
): Promise<FileOutcome<T>> {
  return outcomeOfWork(file, async () => {
    const { image, notes } = await decodePicture(file, { orient });
    return { value: await work(image, file), notes };
  });
}

async function outcomeOfWork<T>(
  file: string,
  work: () => Promise<{ readonly value: T; readonly notes: readonly string[] }>,
): Promise<FileOutcome<T>> {
  try {
    return { state: 'done', file, ...(await work()) };
  } catch (error) {
    if (error instanceof RefusedError)
      return { state: 'refused', file, reason: error.message, flat: error instanceof QualityError };
    throw error;
  }
}

/** A warning about a hash below its authors' quality limit; otherwise undefined. */
export const distrust = ({ quality }: Pick<HashResult, 'quality'>, least: number): string | undefined =>
  quality < least
    ? `quality ${quality} is below ${least}: too flat${least > leastStructure ? '' : ', or one row or column throughout,'} to be trusted`
    : undefined;

/** A picture whose hash has a lower quality than requested. */
class QualityError extends RefusedError {}

/** Throws a QualityError if the quality of every frame's hash is lower than that. */
export function refuseBelow(frames: readonly Pick<HashResult, 'quality'>[], least: number): void {
  const best = Math.max(...frames.map(({ quality }) => quality));
  const doubt = distrust({ quality: best }, least);
  if (doubt) throw new QualityError(frames.length === 1 ? doubt : `of all ${frames.length} frames: ${doubt}`);
}

/** The name of a frame of a file in lines of text; the only one has the file's. */
export const frameName = (file: string, index: number, declared: number): string =>
  declared === 1 ? file : `${file}#frame=${index + 1}`;

/** What was looked at of an animation, in a sentence; undefined for a still picture. */
export function framesSentence(
  { declared, looked, damaged }: Omit<FrameCount, 'notes'>,
  flat: number,
): string | undefined {
  if (declared === 1 || looked + damaged === 1) return undefined;
  const tried = looked + damaged;
  const which = tried === declared ? `all ${declared} frames` : `${tried} of ${declared} frames, evenly spread,`;
  const unread = damaged > 0 ? `; ${damaged} of them could not be decoded` : '';
  const low = flat > 0 ? `; ${flat} ${flat === 1 ? 'was' : 'were'} too flat to be trusted` : '';
  return `${which} were looked at${unread}${low}`;
}

/** Numbers of what was looked at of an animation, for JSON output; nothing for a still picture. */
export const framesOf = (
  { declared, looked, damaged }: Omit<FrameCount, 'notes'>,
  more: Readonly<Record<string, unknown>>,
): { readonly frames?: object } =>
  declared === 1 || looked + damaged === 1
    ? {}
    : { frames: { declared, looked, ...(damaged > 0 ? { damaged } : {}), ...more } };

/** The largest number of frames to look at; the `--most-frames` option. */
export const mostFramesOption = [
  '--most-frames <n>',
  `frames of an animation, or pages, to look at, evenly spread (default: ${defaultMostFrames}; 1: the first only)`,
  wholeNumber('--most-frames', 1),
] as const;

/** Throws a UserError if turns and mirror images are requested for a hash without them. */
export function mustHaveDihedral(algorithm: string): void {
  if (algorithm !== 'pdq') throw new UserError(`--dihedral is defined for pdq only, not for ${algorithm}`);
}

/** Notes in JSON output about unread or doubtful parts of a file; nothing if there are no notes. */
export const notesOf = (notes: readonly string[]): { readonly notes?: readonly string[] } =>
  notes.length > 0 ? { notes } : {};

/** Throws a UserError if an option is set that is for hashes of pixels: an exact hash is of a file's bytes, and compares for equality. */
export function mustSuitExact(algorithm: string, options: Readonly<Record<string, unknown>>): void {
  const [name] = Object.entries(options).find(([, value]) => value !== undefined && value !== false) ?? [];
  if (name !== undefined)
    throw new UserError(
      `${name} is for hashes of pictures; ${algorithm} is a hash of the file’s bytes, and only equal files match`,
    );
}

/** Whether to try turned pictures; the `--orient` option. */
export const orientOption = [
  '--orient',
  'rotate and mirror pictures as their files say, like messengers (default: pixels as stored, like the reference hashes)',
] as const;

/** The hash; the `--hash` option. */
export const algorithmOption = [
  '--hash, --algorithm <name>',
  'hash (presend ls hashes), or a detector file (.yaml)',
] as const;
