/**
 * Reads a Parquet file of pictures, a row group at a time, as Hugging Face writes them: a picture is a struct of `bytes` and `path`, plain
 * bytes, or a path. https://huggingface.co/docs/datasets/about_dataset_features, https://parquet.apache.org/docs/file-format/.
 */
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { mustFit } from '../image/read-picture.ts';
import { reasonOf, systemCode, UserError } from '../util/errors.ts';
import type { TableRow } from './picture.ts';
import { partAt, sizeAt } from './storage.ts';

/** Maximum size of the read columns of a row group, in bytes, compressed or not: they are in memory at once. */
const largestGroup = 2 ** 31;

/** The rows of a group: half-open range of row numbers. */
interface RowGroup {
  readonly from: number;
  readonly to: number;
}

/** An open table. */
export interface ParquetTable {
  readonly columns: readonly string[];
  readonly groups: readonly RowGroup[];
  /** The column with pictures, and the one with labels, as the metadata of Hugging Face say. */
  readonly features: { readonly image?: string; readonly label?: string };
  /** Reads columns of a row group. Throws a UserError if the file is damaged. */
  rows(group: number, columns: readonly string[]): Promise<Record<string, unknown>[]>;
  /** A value of a column of labels as text: the name of a class, if the metadata list the names. */
  labelOf(column: string, value: unknown): string | undefined;
}

/** Opens a table; `shown` is its name in sentences. Throws a UserError if it is no Parquet file. */
export async function openParquet(path: string, shown = path): Promise<ParquetTable> {
  const file: AsyncBuffer = {
    byteLength: await sizeAt(path),
    slice: async (from, to = file.byteLength) => {
      const part = await partAt(path, from, to - from);
      const whole = part.byteOffset === 0 && part.length === part.buffer.byteLength;
      return (whole ? part.buffer : part.buffer.slice(part.byteOffset, part.byteOffset + part.length)) as ArrayBuffer;
    },
  };
  const metadata = await undamaged(shown, () => parquetMetadataAsync(file));
  const features = featuresOf(metadata, shown);
  const groups: RowGroup[] = [];
  let rows = 0;
  for (const group of metadata.row_groups) {
    groups.push({ from: rows, to: rows + Number(group.num_rows) });
    rows = groups.at(-1)!.to;
  }
  return {
    columns: parquetSchema(metadata).children.map(({ element }) => element.name),
    groups,
    features: features.named,
    rows: (group, columns) =>
      undamaged(shown, async () => {
        mustFitInMemory(metadata, group, columns, shown);
        const { from, to } = groups[group]!;
        const read = await parquetReadObjects({
          file,
          metadata,
          compressors,
          columns: [...columns],
          rowStart: from,
          rowEnd: to,
          utf8: false,
        });
        if (read.length !== to - from) throw new Error(`row group ${group} has ${read.length} rows, not ${to - from}`);
        return read;
      }),
    labelOf(column, value) {
      if (value === null || value === undefined) return undefined;
      const name =
        typeof value === 'number' || typeof value === 'bigint' ? features.names.get(column)?.[Number(value)] : value;
      // Hugging Face writes -1 where the label is not known.
      if (name === undefined && features.names.has(column)) return undefined;
      return String(name ?? value);
    },
  };
}

/** The last row group that this thread has read: rows are asked for in their order. */
let last:
  | { readonly key: string; readonly table: ParquetTable; readonly from: number; readonly pictures: readonly unknown[] }
  | undefined;

/** The bytes of the picture in a row. */
export async function pictureInRow({ path, column, row }: TableRow): Promise<Uint8Array> {
  const has = last?.key === `${column} ${path}` && row >= last.from && row < last.from + last.pictures.length;
  if (!has) {
    const table = last?.key === `${column} ${path}` ? last.table : await openParquet(path);
    const group = table.groups.findIndex(({ from, to }) => row >= from && row < to);
    if (group < 0) throw new UserError(`${path} has no row ${row} any more`);
    last = undefined;
    const read = await table.rows(group, [column]);
    last = {
      key: `${column} ${path}`,
      table,
      from: table.groups[group]!.from,
      pictures: read.map((each) => each[column]),
    };
  }
  const bytes = pictureOf(last!.pictures[row - last!.from]).bytes ?? new Uint8Array(0);
  mustFit(bytes.length);
  return bytes;
}

/** A cell of a column of pictures: bytes, a path, both, or neither. */
export function pictureOf(cell: unknown): { readonly bytes?: Uint8Array; readonly path?: string } {
  if (cell instanceof Uint8Array) return { bytes: cell };
  if (typeof cell === 'string') return { path: cell };
  const { bytes, path } = (cell ?? {}) as { bytes?: unknown; path?: unknown };
  return { ...(bytes instanceof Uint8Array ? { bytes } : {}), ...(typeof path === 'string' ? { path } : {}) };
}

/** Does work on a file. An error of the reader means that the file is damaged; errors of the system and of the service stay. */
async function undamaged<T>(shown: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError || systemCode(error) !== undefined) throw error;
    throw new UserError(`${shown} is a damaged Parquet file: ${reasonOf(error)}; get it again`, { cause: error });
  }
}

function mustFitInMemory(metadata: FileMetaData, group: number, columns: readonly string[], shown: string): void {
  let bytes = 0;
  for (const { meta_data: chunk } of metadata.row_groups[group]!.columns)
    if (chunk && columns.includes(chunk.path_in_schema[0]!))
      bytes += Math.max(Number(chunk.total_uncompressed_size), Number(chunk.total_compressed_size));
  if (bytes > largestGroup)
    throw new UserError(
      `${shown} has a row group of ${bytes} bytes, more than the limit of ${largestGroup}; write it again with smaller row groups`,
    );
}

/** The features that Hugging Face's `datasets` writes into a file: which column holds pictures, and the names of classes. */
function featuresOf({ key_value_metadata: pairs = [] }: FileMetaData, shown: string) {
  const names = new Map<string, readonly unknown[]>();
  const named: { image?: string; label?: string } = {};
  const text = pairs.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return { names, named };
  let parsed: { info?: { features?: Record<string, { _type?: unknown; names?: unknown } | null> } } | null;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${shown} has huggingface metadata that are no JSON: ${reasonOf(error)}`);
  }
  for (const [column, feature] of Object.entries(parsed?.info?.features ?? {})) {
    if (feature?._type === 'Image') named.image ??= column;
    if (feature?._type !== 'ClassLabel') continue;
    named.label ??= column;
    if (Array.isArray(feature.names)) names.set(column, feature.names);
  }
  return { names, named };
}
