/** Re-purposing experiments on the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { readExperiment } from '../../../src/experiment/experiment-file.ts';
import { exitCodes } from '../../../src/util/errors.ts';
import { presend } from '../../cli/presend.ts';

test.each(['repurposing', 'experiments/repurposing/photographs.yaml'])(
  '%s is valid, and says how much it compares',
  async (name) => {
    const { experiment } = await readExperiment(name);
    const { code, out } = await presend('validate', name, '--json');
    expect(code).toBe(exitCodes.done);
    expect(JSON.parse(out)).toMatchObject({ name: experiment.name, kind: 'repurposing', shares: expect.any(Number) });
  },
);

test('experiments/repurposing.schema.json is what the command prints', () => {
  const file = readFileSync(join(import.meta.dirname, '../../../experiments/repurposing.schema.json'), 'utf8');
  expect(file, 'run: npx presend schema repurposing > experiments/repurposing.schema.json').toBe(
    `${schemaText('repurposing')}\n`,
  );
});
