/**
 * Exclusive locks between processes, held by the operating system: open file description locks on Linux, flock on macOS, LockFileEx on
 * Windows (fs-native-extensions). The kernel drops the lock with the process, however it dies, so there is no stale lock, no process number
 * to misread in another container, and no window between two steps. What the file says is for people only.
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
  /** Removes the file and gives the lock back. */
  release(): Promise<void>;
}

/** How often a process that waits looks again, in milliseconds. */
const interval = 100;
/** After how long a process that waits says so, in milliseconds. */
const silence = 2000;

/** Takes the lock at `path`. Throws a UserError that names the process which has it: "Process 12 on host is working in <what>". */
export async function takeLock(path: string, what: string): Promise<Lock> {
  const lock = await tryToTake(path);
  if (!lock) throw new UserError(`${await holderOf(path)} is working in ${what}; wait until it ends, or stop it`);
  return lock;
}

/**
 * Does the work while no other process does it under this lock, and waits for its turn. If that takes longer than two seconds,
 * `onWait` gets one sentence that names the process.
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
      // The holder before removes the file as it leaves: a lock on a file that is no longer there excludes nobody.
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

/** Who has the lock, as far as the file says. */
async function holderOf(path: string): Promise<string> {
  const text = (await readIfThere(path)) ?? '';
  const found = /^\{"pid":(\d+),"host":"([^"]*)"\}$/.exec(text.trim());
  if (!found) return 'Another process';
  return found[2] === hostname() ? `Process ${found[1]}` : `Process ${found[1]} on ${found[2]}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
