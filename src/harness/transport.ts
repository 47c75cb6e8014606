/** How packets cross between the devices and the services of the strategies that a run deploys. */
import type { RunRecord } from '../schema/run-record.ts';

export interface Transport {
  readonly name: NonNullable<RunRecord['transport']>;
  /** Address of the module whose default export connects a deployment (`Connect`); within the process where left out. */
  readonly connect?: URL | undefined;
}

/** Within the process: the network carries. */
export const inProcess: Transport = { name: 'in-process' };
