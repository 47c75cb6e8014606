/** A PostgreSQL server for tests: the one that DATABASE_URL names, or a private one of Debian's package in a folder of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** Where Debian puts the server's programs; the newest version first. */
const folders = (existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [])
  .sort((a, b) => Number(b) - Number(a))
  .map((version) => `/usr/lib/postgresql/${version}/bin`)
  .filter((folder) => existsSync(join(folder, 'initdb')));

/** Why there is no server to test against; undefined where there is one. */
export const noPostgres: string | undefined =
  process.env.DATABASE_URL !== undefined || folders.length > 0
    ? undefined
    : 'skipped: neither DATABASE_URL nor /usr/lib/postgresql; apt-get install postgresql';

/** A server to test against. */
export interface TestServer {
  /** A new, empty database; its URL. */
  database(): Promise<string>;
  stop(): Promise<void>;
  /** Stops its processes where they are (SIGSTOP), and lets them go on; not where somebody else's server was given. */
  freeze?(): void;
  thaw?(): void;
}

/** Starts the server, or connects to the one there is. */
export async function startPostgres(): Promise<TestServer> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined) return { database: () => freshDatabase(given), stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'presend-postgres-'));
  // PostgreSQL refuses to run as root; Debian's package brings a user for it.
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  const words = (program: string, ...args: string[]): [string, string[]] => {
    const [first, ...rest] = [...asUser, join(folders[0]!, program), ...args];
    return [first!, rest];
  };
  if (asUser.length > 0) execFileSync('chown', ['postgres', folder]);
  const data = join(folder, 'data');
  execFileSync(...words('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'), {
    stdio: 'ignore',
    cwd: folder,
  });
  // No port of the network: a socket in the folder, whose name holds no character that a URL would change.
  const server = spawn(...words('postgres', '-D', data, '-k', folder, '-c', 'listen_addresses='), {
    stdio: 'ignore',
    cwd: folder,
  });
  const ended = new Promise<void>((done) => server.once('exit', () => done()));
  const url = `postgres://postgres@localhost/postgres?host=${folder}`;
  await answers(url);
  const signal = (name: NodeJS.Signals): void => {
    const main = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]!;
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', main], { encoding: 'utf8' }).split('\n');
    for (const pid of [main, ...children.map((line) => line.trim()).filter((line) => line !== '')])
      process.kill(Number(pid), name);
  };
  return {
    database: () => freshDatabase(url),
    freeze: () => signal('SIGSTOP'),
    thaw() {
      signal('SIGCONT');
      // runuser stops itself when what it runs is stopped.
      server.kill('SIGCONT');
    },
    async stop() {
      // The order goes to the server by its own number: a signal to runuser would not reach it.
      execFileSync(...words('pg_ctl', 'stop', '-D', data, '-m', 'immediate'), { stdio: 'ignore', cwd: folder });
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((wait) => setTimeout(wait, 50));
    }
  }
}

async function freshDatabase(url: string): Promise<string> {
  const name = `presend_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return url.replace(/(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}
