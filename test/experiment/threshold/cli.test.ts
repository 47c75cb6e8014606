/** Threshold experiments on the command line. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { schemaText } from '../../../src/cli/schema.ts';
import { exitCodes } from '../../../src/util/errors.ts';
import { presend } from '../../cli/presend.ts';
import { testFolder } from '../../harness/tiny.ts';
import { smallThreshold as small } from './rows.ts';

test('the experiment is valid, and says how many accounts it simulates', async () => {
  const { code, out } = await presend('validate', 'threshold', '--json');
  expect(code).toBe(exitCodes.done);
  expect(JSON.parse(out)).toMatchObject({ name: 'threshold', kind: 'threshold', cells: { protocol: 10 } });
  expect((await presend('validate', 'threshold')).out).toContain('accounts');
});

test('experiments/threshold.schema.json is what the command prints', () => {
  const file = readFileSync(join(import.meta.dirname, '../../../experiments/threshold.schema.json'), 'utf8');
  expect(file, 'run: npx presend schema threshold > experiments/threshold.schema.json').toBe(
    `${schemaText('threshold')}\n`,
  );
});

test('runs, reports anew from what it left, and refuses options about pictures', async () => {
  const folder = await testFolder();
  const file = join(folder, 'small.yaml');
  const out = join(folder, 'run');
  await writeFile(file, stringify({ ...small, protocol: { ...small.protocol, thresholds: [2], vouchers: 1 } }));
  const done = await presend('run', file, '--out', out, '--threads', '1');
  expect([done.code, done.out]).toEqual([exitCodes.done, expect.stringContaining('Innocent accounts flagged')]);
  const page = readFileSync(join(out, 'report.html'), 'utf8');
  expect(page).toContain('The real protocol against the rule');
  expect((await presend('report', out)).code).toBe(exitCodes.done);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toBe(page);
  for (const option of ['--dataset', '--pictures']) {
    const refused = await presend('run', file, option, '30', '--out', join(folder, 'other'));
    expect([refused.code, refused.err]).toEqual([
      exitCodes.input,
      expect.stringContaining(`${option} is only for experiments on pictures`),
    ]);
  }
}, 60_000);
