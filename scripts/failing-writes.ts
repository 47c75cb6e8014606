/**
 * `npm run failing-writes -- [most] [target]`: makes the n-th write of every target fail, with a full disk and with an input/output error,
 * for every n, up to `most` of them per target (default 60, evenly spread). It fails if the remaining files are wrong, if the target hangs,
 * or if it reports a bug. test/failing-writes/targets.ts has the names of targets; by default all take part. Linux only.
 */
import { codes, ReferenceRun, spread } from '../test/failing-writes/campaign.ts';
import { StepProcess } from '../test/failing-writes/step-process.ts';
import { targets } from '../test/failing-writes/targets.ts';

const [most, only] = [Number(process.argv[2] ?? 60), process.argv[3]];
const chosen = targets.filter(({ name }) => only === undefined || name === only);

async function campaign(): Promise<void> {
  const rows: string[][] = [['target', 'error', 'operations', 'cases', 'unhurt', 'resumed', 'said', 'faults']];
  let cases = 0;
  let faults = 0;
  const steps = new StepProcess();
  try {
    for (const target of chosen) {
      const reference = await ReferenceRun.open(target, steps);
      for (const code of codes) {
        const counts = { unhurt: 0, resumed: 0, said: 0, fault: 0 };
        for (const at of spread(reference.operations, most)) {
          let verdict = await reference.run({ at, code }, steps);
          if (verdict.state === 'fault') {
            // Repeated in a separate process: memory retained from an earlier case must not look like a fault.
            await steps.close();
            verdict = await reference.run({ at, code }, steps);
            await steps.close();
          }
          counts[verdict.state]++;
          if (verdict.state === 'fault') process.stdout.write(`${target.name}, ${code} ${at}: ${verdict.why}\n`);
          if (process.stderr.isTTY) process.stderr.write(`${target.name}, ${code}: ${at} of ${reference.operations}\r`);
          cases++;
        }
        faults += counts.fault;
        const { unhurt, resumed, said, fault } = counts;
        rows.push([
          target.name,
          code,
          ...[reference.operations, unhurt + resumed + said + fault, unhurt, resumed, said, fault].map(String),
        ]);
      }
      await reference.close();
    }
  } finally {
    await steps.close();
  }
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  process.stdout.write(`${rows.map(line).join('\n')}\n${cases} cases, ${faults} faults\n`);
  if (faults > 0) process.exitCode = 1;
}

if (!Number.isSafeInteger(most) || most < 1 || chosen.length === 0) {
  process.stderr.write(
    `failing-writes: expected a number of cases a target, and one of ${targets.map(({ name }) => name).join(', ')}\n`,
  );
  process.exitCode = 2;
} else await campaign();
