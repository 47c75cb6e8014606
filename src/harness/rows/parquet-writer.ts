/**
 * Writes the rows of one type as Parquet files. The bytes depend on the rows and their order alone: not on how they are handed over, nor on
 * the platform, the time or the path.
 *
 * hyparquet-writer was chosen by measurement (bench/README.md): its files are the smallest, and it is faster than parquet-wasm. DuckDB's COPY
 * is faster still, but native and optional.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { syncFolder } from '../../disk/write.ts';
import type { Row } from '../../schema/row.ts';
import { encoderOf } from './cells.ts';
import { type Column, type Kind, type RowShape, type Table, tableOf } from './columns.ts';
import { loadZstd } from './zstd.ts';

/** When a row group and a file end. Other limits give other bytes. */
interface Limits {
  readonly rowsOfGroup: number;
  /** Bytes of cells, roughly: writer and reader hold one row group in memory. */
  readonly bytesOfGroup: number;
  readonly groupsOfFile: number;
}
/** A file has about a million rows, unless they are large. */
const usual: Limits = { rowsOfGroup: 65_536, bytesOfGroup: 32 * 2 ** 20, groupsOfFile: 16 };

/** A finished file of rows. */
export interface RowsFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Collects the rows of one type, and writes `<type>-00000.parquet` and so on: as `.part`, synced, then renamed. */
export class RowsWriter {
  readonly #folder: string;
  readonly #type: string;
  readonly #table: Table;
  readonly #encoder: ReturnType<typeof encoderOf>;
  readonly #compress: (data: Uint8Array) => Uint8Array;
  readonly #limits: Limits;
  readonly #files: RowsFile[] = [];
  #columns: unknown[][] = [];
  #rows = 0;
  #bytes = 0;
  #file: OpenFile | undefined;

  private constructor(folder: string, type: RowShape, compress: (data: Uint8Array) => Uint8Array, limits: Limits) {
    this.#folder = folder;
    this.#type = type.name;
    this.#table = tableOf(type);
    this.#encoder = encoderOf(type.name, this.#table);
    this.#compress = compress;
    this.#limits = limits;
    this.#empty();
  }

  /** Starts anew in a folder that exists: files of the type that an earlier writer left there are removed. */
  static async open(folder: string, type: RowShape, limits = usual): Promise<RowsWriter> {
    const isOwn = (name: string) =>
      name.startsWith(`${type.name}-`) && /^\d{5,}\.parquet(\.part)?$/.test(name.slice(type.name.length + 1));
    for (const name of await readdir(folder)) if (isOwn(name)) await rm(join(folder, name));
    return new RowsWriter(folder, type, (await loadZstd()).compress, limits);
  }

  /** Adds rows. Calls must not overlap. */
  async append(rows: readonly Row[]): Promise<void> {
    const { rowsOfGroup, bytesOfGroup } = this.#limits;
    for (const row of rows) {
      const { cells, bytes } = this.#encoder.encode(row);
      for (const [i, cell] of cells.entries()) this.#columns[i]!.push(cell);
      this.#bytes += bytes;
      if (++this.#rows === rowsOfGroup || this.#bytes >= bytesOfGroup) await this.#writeGroup();
    }
  }

  /** Finishes the last file. Returns all files; none if there was no row. */
  async close(): Promise<RowsFile[]> {
    if (this.#rows > 0) await this.#writeGroup();
    await this.#finishFile();
    await syncFolder(this.#folder);
    return this.#files;
  }

  /** Gives up after an error: removes the unfinished file. */
  async abandon(): Promise<void> {
    await this.#file?.remove();
    this.#file = undefined;
  }

  #empty(): void {
    this.#columns = this.#table.columns.map(() => []);
    this.#rows = 0;
    this.#bytes = 0;
  }

  async #writeGroup(): Promise<void> {
    this.#file ??= await OpenFile.create(
      join(this.#folder, `${this.#type}-${String(this.#files.length).padStart(5, '0')}.parquet`),
      this.#table,
      this.#compress,
    );
    await this.#file.write(this.#table.columns, this.#columns, this.#rows);
    this.#empty();
    if (this.#file.groups === this.#limits.groupsOfFile) await this.#finishFile();
  }

  async #finishFile(): Promise<void> {
    if (!this.#file) return;
    this.#files.push(await this.#file.finish());
    this.#file = undefined;
  }
}

/** A file that is being written. */
class OpenFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #bytes = new ByteWriter();
  readonly #parquet: ParquetWriter;
  readonly #digest = createHash('sha256');
  #rows = 0;
  groups = 0;

  private constructor(path: string, file: FileHandle, table: Table, compress: (data: Uint8Array) => Uint8Array) {
    this.#path = path;
    this.#file = file;
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: 'row', num_children: table.columns.length }, ...table.columns.flatMap(schemaOf)],
      codec: 'ZSTD',
      compressors: { ZSTD: compress },
      createdBy: 'presend version 1',
    });
  }

  static async create(path: string, table: Table, compress: (data: Uint8Array) => Uint8Array): Promise<OpenFile> {
    return new OpenFile(path, await open(`${path}.part`, 'w'), table, compress);
  }

  /** Writes one row group. */
  async write(columns: readonly Column[], data: readonly unknown[][], rows: number): Promise<void> {
    await this.#parquet.write({
      // The least and the greatest JSON text tell nothing, and can be long.
      columnData: columns.map(({ name, kind }, i) => ({
        name,
        data: data[i]!,
        offsetIndex: false,
        statistics: kind !== 'json',
      })),
      rowGroupSize: rows,
    });
    this.#rows += rows;
    this.groups++;
    await this.#flush();
  }

  /** Writes the footer, and gives the file its name. */
  async finish(): Promise<RowsFile> {
    // DuckDB takes JSON for binary without the older type; until here it would have made the writer encode the texts once more.
    this.#parquet.schema = this.#parquet.schema.map((each) =>
      each.logical_type?.type === 'JSON' ? { ...each, converted_type: 'JSON' } : each,
    );
    await this.#parquet.finish();
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    await rename(`${this.#path}.part`, this.#path);
    return {
      name: this.#path.slice(this.#path.lastIndexOf('/') + 1),
      rows: this.#rows,
      bytes: this.#bytes.offset,
      sha256: this.#digest.digest('hex'),
    };
  }

  async remove(): Promise<void> {
    await this.#file.close();
    await rm(`${this.#path}.part`);
  }

  async #flush(): Promise<void> {
    const bytes = this.#bytes.getBytes();
    this.#digest.update(bytes);
    await this.#file.writeFile(bytes);
    this.#bytes.index = 0;
  }
}

const physical = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  flag: { type: 'BOOLEAN' },
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  json: { type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } },
} as const satisfies Partial<Record<Kind, Omit<SchemaElement, 'name'>>>;

/** The elements of a column in the schema of a file. */
function schemaOf({ name, kind, optional }: Column): SchemaElement[] {
  const repetition_type = optional ? 'OPTIONAL' : 'REQUIRED';
  switch (kind) {
    case 'texts':
    case 'int32s':
    case 'int64s':
    case 'doubles': {
      const item = kind.slice(0, -1) as keyof typeof physical;
      return [
        { name, converted_type: 'LIST', logical_type: { type: 'LIST' }, repetition_type, num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'REQUIRED', ...physical[item] },
      ];
    }
    default:
      return [{ name, repetition_type, ...physical[kind] }];
  }
}
