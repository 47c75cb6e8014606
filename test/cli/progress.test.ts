/** Progress: a line that is redrawn on a terminal, a line every ten seconds elsewhere, with estimates. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ProgressLine, progressLine } from '../../src/cli/progress.ts';

let written = '';
let progress: ProgressLine;
const clock = (): number => Date.now();
const stream = (isTTY: boolean) => ({
  isTTY,
  write(text: string): boolean {
    written += text;
    return true;
  },
});
/** Starts progress with the usual shares of two phases. */
const start = (isTTY: boolean, shares?: Record<string, number>): void => {
  progress = progressLine({ stream: stream(isTTY) as never, clock, shares });
};
/** What was written since the last call. */
const said = (): string => {
  const text = written;
  written = '';
  return text;
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv('TERM', 'xterm');
  written = '';
});
afterEach(() => {
  progress.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe('without a terminal', () => {
  test('nothing in the first ten seconds, then a line every ten, also while nothing changes', () => {
    start(false);
    progress.update('pictures', 0, 100);
    vi.advanceTimersByTime(9_999);
    expect(said()).toBe('');
    progress.update('pictures', 20, 100);
    vi.advanceTimersByTime(1);
    expect(said()).toBe('pictures: 20 of 100, about 40 s left\n');
    vi.advanceTimersByTime(10_000);
    expect(said()).toBe('pictures: 20 of 100, about 80 s left\n');
    for (let done = 21; done <= 60; done++) progress.update('pictures', done, 100);
    vi.advanceTimersByTime(20_000);
    expect(said()).toBe('pictures: 60 of 100, about 20 s left\npictures: 60 of 100, about 27 s left\n');
  });

  test('the whole is estimated from the usual shares of the phases', () => {
    start(false, { pictures: 3, strategies: 1 });
    progress.update('making pictures', 5, 10);
    vi.advanceTimersByTime(10_000);
    // A phase without a share says nothing of the whole.
    expect(said()).toBe('making pictures: 5 of 10\n');
    progress.update('pictures', 0, 100);
    vi.advanceTimersByTime(5_000);
    progress.update('pictures', 50, 100);
    vi.advanceTimersByTime(5_000);
    // 10 s for three eighths.
    expect(said()).toBe('pictures: 50 of 100, about 10 s left, about 17 s left in all\n');
    progress.update('pictures', 100, 100);
    progress.update('strategies', 0, 20);
    vi.advanceTimersByTime(10_000);
    expect(said()).toBe('strategies: 0 of 20, about 7 s left in all\n');
  });

  test('what an earlier process did is not taken for speed', () => {
    start(false, { pictures: 3, strategies: 1 });
    progress.update('pictures', 90, 100);
    vi.advanceTimersByTime(5_000);
    progress.update('pictures', 95, 100);
    vi.advanceTimersByTime(5_000);
    // 10 s for five pictures, and for 0.0375 of the whole, of which 0.2875 are left.
    expect(said()).toBe('pictures: 95 of 100, about 10 s left, about 77 s left in all\n');
  });

  test('long times in minutes; sentences at once; nothing after the end', () => {
    start(false);
    progress.update('pictures', 0, 1000);
    progress.update('pictures', 10, 1000);
    progress.say('A sentence.\u001b[31m');
    expect(said()).not.toContain('\u001b');
    vi.advanceTimersByTime(10_000);
    expect(said()).toBe('pictures: 10 of 1000, about 17 min left\n');
    progress.close();
    progress.update('pictures', 20, 1000);
    vi.advanceTimersByTime(60_000);
    expect(said()).toBe('');
  });
});

describe('on a terminal', () => {
  test('one line, redrawn at most ten times a second, with both estimates', () => {
    start(true, { pictures: 1, strategies: 1 });
    progress.update('pictures', 0, 40);
    expect(said()).toBe(`\r\u001b[2Kpictures ${'─'.repeat(20)} 0/40`);
    for (let i = 1; i <= 99; i++) {
      vi.advanceTimersByTime(1);
      progress.update('pictures', 1, 40);
    }
    expect(said()).toBe('');
    vi.advanceTimersByTime(9_901);
    progress.update('pictures', 20, 40);
    expect(said()).toBe(
      `\r\u001b[2Kpictures ${'━'.repeat(10)}${'─'.repeat(10)} 20/40, about 10 s left, about 30 s left in all`,
    );
    progress.update('pictures', 40, 40);
    expect(said()).toContain('40/40');
    progress.update('strategies', 0, 2);
    expect(said()).toContain('strategies');
    progress.say('A sentence.');
    expect(said()).toBe('\r\u001b[2KA sentence.\n');
  });

  test('nothing to do is a full bar', () => {
    start(true);
    progress.update('list', 0, 0);
    expect(said()).toContain('━'.repeat(20));
  });
});
