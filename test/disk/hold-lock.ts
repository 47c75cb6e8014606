/** A process that tries for a lock, says whether it has it, and holds it until it is told to go or is killed. */
import { takeLock } from '../../src/disk/lock.ts';

const [path, what] = process.argv.slice(2) as [string, string];
try {
  const lock = await takeLock(path, what);
  process.stdout.write('has it\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  await lock.release();
  process.exit(0);
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`);
  process.exit(2);
}
