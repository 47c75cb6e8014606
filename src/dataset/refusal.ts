/** Shared parts of dataset readers: refusals, and their order and count. */

/** An omitted picture, with the reason. */
export interface Refusal {
  readonly picture: string;
  readonly reason: string;
}

/** Files below a folder, or objects below an address. */
export interface FoundFiles {
  /** Paths, relative and '/'-separated, sorted. */
  readonly files: readonly string[];
  readonly refused: readonly Refusal[];
  /** Sentences about followed links to folders, and about skipped hidden folders. */
  readonly notices: readonly string[];
}

/** Order of strings by UTF-16 unit, the same in every locale. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** "1 file was", "2 files were". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `1 ${one} was` : `${count} ${many} were`;
