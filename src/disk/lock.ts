/**
 * Exclusive locks between processes, managed by the operating system: open file description locks on Linux, flock on macOS, LockFileEx on
 * Windows (fs-native-extensions). The kernel releases the lock when the process ends for any reason. So there are no stale locks, no
 * process numbers to misread in another container, and no race between two steps. The file's contents are only for people.
 */
import { open, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';
import { wallClock } from '../util/clock.ts';
import { UserError } from '../util/errors.ts';
import { readIfThere } from './read.ts';
import { isStillThere, makeFolders } from './write.ts';

/** A lock that this process holds. */
export interface Lock {
  /** Removes the file and releases the lock. */
  release(): Promise<void>;
}

/** Polling interval of a waiting process, in milliseconds. */
const interval = 100;
/** Milliseconds after which a waiting process reports that it waits. */
const silence = 2000;

/** Acquires the lock at `path`. If another process holds it, throws a UserError that names it: "Process 12 on host is working in <what>". */
export async function takeLock(path: string, what: string): Promise<Lock> {
  const lock = await tryToTake(path);
  if (!lock) throw new UserError(`${await holderOf(path)} is working in ${what}; wait until it ends, or stop it`);
  return lock;
}

/**
 * Does the work under this lock; waits while another process holds it. After two seconds, `onWait` gets one sentence that names that
 * process.
 */
export async function locked<T>(
  path: string,
  work: () => Promise<T>,
  onWait: (sentence: string) => void = () => {},
): Promise<T> {
  await makeFolders(dirname(path));
  const since = wallClock();
  let told = false;
  let lock = await tryToTake(path);
  while (!lock) {
    await pause(interval);
    if (!told && wallClock() - since >= silence) {
      told = true;
      onWait(`Waiting for ${lowerFirst(await holderOf(path))}, which has ${path}`);
    }
    lock = await tryToTake(path);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function tryToTake(path: string): Promise<Lock | undefined> {
  for (;;) {
    const file = await open(path, 'a+', 0o600);
    let kept = false;
    try {
      if (!tryLock(file.fd)) return undefined;
      // The previous holder removes the file when it releases the lock: a lock on a removed file excludes nobody.
      if (!(await isStillThere(file, path))) continue;
      await file.truncate(0);
      await file.writeFile(`${JSON.stringify({ pid: process.pid, host: hostname() })}\n`);
      kept = true;
    } finally {
      if (!kept) await file.close();
    }
    return {
      release: async () => {
        try {
          await rm(path, { force: true });
        } finally {
          await file.close();
        }
      },
    };
  }
}

/** The holder of the lock, according to the file. */
async function holderOf(path: string): Promise<string> {
  const text = (await readIfThere(path)) ?? '';
  const found = /^\{"pid":(\d+),"host":"([^"]*)"\}$/.exec(text.trim());
  if (!found) return 'Another process';
  return found[2] === hostname() ? `Process ${found[1]}` : `Process ${found[1]} on ${found[2]}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
