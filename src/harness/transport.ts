/** How packets cross between devices and services of the strategies that a run deploys. */
import type { RunRecord } from '../schema/run-record.ts';

export interface Transport {
  readonly name: NonNullable<RunRecord['transport']>;
  /** Address of the module whose default export connects a deployment (`Connect`); default: within the process. */
  readonly connect?: URL | undefined;
}

/** Within the process: through the network. */
export const inProcess: Transport = { name: 'in-process' };
