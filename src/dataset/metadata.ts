/**
 * `metadata.csv`, `metadata.jsonl` and `metadata.parquet` next to pictures, as in Hugging Face's ImageFolder: `file_name` is a path relative
 * to the file's own folder, and other columns describe the picture. Only `label` and `group` are used.
 * https://huggingface.co/docs/datasets/image_dataset.
 */
import { dirname, posix } from 'node:path';
import { UserError } from '../util/errors.ts';
import { csvRows } from './csv-rows.ts';
import { jsonLines } from './json-lines.ts';
import { openParquet } from './parquet-file.ts';
import { below, streamOf } from './storage.ts';

/** What such a file says about a picture. */
export interface About {
  readonly label?: string;
  readonly group?: string;
}

/** Contents of such files. */
interface Metadata {
  /** By path. */
  readonly about: ReadonlyMap<string, About>;
  readonly notices: readonly string[];
}

/** Whether a path is that of such a file. */
export const isMetadata = (path: string): boolean => /(?:^|\/)metadata\.(?:csv|jsonl|parquet)$/.test(path);

/** Reads these files below a folder. Throws a UserError that names an unreadable file. */
export async function readMetadata(root: string, paths: readonly string[]): Promise<Metadata> {
  const about = new Map<string, About>();
  const notices: string[] = [];
  for (const path of paths) {
    const columns = new Set<string>();
    let found = 0;
    for await (const row of rowsOf(path, below(root, path))) {
      for (const column of Object.keys(row)) columns.add(column);
      const { file_name: name } = row;
      const [label, group] = [textOf(row.label), textOf(row.group)];
      if (typeof name !== 'string' || (label === undefined && group === undefined)) continue;
      about.set(posix.normalize(`${dirname(path)}/${name.replaceAll('\\', '/')}`), {
        ...(label === undefined ? {} : { label }),
        ...(group === undefined ? {} : { group: `${dirname(path)}:${group}` }),
      });
      if (label !== undefined) found++;
    }
    const others = [...columns].filter((column) => column !== 'file_name').join(', ');
    if (!columns.has('file_name')) notices.push(`${path} was not used: it has no column file_name.`);
    else if (found > 0) notices.push(`Labels of ${found} pictures were read from ${path}.`);
    else if (columns.has('group')) notices.push(`Groups were read from ${path}; it has no labels.`);
    else notices.push(`${path} was not used: none of its columns (${others || 'only file_name'}) is called label.`);
  }
  return { about, notices };
}

/** A label or group; undefined if the cell is empty. */
const textOf = (cell: unknown): string | undefined =>
  (typeof cell === 'string' && cell !== '') || typeof cell === 'number' || typeof cell === 'bigint'
    ? String(cell)
    : undefined;

async function* rowsOf(path: string, place: string): AsyncGenerator<Record<string, unknown>> {
  const unreadable = (why: string): UserError =>
    new UserError(`${path} cannot be read: ${why}; repair it, or remove it from the folder`);
  if (path.endsWith('.parquet')) {
    const table = await openParquet(place, path);
    const wanted = table.columns.filter((column) => ['file_name', 'label', 'group'].includes(column));
    for (let group = 0; group < table.groups.length; group++)
      for (const row of await table.rows(group, wanted))
        yield { ...row, ...('label' in row ? { label: table.labelOf('label', row.label) } : {}) };
    return;
  }
  if (path.endsWith('.jsonl')) {
    yield* jsonLines(streamOf(place), unreadable);
    return;
  }
  let header: readonly string[] | undefined;
  for await (const rows of csvRows(streamOf(place)))
    for (const row of rows) {
      if ('reason' in row) throw unreadable(row.reason);
      if (header) yield Object.fromEntries(header.map((column, i) => [column, row.cells[i]]));
      else header = row.cells;
    }
}
