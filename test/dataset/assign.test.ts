/** Assignment: whole groups, stated shares, the same result whatever order the pictures come in. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AssignedPicture, assign } from '../../src/dataset/assign.ts';
import type { Picture } from '../../src/dataset/dataset.ts';
import { groupsOf, subsample, uniteCopies } from '../../src/dataset/groups.ts';

const topics = ['drawing', 'scene', 'chart', 'page'];
const picture = (i: number, topic: string, group: string): Picture => ({
  id: `${topic}/${String(i).padStart(5, '0')}.jpg`,
  location: `/x/${i}`,
  topic,
  kind: 'single',
  group,
  sha256: String(i).padStart(64, '0'),
});
/** Groups of the given sizes, topics in turn. */
const corpus = (sizes: readonly number[]): Picture[] => {
  let i = 0;
  return sizes.flatMap((size, group) =>
    Array.from({ length: size }, () => picture(i++, topics[group % topics.length]!, `g${group}`)),
  );
};
const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 120 });
const options = { seed: 5, target: ['drawing'], listedShare: 0.5, calibrationShare: 0.4 };
const share = (all: readonly AssignedPicture[], holds: (each: AssignedPicture) => boolean): number =>
  all.filter(holds).length / all.length;

describe('assign', () => {
  test('groups never straddle; one listed picture a listed group; every picture once', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 1e6 }), (drawn, seed) => {
        const pictures = corpus(drawn);
        const assigned = assign(pictures, { ...options, seed }).pictures;
        expect(assigned.map((each) => each.id)).toEqual(pictures.map((each) => each.id).sort());
        for (const group of groupsOf(assigned).values()) {
          expect(new Set(group.map((each) => each.split)).size).toBe(1);
          const contents = group.map((each) => each.content);
          if (contents.includes('listed') || contents.includes('near'))
            expect(contents).toEqual(['listed', ...Array(group.length - 1).fill('near')]);
          else expect(new Set(contents).size).toBe(1);
          expect(contents.includes('innocent')).toBe(group[0]!.topic !== 'drawing');
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('the order of the pictures does not matter, the seed does', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(corpus(Array(80).fill(2)), { minLength: 160 }), (shuffled) => {
        expect(assign(shuffled, options)).toEqual(assign(corpus(Array(80).fill(2)), options));
      }),
      { seed: 2, numRuns: 20 },
    );
    const pictures = corpus(Array(80).fill(1));
    expect(assign(pictures, options)).not.toEqual(assign(pictures, { ...options, seed: 6 }));
  });

  test('shares are of groups, within each kind of content', () => {
    const { pictures, notes } = assign(corpus(Array(400).fill(1)), options);
    expect(notes).toEqual([]);
    const targets = pictures.filter((each) => each.content !== 'innocent');
    expect(targets).toHaveLength(100);
    expect(share(targets, (each) => each.content === 'listed')).toBe(0.5);
    for (const content of ['listed', 'new', 'innocent'])
      expect(
        share(
          pictures.filter((each) => each.content === content),
          (each) => each.split === 'calibration',
        ),
      ).toBeCloseTo(0.4, 5);
  });

  test('a mixed group is a target as a whole', () => {
    const pictures = [picture(1, 'scene', 'g'), picture(2, 'drawing', 'g'), picture(3, 'chart', 'h')];
    const { pictures: assigned } = assign(pictures, { ...options, listedShare: 0.99 });
    expect(assigned.map((each) => [each.id, each.content])).toEqual([
      ['chart/00003.jpg', 'innocent'],
      ['drawing/00002.jpg', 'listed'],
      ['scene/00001.jpg', 'near'],
    ]);
  });

  test('without target labels a quarter of the groups is drawn, and a note says so', () => {
    const { pictures, notes } = assign(corpus(Array(200).fill(1)), { ...options, target: ['absent'] });
    expect(notes[0]).toBe('No picture is labelled absent: 50 of 200 groups were drawn at random as targets.');
    expect(share(pictures, (each) => each.content !== 'innocent')).toBe(0.25);
  });

  test('a tiny dataset says which cells are empty', () => {
    expect(assign([picture(1, 'drawing', 'g')], options).notes).toContain('No new group is in the evaluation split.');
  });

  test('a limit keeps whole groups and the topics’ shares', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 200 }), (drawn, limit) => {
        const pictures = corpus(drawn);
        const kept = subsample(pictures, { seed: 3, limit });
        expect(kept.length).toBeLessThanOrEqual(limit);
        const whole = groupsOf(pictures);
        for (const [name, group] of groupsOf(kept)) expect(group).toHaveLength(whole.get(name)!.length);
      }),
      { seed: 3, numRuns: 100 },
    );
    const kept = assign(corpus(Array(400).fill(1)), { ...options, limit: 100 });
    for (const topic of topics) expect(kept.pictures.filter((each) => each.topic === topic).length).toBeGreaterThan(22);
    expect(kept.notes[0]).toBe('100 of 400 pictures were drawn, in whole groups.');
  });
});

describe('by keyed hash', () => {
  const keyed = { ...options, by: 'keyed-hash' } as const;
  const roles = (pictures: readonly AssignedPicture[]) =>
    new Map(pictures.map(({ id, content, split }) => [id, `${content} ${split}`]));

  test('a picture keeps its role whatever other groups there are', () => {
    const all = corpus(Array(300).fill(2));
    const whole = roles(assign(all, keyed).pictures);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 299 }), { minLength: 1, maxLength: 299 }), (groups) => {
        const kept = new Set(groups.map((each) => `g${each}`));
        const part = all.filter(({ group }) => kept.has(group));
        // A part without any drawing has targets of another kind.
        fc.pre(part.some(({ topic }) => topic === 'drawing'));
        for (const [id, role] of roles(assign(part, keyed).pictures)) expect(role).toBe(whole.get(id));
      }),
      { seed: 4, numRuns: 50 },
    );
    const shuffled = roles(assign(all, options).pictures);
    const without = roles(assign(all.slice(8), options).pictures);
    expect([...without].some(([id, role]) => role !== shuffled.get(id))).toBe(true);
  });

  test('shares are about those that were asked for, and independent of each other', () => {
    const { pictures, notes } = assign(corpus(Array(8000).fill(1)), keyed);
    expect(notes).toEqual([]);
    const targets = pictures.filter((each) => each.content !== 'innocent');
    expect(targets).toHaveLength(2000);
    // Four standard errors of a share of 0.5 of 2,000, of 0.4 of 1,000, and of 0.4 of 6,000.
    expect(Math.abs(share(targets, (each) => each.content === 'listed') - 0.5)).toBeLessThan(0.045);
    for (const [content, most] of [
      ['listed', 0.062],
      ['new', 0.062],
      ['innocent', 0.0253],
    ] as const) {
      const of = pictures.filter((each) => each.content === content);
      expect(Math.abs(share(of, (each) => each.split === 'calibration') - 0.4)).toBeLessThan(most);
    }
    expect(roles(assign(corpus(Array(8000).fill(1)), { ...keyed, seed: 6 }).pictures)).not.toEqual(roles(pictures));
  });

  test('groups are whole, and a limit draws them by topic', () => {
    const { pictures, notes } = assign(corpus(Array(400).fill(2)), { ...keyed, limit: 200 });
    expect(notes[0]).toBe('200 of 800 pictures were drawn, in whole groups.');
    for (const topic of topics) expect(pictures.filter((each) => each.topic === topic).length).toBeGreaterThan(44);
    for (const group of groupsOf(pictures).values()) {
      expect(group).toHaveLength(2);
      expect(new Set(group.map((each) => each.split)).size).toBe(1);
    }
  });
});

test('uniteCopies: chains of copies become one group, named for the first', () => {
  const of = (group: string, sha256: string) => ({ group, sha256 });
  const united = uniteCopies([of('c', '1'), of('a', '2'), of('b', '1'), of('b', '2'), of('d', '3'), of('a', '4')]);
  expect(united.map((each) => each.group)).toEqual(['c', 'c', 'c', 'c', 'd', 'c']);
});
