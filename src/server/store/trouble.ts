/** Failures of the store: the disk is full or broken, or the database is gone or does not answer. No request is to blame. */
import pg from 'pg';
import { reasonOf, systemCode, UserError } from '../../util/errors.ts';

/** Thrown if the store currently cannot work. Requests are answered with 503, and a command ends with one sentence. */
export class StoreTrouble extends UserError {
  override readonly name = 'StoreTrouble';
}

/**
 * SQLSTATE classes that concern the server or its machine: connection, lack of resources (including a full disk), operator intervention or
 * a statement timeout, a system error, corrupt data; also a read-only database.
 */
const classes = new Set(['08', '53', '57', '58', 'XX']);
const readOnly = '25006';

/** Error codes of a failing network connection. */
const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** node-postgres' messages for a lost or failed connection; these errors have no code. */
const lost =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/** Whether an error means that PGlite itself ended: the database aborted inside WebAssembly, or did not start. */
const isAbort = (error: unknown): boolean =>
  error instanceof WebAssembly.RuntimeError ||
  (error instanceof Error && (error.name === 'ErrnoError' || error.name === 'ExitStatus')) ||
  /^(?:PGlite failed to initialize properly|PGlite is closed|Aborted\()/.test(reasonOf(error));

/** The StoreTrouble for a database error; undefined for any other error. */
export function troubleOf(error: unknown): StoreTrouble | undefined {
  if (error instanceof StoreTrouble) return error;
  const trouble = (sentence: string): StoreTrouble => new StoreTrouble(sentence, { cause: error });
  if (error instanceof pg.DatabaseError) {
    const { code = '' } = error;
    if (code === '53100') return trouble('The store’s disk is full; free some space, and try again');
    if (classes.has(code.slice(0, 2)) || code === readOnly)
      return trouble(`The store’s database cannot do its work (${error.message}, ${code}); see to it, and try again`);
    return undefined;
  }
  if (isAbort(error)) return trouble(`The store’s database has stopped (${reasonOf(error)}); start the server anew`);
  if (network.has(systemCode(error) ?? '') || lost.test(reasonOf(error)))
    return trouble(`The store’s database does not answer (${reasonOf(error)}); see to it, and try again`);
  return undefined;
}

/** Awaits the work; throws a StoreTrouble after `millis` milliseconds. A later result is discarded. */
export async function within<T>(millis: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreTrouble(`The store did not answer within ${millis / 1000} seconds; try again later`)),
      millis,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
