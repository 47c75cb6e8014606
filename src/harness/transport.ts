/** How packets cross between the devices and the services of the strategies that a run deploys. */
import type { RunRecord } from '../schema/run-record.ts';

export interface Transport {
  readonly name: NonNullable<RunRecord['transport']>;
  /** Module with the tasks of worker threads, their deployments connected so; the harness's own where left out. */
  readonly worker?: URL | undefined;
}

/** Within the process: the network carries. */
export const inProcess: Transport = { name: 'in-process' };
