/** The first five hundred cases of `npm run campaign`. */
import { expect, test } from 'vitest';
import { caseOf, damaged } from './mutate.ts';
import { runCase } from './run-case.ts';
import { seeds } from './seeds.ts';

/** Milliseconds that no case may take. */
const longest = 5_000;

test('500 damaged lists and pictures are read or refused with a typed error, each in time', async () => {
  const all = await seeds();
  const counts = { read: 0, refused: 0, fault: 0 };
  for (let number = 0; number < 500; number++) {
    const start = performance.now();
    const outcome = await runCase(number, all);
    expect(outcome, `case ${number}`).not.toHaveProperty('error');
    expect(performance.now() - start, `case ${number}`).toBeLessThan(longest);
    counts[outcome.state]++;
  }
  // Damage that nothing notices, or that everything is refused for, would test little.
  expect(counts.read).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(100);
});

test('cases are the same each time, differ from one another, and hold every kind of damage', () => {
  const kinds = new Set(Array.from({ length: 200 }, (_, i) => caseOf(i).edits.map(({ kind }) => kind)).flat());
  expect([...kinds].toSorted()).toEqual(
    ['flip', 'set', 'insert', 'delete', 'repeat', 'truncate', 'header', 'splice'].toSorted(),
  );
  expect(caseOf(7)).toEqual(caseOf(7));
  expect(caseOf(7)).not.toEqual(caseOf(8));
});

test('edits do what they say', () => {
  const file = Uint8Array.of(1, 2, 3, 4);
  const edit = (each: Parameters<typeof damaged>[1][number]): number[] => [
    ...damaged(file, [each], [Uint8Array.of(7, 8)]),
  ];
  expect(edit({ kind: 'flip', at: 0.5, bit: 2 })).toEqual([1, 2, 7, 4]);
  expect(edit({ kind: 'set', at: 0.75, bytes: Uint8Array.of(5, 6) })).toEqual([1, 2, 3, 5, 6]);
  expect(edit({ kind: 'header', offset: 1, bytes: Uint8Array.of(9) })).toEqual([1, 9, 3, 4]);
  expect(edit({ kind: 'insert', at: 0.25, bytes: Uint8Array.of(9) })).toEqual([1, 9, 2, 3, 4]);
  expect(edit({ kind: 'delete', at: 0.25, length: 2 })).toEqual([1, 4]);
  expect(edit({ kind: 'repeat', at: 0.5, length: 2, times: 2 })).toEqual([1, 2, 3, 4, 3, 4, 3, 4]);
  expect(edit({ kind: 'truncate', at: 0.5 })).toEqual([1, 2]);
  expect(edit({ kind: 'splice', at: 0.5, from: 0.5, seed: 3 })).toEqual([1, 2, 8]);
});
