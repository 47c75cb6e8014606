/** The first cases of `npm run campaign`, and what damage is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseOf, damaged } from './mutate.ts';
import { checkSeeds, excess, type OpenTarget, openTarget, runCase, turnsOf } from './run-case.ts';
import { apart, targets } from './targets/index.ts';

/** Cases of each target here; `npm run campaign` runs a thousand times as many. */
const cases = 60;

describe.each(
  [...targets.map((target, i) => ({ target, turn: i })), ...apart.map((target) => ({ target, turn: 0 }))].map(
    ({ target, turn }) => [target.name, target, turn] as const,
  ),
)('damaged %s', (_, target, turn) => {
  let open: OpenTarget;
  beforeAll(async () => {
    open = await openTarget(target);
  });
  afterAll(() => open.close());

  test(`${cases} files are read or refused with a typed error, within the CPU and memory that their bytes allow`, async () => {
    const counts = { read: 0, refused: 0, fault: 0 };
    const turns = turnsOf(target);
    for (let number = turn; number < cases * turns; number += turns) {
      let measured = await runCase(number, open);
      expect(measured.outcome, `case ${number}`).not.toHaveProperty('error');
      // Again, before it counts: a file that is read for the first time may have more to load.
      if (excess(target, measured)) measured = await runCase(number, open);
      expect(excess(target, measured), `case ${number}`).toBeUndefined();
      counts[measured.outcome.state]++;
    }
    // Damage that nothing notices, or that everything is refused for, would test little.
    expect(counts.read).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(cases / 4);
    await checkSeeds(open);
  });
});

test('audit: what costs too much CPU or memory for its bytes is called so', () => {
  const target = { ...targets[0]!, floorMillis: 100, millisPerByte: 0.5, mostMebibytes: 10 };
  const measured = { outcome: { state: 'read', badLines: 0 }, bytes: 100, cpuMillis: 150, grownMebibytes: 10 } as const;
  expect(excess(target, measured)).toBeUndefined();
  expect(excess(target, { ...measured, cpuMillis: 151 })).toBe(
    '151 ms of CPU for 100 bytes, limit 150 (100 and 0.5 a byte)',
  );
  expect(excess(target, { ...measured, grownMebibytes: 11 })).toBe('11 MiB more for 100 bytes, limit 10');
});

test('no target allows more than a millisecond of CPU a byte, beyond a quarter of a second', () => {
  for (const { floorMillis, millisPerByte } of [...targets, ...apart]) {
    expect(floorMillis).toBeLessThanOrEqual(250);
    expect(millisPerByte).toBeLessThanOrEqual(1);
  }
});

test('cases are the same each time, differ from one another, and hold every kind of damage', () => {
  const kinds = new Set(Array.from({ length: 200 }, (_, i) => caseOf(i).edits.map(({ kind }) => kind)).flat());
  expect([...kinds].toSorted()).toEqual(
    ['flip', 'set', 'insert', 'delete', 'repeat', 'truncate', 'header', 'word', 'splice'].toSorted(),
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
  const text = new TextEncoder().encode('a: 1.5e3, b');
  const bytes = new TextEncoder().encode('null');
  expect(new TextDecoder().decode(damaged(text, [{ kind: 'word', at: 0.5, bytes }], [text]))).toBe('a: null, b');
});
