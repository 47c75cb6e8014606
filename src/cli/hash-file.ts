/** From a file on the command line to its hash, or to the reason why it has none. */
import { inOrder } from '../harness/in-order.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import { leastStructure } from '../hash/structure.ts';
import { decodePicture, RefusedError } from '../image/decode.ts';
import type { Raster } from '../image/raster.ts';
import { UserError } from '../util/errors.ts';
import { note, sayJson } from './output.ts';

/** What became of one file. */
type FileOutcome<T> =
  | { readonly state: 'done'; readonly file: string; readonly value: T; readonly notes: readonly string[] }
  | { readonly state: 'refused'; readonly file: string; readonly reason: string; readonly flat: boolean };

/** Pictures decoded at a time: enough to keep the decoder's threads busy, few enough to stay small. */
const ahead = 2;

/**
 * Decodes the files and hands each to `work`, in their order; `done` gets the results one by one. Refused files (and those for which
 * `work` throws a RefusedError) are named on stderr, with `json` on stdout, and counted in the UserError that ends it all, those of too
 * low a quality apart.
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

/** Prints what became of files, one by one; `end` throws the UserError that counts those that were refused. */
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
      const ofThem = flat > 0 ? `, ${flat} of them too flat` : '';
      if (refused > 0)
        throw new UserError(`${refused} of ${files} files could not be used${ofThem}; all others were processed`);
    },
  };
}

async function outcomeOf<T>(
  file: string,
  orient: boolean,
  work: (image: Raster, file: string) => T | Promise<T>,
): Promise<FileOutcome<T>> {
  try {
    const { image, notes } = await decodePicture(file, { orient });
    return { state: 'done', file, value: await work(image, file), notes };
  } catch (error) {
    if (error instanceof RefusedError)
      return { state: 'refused', file, reason: error.message, flat: error instanceof QualityError };
    throw error;
  }
}

/** The sentence about a hash that its authors would not trust, or undefined where they would. */
export const distrust = ({ quality }: Pick<HashResult, 'quality'>, least: number): string | undefined =>
  quality < least
    ? `quality ${quality} is below ${least}: too flat${least > leastStructure ? '' : ', or one row or column throughout,'} to be trusted`
    : undefined;

/** A picture whose hash is of a lower quality than was asked for. */
class QualityError extends RefusedError {}

/** Throws a QualityError about a hash of less than that quality. */
export function refuseBelow(hashed: HashResult, least: number): void {
  const doubt = distrust(hashed, least);
  if (doubt) throw new QualityError(doubt);
}

/** Throws a UserError where turns and mirror images are asked of a hash that has none. */
export function mustHaveDihedral(algorithm: string): void {
  if (algorithm !== 'pdq') throw new UserError(`--dihedral is defined for pdq only, not for ${algorithm}`);
}

/** What JSON says beside a hash of what was not looked at or not sound: nothing where there is nothing to say. */
export const notesOf = (notes: readonly string[]): { readonly notes?: readonly string[] } =>
  notes.length > 0 ? { notes } : {};

/** Whether pictures are turned, as `--orient` explains it. */
export const orientOption = [
  '--orient',
  'rotate and mirror pictures as their files say, like messengers (default: pixels as stored, like the reference hashes)',
] as const;

/** Which hash, as `--algorithm` explains it. */
export const algorithmOption = ['--algorithm <name>', 'perceptual hash (presend ls hashes)'] as const;
