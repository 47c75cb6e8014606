/**
 * `npm run concurrent-starts -- [starts]`: starts so many runs at one moment (50 by default; each takes about 400 MB of memory), first all
 * into one folder, then each into the one that it gets by itself. It fails where more than one ran in a folder, or a row is lost or doubled.
 */
import { concurrentStarts } from '../test/concurrent/concurrent-starts.ts';

const starts = Number(process.argv[2] ?? 50);
if (!Number.isSafeInteger(starts) || starts < 2) {
  process.stderr.write('concurrent-starts: expected a number of starts, at least 2\n');
  process.exitCode = 2;
} else {
  const { shared, own, lost, doubled } = await concurrentStarts(starts);
  process.stdout.write(
    [
      `${starts} starts into one folder: ${shared.ran} ran, ${shared.refused} were refused in one sentence`,
      `${starts} starts without --out: ${own.ran} ran, in ${own.folders} folders`,
      `rows lost ${lost}, rows doubled ${doubled}`,
      ...[...shared.other, ...own.other].map((each) => `something else: ${each}`),
      '',
    ].join('\n'),
  );
  const isRight = shared.ran === 1 && shared.refused === starts - 1 && own.ran === starts && own.folders === starts;
  if (!isRight || lost + doubled > 0) process.exitCode = 1;
}
