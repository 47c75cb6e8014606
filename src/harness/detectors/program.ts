/**
 * The program of a detector, in as many processes as there are threads. If a process ends or takes too long, each picture that it had no answer
 * for is given to a new process alone. Only a picture that ends that one too is refused, so that it does not matter what came before it.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '../../image/encode.ts';
import type { Raster } from '../../image/raster.ts';
import type { ProgramFile, ScoreProgramFile } from '../../schema/detector-file.ts';
import { InterruptedError, UserError } from '../../util/errors.ts';
import { answerReader, type ReadLine, type RefusedPicture } from './answers.ts';
import { Child, type ProgramStart } from './child.ts';

/** How much of standard error is kept, in characters: the last. */
const keptStderr = 64 * 1024;

/** What stands for the temporary path of a picture in the program's own texts, so that they are the same in every run. */
const pictureName = 'the picture';

/** Writes a picture for programs as a PNG file of any name in a folder; returns its path. */
export async function writeForPrograms(image: Raster, folder: string): Promise<string> {
  const path = join(folder, `${randomUUID()}.png`);
  await writeFile(path, await encode(image, { type: 'png' }));
  return path;
}

/** A new folder for pictures. */
export const folderForPrograms = (): Promise<string> => mkdtemp(join(tmpdir(), 'presend-pictures-'));

/** The picture that a detector is tried with before a run begins. */
export const trialPicture: Raster = {
  width: 64,
  height: 64,
  channels: 3,
  data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7 + (i % 192) * (i >> 9)) % 256),
};

/** A process, and whether it is at work. */
interface Lane<A extends object> {
  child: Child<A> | undefined;
  /** Starts in a row without an answer. */
  failures: number;
}

/** A picture that waits for a process. */
interface Waiting<A> {
  readonly path: string;
  readonly resolve: (answer: A | RefusedPicture) => void;
  readonly reject: (error: unknown) => void;
}

/** What is needed to run a program. */
type Running = Omit<ScoreProgramFile, 'score'>;

/** A program of any detector, whichever its answers are. */
export interface AnyProgram {
  readonly name: string;
  readonly stderr: string;
  mustWork(folder: string): Promise<void>;
  ask(paths: readonly string[]): Promise<object[]>;
  close(): Promise<void>;
}

/** A program in several processes, whose answers are of type A. Pictures that wait at the same time are given to a process together, up to its batch. */
export class Program<A extends object> implements AnyProgram {
  readonly name: string;
  readonly #start: ProgramStart<A>;
  readonly #batch: number;
  readonly #restarts: number;
  readonly #free: Lane<A>[];
  readonly #lanes: readonly Lane<A>[];
  readonly #waiting: Waiting<A>[] = [];
  readonly #killAll = (): void => {
    for (const { child } of this.#lanes) child?.kill();
  };
  #stderr = '';
  #stopped = false;

  constructor(file: string, program: Running, processes: number, read: ReadLine<A>) {
    const { name, command, batch = 8, secondsPerPicture = 10, startSeconds = 60, restarts = 5 } = program;
    this.name = name;
    this.#batch = batch;
    this.#restarts = restarts;
    const onStderr = (text: string): void => {
      this.#stderr = (this.#stderr + text).slice(-keptStderr);
    };
    this.#start = { name, command, file, secondsPerPicture, startSeconds, read, onStderr };
    this.#lanes = Array.from({ length: processes }, () => ({ child: undefined, failures: 0 }));
    this.#free = [...this.#lanes];
    process.once('exit', this.#killAll);
  }

  /** The end of what its processes wrote on standard error. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Gives it one picture, before any other, and throws a UserError if there is no answer. */
  async mustWork(folder: string): Promise<void> {
    const path = await writeForPrograms(trialPicture, folder);
    try {
      const lane = this.#free[0]!;
      lane.child = new Child(this.#start);
      const { ended } = await lane.child.ask([path]);
      if (ended === undefined) return;
      throw new UserError(`The detector ${this.name} does not work: ${withoutPaths(ended, [path])}`);
    } finally {
      await rm(path, { force: true });
    }
  }

  /** The answers for pictures, in their order. Throws a UserError if the program cannot go on. */
  async ask(paths: readonly string[]): Promise<(A | RefusedPicture)[]> {
    const answers = paths.map(
      (path) => new Promise<A | RefusedPicture>((resolve, reject) => this.#waiting.push({ path, resolve, reject })),
    );
    this.#serve();
    return Promise.all(answers);
  }

  /** The answer for a picture in memory. Throws as `ask` does. */
  async askPicture(image: Raster, folder: string): Promise<A | RefusedPicture> {
    const path = await writeForPrograms(image, folder);
    try {
      return (await this.ask([path]))[0]!;
    } finally {
      await rm(path, { force: true });
    }
  }

  /** Stops all processes. Requests that still wait for answers fail with an InterruptedError. */
  async close(): Promise<void> {
    this.#stopped = true;
    process.off('exit', this.#killAll);
    await Promise.all(this.#lanes.map(({ child }) => child?.stop()));
  }

  /** Gives what waits to the free processes. */
  #serve(): void {
    while (this.#free.length > 0 && this.#waiting.length > 0)
      void this.#answer(this.#free.pop()!, this.#waiting.splice(0, this.#batch));
  }

  async #answer(lane: Lane<A>, batch: readonly Waiting<A>[]): Promise<void> {
    const paths = batch.map(({ path }) => path);
    try {
      for (const [i, answer] of (await this.#ask(lane, paths)).entries())
        batch[i]!.resolve('refused' in answer ? { refused: withoutPaths(answer.refused, paths) } : answer);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    this.#free.push(lane);
    this.#serve();
  }

  async #ask(lane: Lane<A>, paths: readonly string[]): Promise<(A | RefusedPicture)[]> {
    this.#mustGoOn();
    if (!lane.child?.alive) lane.child = new Child(this.#start);
    const { isNew } = lane.child;
    const { answers, ended } = await lane.child.ask(paths);
    // What was stopped here says nothing about the pictures.
    this.#mustGoOn();
    if (answers.some((answer) => answer !== undefined)) lane.failures = 0;
    else if (isNew && ++lane.failures > this.#restarts)
      throw new UserError(
        `The detector ${this.name} gave no answer ${lane.failures} times in a row: ${withoutPaths(ended!, paths)}; the run ends here`,
      );
    const out: (A | RefusedPicture)[] = [];
    for (const [i, answer] of answers.entries())
      if (answer !== undefined) out.push(answer);
      // Nothing says at which of several pictures it ended, or whether earlier ones were the cause.
      else if (paths.length > 1 || !isNew) out.push(...(await this.#ask(lane, [paths[i]!])));
      else out.push({ refused: ended! });
    return out;
  }

  #mustGoOn(): void {
    if (this.#stopped) throw new InterruptedError(`the program ${this.name} was stopped`);
  }
}

/** The program of a detector that hashes. */
export const hashProgram = (file: string, program: ProgramFile, processes: number) =>
  new Program(file, program, processes, answerReader(program));

const withoutPaths = (text: string, paths: readonly string[]): string =>
  paths.reduce((shorter, path) => shorter.replaceAll(path, pictureName), text);
