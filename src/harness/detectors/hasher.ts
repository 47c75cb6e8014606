/**
 * Hashing in worker threads under any hash: presend's own ones, networks of detector files, which the thread loads, and programs of detector
 * files, which run in the main thread's care. The thread writes a picture for a program to a file, asks for the answer through a port, and removes it.
 */
import { loadUserNetworkOnce } from '../../classify/user-network.ts';
import { type ExactHashName, exactHashes, isExact } from '../../hash/exact-hashes.ts';
import { hashByName } from '../../hash/index.ts';
import { RefusedError } from '../../image/decode.ts';
import { pnmFile } from '../../image/pnm.ts';
import type { Raster } from '../../image/raster.ts';
import type { DetectorFacts } from '../../schema/detector-file.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
import { wallClock } from '../../util/clock.ts';
import { toHex } from '../../util/hex.ts';
import type { Answer, RefusedPicture, ScoreAnswer } from './answers.ts';
import { ProgramPort, type ProgramsOfTask } from './program-port.ts';

/** What a worker's task contains to hash with detectors. */
export interface DetectorsOfTask {
  readonly detectors: readonly DetectorFacts[];
  /** How programs are asked; undefined without programs. */
  readonly programs?: ProgramsOfTask;
}

/** A hash of a picture that is trusted, or why there is none. */
export type Hashed =
  | { readonly state: 'hashed'; readonly hex: string; readonly quality: number }
  | { readonly state: 'refused'; readonly reason: string };

/** Answers by the name of the hash. */
export type Answers = Readonly<Record<string, Answer>>;

/** Hashes pictures for one task. */
export class Hasher {
  readonly #used: DetectorsOfTask;
  readonly #port: ProgramPort | undefined;
  /** What programs still work on. */
  readonly #begun = new Set<Promise<unknown>>();

  constructor(used: DetectorsOfTask = { detectors: [] }) {
    this.#used = used;
    this.#port = used.programs && new ProgramPort(used.programs);
  }

  /**
   * Hashes a picture. Exact hashes are of `file`, or of a rendering that is no file yet, saved without loss. Returns when the picture is no longer needed: programs can still be at work, and are given several pictures at once if the
   * caller goes on meanwhile; `found` waits for them. A detector can refuse the picture. `millis` receives the time of each hash; that of a
   * program includes the time in which it is busy with other pictures. Throws if a network or a program does not work.
   */
  async begin(
    image: Raster,
    names: readonly string[],
    { millis = new Map(), file }: { readonly millis?: Map<string, number>; readonly file?: Uint8Array } = {},
  ): Promise<{ readonly found: Promise<Answers> }> {
    const timed = async (name: string, work: Promise<Answer>): Promise<[string, Answer]> => {
      const start = wallClock();
      const answer = await work;
      millis.set(name, (millis.get(name) ?? 0) + wallClock() - start);
      return [name, answer];
    };
    const here: [string, Answer][] = [];
    const programs: string[] = [];
    for (const name of names) {
      const detector = this.#used.detectors.find((each) => each.name === name);
      if (detector?.kind === 'program') programs.push(name);
      else if (isExact(name)) here.push(await timed(name, hashBytes(file ?? pnmFile(image), name)));
      else here.push(await timed(name, hashHere(image, name, detector?.file)));
    }
    if (programs.length === 0) return { found: Promise.resolve(Object.fromEntries(here)) };
    const { ask, remove } = await this.#port!.write(image);
    const work = async (): Promise<Answers> => {
      try {
        const there = await Promise.all(
          programs.map((name) => timed(name, ask<Exclude<Answer, RefusedPicture>>(name))),
        );
        const found = new Map([...here, ...there]);
        return Object.fromEntries(names.map((name) => [name, found.get(name)!]));
      } finally {
        await remove();
      }
    };
    return { found: this.#atWork(work()) };
  }

  /**
   * Scores a picture with a program, and returns like `begin` when the picture is no longer needed. `millis`: until the answer, which includes
   * the time in which the program is busy with other pictures.
   */
  async beginScore(
    image: Raster,
    program: string,
  ): Promise<{ readonly found: Promise<{ readonly answer: ScoreAnswer | RefusedPicture; readonly millis: number }> }> {
    const { ask, remove } = await this.#port!.write(image);
    const work = async () => {
      try {
        const start = wallClock();
        const answer = await ask<ScoreAnswer>(program);
        return { answer, millis: wallClock() - start };
      } finally {
        await remove();
      }
    };
    return { found: this.#atWork(work()) };
  }

  /** Notes work that goes on, for `close`. */
  #atWork<T>(found: Promise<T>): Promise<T> {
    this.#begun.add(found);
    // Whoever waits for `found` handles its error. Without this, one would count as unhandled while the caller is busy with the next picture.
    found.catch(() => undefined).finally(() => this.#begun.delete(found));
    return found;
  }

  /** The hash of a picture and its quality, or why a detector refuses the picture. Throws as `begin` does. */
  async answer(image: Raster, name: string, file?: Uint8Array): Promise<Answer> {
    const { found } = await this.begin(image, [name], file ? { file } : {});
    return (await found)[name]!;
  }

  /** An answer as a hash that is trusted: one below its least quality is refused. */
  trusted(name: string, answer: Answer): Hashed {
    if ('refused' in answer) return { state: 'refused', reason: answer.refused };
    const { hash, quality } = answer;
    const { minQuality } = hashFactsOf(name, this.#used);
    return quality < minQuality
      ? { state: 'refused', reason: `${name} quality ${quality} is below ${minQuality}` }
      : { state: 'hashed', hex: toHex(hash), quality };
  }

  /** Waits for all work that was begun, and ends. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#begun);
    this.#port?.close();
  }
}

/** The exact hash of a file; every file has one, and none is better than another. */
const hashBytes = async (file: Uint8Array, name: ExactHashName): Promise<Answer> => ({
  hash: exactHashes[name].hash(file),
  quality: 100,
});

/** Hashes in this thread, with a hash of presend or the network of a detector file. */
async function hashHere(image: Raster, name: string, networkFile: string | undefined): Promise<Answer> {
  if (networkFile === undefined) return hashByName(name).hash(image);
  try {
    return await (await loadUserNetworkOnce(networkFile)).hash(image);
  } catch (error) {
    if (error instanceof RefusedError) return { refused: error.message };
    throw error;
  }
}

/** Does work with a hasher, and ends it. */
export async function withHasher<T>(
  used: DetectorsOfTask | undefined,
  work: (hasher: Hasher) => Promise<T>,
): Promise<T> {
  const hasher = new Hasher(used);
  try {
    return await work(hasher);
  } finally {
    await hasher.close();
  }
}
