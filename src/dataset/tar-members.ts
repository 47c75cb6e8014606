/** The members of a tar archive, with the place of their bytes in it. The archive is read once, from its start to its end. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { isAbsent, MissingError, reasonOf, systemCode, UserError } from '../util/errors.ts';
import { streamOf } from './storage.ts';

/** A regular file in an archive. */
export interface TarMember {
  readonly name: string;
  /** Offset and length of its bytes in the archive. */
  readonly at: number;
  readonly bytes: number;
  /** Its bytes, which can be read until the next member is asked for. */
  read(): Promise<Uint8Array>;
}

/** The files in an archive, in its order; `shown` is its name in sentences. Throws a UserError if it is damaged or missing. */
export async function* tarMembers(path: string, shown: string): AsyncGenerator<TarMember> {
  const members = extract();
  const reading = pipeline(Readable.from(streamOf(path), { objectMode: false }), members);
  // The loop below reports the same error.
  reading.catch(() => undefined);
  try {
    for await (const entry of members) {
      // The types of the package lack byteOffset, which it documents in its source (extract.js).
      const header = entry.header as Header & { readonly byteOffset: number };
      const isFile = header.type === 'file' || header.type === 'contiguous-file';
      if (isFile)
        yield {
          name: header.name,
          at: header.byteOffset,
          bytes: header.size ?? 0,
          read: () => contentOf(entry as AsyncIterable<Uint8Array>),
        };
      entry.resume();
    }
    await reading;
  } catch (error) {
    if (isAbsent(error)) throw new MissingError(`No file ${shown}: it is missing among the shards`);
    if (error instanceof UserError || systemCode(error) !== undefined) throw error;
    throw new UserError(`${shown} is a damaged tar archive: ${reasonOf(error)}; get it again`, { cause: error });
  } finally {
    members.destroy();
  }
}

async function contentOf(entry: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of entry) pieces.push(piece);
  return Buffer.concat(pieces);
}
