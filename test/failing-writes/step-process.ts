/** The process in which steps are done: kept as long as it lives, and started anew after its end. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { startable } from '../../src/util/worker-loader.ts';
import { nodeWords } from '../helpers/program.ts';
import type { Failure } from './failure.ts';
import type { Ended, Step } from './steps.ts';

/** What became of a step: how it ended, or that it did not within its time. */
export type Done = Ended | 'hangs';

export class StepProcess {
  #child: Promise<{ process: ChildProcess; stderr: () => string }> | undefined;

  /** Does a step, with a failure or without any. */
  async do(step: Step, mostMillis: number, failure?: Failure): Promise<Done> {
    this.#child ??= started();
    const { process: child, stderr } = await this.#child;
    return new Promise((done) => {
      const end = (ended: Done): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('close', onClose);
        done(ended);
      };
      const onMessage = (message: unknown): void => {
        const ended = message as Ended;
        end({ ...ended, stderr: ended.stderr + stderr() });
      };
      const onClose = (code: number | null, signal: string | null): void => {
        this.#child = undefined;
        end({ code: code ?? -1, stdout: '', stderr: `${stderr()}${signal ? `ended by ${signal}\n` : ''}` });
      };
      const timer = setTimeout(() => {
        child.off('close', onClose);
        this.#child = undefined;
        child.kill('SIGKILL');
        end('hangs');
      }, mostMillis);
      child.on('message', onMessage);
      child.on('close', onClose);
      child.send({ step, ...(failure ? { failure } : {}) });
    });
  }

  /** Ends the process. */
  async close(): Promise<void> {
    const child = this.#child && (await this.#child).process;
    this.#child = undefined;
    if (!child) return;
    const closed = new Promise((done) => child.once('close', done));
    child.kill('SIGKILL');
    await closed;
  }
}

function started(): Promise<{ process: ChildProcess; stderr: () => string }> {
  const inject = startable(new URL('./inject.ts', import.meta.url)).href;
  const words = nodeWords(join(import.meta.dirname, 'child.ts'));
  const child = fork(words.pop()!, {
    execArgv: [...words, '--import', inject],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let text = '';
  child.stderr!.on('data', (piece: Buffer) => {
    text += piece.toString();
  });
  // Each call takes what came since the one before.
  const stderr = (): string => {
    const taken = text;
    text = '';
    return taken;
  };
  return new Promise((done, failed) => {
    child.once('message', () => done({ process: child, stderr }));
    child.once('close', (code) => failed(new Error(`The process ended with ${code} before its first step: ${text}`)));
  });
}
