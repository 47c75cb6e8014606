/** Reads the rows of one type from Parquet files, in batches; one row group is in memory at a time. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type AsyncBuffer, type DecodedArray, parquetMetadataAsync, parquetScan } from 'hyparquet';
import type { Row, RowType } from '../../schema/row.ts';
import { isAbsent, reasonOf, systemCode, UserError } from '../../util/errors.ts';
import { decoderOf } from './cells.ts';
import { type RowShape, type Table, tableOf, tableWith } from './columns.ts';
import type { RowsFile } from './parquet-writer.ts';
import { loadZstd } from './zstd.ts';

/** Rows of a batch. */
const rowsOfBatch = 4096;

/** Options for reading rows. */
interface RowsReading {
  /** Names of columns, or of members of the row with all below them: only these are read. Default: all. */
  readonly columns?: readonly string[];
  /** Whether to compare size and digest of every file with what was written, before its first row; default true. */
  readonly checked?: boolean;
  /** Creates the error for a file that differs from what was written. */
  readonly wrong?: (file: string, why: string) => Error;
}

/** Every row of some files, in order. Throws the error that `wrong` makes if a file is missing, altered or not readable. */
export async function* readRows<R extends Row>(
  folder: string,
  type: RowType<R> | RowShape,
  files: readonly RowsFile[],
  { columns, checked = true, wrong = damaged(folder) }: RowsReading = {},
): AsyncGenerator<R[]> {
  const all = tableOf(type);
  const table = columns ? tableWith(all, columns) : all;
  const decode = decoderOf(table) as (values: readonly (ArrayLike<unknown> | undefined)[], row: number) => R;
  const { decompress } = await loadZstd();
  for (const file of files) {
    const { name, rows } = file;
    const path = join(folder, name);
    const failed = (error: unknown): Error => {
      if (isAbsent(error)) return wrong(name, missing);
      if (systemCode(error) !== undefined || error instanceof UserError) return error as Error;
      return wrong(name, `it cannot be read as rows of type ${type.name} (${reasonOf(error)})`);
    };
    if (checked) await checkFiles(folder, [file], wrong);
    let read = 0;
    try {
      for await (const batch of batchesOf(path, table, decode, decompress)) {
        read += batch.length;
        yield batch;
      }
    } catch (error) {
      throw failed(error);
    }
    if (read !== rows) throw wrong(name, `it has ${read} rows, and the run left ${rows}`);
  }
}

const damaged = (folder: string) => (file: string, why: string) =>
  new UserError(`The rows in ${folder} are damaged: ${file}: ${why}`);

const missing = 'it is missing';

/** Compares files with what was written. Throws the error that `wrong` makes for the first that is missing or altered. */
export async function checkFiles(
  folder: string,
  files: readonly RowsFile[],
  wrong: (file: string, why: string) => Error = damaged(folder),
): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const found = await digestOf(join(folder, name)).catch((error: unknown) => {
      throw isAbsent(error) ? wrong(name, missing) : error;
    });
    if (found.bytes !== bytes) throw wrong(name, `it has ${found.bytes} bytes, and the run left ${bytes}`);
    if (found.sha256 !== sha256) throw wrong(name, 'its rows are not those that the run left: some were altered');
  }
}

/** Size and digest of a file. */
async function digestOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>) {
    digest.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: digest.digest('hex') };
}

/** The rows of one file. */
async function* batchesOf<R>(
  path: string,
  { columns }: Table,
  decode: (values: readonly (ArrayLike<unknown> | undefined)[], row: number) => R,
  decompress: (data: Uint8Array) => Uint8Array,
): AsyncGenerator<R[]> {
  const handle = await open(path);
  try {
    const file = await bufferOf(handle);
    const metadata = await parquetMetadataAsync(file);
    const scan = await parquetScan({
      file,
      metadata,
      compressors: { ZSTD: decompress },
      parsers: { stringFromBytes: textOf, jsonFromBytes: textOf },
      useOffsetIndex: false,
    });
    const present = new Set(metadata.schema.map(({ name }) => name));
    for (const { rowStart, rowEnd } of scan.ranges) {
      const values: (DecodedArray | undefined)[] = [];
      // A column that an older version did not write is empty.
      for (const { name: column } of columns)
        values.push(present.has(column) ? await scan.readColumn({ column, rowStart, rowEnd }) : undefined);
      for (let from = 0; from < rowEnd - rowStart; from += rowsOfBatch) {
        const length = Math.min(rowsOfBatch, rowEnd - rowStart - from);
        yield Array.from({ length }, (_, i) => decode(values, from + i));
      }
    }
  } finally {
    await handle.close();
  }
}

/** Without it, a byte order mark at the beginning of a text would be lost. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** The text of a cell. JSON is parsed row by row, because a value that rows share would be one object. */
const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes);

/** A file as hyparquet reads it. */
async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
        if (bytesRead === 0) throw new Error('it ends too early');
        at += bytesRead;
      }
      return bytes.buffer;
    },
  };
}
