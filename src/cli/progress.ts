/**
 * Progress on stderr: the current phase, the completed part, and the estimated remaining time. On a terminal one line is redrawn; elsewhere
 * a line is written every ten seconds, so that a log shows that the work goes on.
 */
import { clip } from '../report/format.ts';
import { type Clock, wallClock } from '../util/clock.ts';
import { printable } from '../util/printable.ts';
import { Estimate } from './estimate.ts';
import { canRedraw, columnsOf } from './terminal.ts';

/** Reports progress. `say` prints a sentence above the line, on a terminal or not; `close` clears the line and ends the reports. */
export interface ProgressLine {
  update(phase: string, done: number, total: number): void;
  say(sentence: string): void;
  close(): void;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'> & { readonly columns?: number };

interface ProgressOptions {
  readonly stream?: Stream;
  /** Milliseconds. */
  readonly clock?: Clock;
  /** Usual share of each phase in the time, for an estimate of the whole. */
  readonly shares?: Readonly<Record<string, number>> | undefined;
}

/** Milliseconds between two lines where nothing can be redrawn, and between two drawings of a line. */
const [betweenLines, betweenDrawings] = [10_000, 100];

/** Progress on a stream, stderr by default. */
export function progressLine({
  stream = process.stderr,
  clock = wallClock,
  shares,
}: ProgressOptions = {}): ProgressLine {
  const estimate = new Estimate(clock, shares);
  return canRedraw(stream) ? redrawn(stream, clock, estimate) : written(stream, estimate);
}

/** A line that is redrawn at most ten times per second. */
function redrawn(stream: Stream, clock: Clock, estimate: Estimate): ProgressLine {
  let [phase, drawn] = ['', 0];
  const clear = '\r\u001b[2K';
  return {
    update(name, done, total) {
      estimate.update(name, done, total);
      const now = clock();
      if (name === phase && now - drawn < betweenDrawings && done < total) return;
      [phase, drawn] = [name, now];
      stream.write(`${clear}${oneLine(name, done, total, remaining(estimate), columnsOf(stream))}`);
    },
    say: (sentence) => void stream.write(`${clear}${printable(sentence)}\n`),
    close: () => void stream.write(clear),
  };
}

/** Lines every ten seconds, by a timer: a phase can be silent for longer. */
function written(stream: Pick<NodeJS.WriteStream, 'write'>, estimate: Estimate): ProgressLine {
  let now: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  return {
    update(name, done, total) {
      estimate.update(name, done, total);
      now = `${name}: ${done} of ${total}`;
      if (closed) return;
      timer ??= setInterval(() => stream.write(`${now}${remaining(estimate)}\n`), betweenLines).unref();
    },
    say: (sentence) => void stream.write(`${printable(sentence)}\n`),
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}

/** What fits into a line, which a terminal could not clear if it wrapped: without the bar where the line is narrow, and cut with a mark at last. */
function oneLine(name: string, done: number, total: number, left: string, columns: number): string {
  const count = `${done}/${total}${left}`;
  const whole = `${name} ${bar(done, total)} ${count}`;
  return whole.length < columns ? whole : clip(`${name} ${count}`, columns - 1);
}

const bar = (done: number, total: number): string => {
  const filled = total === 0 ? 20 : Math.floor((20 * done) / total);
  return `${'━'.repeat(filled)}${'─'.repeat(20 - filled)}`;
};

/** The remaining time in words, with a comma before; empty while it is not known. */
function remaining(estimate: Estimate): string {
  const { phase, all } = estimate.left();
  const words = [
    ...(phase === undefined ? [] : [`about ${inWords(phase)} left`]),
    ...(all === undefined ? [] : [`about ${inWords(all)} left in all`]),
  ];
  return words.map((each) => `, ${each}`).join('');
}

function inWords(millis: number): string {
  const seconds = Math.ceil(millis / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
