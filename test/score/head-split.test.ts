/** What a head may learn: calibration pictures whose sources are neither scored nor choose its threshold. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Content, Split } from '../../src/schema/vocabulary.ts';
import { headParts, isTarget, mustBeUnseen, type SplitPicture } from '../../src/score/head-split.ts';
import { UserError } from '../../src/util/errors.ts';
import { subject, subjects } from '../harness/scenario/rows.ts';

interface Each extends SplitPicture {
  readonly id: string;
}

/** Pictures in groups of one to three; a group has one split, and shows target content or not. */
const arbitrary: fc.Arbitrary<Each[]> = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 3 }), target: fc.boolean(), calibration: fc.boolean() }), {
    minLength: 20,
    maxLength: 60,
  })
  .map((groups) =>
    groups.flatMap(({ size, target, calibration }, g) =>
      Array.from({ length: size }, (_, i): Each => {
        const content: Content = target ? (i === 0 ? 'listed' : 'near') : 'innocent';
        const split: Split = calibration ? 'calibration' : 'evaluation';
        return { id: `${g}/${i}`, group: `g${g}`, content, split };
      }),
    ),
  );

const groupsOf = (pictures: readonly Each[]): Set<string> => new Set(pictures.map(({ group }) => group));
const idsOf = (pictures: readonly Each[]): string[] => pictures.map(({ id }) => id).sort();
const enough = (pictures: readonly Each[]): boolean => {
  const calibration = pictures.filter(({ split }) => split === 'calibration');
  return (
    groupsOf(calibration.filter(isTarget)).size >= 2 &&
    groupsOf(calibration.filter((each) => !isTarget(each))).size >= 3
  );
};
const options = fc.record({ trainingShare: fc.double({ min: 0.01, max: 0.99, noNaN: true }), seed: fc.nat(99) });

describe('the parts of a head', () => {
  test('no source picture is in two parts, the head learns from calibration alone, and nothing is lost', () => {
    fc.assert(
      fc.property(arbitrary, options, (pictures, chosen) => {
        fc.pre(enough(pictures));
        const parts = headParts(pictures, chosen);
        const { training, validation, threshold, scored } = parts;
        const all = Object.values(parts) as Each[][];
        expect(idsOf(all.flat())).toEqual(idsOf(pictures));
        expect(all.reduce((sum, part) => sum + groupsOf(part).size, 0)).toBe(groupsOf(pictures).size);
        for (const each of [...training, ...validation, ...threshold]) expect(each.split).toBe('calibration');
        for (const each of scored) expect(each.split).toBe('evaluation');
        expect(threshold.length).toBeGreaterThan(0);
        expect(threshold.some(isTarget)).toBe(false);
        for (const part of [training, validation]) {
          expect(part.some(isTarget)).toBe(true);
          expect(part.some((each) => !isTarget(each))).toBe(true);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('what is learnt depends neither on the pictures that are scored nor on the order', () => {
    fc.assert(
      fc.property(arbitrary, options, (pictures, chosen) => {
        fc.pre(enough(pictures));
        const parts = headParts(pictures, chosen);
        const alone = headParts(pictures.filter(({ split }) => split === 'calibration').toReversed(), chosen);
        for (const name of ['training', 'validation', 'threshold'] as const)
          expect(idsOf(alone[name])).toEqual(idsOf(parts[name]));
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('the shares are of groups: half of the innocent ones train, of which a fifth stop the training', () => {
    const pictures = [
      ...subjects('innocent', 'calibration', 100),
      ...subjects('listed', 'calibration', 20),
      ...subjects('new', 'calibration', 20),
      ...subjects('innocent', 'evaluation', 50),
    ];
    const { training, validation, threshold, scored } = headParts(pictures, { trainingShare: 0.5, seed: 7 });
    const counts = (of: readonly SplitPicture[]) => [of.filter(isTarget).length, of.filter((x) => !isTarget(x)).length];
    expect([training, validation, threshold, scored].map(counts)).toEqual([
      [32, 40],
      [8, 10],
      [0, 50],
      [0, 50],
    ]);
    expect(headParts(pictures, { trainingShare: 0.5, seed: 8 }).threshold).not.toEqual(threshold);
  });

  test('too few sources are one sentence, also where there are pictures enough of one source', () => {
    const innocent = subjects('innocent', 'calibration', 9);
    const burst = [0, 1, 2].map((i) => subject('near', 'calibration', i, { group: 'one' }));
    for (const pictures of [[...innocent, ...burst], innocent, subjects('new', 'calibration', 9)])
      expect(() => headParts(pictures, { trainingShare: 0.5, seed: 1 })).toThrow(UserError);
    expect(() => headParts([...innocent, ...burst], { trainingShare: 0.5, seed: 1 })).toThrow(
      'found 1 and 9; use more pictures, or leave out /messages/head',
    );
  });
});

test('a source that was learnt and would be scored is noticed', () => {
  expect(() => mustBeUnseen(['a', 'b'], ['c', 'd'])).not.toThrow();
  expect(() => mustBeUnseen(['a', 'b'], ['c', 'b'])).toThrow("learnt the source picture 'b'");
});
