/** One running program of a detector: started without a shell, given pictures line by line, watched for answers, and stopped with all it started. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { dirname, isAbsolute, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MissingError, systemCode, UserError } from '../../util/errors.ts';
import { oneSentence, type ReadLine, type RefusedPicture } from './answers.ts';

/** What to start. */
export interface ProgramStart<A> {
  readonly name: string;
  readonly command: readonly string[];
  /** The detector file, in whose folder the program runs. */
  readonly file: string;
  readonly secondsPerPicture: number;
  readonly startSeconds: number;
  readonly read: ReadLine<A>;
  /** Receives what the program writes on standard error. */
  onStderr(text: string): void;
}

/** The answers for some pictures. `ended`: one sentence, if the program ended or took too long before it had answered all. */
export interface Answered<A> {
  /** In the order of the pictures; undefined where there is no answer. */
  readonly answers: readonly (A | RefusedPicture | undefined)[];
  readonly ended?: string;
}

/** Characters of a line of answers; a vector of 65,536 numbers has a quarter of them. */
const longestLine = 8 * 2 ** 20;
/** Characters of standard error from which the last line is quoted. */
const quotedFrom = 4096;
/** Milliseconds for a program to end by itself when its input ends. */
const grace = 1000;

/** A running program, whose answers are of type A. */
export class Child<A extends object> {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #start: ProgramStart<A>;
  /** Pictures without an answer: their place in the current request. */
  readonly #pending = new Map<string, number>();
  readonly #closed: Promise<void>;
  #isClosed = false;
  #sent = 0;
  #answered = 0;
  #answers: (A | RefusedPicture | undefined)[] = [];
  #stderr = '';
  /** How the program ended. */
  #end: string | undefined;
  /** What it did that no picture can be blamed for. */
  #fault: Error | undefined;
  #wake = (): void => undefined;

  constructor(start: ProgramStart<A>) {
    this.#start = start;
    const [program, ...words] = start.command;
    const folder = resolve(dirname(start.file));
    // A name without a slash is looked for in PATH; others are relative to the detector file. A group of its own: ctrl-C in the terminal is for
    // presend, which stops the program itself, and with it whatever that has started.
    this.#process = spawn(
      /[\\/]/.test(program!) && !isAbsolute(program!) ? resolve(folder, program!) : program!,
      words,
      {
        cwd: folder,
        shell: false,
        detached: process.platform !== 'win32',
        windowsHide: true,
      },
    );
    const { stdin, stdout, stderr } = this.#process;
    // A program that no longer reads has ended, or is ended by the time limit; both are reported as such.
    stdin.on('error', () => undefined);
    this.#readLines(stdout.setEncoding('utf8'));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-quotedFrom);
      start.onStderr(text);
    });
    this.#closed = new Promise((done) => {
      this.#process.once('error', (error) => {
        const { name } = start;
        this.#fail(
          systemCode(error) === 'ENOENT'
            ? new MissingError(`The program ${name} cannot be started: there is no program '${program}'`)
            : systemCode(error) === 'EACCES'
              ? new UserError(`The program ${name} cannot be started: '${program}' may not be executed`)
              : error,
        );
        done();
      });
      this.#process.once('close', (code, signal) => {
        this.#isClosed = true;
        this.#ends(`ended ${signal ? `by ${signal}` : `with exit code ${code}`}`);
        done();
      });
    });
  }

  /** Whether it can be given pictures. */
  get alive(): boolean {
    return this.#end === undefined;
  }

  /** Whether it has not been given a picture yet. */
  get isNew(): boolean {
    return this.#sent === 0;
  }

  /** Gives it pictures, and waits for their answers in any order. Throws a UserError where its answers cannot be assigned to pictures. */
  async ask(paths: readonly string[]): Promise<Answered<A>> {
    if (this.#fault) throw this.#fault;
    this.#answers = paths.map(() => undefined);
    const lines = paths.map((path, i) => {
      const id = String(++this.#sent);
      this.#pending.set(id, i);
      return `${JSON.stringify({ id, path })}\n`;
    });
    this.#process.stdin.write(lines.join(''));
    while (this.#pending.size > 0 && this.#end === undefined && !this.#fault) await this.#progress();
    if (this.#fault) {
      await this.stop();
      throw this.#fault;
    }
    this.#pending.clear();
    return { answers: this.#answers, ...(this.#end === undefined ? {} : { ended: this.#end }) };
  }

  /** Ends its input, and then the program. */
  async stop(): Promise<void> {
    this.#process.stdin.end();
    await Promise.race([this.#closed, pause(grace, undefined, { ref: false })]);
    this.kill();
    await this.#closed;
  }

  /** Ends it and whatever it has started, at once: also if it has itself ended already, and what it started holds its output open. */
  kill(): void {
    const { pid, stdout, stderr } = this.#process;
    if (pid === undefined || this.#isClosed) return;
    if (process.platform === 'win32') this.#process.kill('SIGKILL');
    else
      try {
        process.kill(-pid, 'SIGKILL');
      } catch (error) {
        // The whole group has just ended.
        if (systemCode(error) !== 'ESRCH') throw error;
      }
    // What left the group lives on. Nobody waits for the end of its output.
    stdout.destroy();
    stderr.destroy();
  }

  /** Waits for an answer, the end of the program, or the time limit. */
  async #progress(): Promise<void> {
    const { secondsPerPicture, startSeconds } = this.#start;
    const seconds = this.#answered === 0 ? Math.max(startSeconds, secondsPerPicture) : secondsPerPicture;
    const over = new AbortController();
    const woken = new Promise<'woken'>((resolve) => {
      this.#wake = () => resolve('woken');
    });
    const late = pause(seconds * 1000, 'late' as const, { signal: over.signal }).catch(() => 'woken' as const);
    const what = await Promise.race([woken, late]);
    over.abort();
    if (what === 'woken') return;
    this.#ends(`gave no answer within ${seconds} s`);
    this.kill();
    await this.#closed;
  }

  #readLines(stdout: NodeJS.ReadableStream): void {
    let rest = '';
    let isFirst = true;
    stdout.on('data', (text: string) => {
      // Programs on Windows begin with a byte order mark.
      const lines = (rest + (isFirst ? text.replace(/^\ufeff/, '') : text)).split('\n');
      isFirst = false;
      rest = lines.pop()!;
      if (rest.length > longestLine)
        this.#fail(
          new UserError(`The program ${this.#start.name} wrote a line of more than ${longestLine} characters`),
        );
      for (const line of lines) if (!this.#fault && line.trim() !== '') this.#take(line);
    });
  }

  #take(line: string): void {
    const { name, read } = this.#start;
    try {
      const { id, answer } = read(line);
      const place = this.#pending.get(id);
      if (place === undefined) {
        const given = /^[1-9]\d*$/.test(id) && Number(id) <= this.#sent;
        throw new UserError(
          given
            ? `The program ${name} answered twice for the picture with the id ${id}`
            : `The program ${name} answered for the id '${oneSentence(id)}', which it was not given`,
        );
      }
      this.#pending.delete(id);
      this.#answers[place] = answer;
      this.#answered++;
      this.#wake();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    this.#end ??= error.message;
    this.kill();
    this.#wake();
  }

  /** Notes how it ended, with the last line of its standard error. */
  #ends(how: string): void {
    const last = this.#stderr
      .split('\n')
      .filter((line) => line.trim() !== '')
      .at(-1);
    this.#end ??= `the program ${this.#start.name} ${how}${last === undefined ? '' : `: ${oneSentence(last)}`}`;
    this.#wake();
  }
}
