/**
 * Makes the n-th write fail, in this process and in its worker threads: `node --import tsx --import <this file>`, with the failure in the
 * environment (failure.ts). Node's own functions are replaced, so that the program under test is the one that people run; what a native
 * library writes by itself is not seen. Paths of open files are read from /proc, so this is for Linux.
 */
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import workers from 'node:worker_threads';
import { type Failure, type Operation, variable } from './failure.ts';

// biome-ignore lint/suspicious/noExplicitAny: the functions are called with whatever they are called with.
type Any = any;
type Call = (this: Any, ...parameters: Any[]) => Any;
type Functions = Record<string, Call>;

const original = { ...fs };
const originals = original as unknown as Functions;
const originalPromises = { ...promises } as unknown as Functions;

const messages = { ENOSPC: 'no space left on device', EIO: 'i/o error' } as const;
const numbers = { ENOSPC: -28, EIO: -5 } as const;

let known: { text: string; failure: Failure } | undefined;

function current(): Failure | undefined {
  const text = process.env[variable];
  if (text === undefined) return undefined;
  if (known?.text !== text) {
    const failure = JSON.parse(text) as Failure;
    known = { text, failure: { ...failure, at: failure.at ?? Number.POSITIVE_INFINITY } };
  }
  return known!.failure;
}

/** The path of what an operation is on: a path, a URL, a FileHandle or the number of an open file. */
function pathOf(target: unknown): string | undefined {
  if (typeof target === 'string') return resolve(target);
  if (target instanceof URL) return fileURLToPath(target);
  if (target instanceof Uint8Array) return resolve(Buffer.from(target).toString());
  const fd = typeof target === 'number' ? target : (target as { fd?: number } | null)?.fd;
  if (fd === undefined || fd < 0) return undefined;
  try {
    return original.readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

/** Counts an operation. The error with which it is to fail, and which share of what it writes is written first. */
function failing(operation: Operation, target: unknown): { error: Error; share: number | undefined } | undefined {
  const failure = current();
  const path = failure && pathOf(target);
  if (!failure || path === undefined || (path !== failure.under && !path.startsWith(failure.under + sep)))
    return undefined;
  if (operation === 'mkdir' && original.existsSync(path)) return undefined;
  original.appendFileSync(failure.counter, '.');
  const number = original.statSync(failure.counter).size;
  const { at, code } = failure;
  const isFull = code === 'ENOSPC' && number > at && (operation === 'write' || operation === 'mkdir');
  if (number !== at && !isFull) return undefined;
  original.appendFileSync(failure.trace, `${number} ${operation} ${path}\n`);
  const error = new Error(`${code}: ${messages[code]}, ${operation} '${path}'`);
  Object.assign(error, { code, errno: numbers[code], syscall: operation, path });
  // A file that is written whole is empty before its first byte is there.
  return { error, share: operation === 'write' ? (code === 'ENOSPC' && number === at ? 0.5 : 0) : undefined };
}

const writes = (flags: unknown): boolean =>
  typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_TRUNC)) !== 0
    : typeof flags === 'string' && !/^(?:r|rs|sr)$/.test(flags);

const shareOf = (data: unknown, share: number): unknown =>
  typeof data === 'string'
    ? data.slice(0, data.length * share)
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, Math.floor(data.byteLength * share))
      : data;

/** Where a function takes the data that it writes, and how it writes a part of it. */
interface Kind {
  readonly operation: Operation;
  /** Whether a call is one that counts. */
  readonly counts?: (parameters: readonly Any[]) => boolean;
  /** The parameters with a share of the data. */
  readonly partly?: (parameters: readonly Any[], share: number) => Any[];
}

const whole: Kind = {
  operation: 'write',
  partly: ([target, data, ...rest], share) => [target, shareOf(data, share), ...rest],
};
/** write(file, buffer, offset, length, position), and write(file, text). */
const part: Kind = {
  operation: 'write',
  partly: ([target, data, ...rest], share) => {
    if (typeof data === 'string') return [target, shareOf(data, share), ...rest];
    const {
      offset = 0,
      length,
      position,
    } = typeof rest[0] === 'object' && rest[0] !== null
      ? rest[0]
      : { offset: rest[0], length: rest[1], position: rest[2] };
    const bytes = length ?? data.byteLength - (offset ?? 0);
    return [target, data, offset ?? 0, Math.floor(bytes * share), position ?? null];
  },
};
const kinds: Readonly<Record<string, Kind>> = {
  open: { operation: 'open', counts: ([, flags]) => writes(flags) },
  writeFile: whole,
  appendFile: whole,
  write: part,
  writev: { operation: 'write' },
  fsync: { operation: 'sync' },
  fdatasync: { operation: 'sync' },
  rename: { operation: 'rename' },
  mkdir: { operation: 'mkdir' },
  truncate: { operation: 'truncate' },
  ftruncate: { operation: 'truncate' },
  copyFile: { operation: 'write' },
};

/** What a call counts as failing on: for a rename or copy, the new name. */
const targetOf = (name: string, parameters: readonly Any[]): unknown =>
  /^(?:rename|copyFile)/.test(name) ? parameters[1] : parameters[0];

/** The failure of a call, after a share of its data was written by `write`. */
function failureOf(name: string, kind: Kind, parameters: readonly Any[], write: (parameters: Any[]) => unknown) {
  if (kind.counts && !kind.counts(parameters)) return undefined;
  const failed = failing(kind.operation, targetOf(name, parameters));
  if (failed?.share !== undefined && kind.partly) write(kind.partly(parameters, failed.share));
  return failed?.error;
}

for (const [name, kind] of Object.entries(kinds)) {
  const sync = `${name}Sync`;
  const writePart = (parameters: Any[]): unknown => originals[sync]!(...parameters);
  (fs as unknown as Functions)[sync] = (...parameters) => {
    const error = failureOf(name, kind, parameters, writePart);
    if (error) throw error;
    return originals[sync]!(...parameters);
  };
  (fs as unknown as Functions)[name] = (...parameters) => {
    const callback = parameters.at(-1) as (error: Error) => void;
    const error = failureOf(name, kind, parameters.slice(0, -1), writePart);
    if (error) return void setImmediate(callback, error);
    return originals[name]!(...parameters);
  };
  if (name in promises)
    (promises as unknown as Functions)[name] = async (...parameters) => {
      const [target] = parameters;
      const byNumber = typeof target === 'object' && target !== null && 'fd' in target ? target.fd : target;
      const error = failureOf(name, kind, parameters, ([, ...rest]) => writePart([byNumber, ...rest]));
      if (error) throw error;
      return originalPromises[name]!(...parameters);
    };
}

const handle = await promises.open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as Functions;
await handle.close();
for (const [name, as] of [
  ['write', 'write'],
  ['writev', 'writev'],
  ['writeFile', 'writeFile'],
  ['appendFile', 'appendFile'],
  ['sync', 'fsync'],
  ['datasync', 'fdatasync'],
  ['truncate', 'ftruncate'],
] as const) {
  const method = prototype[name]!;
  prototype[name] = async function (...parameters) {
    const error = failureOf(as, kinds[as]!, [this.fd, ...parameters], ([fd, ...rest]) =>
      // writeFile of an open file writes on from where it is.
      originals[name === 'write' ? 'writeSync' : 'appendFileSync']!(fd, ...rest),
    );
    if (error) throw error;
    return method.apply(this, parameters);
  };
}

// Threads get options of their own.
const { Worker } = workers;
(workers as { Worker: typeof Worker }).Worker = class extends Worker {
  constructor(file: string | URL, options: workers.WorkerOptions = {}) {
    super(file, { ...options, execArgv: [...(options.execArgv ?? []), '--import', import.meta.url] });
  }
};
syncBuiltinESMExports();
