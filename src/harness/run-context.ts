/** What a run is asked to do. */
import type { BackendName } from '../classify/backend.ts';
import type { Transport } from './transport.ts';

/** What to run, and where. */
export interface RunOptions<E> {
  readonly experiment: E;
  /** The experiment file's text, for the record. */
  readonly asPassed: string;
  /** Folder of the run. */
  readonly out: string;
  /** Go on with what is there. */
  readonly resume: boolean;
  /** The caller has the folder to itself already (`aloneIn`), and keeps it when the run is done. */
  readonly held?: boolean;
  /** Keep at most so many pictures. */
  readonly limit?: number | undefined;
  readonly threads?: number | undefined;
  /** How packets cross, where strategies are deployed. */
  readonly transport?: Transport | undefined;
  /** Where networks are computed; by default the backend that PRESEND_BACKEND names, else the usual one. */
  readonly backend?: BackendName | undefined;
  /** The command line, for the record. */
  readonly command: string;
  /** Start of the run, ISO 8601. */
  readonly created: string;
  readonly onProgress: (phase: string, done: number, total: number) => void;
  /** Gets a sentence that somebody who waits should read. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly signal: AbortSignal;
}
