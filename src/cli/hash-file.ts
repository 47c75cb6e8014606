/** From a file on the command line to its hash, or to the reason why it has none. */
import { stat } from 'node:fs/promises';
import { inOrder } from '../harness/in-order.ts';
import type { HashResult } from '../hash/perceptual-hash.ts';
import { decode, RefusedError } from '../image/decode.ts';
import type { Raster } from '../image/raster.ts';
import { UserError } from '../util/errors.ts';
import { note, sayJson } from './output.ts';

/** What became of one file. */
export type FileOutcome<T> =
  | { readonly state: 'done'; readonly file: string; readonly value: T }
  | { readonly state: 'refused'; readonly file: string; readonly reason: string };

/** Pictures decoded at a time: enough to keep the decoder's threads busy, few enough to stay small. */
const ahead = 2;

/**
 * Decodes the files and hands each to `work`, in their order; `done` gets the results one by one. Refused files (and those for which
 * `work` throws a RefusedError) are named on stderr, with `json` on stdout, and counted in the UserError that ends it all.
 */
export async function eachPicture<T>(
  files: readonly string[],
  json: boolean,
  work: (image: Raster, file: string) => T,
  done: (value: T, file: string) => void,
): Promise<void> {
  let refused = 0;
  await inOrder(
    files,
    ahead,
    (file) => outcomeOf(file, work),
    async (outcome) => {
      if (outcome.state === 'done') return done(outcome.value, outcome.file);
      refused++;
      if (json) sayJson({ file: outcome.file, error: outcome.reason });
      else note(`${outcome.file}: ${outcome.reason}`);
    },
    new AbortController().signal,
  );
  if (refused > 0) throw new UserError(`${refused} of ${files.length} files could not be used; the others are done`);
}

async function outcomeOf<T>(file: string, work: (image: Raster, file: string) => T): Promise<FileOutcome<T>> {
  try {
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw new RefusedError('a folder, not a picture; name the files in it');
    return { state: 'done', file, value: work(await decode(file), file) };
  } catch (error) {
    if (error instanceof RefusedError) return { state: 'refused', file, reason: error.message };
    throw error;
  }
}

/** The sentence about a hash that its authors would not trust, or undefined where they would. */
export const distrust = ({ quality }: HashResult, least: number): string | undefined =>
  quality < least ? `quality ${quality} is below ${least}: too flat to be trusted` : undefined;

/** Which hash, as `--algorithm` explains it. */
export const algorithmOption = ['--algorithm <name>', 'perceptual hash (presend ls hashes)'] as const;
