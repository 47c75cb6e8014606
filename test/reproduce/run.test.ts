/** Published numbers: every target's file is sound, arithmetic comes out, and verdicts follow the tolerances. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/disk/project.ts';
import type { Measured } from '../../src/reproduce/analytic.ts';
import { analytic } from '../../src/reproduce/analytic.ts';
import { checked, chosenTargets, judge, measures, readTargets, untried } from '../../src/reproduce/judge.ts';
import {
  counts,
  digits,
  reproductionMarkdown,
  reproductionPage,
  reproductionTerminal,
} from '../../src/reproduce/report.ts';
import { reproduce } from '../../src/reproduce/run.ts';
import type { Reproduction } from '../../src/schema/reproduction.ts';
import { UserError } from '../../src/util/errors.ts';

let targets: Reproduction[];
beforeAll(async () => {
  targets = await readTargets();
});

const options = {
  out: join(projectRoot, 'runs', 'never-written'),
  command: 'presend reproduce',
  created: '2026-01-01T00:00:00Z',
  threads: undefined,
  onProgress: () => {},
  signal: new AbortController().signal,
};

describe('the registry', () => {
  test('has the fifteen that were ranked, each once, and more', () => {
    expect(targets.flatMap(({ rank }) => rank ?? [])).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    expect(
      targets.filter(({ needs, rank }) => needs === 'nothing' && rank === undefined).length,
    ).toBeGreaterThanOrEqual(10);
  });

  test('every measurement is asked for by a target', () => {
    const asked = new Set(targets.map(({ measure }) => measure));
    expect(Object.keys(measures).filter((name) => !asked.has(name))).toEqual([]);
  });

  test('says what it lacks', async () => {
    await expect(chosenTargets(['thorn-overal'])).rejects.toThrow('Did you mean thorn-overall?');
    await expect(chosenTargets(['phaser', './detectors/mine.yaml'])).rejects.toThrow(
      'Expected a target but received the file ./detectors/mine.yaml: targets are published numbers of hashes that presend contains',
    );
    const [first] = await chosenTargets(['phaser']);
    expect(first!.name).toBe('phaser');
  });
});

describe('a target’s file', () => {
  const sound = (): Reproduction => structuredClone(targets.find(({ name }) => name === 'one-match')!);
  test.each<[string, (target: Reproduction) => object, string]>([
    ['another name than the file', (target) => ({ ...target, name: 'two-matches' }), 'its name is'],
    ['an unknown measurement', (target) => ({ ...target, measure: 'one-mach' }), 'Did you mean one-match?'],
    [
      'a value twice',
      (target) => ({ ...target, published: [target.published[0]!, target.published[0]!] }),
      'published twice',
    ],
    [
      'two tolerances',
      (target) => ({ ...target, published: [{ ...target.published[0]!, within: [0, 1] }] }),
      'digits and within',
    ],
    ['an order of strangers', (target) => ({ ...target, order: ['10,000 photographs', 'b'] }), "'b' is not among"],
    ['a recalled value', (target) => ({ ...target, source: { ...target.source, read: 'recalled' } }), '/source/read'],
    ['an unknown key', (target) => ({ ...target, tolerence: 'x' }), 'tolerence'],
  ])('%s is refused', (_, change, sentence) => {
    expect(() => checked('one-match.yaml', change(sound()))).toThrow(UserError);
    expect(() => checked('one-match.yaml', change(sound()))).toThrow(sentence);
  });
});

test.each(Object.keys(analytic))('arithmetic comes out: %s', async (measure) => {
  const [judged] = await reproduce(
    targets.filter((each) => each.measure === measure),
    options,
  );
  expect(judged!.verdict, JSON.stringify(judged!.compared)).toEqual({ is: 'reproduced' });
});

test('without photographs the others say what they need, and nothing is written', async () => {
  const judged = await reproduce(targets, options);
  for (const { target, verdict } of judged)
    if (target.needs === 'photographs')
      expect(verdict).toEqual({
        is: 'needs data',
        command: `presend reproduce ${target.name} --dataset <folder or manifest of photographs>`,
      });
    else expect(verdict.is).toBe('reproduced');
  expect(existsSync(options.out)).toBe(false);
});

describe('a verdict', () => {
  const target = (change: Partial<Reproduction> = {}): Reproduction => ({
    version: 1,
    name: 'a',
    claim: 'a is more than b.',
    source: { text: 'somewhere', read: 'the source itself' },
    protocol: 'theirs',
    measure: 'one-match',
    needs: 'nothing',
    published: [
      { what: 'a', value: 0.82, digits: 2 },
      { what: 'b', value: 0.5, within: [0.4, 0.6] },
      { what: 'c', value: 0.1 },
    ],
    tolerance: 'two digits',
    ...change,
  });
  const verdict = (values: Record<string, number>, change?: Partial<Reproduction>) =>
    judge(target(change), {
      values: Object.fromEntries(Object.entries(values).map(([what, value]): [string, Measured] => [what, { value }])),
    }).verdict;

  test('follows digits, ranges and orders', () => {
    const order = ['a', 'b', 'c'];
    expect(verdict({ a: 0.8249, b: 0.6, c: 0.9 })).toEqual({ is: 'reproduced' });
    expect(verdict({ a: 0.826, b: 0.6, c: 0.9 })).toMatchObject({
      is: 'not reproduced',
      why: 'outside the tolerance: a',
    });
    expect(verdict({ a: 0.82, b: 0.61, c: 0.9 })).toMatchObject({ why: 'outside the tolerance: b' });
    expect(verdict({ a: 0.82, b: 0.5, c: 0.6 }, { order })).toEqual({
      is: 'not reproduced',
      why: 'the order differs: c is above b',
    });
    expect(verdict({ a: 0.82, b: 0.5, c: 0.5 }, { order })).toEqual({
      is: 'not refuted',
      why: 'intervals overlap: c and b',
    });
    expect(verdict({ a: 0.82, b: 0.5, c: 0.4 }, { order })).toEqual({ is: 'reproduced' });
    expect(verdict({ a: Number.NaN, b: 0.5, c: 0.4 })).toMatchObject({ is: 'not reproduced' });
  });

  test('on an order follows intervals, not estimates', () => {
    const at = (b: [number, number], c: [number, number]) =>
      judge(target({ order: ['b', 'c'] }), {
        values: {
          a: { value: 0.82 },
          b: { value: 0.5, low: b[0], high: b[1] },
          c: { value: 0.45, low: c[0], high: c[1] },
        },
      }).verdict.is;
    expect(at([0.49, 0.51], [0.44, 0.46])).toBe('reproduced');
    expect(at([0.44, 0.56], [0.4, 0.5])).toBe('not refuted');
  });

  test('is none where ours is missing or of another kind', () => {
    expect(verdict({ a: 0.82, b: 0.5 })).toMatchObject({ why: 'not measured: c' });
    expect(verdict({ a: 9, b: 9, c: 9 }, { notComparable: 'apples' })).toEqual({ is: 'not comparable', why: 'apples' });
  });

  test('stands in every format beside published and ours', () => {
    const all = [
      judge(target(), {
        values: { a: { value: 0.9, low: 0.8, high: 1, n: 10 }, b: { value: 0.5 }, c: { value: 0.1 } },
        on: '10 pictures',
      }),
      untried(target({ name: 'b' }), 'presend reproduce b'),
    ];
    expect(counts(all)).toBe('2 analytic targets (arithmetic, no data): 1 not reproduced and 1 needs data.');
    const photographed = untried(target({ name: 'c', needs: 'photographs' }), 'presend reproduce c');
    expect(counts([all[0]!, photographed])).toBe(
      '1 analytic target (arithmetic, no data): 1 not reproduced. 1 empirical target (photographs): 1 needs data.',
    );
    for (const text of [
      reproductionMarkdown(all),
      reproductionPage(all, 'presend reproduce'),
      reproductionTerminal(all),
    ]) {
      expect(text).toContain('0.9 [0.8, 1] (n = 10)');
      expect(text).toContain('presend reproduce b');
    }
    expect(digits(3.04e-8)).toBe('3.04e-8');
    expect(digits(2_995_731)).toBe('3.00e6');
  });
});
