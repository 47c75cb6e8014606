/** What the phases of a run share. */
import type { Dataset } from '../dataset/dataset.ts';
import type { Experiment } from '../experiment/tradeoff/experiment.ts';
import type { RunLog } from './log.ts';
import type { Pool } from './pool.ts';
import type { ReadyList } from './scenario/rows.ts';
import type { Transport } from './transport.ts';

/** What to run, and where. */
export interface RunOptions<E = Experiment> {
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
  /** The command line, for the record. */
  readonly command: string;
  /** Start of the run, ISO 8601. */
  readonly created: string;
  readonly onProgress: (phase: string, done: number, total: number) => void;
  /** Gets a sentence that somebody who waits should read. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly signal: AbortSignal;
}

/** How the opening of a dataset is reported on. */
export const openingDataset = ({ onProgress, onNotice }: Pick<RunOptions<unknown>, 'onProgress' | 'onNotice'>) => ({
  onProgress: (done: number, total: number) => onProgress('making pictures', done, total),
  ...(onNotice ? { onWait: onNotice } : {}),
});

/** A run that is under way. */
export interface RunContext extends RunOptions {
  readonly dataset: Dataset;
  /** SHA-256 over the pictures that are used: all of the dataset, or those that a limit left. */
  readonly digest: string;
  readonly notes: readonly string[];
  readonly log: RunLog;
  readonly pool: Pool;
  readonly lists: ReadonlyMap<string, ReadyList>;
}
