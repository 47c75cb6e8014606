/**
 * `npm run fuzz-relay -- [cases] [first]`: sends malformed requests to the services, by default 100,000 from case 0 on. It fails if an
 * answer has a status of 500 or more, lacks its one sentence, or contains another account's bytes; if a request takes more than 200 ms of
 * CPU and 1 ms per byte (a second at most); or if the process ends. A case is identified by its number; data that earlier cases stored
 * remain for later ones.
 */
import { type FuzzWorld, fuzzWorld, judgedCase } from '../test/fuzz/fuzz-world.ts';

const [cases, first] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 0)];

const each = Math.ceil(cases / 5);

async function campaign(world: FuzzWorld): Promise<void> {
  const statuses = new Map<string, number>();
  let faults = 0;
  const fault = (text: string): void => {
    faults++;
    process.stdout.write(`${text}\n`);
  };
  for (let number = first; number < first + each; number++) {
    const outcome = await judgedCase(world, number);
    if ('fault' in outcome) fault(`case ${number}: ${outcome.fault}`);
    else statuses.set(String(outcome.status), (statuses.get(String(outcome.status)) ?? 0) + 1);
    if (process.stderr.isTTY && number % 100 === 0) process.stderr.write(`${number - first} of ${each}\r`);
  }
  for (const text of await world.faults()) fault(text);
  const counts = [...statuses].sort().map(([status, count]) => `${count} × ${status}`);
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(
    `${each} cases from ${first}: ${counts.join(', ')}; ${faults} faults; at most ${mebibytes} MiB\n`,
  );
  if (faults > 0) process.exitCode = 1;
}

if (![cases, first].every((each) => Number.isSafeInteger(each) && each >= 0)) {
  process.stderr.write('fuzz-relay: expected a number of cases and the number of the first\n');
  process.exitCode = 2;
} else {
  // Services without a strategy, and with one strategy of each kind that stores received data.
  for (const strategy of [undefined, 'threshold-psi', 'private-membership', 'ghost', 'server-scan']) {
    process.stdout.write(`${strategy ?? 'no strategy'}: `);
    const world = await fuzzWorld(strategy);
    await campaign(world);
    await world.close();
  }
}
