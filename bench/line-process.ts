/** A process that answers a line with a line and stays, so that it can take its turn among the tasks of a benchmark. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Asks the process. */
export type Ask = (line: string) => Promise<string>;

/** Starts a program; it ends with this process, whose end it does not hold up. */
export function lineProcess(command: string, args: readonly string[] = []): Ask {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let reason = 'ended';
  child.on('error', (error) => {
    reason = error.message;
  });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const pipes = [child.stdin, child.stdout] as unknown as { ref(): void; unref(): void }[];
  child.unref();
  for (const pipe of pipes) pipe.unref();
  return async (line) => {
    child.stdin.write(`${line}\n`);
    // Alive while an answer is due.
    pipes[1]!.ref();
    const answer = await lines.next();
    pipes[1]!.unref();
    if (answer.done) throw new Error(`${command}: ${reason}`);
    return answer.value;
  };
}
