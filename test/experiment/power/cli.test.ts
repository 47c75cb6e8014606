/** Power experiments on the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { strategies } from '../../../src/strategy/index.ts';
import { exitCodes } from '../../../src/util/errors.ts';
import { presend } from '../../cli/presend.ts';

test('the experiment is valid, and tries every strategy', async () => {
  const { code, out } = await presend('validate', 'power', '--json');
  expect(code).toBe(exitCodes.done);
  const { cells } = JSON.parse(out) as { cells: { powers: number } };
  expect(cells.powers).toBe(13 * 27);
  const text = readFileSync(join(import.meta.dirname, '../../../experiments/power/experiment.yaml'), 'utf8');
  for (const name of Object.keys(strategies)) expect(text).toContain(`\n  - ${name}\n`);
});

test('experiments/power.schema.json is what the command prints', () => {
  const file = readFileSync(join(import.meta.dirname, '../../../experiments/power.schema.json'), 'utf8');
  expect(file, 'run: npx presend schema power > experiments/power.schema.json').toBe(`${schemaText('power')}\n`);
});
