/**
 * `npm run campaign -- [cases] [first] [target]`: reads many corrupted files of every kind, by default 100,000 from case 0 on, or those of a
 * target that is run apart. It fails if a file is neither read nor refused, or costs more CPU or memory than its target allows. Cases run in
 * separate processes, one per target, so that a crash, a hang or excessive memory is observed from outside and affects only one case. A
 * suspicious case is repeated alone before it counts. A case is identified by its number: `npm run campaign -- 1 4711` repeats case 4711.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  checkSeeds,
  excess,
  type Measured,
  openTarget,
  runCase,
  targetOf,
  turnsOf,
} from '../test/campaign/run-case.ts';
import type { Target } from '../test/campaign/target.ts';
import { apart, targets } from '../test/campaign/targets/index.ts';

/** Maximum duration of a case in milliseconds, and maximum memory of the process in mebibytes. */
const mostMillis = 30_000;
const mostMebibytes = 1_500;
/** After this many cases, the intact files are read, and the process's memory is measured. */
const stretch = 250;
/** Maximum growth of a process's memory from the first stretch to its end, in mebibytes. */
const mostKept = 64;

type Report =
  | { readonly kind: 'case'; readonly number: number; readonly measured: Measured; readonly mebibytes: number }
  | { readonly kind: 'kept'; readonly mebibytes: number };

/** In the child: runs the cases of one target in a range of numbers, and reports each. */
async function child(first: number, end: number, alone: string | undefined): Promise<void> {
  const target = targetOf(first, alone);
  const open = await openTarget(target);
  const send = (report: Report): Promise<void> => new Promise((done) => process.send!(report, () => done()));
  let done = 0;
  let before: number | undefined;
  for (let number = first; number < end; number += turnsOf(target)) {
    const measured = await runCase(number, open);
    const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
    await send({ kind: 'case', number, measured, mebibytes });
    if (++done % stretch > 0) continue;
    await checkSeeds(open);
    before ??= kept();
    await send({ kind: 'kept', mebibytes: kept() - before });
  }
  await open.close();
  process.disconnect();
}

/** Memory of the process after garbage collection, in mebibytes. */
function kept(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** Results of one target's cases. */
interface Summary {
  cases: number;
  read: number;
  refused: number;
  faults: number;
  badLines: number;
  /** The case with the most CPU time beyond the floor per byte or, if there is none, with the most CPU time. */
  slowest: { number: number; cpuMillis: number; bytes: number };
  /** Mebibytes: peak memory of the processes, and the most that one retained. */
  peak: number;
  kept: number;
}

/** In the parent: runs every `step`-th case from `first` (inclusive) to `end` (exclusive), all of one target. */
async function campaignOf(target: Target, first: number, end: number, step: number): Promise<Summary> {
  const summary: Summary = {
    ...{ cases: 0, read: 0, refused: 0, faults: 0, badLines: 0, peak: 0, kept: 0 },
    slowest: { number: first, cpuMillis: 0, bytes: 1 },
  };
  const fault = (number: number, error: string): void => {
    summary.faults++;
    process.stdout.write(`case ${number} (${target.name}): ${error}\n`);
  };
  const suspects: number[] = [];
  for (let next = first; next < end; ) {
    const one = forked(target, next, end);
    const why = await watched(one, (report) => {
      if (report.kind === 'kept') {
        summary.kept = Math.max(summary.kept, report.mebibytes);
        return report.mebibytes > mostKept ? `keeps ${report.mebibytes.toFixed(0)} MiB more than at first` : undefined;
      }
      const { number, measured, mebibytes } = report;
      next = number + step;
      count(summary, target, report);
      if (measured.outcome.state === 'fault' || excess(target, measured)) suspects.push(number);
      if (process.stderr.isTTY) process.stderr.write(`${target.name}: ${summary.cases}\r`);
      return mebibytes > mostMebibytes ? `more than ${mostMebibytes} MiB` : undefined;
    });
    if (why === undefined) continue;
    if (why.startsWith('keeps')) fault(next - step, why);
    // The case in progress, or the last one if the process retained too much memory after it.
    else if (why.startsWith('more')) suspects.push(next - step);
    else if (next < end) {
      summary.cases++;
      suspects.push(next);
      next += step;
    } else fault(next - step, `after it ${why}`);
  }
  for (const number of suspects) {
    const error = await alone(target, number);
    if (error !== undefined) fault(number, error);
  }
  return summary;
}

function count(
  summary: Summary,
  { floorMillis }: Target,
  { number, measured, mebibytes }: Extract<Report, { kind: 'case' }>,
): void {
  const { outcome, cpuMillis, bytes } = measured;
  summary.cases++;
  if (outcome.state !== 'fault') summary[outcome.state]++;
  if (outcome.state === 'read') summary.badLines += outcome.badLines;
  summary.peak = Math.max(summary.peak, mebibytes);
  const beyond = (each: { cpuMillis: number; bytes: number }): number =>
    each.cpuMillis > floorMillis ? (each.cpuMillis - floorMillis) / Math.max(1, each.bytes) : 0;
  const [now, most] = [beyond({ cpuMillis, bytes }), beyond(summary.slowest)];
  if (now > most || (now === most && cpuMillis > summary.slowest.cpuMillis))
    summary.slowest = { number, cpuMillis, bytes };
}

/** Repeats a case in a separate process; returns its fault, if any. Another program may have loaded the machine before. */
async function alone(target: Target, number: number): Promise<string | undefined> {
  let found: string | undefined;
  const why = await watched(forked(target, number, number + 1), (report) => {
    if (report.kind === 'kept') return undefined;
    const { measured, mebibytes } = report;
    const { outcome } = measured;
    found = outcome.state === 'fault' ? outcome.error : excess(target, measured);
    return mebibytes > mostMebibytes ? `more than ${mostMebibytes} MiB` : undefined;
  });
  return why ?? found;
}

const forked = ({ name }: Target, first: number, end: number): ChildProcess =>
  fork(fileURLToPath(import.meta.url), ['--child', `${first}`, `${end}`, name], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });

/** Waits for a child to end; returns why if it did not end by itself. `each` can request its end, with a reason. */
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

const columns = [
  'target',
  'cases',
  'read',
  'refused',
  'faults',
  'floor ms',
  'ms/byte beyond',
  'slowest ms',
  'of bytes',
  'case',
  'peak MiB',
  'kept MiB',
];

function row({ name, floorMillis }: Target, { cases, read, refused, faults, slowest, peak, kept }: Summary): string[] {
  const { cpuMillis, bytes, number } = slowest;
  const beyond = Math.max(0, cpuMillis - floorMillis) / Math.max(1, bytes);
  return [
    name,
    ...[cases, read, refused, faults, floorMillis].map(String),
    beyond.toFixed(4),
    cpuMillis.toFixed(0),
    ...[bytes, number, peak].map(String),
    kept.toFixed(1),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return rows.map(line).join('\n');
}

/** `only`: the name of a target that is run apart. */
async function campaign(cases: number, first: number, only: string | undefined): Promise<void> {
  const rows: string[][] = [columns];
  const total = { read: 0, refused: 0, faults: 0, badLines: 0 };
  const turns = only === undefined ? targets.length : 1;
  for (let offset = 0; offset < Math.min(cases, turns); offset++) {
    const start = first + offset;
    const target = targetOf(start, only);
    const summary = await campaignOf(target, start, first + cases, turns);
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += summary[key];
    rows.push(row(target, summary));
  }
  const { read, refused, faults, badLines } = total;
  process.stdout.write(
    `${table(rows)}\n${cases} cases from ${first}: ${read} read (${badLines} bad lines counted), ${refused} refused, ${faults} faults\n`,
  );
  process.exitCode = faults > 0 ? 1 : 0;
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--child') await child(Number(rest[0]), Number(rest[1]), rest[2]);
else {
  const [cases, first, only] = [Number(mode ?? 100_000), Number(rest[0] ?? 0), rest[1]];
  const isTarget = only === undefined || apart.some(({ name }) => name === only);
  if (!isTarget || ![cases, first].every((each) => Number.isSafeInteger(each) && each >= 0)) {
    const names = apart.map(({ name }) => name).join(', ');
    process.stderr.write(
      `campaign: expected a number of cases, the number of the first, and perhaps a target that is run apart: ${names}\n`,
    );
    process.exitCode = 2;
  } else await campaign(cases, first, only);
}
