/**
 * Jobs of runs in a PostgreSQL database: pg-boss hands each to one worker at a time. A job is some consecutive steps of a phase. Its result and its
 * completion are one transaction, so that no step is lost and none counts twice, wherever a process dies.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import PgBoss from 'pg-boss';
import { UserError } from '../../util/errors.ts';

/** A run that workers can join. */
export interface QueuedRun {
  readonly runId: string;
  /** Name of the run's folder in the folder of runs that coordinator and workers share. */
  readonly folder: string;
}

/** Some steps of a phase: from the first place, up to but without the last. */
export interface Job {
  readonly phase: number;
  readonly from: number;
  readonly to: number;
}

/** A job that this process has taken. */
export interface TakenJob extends Job {
  readonly id: string;
}

/** The result of a step: its rows as the spool keeps them, and its memo as JSON. */
export interface StepFrame {
  readonly step: string;
  readonly rows: number;
  readonly bytes: Uint8Array;
  readonly memo: string;
}

/** Seconds without a sign of life after which a worker counts as dead, and between two signs. */
const [deadAfter, signEvery] = [8, 2];

/** Times that a job is given to another worker, after one died or failed with it. */
const retries = 5;

/** Results that are read at once. */
const batch = 200;

const schema = 'presend_runs';
const tables = `
create schema if not exists ${schema};
create table if not exists ${schema}.run (
  id text primary key, folder text not null, started timestamptz not null default now());
create table if not exists ${schema}.claim (
  job uuid primary key, run text not null, worker uuid not null, seen timestamptz not null default now());
create table if not exists ${schema}.result (
  run text not null, step text not null, rows integer not null, bytes bytea not null, memo text not null,
  primary key (run, step));`;

/** Anything that runs SQL. */
type Sql = Pick<pg.Client, 'query'>;

/** SQL in the form that pg-boss asks for. */
const bossDb = (sql: Sql): PgBoss.Db => ({
  executeSql: (text, values) => sql.query(text, values) as Promise<{ rows: unknown[] }>,
});

const queueOf = (runId: string): string => `presend-${runId}`;

/** A process at the queue: the coordinator of a run, or a worker. */
export class Queue {
  readonly #pool: pg.Pool;
  readonly #boss: PgBoss;
  readonly #self = randomUUID();
  #error: Error | undefined;
  #signs: NodeJS.Timeout | undefined;

  private constructor(pool: pg.Pool, boss: PgBoss) {
    this.#pool = pool;
    this.#boss = boss;
  }

  /** Connects, and creates the tables where they are missing. Throws a UserError if there is no such server. */
  static async open(url: string): Promise<Queue> {
    const pool = new pg.Pool({
      connectionString: url,
      max: 8,
      application_name: 'presend',
      connectionTimeoutMillis: 10_000,
    });
    const boss = new PgBoss({ db: bossDb(pool as unknown as Sql), schedule: false, maintenanceIntervalSeconds: 60 });
    const queue = new Queue(pool, boss);
    // A lost connection shows in the next query; without a listener it would end the process.
    pool.on('error', () => undefined);
    boss.on('error', (error) => {
      queue.#error = error;
    });
    try {
      // Processes that start together must not create the tables twice, neither these nor those of pg-boss.
      await queue.#inTransaction(async (sql) => {
        await sql.query(`select pg_advisory_xact_lock(hashtext('${schema}'))`);
        await sql.query(tables);
        await boss.start();
      });
    } catch (error) {
      await pool.end();
      throw cannotConnect(error);
    }
    return queue;
  }

  /** Lets workers join a run. */
  async offer({ runId, folder }: QueuedRun): Promise<void> {
    await this.#boss.createQueue(queueOf(runId), { name: queueOf(runId), retryLimit: retries, retryDelay: 0 });
    await this.#pool.query(
      `insert into ${schema}.run (id, folder) values ($1, $2) on conflict (id) do update set folder = $2`,
      [runId, folder],
    );
  }

  /** Runs that workers can join, the oldest first. */
  async runs(): Promise<QueuedRun[]> {
    const { rows } = await this.#pool.query<{ id: string; folder: string }>(
      `select id, folder from ${schema}.run order by started, id`,
    );
    return rows.map(({ id, folder }) => ({ runId: id, folder }));
  }

  /** Removes all jobs and results of a run. */
  async withdraw(runId: string): Promise<void> {
    await this.#inTransaction(async (sql) => {
      for (const table of ['claim', 'result'])
        await sql.query(`delete from ${schema}.${table} where run = $1`, [runId]);
      await sql.query(`delete from ${schema}.run where id = $1`, [runId]);
    });
    await this.clear(runId);
    await this.#boss.deleteQueue(queueOf(runId));
  }

  /** Removes all jobs of a run that are not done, so that they can be dealt out anew. */
  async clear(runId: string): Promise<void> {
    await this.#pool.query(`delete from ${schema}.claim where run = $1`, [runId]);
    await this.#pool.query('delete from pgboss.job where name = $1', [queueOf(runId)]);
  }

  async add(runId: string, jobs: readonly Job[]): Promise<void> {
    await this.#boss.insert(
      jobs.map((data) => ({
        name: queueOf(runId),
        data,
        retryLimit: retries,
        retryDelay: 0,
        // Dead workers are found by their signs of life; this is only for a job that got none.
        expireInSeconds: 24 * 3600 - 1,
      })),
    );
  }

  /** Takes a job of a run, with a claim that must be renewed; undefined if there is none. */
  async take(runId: string): Promise<TakenJob | undefined> {
    return this.#inTransaction(async (sql) => {
      const [job] = await this.#boss.fetch<Job>(queueOf(runId), { batchSize: 1, db: bossDb(sql) });
      if (!job) return undefined;
      await sql.query(
        `insert into ${schema}.claim (job, run, worker) values ($1, $2, $3)
         on conflict (job) do update set worker = $3, seen = now()`,
        [job.id, runId, this.#self],
      );
      return { id: job.id, ...job.data };
    });
  }

  /** From now on, renews the claims of this process. */
  giveSigns(): void {
    this.#signs = setInterval(() => {
      this.#pool.query(`update ${schema}.claim set seen = now() where worker = $1`, [this.#self]).catch((error) => {
        this.#error = error as Error;
      });
    }, signEvery * 1000);
  }

  /** Stores the results of a job and completes it. False if the job was given to somebody else meanwhile: then nothing is stored. */
  async complete(runId: string, job: TakenJob, frames: readonly StepFrame[]): Promise<boolean> {
    return this.#inTransaction(async (sql) => {
      const { rowCount } = await sql.query(`delete from ${schema}.claim where job = $1 and worker = $2`, [
        job.id,
        this.#self,
      ]);
      if (rowCount === 0) return false;
      for (const { step, rows, bytes, memo } of frames)
        await sql.query(
          `insert into ${schema}.result (run, step, rows, bytes, memo) values ($1, $2, $3, $4, $5)
           on conflict (run, step) do nothing`,
          [runId, step, rows, Buffer.from(bytes), memo],
        );
      await this.#boss.complete(queueOf(runId), job.id, { db: bossDb(sql) });
      return true;
    });
  }

  /** Gives a job back, with the reason; another worker tries it, unless it failed too often. */
  async fail(runId: string, job: Pick<TakenJob, 'id'>, reason: string): Promise<void> {
    await this.#inTransaction(async (sql) => {
      await sql.query(`delete from ${schema}.claim where job = $1`, [job.id]);
      await this.#boss.fail(queueOf(runId), job.id, { reason }, { db: bossDb(sql) });
    });
  }

  /** Gives the jobs of dead workers to others; returns their number. */
  async reclaim(runId: string): Promise<number> {
    const { rows } = await this.#pool.query<{ job: string }>(
      `select job from ${schema}.claim where run = $1 and seen < now() - make_interval(secs => ${deadAfter})`,
      [runId],
    );
    for (const { job } of rows) await this.fail(runId, { id: job }, 'its worker died');
    return rows.length;
  }

  /** Workers with a job of a run, and the reason of a job that was given up. */
  async state(runId: string): Promise<{ readonly workers: number; readonly failed: string | undefined }> {
    if (this.#error) throw this.#error;
    const { rows: claims } = await this.#pool.query<{ workers: string }>(
      `select count(distinct worker) as workers from ${schema}.claim where run = $1`,
      [runId],
    );
    const { rows: failed } = await this.#pool.query<{ reason: string | null }>(
      `select output->>'reason' as reason from pgboss.job where name = $1 and state = 'failed' limit 1`,
      [queueOf(runId)],
    );
    return {
      workers: Number(claims[0]!.workers),
      failed: failed[0] && (failed[0].reason ?? 'it was not done in a day'),
    };
  }

  /** Some results that were stored since the last call of `forget`. */
  async results(runId: string): Promise<StepFrame[]> {
    const { rows } = await this.#pool.query<StepFrame>(
      `select step, rows, bytes, memo from ${schema}.result where run = $1 limit ${batch}`,
      [runId],
    );
    return rows;
  }

  /** Removes results that are kept elsewhere. */
  async forget(runId: string, steps: readonly string[]): Promise<void> {
    await this.#pool.query(`delete from ${schema}.result where run = $1 and step = any($2)`, [runId, steps]);
  }

  async close(): Promise<void> {
    clearInterval(this.#signs);
    await this.#boss.stop({ graceful: false, wait: true });
    await this.#pool.end();
  }

  async #inTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // A connection that failed in the middle of a transaction is not used again.
      client.release(failure);
    }
  }
}

/** The error of a database that cannot be reached; any other error as it is. */
function cannotConnect(error: unknown): Error {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  // 28: a wrong user or password; 3D: no such database.
  const refused = /^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_|ENOENT|28|3D)/.test(code) || /timeout/i.test(message);
  return refused
    ? new UserError(`The queue's database cannot be used: ${message || code}; check the URL of --queue`)
    : (error as Error);
}
