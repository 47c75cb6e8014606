/** What a campaign reads: whole files, each with what reads it, and what a damaged one may cost. */
import { UserError } from '../../src/util/errors.ts';

/** A kind of file. */
export interface Target {
  readonly name: string;
  /** CPU that a case may cost whatever its size, in milliseconds of all threads. */
  readonly floorMillis: number;
  /** CPU that a case may cost beyond the floor for each byte of the file, in milliseconds. */
  readonly millisPerByte: number;
  /** By how many mebibytes a case may raise the peak of the process's memory. */
  readonly mostMebibytes: number;
  /** Whole files to be damaged, always the same bytes. `folder` is an empty folder for files that must lie on a disk. */
  seeds(folder: string): Promise<readonly Seed[]>;
}

/** A whole file. */
export interface Seed {
  /** What the file is. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Whether the whole file is one that must be refused. */
  readonly refused?: true;
  /**
   * Reads a file of this kind as the program does; `piece` is how many bytes come at a time, where a reader takes pieces. Returns how many of
   * its lines were bad. Throws a UserError where the file is refused, any other error where what was read is not as it must be.
   */
  read(file: Uint8Array, piece: number): number | Promise<number>;
}

/** Bytes that were refused with a reason in a result rather than with an error. */
export function refusedUnless<T extends { readonly ok: boolean }>(
  result: T,
): asserts result is Extract<T, { readonly ok: true }> {
  if (result.ok) return;
  const { reason } = result as { readonly reason?: unknown };
  if (typeof reason !== 'string' || reason === '') throw new Error('a refusal without a reason');
  throw new UserError(reason);
}
