/** A persistent process that answers each line with a line, so that it can alternate with the tasks of a benchmark. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Sends a line to the process and awaits its answer. */
export type Ask = (line: string) => Promise<string>;

/** Starts a program. It ends with this process, and does not delay its end. */
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
    // Stays alive while an answer is pending.
    pipes[1]!.ref();
    const answer = await lines.next();
    pipes[1]!.unref();
    if (answer.done) throw new Error(`${command}: ${reason}`);
    return answer.value;
  };
}
