/**
 * `npm run campaign -- [cases] [first]`: reads many damaged lists and pictures, by default 100,000 from case 0 on, and fails where one of them
 * ends otherwise than read or refused. Cases run in a process of their own, so that a crash, a hang or a flood of memory is seen from outside
 * and costs the one case. A case is named by its number: `npm run campaign -- 1 4711` runs case 4711 again.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Outcome, runCase } from '../test/campaign/run-case.ts';
import { seeds } from '../test/campaign/seeds.ts';

/** Milliseconds of the longest case, and mebibytes that the process may take at most. */
const mostMillis = 30_000;
const mostMebibytes = 1_500;

type Report = { readonly number: number; readonly outcome: Outcome; readonly mebibytes: number };

/** In the child: runs cases from one number to another, and reports each. */
async function child(first: number, end: number): Promise<void> {
  const all = await seeds();
  for (let number = first; number < end; number++) {
    const outcome = await runCase(number, all);
    const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
    await new Promise<void>((done) => process.send!({ number, outcome, mebibytes } satisfies Report, () => done()));
  }
  process.disconnect();
}

/** In the parent: what became of the cases. */
async function campaign(cases: number, first: number): Promise<void> {
  const counts: Record<string, number> = { read: 0, refused: 0, fault: 0 };
  let badLines = 0;
  let peak = 0;
  const fault = (number: number, error: string): void => {
    counts.fault!++;
    process.stdout.write(`case ${number}: ${error}\n`);
  };
  const end = first + cases;
  for (let next = first; next < end; ) {
    const one = fork(fileURLToPath(import.meta.url), ['--child', `${next}`, `${end}`]);
    const why = await watched(one, ({ number, outcome, mebibytes }) => {
      next = number + 1;
      peak = Math.max(peak, mebibytes);
      if (outcome.state === 'fault') fault(number, outcome.error);
      else counts[outcome.state]!++;
      if (outcome.state === 'read') badLines += outcome.badLines;
      if (process.stderr.isTTY) process.stderr.write(`${next - first} of ${cases}\r`);
      return mebibytes > mostMebibytes ? `more than ${mostMebibytes} MiB` : undefined;
    });
    // The case that was under way, or the last one where it left too much behind.
    if (why !== undefined && next < end) fault(why.startsWith('more') ? next - 1 : next++, why);
  }
  const { read, refused, fault: faults } = counts;
  process.stdout.write(
    `${cases} cases from ${first}: ${read} read (${badLines} bad lines counted), ${refused} refused, ${faults} faults; at most ${peak} MiB\n`,
  );
  process.exitCode = faults! > 0 ? 1 : 0;
}

/** Waits for a child to end; says why where it did not end by itself. `each` may ask for its end, with a reason. */
function watched(one: ChildProcess, each: (report: Report) => string | undefined): Promise<string | undefined> {
  return new Promise((done) => {
    let why: string | undefined;
    const stop = (reason: string): void => {
      why ??= reason;
      one.kill('SIGKILL');
    };
    const late = (): NodeJS.Timeout => setTimeout(() => stop(`no end within ${mostMillis} ms`), mostMillis);
    let timer = late();
    one.on('message', (report) => {
      clearTimeout(timer);
      timer = late();
      const reason = each(report as Report);
      if (reason) stop(reason);
    });
    one.on('close', (code, signal) => {
      clearTimeout(timer);
      done(why ?? (code === 0 ? undefined : `the process ended with ${signal ?? code}`));
    });
  });
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--child') await child(Number(rest[0]), Number(rest[1]));
else {
  const [cases, first] = [Number(mode ?? 100_000), Number(rest[0] ?? 0)];
  if (![cases, first].every((each) => Number.isSafeInteger(each) && each >= 0)) {
    process.stderr.write('campaign: expected a number of cases and the number of the first\n');
    process.exitCode = 2;
  } else await campaign(cases, first);
}
