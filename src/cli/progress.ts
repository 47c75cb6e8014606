/** Progress on stderr: the current task, the completed part, and the estimated remaining time. Only on a terminal. */
import { wallClock } from '../util/clock.ts';
import { printable } from '../util/printable.ts';
import { canRedraw } from './terminal.ts';

/** Reports progress. `say` prints a sentence above the line, on a terminal or not; `close` clears the line. */
export interface ProgressLine {
  update(phase: string, done: number, total: number): void;
  say(sentence: string): void;
  close(): void;
}

/** A line that is redrawn at most ten times per second. Without a terminal it is silent. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  const say = (start: string) => (sentence: string) => void stream.write(`${start}${printable(sentence)}\n`);
  if (!canRedraw(stream)) return { update: () => undefined, say: say(''), close: () => undefined };
  let phase = '';
  let started = 0;
  let startedAt = 0;
  let drawn = 0;
  return {
    update(name, done, total) {
      const now = wallClock();
      if (name !== phase) [phase, started, startedAt, drawn] = [name, now, done, 0];
      if (now - drawn < 100 && done < total) return;
      drawn = now;
      stream.write(
        `\r\u001b[2K${phase} ${bar(done, total)} ${done}/${total}${remaining(done - startedAt, total - done, now - started)}`,
      );
    },
    say: say('\r\u001b[2K'),
    close() {
      stream.write('\r\u001b[2K');
    },
  };
}

const bar = (done: number, total: number): string => {
  const filled = total === 0 ? 20 : Math.floor((20 * done) / total);
  return `${'━'.repeat(filled)}${'─'.repeat(20 - filled)}`;
};

/** An estimate from the speed of this phase so far; none in its first second. */
function remaining(done: number, left: number, millis: number): string {
  if (done === 0 || millis < 1000 || left === 0) return '';
  const seconds = Math.ceil(((millis / done) * left) / 1000);
  return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
}
