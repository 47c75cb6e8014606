/** The process of a relay that is killed, and where it is to be reached; while it is down, callers wait. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Aim } from './falls.ts';
import type { RelayOrder } from './relay-child.ts';

export class RelayProcess {
  readonly #order: RelayOrder;
  #child: ChildProcess | undefined;
  #address!: Promise<string>;
  #found!: (address: string) => void;

  constructor(order: RelayOrder) {
    this.#order = order;
    this.#lose();
  }

  #lose(): void {
    this.#address = new Promise((found) => {
      this.#found = found;
    });
  }

  address(): Promise<string> {
    return this.#address;
  }

  async start(): Promise<void> {
    const child = fork(await program(), {
      // It never lives long enough for a better compiler of WebAssembly to pay.
      execArgv: ['--liftoff-only'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    const port = new Promise<number>((done, failed) => {
      child.once('message', (message) => done((message as { port: number }).port));
      child.once('exit', (code, signal) => failed(new Error(`The relay ended with ${signal ?? code}`)));
    });
    child.send(this.#order);
    this.#found(`http://127.0.0.1:${await port}`);
  }

  /** Resolves when the relay comes to the moment. */
  async comesTo(aim: Aim): Promise<void> {
    const child = this.#child!;
    const reached = new Promise<void>((done) => child.once('message', () => done()));
    child.send({ aim });
    await reached;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.#lose();
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  }
}

let bundled: Promise<string> | undefined;

/** The relay's program as one file, because it is started so often: loading its modules one by one takes six times as long. */
function program(): Promise<string> {
  const outfile = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'presend', 'relay-child.mjs');
  bundled ??= build({
    entryPoints: [join(import.meta.dirname, 'relay-child.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: [
      '@electric-sql/*',
      '@fastify/*',
      'fastify',
      'fs-native-extensions',
      'kysely',
      'libsodium-wrappers-sumo',
      'pg',
      'sharp',
    ],
    logLevel: 'error',
  }).then(() => outfile);
  return bundled;
}
