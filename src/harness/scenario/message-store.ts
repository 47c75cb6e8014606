/** The picture files to send, with all precomputed scanner results, found by their content. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { HashOutcome, Scanner } from '../../role/world.ts';
import { ownLimits, unframe } from '../../util/framing.ts';
import { fromHex } from '../../util/hex.ts';
import { type SendableFacts, scratchFile } from './picture-task.ts';

/** A picture file with its precomputed facts. */
export interface StoredFile {
  readonly bytes: Uint8Array;
  readonly facts: SendableFacts;
  /** The classifier's embedding, stored for pictures as sent. */
  readonly embedding: Float32Array | undefined;
}

/** Digest that identifies a file wherever it occurs. */
export const fileId = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

export class MessageStore {
  readonly #byPicture = new Map<string, StoredFile>();
  readonly #byContent = new Map<string, StoredFile>();

  /** Reads the picture tasks' files in the scratch folder. */
  static async open(folder: string, indices: readonly number[]): Promise<MessageStore> {
    const store = new MessageStore();
    for (const index of indices) {
      const framed = unframe(new Uint8Array(await readFile(scratchFile(folder, index))), ownLimits);
      if (!framed.ok) throw new Error(`Scratch file of picture ${index} is damaged: ${framed.reason}`);
      for (const facts of (framed.header as { sendables: SendableFacts[] }).sendables) {
        const floats = framed.blobs[`embedding ${facts.key}`];
        const file: StoredFile = {
          bytes: framed.blobs[`file ${facts.key}`]!,
          facts,
          embedding: floats && new Float32Array(floats.slice().buffer),
        };
        store.#byPicture.set(`${index} ${facts.key}`, file);
        const id = fileId(file.bytes);
        // An edit can leave the file unchanged: then the entry with an embedding is used.
        if (file.embedding || !store.#byContent.has(id)) store.#byContent.set(id, file);
      }
    }
    return store;
  }

  /** The file of a picture's edit. */
  file(index: number, key: string): StoredFile {
    const found = this.#byPicture.get(`${index} ${key}`);
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
  scanner(label: number): Scanner {
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
      score: async (bytes) => known(bytes).facts.scores[label],
    };
  }
}
