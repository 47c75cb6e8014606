/**
 * `npm run kill-relay -- [kills] [seed]`: kills a relay under load, by default 150 times per store: a third at random times, the others
 * deliberately before a commit, or between it and its response. It fails if a message that the relay had confirmed is lost, duplicated or
 * changed. PostgreSQL takes part if DATABASE_URL is set or Debian's package is installed.
 */
import { noPostgres } from '../test/helpers/postgres.ts';
import { killRelay } from '../test/kill/kill-relay.ts';
import { embeddedPlaces, serverPlaces } from '../test/kill/places.ts';

const [kills, seed] = [Number(process.argv[2] ?? 150), Number(process.argv[3] ?? 8)];
if (![kills, seed].every((each) => Number.isSafeInteger(each) && each >= 0)) {
  process.stderr.write('kill-relay: expected a number of kills and a seed\n');
  process.exitCode = 2;
} else {
  for (const [kind, open] of [['embedded', embeddedPlaces] as const, ['server', serverPlaces] as const]) {
    if (kind === 'server' && noPostgres !== undefined) {
      process.stdout.write(`server: ${noPostgres}\n`);
      continue;
    }
    const places = await open();
    try {
      const progress = (killed: number): void =>
        void (process.stderr.isTTY && process.stderr.write(`${kind}: ${killed} of ${kills}\r`));
      const report = await killRelay({ place: await places.next(), kills, seed, progress, strategy: 'client-list' });
      const { answered, lost, doubled, changed, left, killsUnderLoad, retries, seenAgain, aimed, fell } = report;
      const { uncommitted, committed } = fell;
      const { flagged, unreported, twice } = report;
      const targets = Object.entries(aimed).map(([aim, count]) => `${count} ${aim}`);
      process.stdout.write(
        [
          `${kind}: ${kills} kills (${killsUnderLoad} with requests under way), ${answered} messages answered for: ${lost} lost, ${doubled} doubled, ${changed} changed, ${left} left; ${retries} requests made again, ${seenAgain} messages seen again before their acknowledgement was answered`,
          `  ${flagged} reports by devices answered for: ${unreported} that the curator has not, ${twice} that it has twice`,
          `  aimed at: ${targets.join(', ')}`,
          `  kills that cut off a post before its commit ${uncommitted.post}, between its commit and its answer ${committed.post}; an acknowledgement before its commit ${uncommitted.acknowledgement}, between its commit and its answer ${committed.acknowledgement}`,
          '',
        ].join('\n'),
      );
      if (lost + doubled + changed + left + unreported + twice > 0) process.exitCode = 1;
    } finally {
      await places.close();
    }
  }
}
