/** Group commit: what arrives together is written together, in order, and fails alone. */
import { expect, test } from 'vitest';
import { groupCommit } from '../../../src/server/store/group-commit.ts';
import { StoreTrouble } from '../../../src/server/store/trouble.ts';

/** A writer that notes its groups and is slower than its callers. */
function writer(fails: (item: number) => boolean = () => false) {
  const groups: number[][] = [];
  const write = async (items: readonly number[]): Promise<string[]> => {
    groups.push([...items]);
    await new Promise((wait) => setTimeout(wait, 5));
    if (items.some(fails)) throw new Error(`no ${items.find(fails)}`);
    return items.map((item) => `done ${item}`);
  };
  return { groups, write };
}

test('what arrives while one is written goes together, in order', async () => {
  const { groups, write } = writer();
  const add = groupCommit(write, { most: 4 });
  expect(await Promise.all([0, 1, 2, 3, 4, 5, 6].map(add))).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `done ${i}`));
  expect(groups).toEqual([[0], [1, 2, 3, 4], [5, 6]]);
  expect(await add(7)).toBe('done 7');
});

test('a group ends with the item that passes its bytes', async () => {
  const { groups, write } = writer();
  const add = groupCommit(write, { most: 100, mostBytes: 10, bytesOf: (item) => item });
  await Promise.all([1, 4, 5, 4, 3, 50, 2].map(add));
  expect(groups).toEqual([[1], [4, 5, 4], [3, 50], [2]]);
});

test('a bad item fails alone, and later ones are still written', async () => {
  const { write } = writer((item) => item === 2);
  const add = groupCommit(write, { most: 10 });
  const settled = await Promise.allSettled([0, 1, 2, 3].map(add));
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  await expect(add(2)).rejects.toThrow('no 2');
  expect(await add(9)).toBe('done 9');
});

test('audit M7: what the database cannot do for all is not tried for each', async () => {
  let writes = 0;
  const add = groupCommit<number, number>(
    async () => {
      writes++;
      await new Promise((wait) => setTimeout(wait, 10));
      throw new StoreTrouble('The store did not answer');
    },
    { most: 64 },
  );
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, (_, i) => add(i)));
  expect(outcomes.every((each) => each.status === 'rejected' && each.reason instanceof StoreTrouble)).toBe(true);
  // The first one alone, and all that came meanwhile.
  expect(writes).toBe(2);
});
