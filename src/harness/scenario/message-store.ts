/** The picture files to send, with all precomputed scanner results, found by their content. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { HashOutcome, Scanner } from '../../role/world.ts';
import { ownLimits, unframe } from '../../util/framing.ts';
import { fromHex } from '../../util/hex.ts';
import { readHeadScores } from './head-scores.ts';
import { type SendableFacts, scratchFile } from './picture-task.ts';

/** A picture file with its precomputed facts. */
export interface StoredFile {
  readonly bytes: Uint8Array;
  readonly facts: SendableFacts;
  /** The classifier's embedding, stored for pictures as sent. */
  readonly embedding: Float32Array | undefined;
  /** What the head says of the file, where one was trained. */
  readonly headScore: number | undefined;
}

/** How a device scores a picture: a label's place among the classifier's scores, the head, or the program; and from which score on it flags. */
export interface ScoreRule {
  readonly by: number | 'head' | 'program';
  readonly threshold: number;
}

/** Key of a file in the store. */
export const fileKey = (index: number, key: string): string => `${index} ${key}`;

/** What a picture task left: facts of each file, and blobs by name. */
export async function readPictureScratch(
  folder: string,
  index: number,
): Promise<{ readonly sendables: readonly SendableFacts[]; readonly blobs: Readonly<Record<string, Uint8Array>> }> {
  const framed = unframe(new Uint8Array(await readFile(scratchFile(folder, index))), ownLimits);
  if (!framed.ok) throw new Error(`Scratch file of picture ${index} is damaged: ${framed.reason}`);
  return { sendables: (framed.header as { sendables: SendableFacts[] }).sendables, blobs: framed.blobs };
}

/** A head's score of a picture's file; undefined where there is none. */
function scoreAt(scores: Float64Array | undefined, place: number): number | undefined {
  const score = scores?.[place];
  return score === undefined || Number.isNaN(score) ? undefined : score;
}

/** Digest that identifies a file wherever it occurs. */
export const fileId = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

export class MessageStore {
  readonly #byPicture = new Map<string, StoredFile>();
  readonly #byContent = new Map<string, StoredFile>();

  /**
   * Reads the picture tasks' files in the scratch folder and, if a head was trained, its score of each file. `only`: keys of the files that are
   * needed (`fileKey`), if not all.
   */
  static async open(
    folder: string,
    indices: readonly number[],
    { head = false, only }: { readonly head?: boolean; readonly only?: ReadonlySet<string> } = {},
  ): Promise<MessageStore> {
    const store = new MessageStore();
    const scores = head ? await readHeadScores(folder, indices) : undefined;
    for (const index of indices) {
      const { sendables, blobs } = await readPictureScratch(folder, index);
      for (const [place, facts] of sendables.entries()) {
        const key = fileKey(index, facts.key);
        if (only && !only.has(key)) continue;
        const floats = blobs[`embedding ${facts.key}`];
        const file: StoredFile = {
          // A copy, so that the rest of the scratch file does not stay in memory.
          bytes: blobs[`file ${facts.key}`]!.slice(),
          facts,
          embedding: floats && new Float32Array(floats.slice().buffer),
          headScore: scoreAt(scores?.get(index), place),
        };
        store.#byPicture.set(key, file);
        const id = fileId(file.bytes);
        // An edit can leave the file unchanged: then the entry with an embedding is used.
        if (file.embedding || !store.#byContent.has(id)) store.#byContent.set(id, file);
      }
    }
    return store;
  }

  /** The file of a picture's edit. */
  file(index: number, key: string): StoredFile {
    const found = this.#byPicture.get(fileKey(index, key));
    if (!found) throw new Error(`No file of picture ${index} after ${key}`);
    return found;
  }

  /** Finds a file by its bytes. */
  recognise(bytes: Uint8Array): StoredFile | undefined {
    return this.#byContent.get(fileId(bytes));
  }

  /**
   * A scanner that returns results of the picture tasks: hashes and scores are functions of the bytes, so computing them again for every
   * strategy would only cost time. The picture tasks measure their time.
   */
  scanner(by: ScoreRule['by']): Scanner {
    const known = (bytes: Uint8Array): StoredFile => {
      const file = this.recognise(bytes);
      if (!file) throw new Error('A picture is scanned that nobody sent');
      return file;
    };
    return {
      async hash(bytes, use = 'near'): Promise<HashOutcome> {
        const hashed = known(bytes).facts.hashed[use];
        return hashed.state === 'hashed' ? { state: 'hashed', hash: fromHex(hashed.hex) } : hashed;
      },
      async score(bytes) {
        const { facts, headScore } = known(bytes);
        if (by === 'head') {
          if (headScore === undefined) throw new Error(`The head has no score of the file ${facts.key}`);
          return headScore;
        }
        if (by === 'program') {
          if (!facts.scored) throw new Error(`The program was not asked about the file ${facts.key}`);
          return 'refused' in facts.scored.answer ? undefined : facts.scored.answer.score;
        }
        if (!facts.scores) throw new Error(`The file ${facts.key} of a picture is scored, but was not classified`);
        return facts.scores[by];
      },
    };
  }
}
