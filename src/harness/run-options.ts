/** Options of a run. */
import type { BackendName } from '../classify/backend.ts';
import type { RunRecord } from '../schema/run-record.ts';
import type { KeepsRows } from './memory-check.ts';
import type { Coordinator, Worker } from './queue/crew.ts';

/** How packets cross between devices and services of the strategies that a run deploys. */
export interface Transport {
  readonly name: NonNullable<RunRecord['transport']>;
  /** Address of the module whose default export connects a deployment (`Connect`); default: within the process. */
  readonly connect?: URL | undefined;
}

/** Within the process: through the network. */
export const inProcess: Transport = { name: 'in-process' };

/** A part of the steps of a run, for one of several processes that share its folder. */
export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
  /** Wait for the other shards where a phase needs their results, instead of stopping there. */
  readonly wait: boolean;
}

/** What to run, and where. */
export interface RunOptions<E> {
  readonly experiment: E;
  /** The experiment file's text, for the record. */
  readonly asPassed: string;
  /** Folder of the run. */
  readonly out: string;
  /** Continue the existing run. */
  readonly resume: boolean;
  /** Do only a part of the steps; the run is finished by a process that does all that is left (`presend merge`). */
  readonly shard?: Shard | undefined;
  /** Workers at a queue do the steps, and this process keeps their results. */
  readonly coordinator?: Coordinator | undefined;
  /** Do steps of the run for its coordinator, in the folder that they share. */
  readonly worker?: Worker | undefined;
  /** The caller already holds the folder's lock (`aloneIn`), and still holds it after the run. */
  readonly held?: boolean;
  /** Use at most this many pictures. */
  readonly limit?: number | undefined;
  /** The memory of the kind's scoring, if that keeps all rows: a run that would not fit is refused when its dataset is opened. */
  readonly keepsRows?: KeepsRows | undefined;
  readonly threads?: number | undefined;
  /** Maximum number of messages of a cohort of accounts, if strategies are deployed on cohorts. Only tests need another than the default. */
  readonly cohortMessages?: number | undefined;
  /** How packets cross, if strategies are deployed. */
  readonly transport?: Transport | undefined;
  /** Where networks are computed; by default the backend that PRESEND_BACKEND names, else the usual one. */
  readonly backend?: BackendName | undefined;
  /** The command line, for the record. */
  readonly command: string;
  /** Start of the run, ISO 8601. */
  readonly created: string;
  readonly onProgress: (phase: string, done: number, total: number) => void;
  /** Receives a sentence for a waiting user. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  readonly signal: AbortSignal;
}
