/** A small share of `npm run concurrent-starts`. */
import { expect, test } from 'vitest';
import { concurrentStarts } from './concurrent-starts.ts';

test('cases A8, runs A1: four runs that start at once: one has the folder that all name, and each has its own where none is named', async () => {
  expect(await concurrentStarts(4)).toEqual({
    starts: 4,
    shared: { ran: 1, refused: 3, other: [] },
    own: { ran: 4, folders: 4, other: [] },
    lost: 0,
    doubled: 0,
  });
}, 300_000);
