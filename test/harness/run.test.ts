import { expect, test } from 'vitest';
import { runExperiment } from '../../src/harness/run.ts';
import { options, scratch, tiny } from './tiny.ts';

test('x', async () => {
  const { path } = await scratch();
  console.time('run');
  const r = await runExperiment(options(tiny, path));
  console.timeEnd('run');
  console.log(path, r.timings);
  expect(r.metrics.limits.length).toBeGreaterThan(3);
});
