/**
 * Runs an experiment in this process, with worker threads, and prints one line of JSON: wall and CPU seconds of each phase, as the progress
 * names them. CPU time is that of all threads. Arguments: experiment, folder, and the number of pictures if there is a limit.
 */
import { readExperiment } from '../src/experiment/experiment-file.ts';
import { runAny } from '../src/experiment/run.ts';
import { inProcess } from '../src/harness/run-options.ts';
import { wallClock } from '../src/util/clock.ts';

/** Seconds since the start of the process. */
interface Moment {
  readonly wall: number;
  readonly cpu: number;
}
const moment = (): Moment => {
  const { user, system } = process.cpuUsage();
  return { wall: wallClock() / 1000, cpu: (user + system) / 1e6 };
};

const [name, out, limit] = process.argv.slice(2) as [string, string, string?];
const { experiment, text } = await readExperiment(name);
/** End of each phase, in order. */
const ends = new Map<string, Moment>();
const { timings } = await runAny({
  experiment,
  asPassed: text,
  out,
  resume: false,
  limit: limit === undefined ? undefined : Number(limit),
  transport: inProcess,
  command: 'npm run bench -- main',
  created: new Date().toISOString(),
  onProgress(phase) {
    // Until the first report: modules, worker threads, and one picture through the network.
    if (ends.size === 0) ends.set('start', moment());
    ends.set(phase, moment());
  },
  signal: new AbortController().signal,
});
ends.set('metrics', moment());
const started: Moment = { wall: 0, cpu: 0 };
let before = started;
const phases = [...ends].map(([phase, end]) => {
  const spent = { phase, wall: end.wall - before.wall, cpu: end.cpu - before.cpu };
  before = end;
  return spent;
});
process.stdout.write(`${JSON.stringify({ phases, classifyMillis: timings.classifyMillis })}\n`);
