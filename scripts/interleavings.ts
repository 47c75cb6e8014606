/**
 * `npm run interleavings -- [seeds] [first]`: runs scripts of honest accounts alone and among hostile ones, by default 100 from seed 0 on,
 * with the embedded store and with a PostgreSQL server if there is one. It fails if an honest account or a role gets different results
 * among hostile ones.
 */
import { openStore } from '../src/server/store/store.ts';
import { noPostgres, startPostgres } from '../test/helpers/postgres.ts';
import { openPlays, type Plays } from '../test/server/interleaving.ts';

const [seeds, first] = [Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 0)];

async function campaign(name: string, plays: Plays): Promise<void> {
  let differing = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const differences = await plays.differences(seed);
    if (differences.length > 0) differing++;
    for (const text of differences) process.stdout.write(`${name}: ${text}\n`);
    if (process.stderr.isTTY) process.stderr.write(`${seed - first + 1} of ${seeds}\r`);
  }
  process.stdout.write(`${name}: ${seeds} interleavings from seed ${first}; ${differing} differ\n`);
  if (differing > 0) process.exitCode = 1;
  await plays.close();
}

await campaign('embedded', await openPlays());
if (noPostgres) process.stdout.write(`server: ${noPostgres}\n`);
else {
  const server = await startPostgres();
  const url = await server.database();
  await campaign('server', await openPlays((options) => openStore({ ...options, url })));
  await server.stop();
}
