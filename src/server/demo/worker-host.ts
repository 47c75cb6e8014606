/** Runs all sessions in one worker thread, which handles calls one by one. */
import { Piscina } from 'piscina';
import type { OwnEntry } from '../../client/demo/own-entries.ts';
import type { DemoPicture } from '../../client/demo/picture.ts';
import { resultOf, type WorkerTask, workerEntry } from '../../util/worker-entry.ts';
import { moduleBeside, workerExecArgv } from '../../util/worker-loader.ts';
import type { DemoSession, SessionHost } from './session-host.ts';

/** A call to the thread: open or end a session, or call a session's method. */
export interface SessionCall {
  readonly id: string;
  readonly name: 'open' | 'end' | keyof DemoSession;
  readonly given: readonly unknown[];
}

const worker = moduleBeside(import.meta.url, './worker.ts').href;

export class WorkerHost implements SessionHost {
  readonly #pictures: () => Promise<readonly DemoPicture[]>;
  #thread: Promise<Piscina> | undefined;

  /** `pictures` is called when the first session opens. */
  constructor(pictures: () => Promise<readonly DemoPicture[]>) {
    this.#pictures = pictures;
  }

  async open(id: string, strategy: string, own: readonly OwnEntry[] = []): Promise<DemoSession> {
    await this.#call(id, 'open', strategy, own);
    const of =
      <N extends keyof DemoSession>(name: N) =>
      (...given: Parameters<DemoSession[N]>): ReturnType<DemoSession[N]> =>
        this.#call(id, name, ...given) as ReturnType<DemoSession[N]>;
    return {
      register: of('register'),
      setUp: of('setUp'),
      take: of('take'),
      mail: of('mail'),
      acknowledge: of('acknowledge'),
      review: of('review'),
      serve: of('serve'),
      records: of('records'),
      know: of('know'),
      views: of('views'),
    };
  }

  async end(id: string): Promise<void> {
    await this.#call(id, 'end');
  }

  async close(): Promise<void> {
    await (await this.#thread)?.destroy();
  }

  async #call(id: string, name: SessionCall['name'], ...given: readonly unknown[]): Promise<unknown> {
    this.#thread ??= this.#start().catch((error: unknown) => {
      this.#thread = undefined;
      throw error;
    });
    const task: SessionCall = { id, name, given };
    return resultOf(await (await this.#thread).run({ module: worker, name: 'default', task } satisfies WorkerTask));
  }

  async #start(): Promise<Piscina> {
    return new Piscina({
      filename: workerEntry.href,
      execArgv: workerExecArgv(),
      workerData: await this.#pictures(),
      minThreads: 1,
      maxThreads: 1,
      // The sessions are in its memory.
      idleTimeout: Infinity,
    });
  }
}
