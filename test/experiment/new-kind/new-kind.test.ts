/** A new kind of experiment is one folder and one line of the list: rows, metrics, report, schemas and resuming come by themselves. */
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { checkAny } from '../../../src/experiment/experiment-file.ts';
import { reloadRun } from '../../../src/experiment/reload.ts';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import { kindOf, runAny } from '../../../src/experiment/run.ts';
import type { RunOptions } from '../../../src/harness/run-options.ts';
import { expectSame, readObservations } from '../../harness/finished-rows.ts';
import { testFolder } from '../../harness/tiny.ts';

vi.mock('../../../src/experiment/index.ts', async (list) => {
  const [{ kinds }, { dice }] = await Promise.all([
    list<typeof import('../../../src/experiment/index.ts')>(),
    import('./dice/kind.ts'),
  ]);
  // The one line.
  return { kinds: { ...kinds, dice } };
});

const file = { version: 1, kind: 'dice', name: 'dice', question: 'How much?', seed: 7, throws: 9 };
const experiment = checkAny(file, 'Experiment dice');
const options = (out: string, more: Partial<RunOptions<typeof experiment>> = {}) => ({
  experiment,
  asPassed: JSON.stringify(file),
  out,
  resume: false,
  threads: 1,
  command: 'presend run dice',
  created: '2019-10-04T12:00:00.000Z',
  onProgress: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

test('it is checked, runs in workers, goes on after an interruption to the same bytes, and is drawn', async () => {
  expect(() => checkAny({ ...file, throws: 0 }, 'Experiment dice')).toThrow('/throws');
  expect((await kindOf(experiment).extent(experiment)).json).toEqual({ throws: 9 });
  const out = join(await testFolder(), 'unbroken');
  const { metrics, record, timings } = await runAny(options(out));
  expect(await readObservations(out, kindOf(experiment).rows)).toHaveLength(9);
  expect(metrics).toMatchObject({ kind: 'dice', throws: 9 });

  const broken = join(await testFolder(), 'broken');
  const stop = new AbortController();
  const onProgress = (_: string, done: number): void => void (done === 3 && stop.abort());
  await expect(runAny(options(broken, { signal: stop.signal, onProgress }))).rejects.toThrow('interrupted');
  await runAny(options(broken, { resume: true }));
  await expectSame(broken, out);
  expect((await reloadRun(out)).metrics).toEqual(metrics);

  const { html, markdown, csv } = await fileReports(metrics, record, timings);
  const { sum } = metrics as unknown as { sum: number };
  for (const each of [html, markdown, await terminalReport(metrics)]) expect(each).toContain(`9 throws make ${sum}.`);
  expect(csv['sum.csv']).toContain(`9,${sum}`);
}, 60_000);

test('its schemas are printed, and its rows are among the observations', () => {
  expect(JSON.parse(schemaText('dice')).properties.throws.minimum).toBe(1);
  expect(JSON.parse(schemaText('dice-metrics')).properties.kind.const).toBe('dice');
  expect(schemaText('observation')).toContain('"throw"');
});
