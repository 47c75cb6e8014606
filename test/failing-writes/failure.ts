/** Which write is to fail, in words that reach worker threads and other processes: one environment variable. */

/** Name of the environment variable. */
export const variable = 'PRESEND_FAILING_WRITE';

/** Operations that change what is on disk, and can fail. */
export type Operation = 'open' | 'write' | 'sync' | 'rename' | 'mkdir' | 'truncate';

/**
 * A failure. ENOSPC: the disk is full from that operation on, for everything that takes room, and the write that finds out has written half of
 * its bytes. EIO: that operation alone fails, and has written nothing of what it should.
 */
export interface Failure {
  /** Operations on files outside of this folder are not counted, and succeed. */
  readonly under: string;
  /** Number of the first operation that fails, from 1; Infinity (null in JSON) for none. */
  readonly at: number;
  readonly code: 'ENOSPC' | 'EIO';
  /** A file outside of that folder: one byte for every operation so far, of all threads together. */
  readonly counter: string;
  /** A file that gets a line for every operation that failed. */
  readonly trace: string;
}

/** Sets the failure for everything that this process does from now on, and for threads that it starts. */
export function setFailure(failure: Failure | undefined): void {
  if (failure) process.env[variable] = JSON.stringify(failure);
  else delete process.env[variable];
}
