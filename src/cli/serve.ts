/** `presend serve [folder]`: runs the services, and the run explorer for a browser; by default only for this machine. */

import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { Command } from 'commander';
import type { FastifyInstance } from 'fastify';
import { version } from '../disk/project.ts';
import { readIfThere } from '../disk/read.ts';
import { check } from '../schema/check.ts';
import { createApp } from '../server/app.ts';
import { readKeys } from '../server/auth/keys.ts';
import { StoreLimitsFile } from '../server/limits.ts';
import { isLoopback } from '../server/loopback.ts';
import { readWeb } from '../server/static.ts';
import { checkDatabaseUrl } from '../server/store/database-url.ts';
import { openStore } from '../server/store/store.ts';
import { ensureWeb, webFolder } from '../server/web-build.ts';
import type { StoreLimits } from '../store/limits.ts';
import { unixSeconds } from '../util/clock.ts';
import { MissingError, reasonOf, systemCode, UserError, unexpected } from '../util/errors.ts';
import { atMost, examples, repeatable, wholeNumber } from './arguments.ts';
import { note, say } from './output.ts';
import { startStrategy, strategyLists } from './serve-strategy.ts';

interface Options {
  port: number;
  host: string;
  data: string;
  public?: true;
  tlsCert?: string;
  tlsKey?: string;
  name?: string[];
  limits?: string;
  strategy?: string;
  list?: string[];
  connections: number;
  quiet?: true;
}

export const serveCommand = (): Command =>
  new Command('serve')
    .argument('[folder]', 'folder of runs', 'runs')
    .option('--port <n>', 'port; 0 chooses a free one', wholeNumber('--port', 0), 8642)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <folder>', 'folder for the store and the keys; with DATABASE_URL, only for the keys', '.presend')
    .option('--public', 'serve other machines too; needs --tls-cert and --tls-key')
    .option('--tls-cert <file>', 'certificate, PEM')
    .option('--tls-key <file>', 'private key of the certificate, PEM')
    .option(
      '--name <host>',
      'host name that clients use, with or without a port; may be repeated (default: the names of this machine, or those of the certificate)',
      repeatable,
    )
    .option('--limits <file>', 'JSON file with the limits of the store; src/server/limits.ts explains each limit')
    .option(
      '--strategy <name>',
      'run the roles of this strategy (presend ls strategies); otherwise relay and mailboxes alone, and provider and court fetch what waits for them',
    )
    .option(
      '--list <file>',
      'hash list of the strategy (presend list import), one for each hash that it compares with',
      repeatable,
    )
    .option('--connections <n>', 'maximum number of open connections', wholeNumber('--connections', 1), 1000)
    .option('--quiet', 'write no log to stderr')
    .addHelpText(
      'after',
      examples('serve ./runs --port 9000 --data ./services', 'serve --strategy client-list --list list.presend'),
    )
    .action(serve);

async function serve(folder: string, options: Options): Promise<void> {
  const { port, host, data } = options;
  atMost('--port', port, 65535);
  const tls = await certificate(options);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new MissingError(`No folder '${folder}' of runs; 'presend run tradeoff' creates one`);
  if (!found.isDirectory()) throw new UserError(`'${folder}' is a file; give the folder that contains runs`);
  const url = process.env.DATABASE_URL || undefined;
  if (url !== undefined) checkDatabaseUrl(url);
  const limits = await limitsOf(options.limits);
  if (options.list && options.strategy === undefined) throw new UserError('--list goes with --strategy');
  const roles = options.strategy === undefined ? undefined : await strategyLists(options.strategy, options.list ?? []);
  const names = options.name?.map(checkName) ?? (tls && certified(tls.cert));
  await probe(port, host);
  const { made, ...keys } = await readKeys(join(data, 'keys'));
  if (made.length > 0) note(`Created keys: ${made.join(', ')}`);
  await ensureWeb(webFolder, () => note('Building the pages.'), note);
  const web = await readWeb(webFolder);
  const store = await openStore({
    url,
    folder: join(data, 'store'),
    logKeys: keys.logKeys,
    limits,
  });
  const now = unixSeconds;
  const running = roles && (await startStrategy(roles, { store, frankingKey: keys.frankingKey, now }));
  if (roles) note(`Running ${roles.strategy}.`);
  const app = createApp({
    folder,
    services: { store, ...keys, version, names, now, running },
    demo: { names },
    web,
    tls,
    connections: options.connections,
    log: options.quiet ? undefined : process.stderr,
  });
  try {
    say(await listen(app, port, host));
    await stopped();
    note('Stopping.');
  } finally {
    await app.close();
    await store.close();
  }
}

/** Certificate and key, if the server serves other machines. Throws a UserError if address and options conflict. */
async function certificate({
  host,
  public: isPublic,
  tlsCert,
  tlsKey,
}: Options): Promise<{ cert: string; key: string } | undefined> {
  if (!isPublic && !isLoopback(host))
    throw new UserError(
      `Expected 127.0.0.1, ::1 or localhost for --host but received '${host}': to serve other machines, use --public, --tls-cert and --tls-key`,
    );
  if (isPublic && (tlsCert === undefined || tlsKey === undefined))
    throw new UserError('--public needs --tls-cert and --tls-key: other machines are only served over TLS');
  if (!isPublic && (tlsCert ?? tlsKey) !== undefined)
    throw new UserError('--tls-cert and --tls-key need --public; this machine is served without TLS');
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const pair = { cert: await read('--tls-cert', tlsCert), key: await read('--tls-key', tlsKey) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new UserError(`${tlsCert} and ${tlsKey} are not a certificate and its key: ${reasonOf(error)}`);
  }
  return pair;
}

/** Host names of a certificate. */
function certified(cert: string): string[] {
  const names = new X509Certificate(cert).subjectAltName ?? '';
  return [...names.matchAll(/(?:DNS|IP Address):([^, ]+)/g)].map(([, name]) => name!.toLowerCase());
}

function checkName(name: string): string {
  if (/^(\*\.)?[a-z0-9._-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i.test(name)) return name;
  throw unexpected('--name', 'a host name or address with or without a port, as relay.example:8642', name);
}

/** Limits from a file; omitted ones keep their defaults. */
async function limitsOf(file: string | undefined): Promise<Partial<StoreLimits> | undefined> {
  if (file === undefined) return undefined;
  const text = await read('--limits', file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is not valid JSON: ${reasonOf(error)}`);
  }
  return check(StoreLimitsFile, value, file);
}

async function read(option: string, path: string): Promise<string> {
  const text = await readIfThere(path);
  if (text === undefined) throw new MissingError(`There is no file '${path}'; give another one with ${option}`);
  return text;
}

/** Why the server cannot listen on an address, as a UserError; other errors are returned unchanged. */
function refusal(error: unknown, port: number, host: string): unknown {
  const code = systemCode(error);
  if (code === 'EADDRINUSE') return new UserError(`Port ${port} is in use; choose another with --port`);
  if (code === 'EACCES') return new UserError(`Port ${port} may not be used; choose another with --port`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new UserError(`This machine has no address ${host}; choose another --host`);
  return error;
}

/** Listens briefly: a port in use must be detected before keys are generated and pages bundled. */
async function probe(port: number, host: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ port, host }, resolve);
    });
  } catch (error) {
    throw refusal(error, port, host);
  }
  await new Promise((resolve) => server.close(resolve));
}

/** Starts to listen; returns the address as a URL. */
async function listen(app: FastifyInstance, port: number, host: string): Promise<string> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    throw refusal(error, port, host);
  }
  const { address, family, port: chosen } = app.server.address() as AddressInfo;
  const scheme = app.initialConfig.https ? 'https' : 'http';
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${chosen}/`;
}

/** Resolves at the first ctrl-C or SIGTERM. */
const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
