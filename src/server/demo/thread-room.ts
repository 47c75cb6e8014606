/** Houses in a worker thread, one for all: its calls are answered one after the other. */
import { Piscina } from 'piscina';
import type { DemoPicture } from '../../client/demo/picture.ts';
import { resultOf, type WorkerTask, workerEntry } from '../../util/worker-entry.ts';
import { moduleBeside, workerExecArgv } from '../../util/worker-loader.ts';
import type { DemoHouse, Room } from './room.ts';

/** What the thread is asked: to open or end a house, or something of a house. */
export interface HouseCall {
  readonly id: string;
  readonly name: 'open' | 'end' | keyof DemoHouse;
  readonly given: readonly unknown[];
}

const worker = moduleBeside(import.meta.url, './worker.ts').href;

export class ThreadRoom implements Room {
  readonly #pictures: () => Promise<readonly DemoPicture[]>;
  #thread: Promise<Piscina> | undefined;

  /** `pictures` is asked when the first house opens. */
  constructor(pictures: () => Promise<readonly DemoPicture[]>) {
    this.#pictures = pictures;
  }

  async open(id: string, strategy: string): Promise<DemoHouse> {
    await this.#call(id, 'open', strategy);
    const of =
      <N extends keyof DemoHouse>(name: N) =>
      (...given: Parameters<DemoHouse[N]>): ReturnType<DemoHouse[N]> =>
        this.#call(id, name, ...given) as ReturnType<DemoHouse[N]>;
    return {
      register: of('register'),
      setUp: of('setUp'),
      answer: of('answer'),
      page: of('page'),
      acknowledge: of('acknowledge'),
      review: of('review'),
      serve: of('serve'),
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

  async #call(id: string, name: HouseCall['name'], ...given: readonly unknown[]): Promise<unknown> {
    this.#thread ??= this.#start().catch((error: unknown) => {
      this.#thread = undefined;
      throw error;
    });
    const task: HouseCall = { id, name, given };
    return resultOf(await (await this.#thread).run({ module: worker, name: 'default', task } satisfies WorkerTask));
  }

  async #start(): Promise<Piscina> {
    return new Piscina({
      filename: workerEntry.href,
      execArgv: workerExecArgv(),
      workerData: await this.#pictures(),
      minThreads: 1,
      maxThreads: 1,
      // The houses are in its memory.
      idleTimeout: Infinity,
    });
  }
}
