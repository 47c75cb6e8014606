/** The relay under load, compared with a bare fastify route that stores the same bytes: messages per second, and the time of each. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceClient } from '../src/client/service-client.ts';
import { type SigningKeys, signingKeys } from '../src/client/signature.ts';
import { quantile } from '../src/metric/quantile.ts';
import { seededRng } from '../src/util/rng.ts';
import type { Group } from './measure.ts';
import type { ServerOrder } from './relay-process.ts';

/** Bytes per message, messages per timing, and number of concurrent messages. */
const messageBytes = 100 * 1024;
const messages = 64;
const together = 16;

const rng = seededRng(8, 'relay benchmark');
const ciphertext = rng.bytes(messageBytes);

/** Starts a server process of one kind; its store is a new folder, or the server of DATABASE_URL. */
async function startServer(kind: ServerOrder['kind'], folder: string) {
  const child = fork(join(import.meta.dirname, 'relay-process.ts'), {
    execArgv: ['--expose-gc', '--import', import.meta.resolve('tsx')],
  });
  const url = process.env.DATABASE_URL;
  child.send({ kind, place: url === undefined ? { folder: join(folder, kind) } : { url } } satisfies ServerOrder);
  const { port } = await answer<{ port: number }>(child);
  return { base: `http://127.0.0.1:${port}`, child };
}

/** The next message of a process. */
const answer = <T>(child: ChildProcess): Promise<T> =>
  new Promise((done, failed) => {
    const ended = (code: number | null): void => failed(new Error(`The server ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      done(message as T);
    });
  });

/** Calls `act` for 0 … count - 1 with limited concurrency; `times` gets the milliseconds of each call. */
async function load(count: number, act: (i: number) => Promise<unknown>, times: number[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const start = performance.now();
      await act(i);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: together }, lane));
}

const ends = { strategy: 'bench', sender: 'alice', recipient: 'bob', sequence: 0, sentAt: 0 } as const;

/** A sender and a recipient of the services. */
async function pair(base: string) {
  const register = async (account: string): Promise<ServiceClient> => {
    const keys: SigningKeys = signingKeys((length) => rng.bytes(length));
    const client = new ServiceClient({ base, keys });
    await client.register(account);
    return client;
  };
  const [from, to] = [await register(ends.sender), await register(ends.recipient)];
  let count = 0;
  const name = (): string => `m${count++}`;
  const send = (message = name()) => from.postMessage({ type: 'envelope', message, ...ends }, { ciphertext });
  return {
    send,
    /** A message, and a voucher with an encrypted copy of a tenth of its bytes. */
    async sendWithVoucher() {
      const message = name();
      const derivative = ciphertext.subarray(0, messageBytes / 10);
      await Promise.all([
        send(message),
        from.postVoucher({ type: 'voucher', message, ...ends }, { voucher: new Uint8Array(300), derivative }),
      ]);
    },
    /** Takes everything out of the mailbox; returns the number of messages. */
    async empty() {
      let taken = 0;
      for (;;) {
        const { packets } = await to.mailbox();
        if (packets.length === 0) return taken;
        taken += await to.acknowledgeMail(
          packets.map(({ header }) => header as typeof ends & { message: string; type: string }),
        );
      }
    },
  };
}

/** The groups; with `memory`, the memory of the services over `minutes` instead. */
export async function* relay({ memory, minutes }: { memory: boolean; minutes: number }): AsyncGenerator<Group> {
  const folder = await mkdtemp(join(tmpdir(), 'presend-bench-'));
  const children: ChildProcess[] = [];
  try {
    const services = await startServer('services', folder);
    children.push(services.child);
    const client = await pair(services.base);
    if (memory) return void process.stdout.write(await watchMemory(services.child, client, minutes));

    const bare = await startServer('bare', folder);
    children.push(bare.child);
    const body = ciphertext as Uint8Array<ArrayBuffer>;
    const headers = { 'content-type': 'application/octet-stream' };
    const postBare = async (): Promise<void> => {
      const reply = await fetch(`${bare.base}/messages`, { method: 'POST', headers, body });
      if (reply.status !== 201) throw new Error(`The bare route answered ${reply.status}`);
      await reply.arrayBuffer();
    };
    const times = new Map<string, number[]>();
    const task = (name: string, act: () => Promise<unknown>) => {
      const own: number[] = [];
      times.set(name, own);
      return { name, items: messages, run: () => load(messages, act, own) };
    };
    yield {
      title: `relay: ${messages} messages of 100 KiB, ${together} together, ${process.env.DATABASE_URL === undefined ? 'embedded store' : 'PostgreSQL server'}`,
      baseline: 'bare route',
      tasks: [
        task('bare route', postBare),
        task('message (S1, S4a)', () => client.send()),
        task('message and voucher (S9a)', () => client.sendWithVoucher()),
        {
          name: 'message, then fetched and acknowledged',
          items: messages,
          async run() {
            await load(messages, () => client.send(), []);
            await client.empty();
          },
        },
      ],
      notes: () =>
        [...times].map(([name, all]) => {
          const [p50, p99] = [0.5, 0.99].map((p) => quantile(all, p).toFixed(1));
          return `${name}: p50 ${p50} ms, p99 ${p99} ms over ${all.length}`;
        }),
    };
  } finally {
    for (const child of children) child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sends and receives for some minutes; reports the server's memory at the start and at the end, in one line. */
async function watchMemory(
  child: ChildProcess,
  client: Awaited<ReturnType<typeof pair>>,
  minutes: number,
): Promise<string> {
  const rss: number[] = [];
  let count = 0;
  for (const end = performance.now() + minutes * 60_000; performance.now() < end; ) {
    await load(messages, () => client.send(), []);
    count += await client.empty();
    child.send('memory');
    rss.push((await answer<{ rss: number }>(child)).rss / 2 ** 20);
  }
  const tenth = Math.max(1, Math.floor(rss.length / 10));
  // The second tenth: compiler and buffers have settled by then.
  const [early, late] = [rss.slice(tenth, 2 * tenth), rss.slice(-tenth)].map((part) => Math.round(quantile(part, 0.5)));
  const peak = Math.round(Math.max(...rss));
  return `relay: ${count} messages in ${minutes} minutes; memory ${early} MiB early, ${late} MiB late, ${peak} MiB at most\n`;
}
