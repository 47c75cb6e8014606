/** What two runs have in common, and what one of them did not measure. */
import { expect, test } from 'vitest';
import { compared } from '../../src/compare/compared.ts';
import { compareCsv } from '../../src/compare/selection.ts';

const interval = { estimate: 3, low: 2, high: 4, method: 'x' };
const rate = (k: number, n: number) => ({ k, n, estimate: n === 0 ? null : k / n, low: 0, high: 1, method: 'x' });

test('runs A3: what one run did not measure is said, and is neither left out nor 0', () => {
  const runs = [
    { recovered: interval, found: rate(1, 2), bits: 5, classifier: null },
    { recovered: null, found: rate(0, 0), bits: null, classifier: null },
  ];
  const metrics = compared(runs);
  expect(metrics.map(({ path, unmeasured }) => [path.join('/'), unmeasured])).toEqual([
    ['recovered', [false, true]],
    ['found', [false, true]],
    ['bits', [false, true]],
  ]);
  for (const { values, differences } of metrics) {
    expect(values[1]).toBeNull();
    expect(differences).toEqual([null, null]);
  }
  const named = ['one', 'other'].map((name) => ({ name })) as unknown as Parameters<typeof compareCsv>[0]['runs'];
  const lines = compareCsv({ runs: named }, metrics).trim().split('\r\n');
  expect(lines).toHaveLength(7);
  expect(lines.filter((line) => line.endsWith(',,,,,,,,,not measured'))).toHaveLength(3);
});
