/** Hashes a file of the command line, or gives the reason why it has no hash. */
import { inOrder } from '../harness/in-order.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import { leastStructure } from '../hash/structure.ts';
import { decodePicture, RefusedError } from '../image/decode.ts';
import type { Raster } from '../image/raster.ts';
import { UserError } from '../util/errors.ts';
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

/** Prints the results for files one by one. `end` throws a UserError that counts the refused files. */
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

/** A warning about a hash below its authors' quality limit; otherwise undefined. */
export const distrust = ({ quality }: Pick<HashResult, 'quality'>, least: number): string | undefined =>
  quality < least
    ? `quality ${quality} is below ${least}: too flat${least > leastStructure ? '' : ', or one row or column throughout,'} to be trusted`
    : undefined;

/** A picture whose hash has a lower quality than requested. */
class QualityError extends RefusedError {}

/** Throws a QualityError if a hash's quality is lower than that. */
export function refuseBelow(hashed: HashResult, least: number): void {
  const doubt = distrust(hashed, least);
  if (doubt) throw new QualityError(doubt);
}

/** Throws a UserError if turns and mirror images are requested for a hash without them. */
export function mustHaveDihedral(algorithm: string): void {
  if (algorithm !== 'pdq') throw new UserError(`--dihedral is defined for pdq only, not for ${algorithm}`);
}

/** Notes in JSON output about unread or doubtful parts of a file; nothing if there are no notes. */
export const notesOf = (notes: readonly string[]): { readonly notes?: readonly string[] } =>
  notes.length > 0 ? { notes } : {};

/** Whether to try turned pictures; the `--orient` option. */
export const orientOption = [
  '--orient',
  'rotate and mirror pictures as their files say, like messengers (default: pixels as stored, like the reference hashes)',
] as const;

/** The hash; the `--algorithm` option. */
export const algorithmOption = ['--algorithm <name>', 'perceptual hash (presend ls hashes)'] as const;
