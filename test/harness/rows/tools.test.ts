/** The README's examples: five lines each in pandas and DuckDB that read the rows of a run. The one in R is in test/cli/rows.test.ts. */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RowsWriter } from '../../../src/harness/rows/parquet-writer.ts';
import { hashedRow } from '../../../src/schema/hashed.ts';
import { classifyRow, matchRow } from '../../../src/schema/observation.ts';
import type { Row } from '../../../src/schema/row.ts';
import { classify, match, subject } from '../scenario/rows.ts';
import { testFolder } from '../tiny.ts';
import { examples } from './tool-examples.ts';

/** What the examples print: by hash, pictures with a hash and their mean distance. */
const expected = [
  ['dhash', 3, 2],
  ['pdq', 4, 3],
];

/** A folder with `runs/mine/rows`, in which the examples are run. */
async function runsFolder(): Promise<string> {
  const folder = await testFolder();
  const rows = join(folder, 'runs', 'mine', 'rows');
  await mkdir(rows, { recursive: true });
  const at = (i: number) => subject('listed', 'evaluation', i);
  const write = async (type: typeof matchRow | typeof classifyRow | typeof hashedRow, own: readonly Row[]) => {
    const writer = await RowsWriter.open(rows, type);
    await writer.append(own);
    await writer.close();
  };
  await write(matchRow, [
    ...[0, 2, 4, 6].map((bits, i) => match(at(i), bits, { hash: 'pdq' })),
    ...[1, 2, 3].map((bits, i) => match(at(i), bits, { hash: 'dhash' })),
    match(at(9), 'too flat', { hash: 'dhash' }),
  ]);
  await write(classifyRow, [classify(at(1), 0.25)]);
  const outcome = { state: 'hashed', hashes: { pdq: { hex: 'ab', quality: 7 } } };
  const names = { picture: 'a', group: 'g', topic: 't', kind: 'k', part: 'query', set: 'none', transform: 'none' };
  await write(hashedRow, [{ row: 'hashed', ...names, outcome } as Row]);
  return folder;
}

/** Words of the lines that a program printed; undefined, with the reason, if it cannot run here. */
function runTool(words: readonly [string, ...string[]], needs: readonly string[], cwd: string): string[][] | string {
  const [program, ...args] = words;
  if (spawnSync(program, needs, { cwd }).status !== 0) return `${program} with its packages is not installed`;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  expect(stderr.replaceAll(/^(Warning|WARNING|Attaching|The following|\s).*$/gm, '')).toBe('');
  expect(status).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}

describe('five lines', () => {
  test('DuckDB', async () => {
    const folder = await runsFolder();
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const sql = examples.duckdb.replaceAll("'runs/", `'${folder}/runs/`);
    const result = await connection.runAndReadAll(sql);
    expect(result.getRows().map((row) => row.map((each) => (typeof each === 'bigint' ? Number(each) : each)))).toEqual(
      expected,
    );
    const scores = await connection.runAndReadAll(
      `SELECT outcome_scores[1] FROM '${folder}/runs/mine/rows/classify-*.parquet'`,
    );
    expect(scores.getRows()).toHaveLength(1);
    const json = await connection.runAndReadAll(
      `SELECT (outcome_hashes->'$.pdq.quality')::INT FROM '${folder}/runs/mine/rows/hashed-*.parquet'`,
    );
    expect(json.getRows()).toEqual([[7]]);
    connection.closeSync();
  });

  test('pandas', async (context) => {
    const python = process.env.PRESEND_PYTHON ?? 'python3';
    const folder = await runsFolder();
    const printed = runTool([python, '-c', examples.pandas], ['-c', 'import pandas, pyarrow'], folder);
    if (typeof printed === 'string') return context.skip(printed);
    // A title line, the name of the index, and a line for each hash.
    expect(printed.slice(2).map(([hash, n, mean]) => [hash, Number(n), Number(mean)])).toEqual(expected);
    const scores =
      "import pandas as pd; print(pd.read_parquet('runs/mine/rows/classify-00000.parquet').outcome_scores[0][0])";
    expect(runTool([python, '-c', scores], ['--version'], folder)).toHaveLength(1);
    const json =
      "import json, pandas as pd; print(json.loads(pd.read_parquet('runs/mine/rows/hashed-00000.parquet').outcome_hashes[0])['pdq']['quality'])";
    expect(runTool([python, '-c', json], ['--version'], folder)).toEqual([['7']]);
  });
});
