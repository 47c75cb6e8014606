/** A run that could not be scored is refused before it starts, with the numbers. */
import { getHeapStatistics } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/experiment/index.ts';
import type { KeepsRows } from '../../src/harness/kind.ts';
import { mustFitInMemory } from '../../src/harness/memory-check.ts';
import { UserError } from '../../src/util/errors.ts';

const MiB = 2 ** 20;
const keeping = { name: 'leakage', keepsRows: { bytesPerPicture: MiB } };

test('a kind that keeps its rows is refused where they do not fit, with what fits and what to set', () => {
  const refused = () => mustFitInMemory(keeping, 5000, 4096 * MiB);
  expect(refused).toThrow(UserError);
  expect(refused).toThrow(
    '5000 pictures are too many to score in memory: an experiment of kind leakage keeps the rows of all pictures, about 1049 kB each, so it needs 5128 MiB, but the heap of Node ends at 4096 MiB; use --limit 3968, or set NODE_OPTIONS=--max-old-space-size=5128',
  );
  expect(() => mustFitInMemory(keeping, 3968, 4096 * MiB), 'the limit that it names').not.toThrow();
  expect(() => mustFitInMemory(keeping, 3969, 4096 * MiB)).toThrow(UserError);
  expect(() => mustFitInMemory(keeping, 5000, 5128 * MiB), 'the heap that it names').not.toThrow();
});

test('a kind that counts its rows always fits; the heap of this process is the default', () => {
  expect(() => mustFitInMemory({ name: 'tradeoff' }, 1e12)).not.toThrow();
  const most = getHeapStatistics().heap_size_limit / MiB;
  expect(() => mustFitInMemory(keeping, Math.floor(most) - 128)).not.toThrow();
  expect(() => mustFitInMemory(keeping, Math.ceil(most))).toThrow(UserError);
});

describe('every kind on pictures', () => {
  const all = Object.values(kinds as Record<string, { name: string; onPictures: boolean; keepsRows?: KeepsRows }>);

  test('says what its rows take in memory, unless it counts them', () => {
    const counting = all.filter(({ onPictures, keepsRows }) => onPictures && !keepsRows).map(({ name }) => name);
    expect(counting).toEqual(['tradeoff']);
    for (const { name, keepsRows } of all) if (keepsRows) expect(keepsRows.bytesPerPicture, name).toBeGreaterThan(100);
  });
});
