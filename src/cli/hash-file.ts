/** Hashes a file of the command line, or gives the reason why it has no hash. */
import {
  type AnsweredFile,
  type Answering,
  type AnswerOptions,
  answerFiles,
  type Looked,
  type LookedFile,
  lookAt,
} from '../harness/answer-files.ts';
import type { Answer, RefusedPicture } from '../harness/detectors/answers.ts';
import { exactHashOfFile } from '../harness/exact-hash.ts';
import { ahead } from '../harness/hash-files.ts';
import { inOrder } from '../harness/in-order.ts';
import type { ExactHash } from '../hash/exact-hashes.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import { leastStructure } from '../hash/structure.ts';
import type { FrameCount } from '../image/animation.ts';
import { defaultMostFrames } from '../image/frames.ts';
import type { Raster } from '../image/raster.ts';
import { RefusedError, UserError } from '../util/errors.ts';
import { wholeNumber } from './arguments.ts';
import { note, sayJson } from './output.ts';

/** The result for one file. */
type FileOutcome<T> =
  | { readonly state: 'done'; readonly file: string; readonly value: T; readonly notes: readonly string[] }
  | { readonly state: 'refused'; readonly file: string; readonly reason: string; readonly flat: boolean };

/** How the frames of files are looked at. */
interface Looking {
  readonly json: boolean;
  readonly orient: boolean;
  readonly mostFrames: number;
}

/** Throws a RefusedError if a file with such frames has no result. */
type Settle<T> = (frames: readonly Looked<T>[]) => void;
type Done<T> = (frames: readonly Looked<T>[], file: string, count: FrameCount) => void;

/**
 * Decodes the files, and passes each frame of an animation, each page, or the one picture to `work`; `done` gets the results file by file, in order.
 * Refused files (including those for which `work` or `settle` throws a RefusedError) are named on stderr, or with `json` on stdout. The final
 * UserError counts them, and low-quality ones separately.
 */
export async function eachAnimation<T>(
  files: readonly string[],
  { json, ...options }: Looking,
  work: (image: Raster) => T | Promise<T>,
  settle: Settle<T>,
  done: Done<T>,
): Promise<void> {
  const all = tallyOfFrames(files.length, json, done);
  await inOrder(
    files,
    ahead,
    (file) => settled(file, () => lookAt(file, options, work), settle),
    async (outcome) => all.take(outcome),
    new AbortController().signal,
  );
  all.end();
}

/** The same with the answers of a hash or a detector, which worker threads find if there are many files. */
export async function eachAnswered(
  files: readonly string[],
  hash: Answering,
  { json, ...options }: Looking & AnswerOptions,
  settle: Settle<Answer>,
  done: Done<Answer>,
): Promise<void> {
  const all = tallyOfFrames(files.length, json, done);
  const found = async (answered: AnsweredFile): Promise<LookedFile<Answer>> => {
    if (answered.state === 'refused') throw new RefusedError(answered.reason);
    return answered;
  };
  await answerFiles(files, hash, options, async (answered, file) =>
    all.take(await settled(file, () => found(answered), settle)),
  );
  all.end();
}

const tallyOfFrames = <T>(files: number, json: boolean, done: Done<T>) =>
  tally<LookedFile<T>>(files, json, ({ frames, count }, file) => done(frames, file, count));

const settled = <T>(
  file: string,
  look: () => Promise<LookedFile<T>>,
  settle: Settle<T>,
): Promise<FileOutcome<LookedFile<T>>> =>
  outcomeOfWork(file, async () => {
    const value = await look();
    settle(value.frames);
    return { value, notes: value.count.notes };
  });

/** Hashes the bytes of files of any kind, and passes each digest to `done`, in order. Throws as `eachAnimation` does. */
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
export function refuseBelow(frames: readonly Looked<Pick<HashResult, 'quality'>>[], least: number): void {
  const best = Math.max(...frames.map(({ value }) => value.quality));
  const doubt = distrust({ quality: best }, least);
  if (doubt) throw new QualityError(frames.length === 1 ? doubt : `of all ${frames.length} frames: ${doubt}`);
}

/** The frames that have a result, of those of a file. Throws a RefusedError with the first reason if there are none. */
export function withResult<T extends object>(frames: readonly Looked<T | RefusedPicture>[]): readonly Looked<T>[] {
  const found = frames.filter((frame): frame is Looked<T> => !('refused' in frame.value));
  const [first] = frames;
  if (found.length === 0 && first && 'refused' in first.value) throw new RefusedError(first.value.refused);
  return found;
}

/** The name of a frame of a file in lines of text; the only one has the file's. */
export const frameName = (file: string, index: number, declared: number): string =>
  declared === 1 ? file : `${file}#frame=${index + 1}`;

/** What was looked at of an animation, in a sentence; undefined for a still picture. `refused`: frames that a detector refused. */
export function framesSentence(
  { declared, looked, damaged }: Omit<FrameCount, 'notes'>,
  { flat, refused = 0 }: { readonly flat: number; readonly refused?: number },
): string | undefined {
  if (declared === 1 || looked + damaged === 1) return undefined;
  const tried = looked + damaged;
  const which = tried === declared ? `all ${declared} frames` : `${tried} of ${declared} frames, evenly spread,`;
  const unread = damaged > 0 ? `; ${damaged} of them could not be decoded` : '';
  const low = flat > 0 ? `; ${flat} ${flat === 1 ? 'was' : 'were'} too flat to be trusted` : '';
  const not = refused > 0 ? `; ${refused} ${refused === 1 ? 'was' : 'were'} refused` : '';
  return `${which} were looked at${unread}${low}${not}`;
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
