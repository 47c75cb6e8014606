/**
 * `npm run concurrent-starts -- [starts]`: starts many runs simultaneously (default 50; each takes about 400 MB of memory), first all in
 * one folder, then each in its own default folder. It fails if more than one ran in a folder, or if a row is lost or duplicated.
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
