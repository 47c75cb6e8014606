/** Datasets for tests, written by other programs than the readers: tar-stream packs shards, DuckDB writes Parquet. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** Bytes that begin as a picture does, which is all that readers look at. */
export const gif = (text: string): Buffer => Buffer.from(`GIF89a ${text}`);

/** Writes files below a folder. */
export async function putFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** Packs members into a tar archive, in their order. */
export async function tar(
  file: string,
  members: Iterable<readonly [name: string, content: string | Uint8Array]>,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  for (const [name, content] of members)
    await new Promise<void>((resolve, reject) => {
      archive.entry({ name, mtime: new Date(0) }, Buffer.from(content), (error) => (error ? reject(error) : resolve()));
    });
  archive.finalize();
  await written;
}

/** A row of a Parquet file: SQL for the picture, and its label. */
export interface TableRow {
  readonly image: string;
  readonly label?: string;
  readonly group?: string;
}

/** SQL for bytes. */
export const blob = (bytes: Uint8Array): string => `from_hex('${Buffer.from(bytes).toString('hex')}')`;

/** SQL for a picture as Hugging Face stores it. */
export const struct = (bytes: Uint8Array | null, path: string | null): string =>
  `{'bytes': ${bytes ? blob(bytes) : 'NULL::BLOB'}, 'path': ${path === null ? 'NULL::VARCHAR' : `'${path}'`}}`;

/** Metadata as Hugging Face's `datasets` writes them. */
export const huggingface = (features: object): string => JSON.stringify({ info: { features } });

/** Writes a Parquet file with DuckDB. */
export async function parquet(
  file: string,
  rows: readonly TableRow[],
  { metadata, groupRows = 2048 }: { metadata?: string; groupRows?: number } = {},
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const database = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await database.connect();
  const select = rows.map(({ image, label, group }, i) => {
    const more = [label === undefined ? '' : `, ${label} AS label`, group === undefined ? '' : `, ${group} AS "group"`];
    return `SELECT ${i} AS i, ${image} AS image${more.join('')}`;
  });
  await connection.run(`CREATE TABLE t AS ${select.join(' UNION ALL ')}`);
  const told = metadata === undefined ? '' : `, KV_METADATA {huggingface: '${metadata.replaceAll("'", "''")}'}`;
  await connection.run(
    `COPY (SELECT * EXCLUDE i FROM t ORDER BY i) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE ${groupRows}${told})`,
  );
  connection.closeSync();
  database.closeSync();
}

/** Whether DuckDB loads here: it is an optional dependency. */
export const hasDuckDb = await import('@duckdb/node-api').then(
  () => true,
  (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return false;
  },
);
