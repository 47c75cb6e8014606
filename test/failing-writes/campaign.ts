/**
 * The campaign of failing writes: in a small case of every target the n-th write fails, for every n. Afterwards what was begun is gone on with
 * or begun again, and must end in the bytes of an unbroken run; what cannot must say so. Never a success with other bytes, never a hang,
 * never "this is a bug".
 */
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from './failure.ts';
import type { Done, StepProcess } from './step-process.ts';
import type { Step } from './steps.ts';
import { bytesOf, type Target } from './targets.ts';

/** What became of a case. unhurt: it ended well in spite of the failure. resumed: the first way back did. said: a later one did, after a sentence. */
export type Verdict =
  | { readonly state: 'unhurt' | 'resumed' | 'said' }
  | { readonly state: 'fault'; readonly why: string };

/** A case: which operation of which target fails how. */
export interface Case {
  readonly at: number;
  readonly code: Failure['code'];
}

/** A target whose unbroken run was done. */
export class ReferenceRun {
  readonly target: Target;
  readonly #base: string;
  readonly #expected: ReadonlyMap<string, string>;
  readonly #promised: readonly string[];
  /** Operations of the unbroken run. */
  readonly operations: number;

  private constructor(
    target: Target,
    base: string,
    unbroken: { bytes: ReadonlyMap<string, string>; promised: readonly string[]; operations: number },
  ) {
    this.target = target;
    this.#base = base;
    this.#expected = unbroken.bytes;
    this.#promised = unbroken.promised;
    this.operations = unbroken.operations;
  }

  /** Prepares the target and does its unbroken run. */
  static async open(target: Target, steps: StepProcess): Promise<ReferenceRun> {
    const base = await mkdtemp(join(tmpdir(), 'presend-failing-'));
    await mkdir(join(base, 'prepared'));
    const { mostMillis } = target;
    await target.prepare(join(base, 'prepared'), async (step) => {
      wellOrThrow(target, await steps.do(step, mostMillis));
    });
    const { folder, failure } = await caseFolder(base, { at: Number.POSITIVE_INFINITY, code: 'EIO' });
    wellOrThrow(target, await steps.do(target.attempt(folder), mostMillis, failure));
    const operations = (await stat(failure.counter)).size;
    const bytes = await bytesOf(folder, target);
    const promised = target.promised ? wellOrThrow(target, await steps.do(target.promised(folder), mostMillis)) : [];
    return new ReferenceRun(target, base, { bytes, promised, operations });
  }

  /** Lets an operation fail, and says what became of it. */
  async run(each: Case, steps: StepProcess): Promise<Verdict> {
    const { target } = this;
    const { folder, failure } = await caseFolder(this.#base, each);
    const done = await steps.do(target.attempt(folder), target.mostMillis, failure);
    const failed = (await readFile(failure.trace, 'utf8')).trim().split('\n')[0]!.replace(folder, '…');
    const fault = (why: string, { stderr = '' }: { stderr?: string } = {}): Verdict => ({
      state: 'fault',
      why: `${failed || 'nothing failed'}: ${why}${stderr ? `; it said: ${stderr.trim().split('\n').slice(0, 4).join(' | ')}` : ''}`,
    });
    if (done === 'hangs') return fault(`no end within ${target.mostMillis} ms`);
    if (target.promised) {
      const kept = await steps.do(target.promised(folder), target.mostMillis);
      if (kept === 'hangs') return fault('reading hangs afterwards');
      const lost = lines(done.stdout).filter((line) => !lines(kept.stdout).includes(line));
      if (lost.length > 0) return fault(`${lost.length} of what was promised is lost`, kept);
    }
    if (done.code === 0) {
      const differs = await this.#difference(folder, steps);
      return differs ? fault(`it ended with 0, but ${differs}`, done) : { state: 'unhurt' };
    }
    if (done.stderr.trim() === '') return fault(`it ended with ${done.code} without a word`);
    const after = (await this.#wayBack(folder, target.retries(folder), steps)) ?? fault('no way back', done);
    // What is right again was still called by the wrong name.
    return isBug(done) && after.state !== 'fault'
      ? fault(`it is called a bug (afterwards ${after.state})`, done)
      : after;
  }

  async #wayBack(folder: string, retries: readonly Step[], steps: StepProcess): Promise<Verdict | undefined> {
    for (const [i, retry] of retries.entries()) {
      const again = await steps.do(retry, this.target.mostMillis);
      const fault = (why: string): Verdict => ({ state: 'fault', why: `afterwards, by way ${i + 1}: ${why}` });
      if (again === 'hangs') return fault(`no end within ${this.target.mostMillis} ms`);
      if (isBug(again)) return fault(`it is called a bug: ${again.stderr.split('\n').slice(0, 3).join(' | ')}`);
      if (again.code !== 0) continue;
      const differs = await this.#difference(folder, steps);
      return differs ? fault(`it ended with 0, but ${differs}`) : { state: i === 0 ? 'resumed' : 'said' };
    }
    return undefined;
  }

  /** How the folder differs from that of the unbroken run, if it does. */
  async #difference(folder: string, steps: StepProcess): Promise<string | undefined> {
    const bytes = await bytesOf(folder, this.target);
    const lost = [...this.#expected.keys()].filter((name) => !bytes.has(name));
    if (lost.length > 0) return `${lost.join(', ')} is not there`;
    const changed = [...this.#expected].filter(([name, digest]) => bytes.get(name) !== digest).map(([name]) => name);
    if (changed.length > 0) return `${changed.join(', ')} has other bytes`;
    const more = [...bytes.keys()].filter((name) => !this.#expected.has(name));
    if (more.length > 0) return `${more.join(', ')} is left over`;
    if (!this.target.promised) return undefined;
    const read = await steps.do(this.target.promised(folder), this.target.mostMillis);
    if (read === 'hangs') return 'reading hangs';
    return lines(read.stdout).join() === this.#promised.join() ? undefined : 'other messages are there';
  }

  /** Removes everything. */
  close(): Promise<void> {
    return rm(this.#base, { recursive: true, force: true });
  }
}

/** The folder of a case: what was prepared, at the same path each time, and the files of the failure outside of it. */
async function caseFolder(base: string, { at, code }: Case): Promise<{ folder: string; failure: Failure }> {
  const folder = join(base, 'case');
  await rm(folder, { recursive: true, force: true });
  await cp(join(base, 'prepared'), folder, { recursive: true });
  const failure = { under: folder, at, code, counter: join(base, 'counter'), trace: join(base, 'trace') };
  await writeFile(failure.counter, '');
  await writeFile(failure.trace, '');
  return { folder, failure };
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

const isBug = (done: Exclude<Done, 'hangs'>): boolean => /this is a bug/.test(done.stderr) || done.code < 0;

function wellOrThrow({ name }: Target, done: Done): readonly string[] {
  if (done === 'hangs' || done.code !== 0)
    throw new Error(`${name}, unbroken: ${done === 'hangs' ? 'hangs' : `${done.code} ${done.stderr}`}`);
  return lines(done.stdout);
}

/** Numbers from 1 to `operations`, all of them or so many, evenly spread with both ends. */
export function spread(operations: number, most: number): number[] {
  const count = Math.min(operations, most);
  if (count === 1) return [1];
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (operations - 1)) / (count - 1)));
}

/** The two ways in which a write fails. */
export const codes = ['ENOSPC', 'EIO'] as const;
