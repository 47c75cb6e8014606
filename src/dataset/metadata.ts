/**
 * `metadata.csv` and `metadata.jsonl` next to pictures, as in Hugging Face's ImageFolder: `file_name` is a path relative to the file's own
 * folder, and other columns describe the picture. Only `label` is used. https://huggingface.co/docs/datasets/image_dataset.
 */
import { open } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { reasonOf, UserError } from '../util/errors.ts';

/** Maximum size of such a file, in bytes. */
const largest = 256 * 2 ** 20;

/** Contents of such files. */
interface Metadata {
  /** Labels by path. */
  readonly labels: ReadonlyMap<string, string>;
  readonly notices: readonly string[];
}

/** Whether a path is that of such a file. */
export const isMetadata = (path: string): boolean => /(?:^|\/)metadata\.(?:csv|jsonl)$/.test(path);

/** Reads these files below a folder. Throws a UserError that names an unreadable file. */
export async function readMetadata(root: string, paths: readonly string[]): Promise<Metadata> {
  const labels = new Map<string, string>();
  const notices: string[] = [];
  for (const path of paths) {
    const rows = rowsOf(path, await textOf(`${root}/${path}`));
    const columns = new Set(rows.flatMap((row) => Object.keys(row)));
    if (!columns.has('file_name')) {
      notices.push(`${path} was not used: it has no column file_name.`);
      continue;
    }
    let found = 0;
    for (const row of rows) {
      const { file_name: name, label } = row;
      if (typeof name !== 'string' || (typeof label !== 'string' && typeof label !== 'number') || label === '')
        continue;
      labels.set(posix.normalize(`${dirname(path)}/${name.replaceAll('\\', '/')}`), String(label));
      found++;
    }
    const others = [...columns].filter((column) => column !== 'file_name').join(', ');
    notices.push(
      found > 0
        ? `Labels of ${found} pictures were read from ${path}.`
        : `${path} was not used: none of its columns (${others || 'only file_name'}) is called label.`,
    );
  }
  return { labels, notices };
}

async function textOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > largest) throw new UserError(`${path} is larger than ${largest / 2 ** 20} MiB; split it`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function rowsOf(path: string, text: string): Record<string, unknown>[] {
  try {
    if (path.endsWith('.csv')) return parse(text, { bom: true, columns: true, relax_column_count: true });
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line));
  } catch (error) {
    if (!(error instanceof CsvError) && !(error instanceof SyntaxError)) throw error;
    throw new UserError(`${path} cannot be read: ${reasonOf(error)}; repair it, or remove it from the folder`);
  }
}
