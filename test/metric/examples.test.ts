/** Splits by source picture, and the controls of an attack. */
import { expect, test } from 'vitest';
import { type Example, partsOf, plantedSecrets, shuffledSecrets, splitByGroup } from '../../src/metric/examples.ts';
import { bitPoints, likeliest, pointsOf, standardiser, vectorPoints } from '../../src/metric/points.ts';
import { seededRng } from '../../src/util/rng.ts';

/** Three copies of each of 50 pictures. */
const copies: Example[] = Array.from({ length: 150 }, (_, i) => ({
  secret: `topic ${Math.floor(i / 3) % 4}`,
  group: `picture ${Math.floor(i / 3)}`,
  symbol: `view ${i}`,
}));
const groupsOf = (examples: readonly Example[]): Set<string> => new Set(examples.map(({ group }) => group));

test('no picture is on two sides, all are somewhere, and the test has one copy of each of its own', () => {
  const { train, validation, test: scored } = splitByGroup(copies, seededRng(1));
  const [a, b, c] = [train, validation, scored].map(groupsOf) as [Set<string>, Set<string>, Set<string>];
  expect([a.size, b.size, c.size]).toEqual([30, 10, 10]);
  expect(new Set([...a, ...b, ...c]).size).toBe(50);
  expect([train.length, validation.length, scored.length]).toEqual([90, 30, 10]);
});

test('the split does not depend on the order of the pictures, but on the seed', () => {
  const there = splitByGroup(copies, seededRng(2));
  const back = splitByGroup(
    Array.from({ length: 50 }, (_, i) => copies.slice(3 * (49 - i), 3 * (49 - i) + 3)).flat(),
    seededRng(2),
  );
  expect(back).toEqual(there);
  expect(groupsOf(splitByGroup(copies, seededRng(3)).test)).not.toEqual(groupsOf(there.test));
});

test('shuffled secrets: each picture gets those of one picture, and no secret is lost', () => {
  const dealt = shuffledSecrets(copies, seededRng(4));
  expect(dealt.map(({ symbol }) => symbol)).toEqual(copies.map(({ symbol }) => symbol));
  expect(dealt.map(({ secret }) => secret).sort()).toEqual(copies.map(({ secret }) => secret).sort());
  expect(dealt).not.toEqual(copies);
  for (const group of groupsOf(dealt))
    expect(new Set(dealt.filter((each) => each.group === group).map(({ secret }) => secret)).size).toBe(1);
});

test('planted secrets are the view', () => {
  expect(plantedSecrets(copies).every(({ secret, symbol }) => secret === symbol)).toBe(true);
});

test('standardised: mean 0 and deviation 1 on the known, the same map for others, and nothing of a constant', () => {
  const known = vectorPoints([
    [1, 5],
    [3, 5],
  ]);
  const scale = standardiser(known);
  expect([...scale(known).values]).toEqual([-1, 0, 1, 0]);
  expect([...scale(vectorPoints([[5, 9]])).values]).toEqual([3, 0]);
});

test('hashes are padded to whole words', () => {
  const points = bitPoints([Uint8Array.of(1, 2, 3, 4, 5), Uint8Array.of(6, 7, 8, 9, 10)]);
  expect(points).toMatchObject({ n: 2, width: 40, stride: 8 });
  expect([...points.bytes]).toEqual([1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9, 10, 0, 0, 0]);
  expect(pointsOf(copies, 'symbol').names).toHaveLength(150);
  expect([...likeliest(Float64Array.of(0.2, 0.8, 0.5, 0.5), 2)]).toEqual([1, 0]);
});

test('one sentence for each bad input', () => {
  const mixed: Example[] = [copies[0]!, { secret: 'a', group: 'b', bits: Uint8Array.of(1) }];
  expect(() => partsOf(mixed)).toThrow("Expected examples with the same parts and lengths but received '1 - -'");
  expect(() => partsOf([{ secret: 'a', group: 'b' }])).toThrow('Expected a symbol, bits or a vector');
  expect(() => splitByGroup(copies, seededRng(5), { train: 0.7, validation: 0.3 })).toThrow(RangeError);
  expect(() => vectorPoints([[1], [Number.NaN]])).toThrow('Expected finite numbers in the vectors but received NaN.');
  expect(() => bitPoints([Uint8Array.of(1), Uint8Array.of(1, 2)])).toThrow('Expected views of length 1');
  expect(() => standardiser(vectorPoints([[1]]))(vectorPoints([[1, 2]]))).toThrow(RangeError);
});
