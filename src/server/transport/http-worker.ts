/** What worker threads do, by name, with the services of every deployment behind HTTP. */
import { hashLeakMembership as memberships } from '../../experiment/hash-leakage/membership.ts';
import { measureLeakage as leakage } from '../../experiment/leakage/tasks.ts';
import { runPower as power } from '../../experiment/power/tasks.ts';
import { runStrategy as strategy } from '../../harness/scenario/strategy-task.ts';
import { overHttp } from './http-transport.ts';

// Tasks without a deployment are the same; those below stand in the place of their namesakes.
export * from '../../experiment/worker.ts';

const connect = overHttp();
export const runStrategy = (task: Parameters<typeof strategy>[0]) => strategy(task, connect);
export const runPower = (task: Parameters<typeof power>[0]) => power(task, connect);
export const measureLeakage = (task: Parameters<typeof leakage>[0]) => leakage(task, connect);
export const hashLeakMembership = (task: Parameters<typeof memberships>[0]) => memberships(task, connect);
