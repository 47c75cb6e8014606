/** How worker threads ask programs, which run in the main thread's care: the thread writes a picture to a file, asks through a port, and removes it. */
import { rm } from 'node:fs/promises';
import type { MessagePort } from 'node:worker_threads';
import type { Raster } from '../../image/raster.ts';
import { type CarriedError, carried, madeAnew } from '../../util/worker-errors.ts';
import type { RefusedPicture } from './answers.ts';
import { type AnyProgram, writeForPrograms } from './program.ts';

/** What a worker's task contains to ask programs. */
export interface ProgramsOfTask {
  readonly port: MessagePort;
  /** Folder for their pictures. */
  readonly folder: string;
}

/** A question to a program. */
interface Question {
  readonly id: number;
  readonly program: string;
  readonly path: string;
}

/** The reply to a question; `thrown` if the program cannot go on. */
type Reply = { readonly id: number } & ({ readonly answer: object } | { readonly thrown: CarriedError });

/** The side of a worker thread. */
export class ProgramPort {
  readonly #programs: ProgramsOfTask;
  readonly #asked = new Map<number, { resolve(answer: object): void; reject(error: unknown): void }>();
  #questions = 0;

  constructor(programs: ProgramsOfTask) {
    this.#programs = programs;
    programs.port.on('message', (reply: Reply) => {
      const asked = this.#asked.get(reply.id);
      this.#asked.delete(reply.id);
      if ('thrown' in reply) asked?.reject(madeAnew(reply.thrown));
      else asked?.resolve(reply.answer);
    });
  }

  /** Writes a picture; returns how to ask a program of that name about it, and how to remove it. Answers are of the program's type A. */
  async write(
    image: Raster,
  ): Promise<{ ask<A>(program: string): Promise<A | RefusedPicture>; remove(): Promise<void> }> {
    const path = await writeForPrograms(image, this.#programs.folder);
    return {
      ask: <A>(program: string) =>
        new Promise<A | RefusedPicture>((resolve, reject) => {
          const id = this.#questions++;
          this.#asked.set(id, { resolve: (answer) => resolve(answer as A | RefusedPicture), reject });
          this.#programs.port.postMessage({ id, program, path } satisfies Question);
        }),
      remove: () => rm(path, { force: true }),
    };
  }

  close(): void {
    this.#programs.port.close();
  }
}

/** The side of the main thread: answers the questions that arrive at a port. */
export function answerAt(port: MessagePort, programs: readonly AnyProgram[]): void {
  port.on('message', async ({ id, program, path }: Question) => {
    const reply = async (): Promise<Reply> => {
      try {
        const [answer] = await programs.find(({ name }) => name === program)!.ask([path]);
        return { id, answer: answer! };
      } catch (error) {
        return { id, thrown: carried(error) };
      }
    };
    port.postMessage(await reply());
  });
}
