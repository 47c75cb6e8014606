/** Hash-leakage experiments on the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { exitCodes } from '../../../src/util/errors.ts';
import { presend } from '../../cli/presend.ts';

const experiments = join(import.meta.dirname, '../../../experiments');
const file = join(experiments, 'leakage/hashes.yaml');

test('the experiment is valid, and says what it attacks', async () => {
  const { code, out } = await presend('validate', file, '--json');
  expect(code).toBe(exitCodes.done);
  expect(JSON.parse(out)).toMatchObject({
    name: 'leakage-hashes',
    kind: 'hash-leakage',
    inversion: ['pdq', 'phash', 'ahash', 'dhash', 'blockhash'],
  });
  expect((await presend('validate', file)).out).toContain('list membership');
});

test('experiments/hash-leakage.schema.json is what the command prints', () =>
  expect(
    readFileSync(join(experiments, 'hash-leakage.schema.json'), 'utf8'),
    'run: npx presend schema hash-leakage > experiments/hash-leakage.schema.json',
  ).toBe(`${schemaText('hash-leakage')}\n`));
