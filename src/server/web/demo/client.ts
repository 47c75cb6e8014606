/** The page's side of the worker interface. */
import { type CallName, type Calls, type Reply, type Request, ready } from './protocol.ts';

/** Calls the worker; a rejection states in one sentence what failed. */
export class DemoClient {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #ready: Promise<unknown>;
  #last = ready;

  constructor() {
    this.#ready = this.#answer(ready);
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('error' in data) waiting?.reject(new Error(data.error));
      else waiting?.resolve(data.value);
    };
    this.#worker.onerror = ({ message }) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(message || 'the worker did not start'));
      this.#waiting.clear();
    };
  }

  async call<N extends CallName>(call: N, ...given: Parameters<Calls[N]>): Promise<ReturnType<Calls[N]>> {
    await this.#ready;
    const id = ++this.#last;
    const answer = this.#answer(id);
    this.#worker.postMessage({ id, call, with: given } satisfies Request<N>);
    return (await answer) as ReturnType<Calls[N]>;
  }

  #answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }
}
