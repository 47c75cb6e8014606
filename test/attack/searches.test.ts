/** Attacks on margins whose least L2 is known: that they find it, stay within bounds, and see no more than they are told. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { boundary } from '../../src/attack/boundary.ts';
import { collide, evade, type Margin, unlabel } from '../../src/attack/goal.ts';
import { nes } from '../../src/attack/nes.ts';
import { norm, ofLength, type Search, type SearchLimits, shortened, within } from '../../src/attack/search.ts';
import { simba } from '../../src/attack/simba.ts';
import { type Rng, seededRng } from '../../src/util/rng.ts';

const dimensions = 24;
const queries = 1500;
const limits: SearchLimits = { dimensions, radius: 40, queries };

/** Each attack, what it sees, and by how much its least L2 may exceed the least there is: on a slope, and on stairs. */
const attacks: readonly (readonly [
  string,
  (limits: SearchLimits, rng: Rng) => Search,
  'size' | 'sign',
  number,
  number,
])[] = [
  ['nes', (of, rng) => nes(of, rng, { pairs: 10, probe: 4, step: 2, momentum: 0.5 }), 'size', 1.15, 1.4],
  ['simba', (of, rng) => simba(of, rng, { step: 1 }), 'size', 1.6, 2.4],
  ['boundary', (of, rng) => boundary(of, rng, { directions: 10 }), 'sign', 1.35, 1.6],
];

/** Drives a search as a run does: every question, and the shortest of those that won. */
function drive(search: Search, margin: (at: Float64Array) => number, seen: 'size' | 'sign', most = queries) {
  const asked: Float64Array[] = [];
  let least = Number.POSITIVE_INFINITY;
  let won = Number.POSITIVE_INFINITY;
  for (let next = search.next(); !next.done && asked.length < most; ) {
    asked.push(next.value);
    const value = margin(next.value);
    if (value > 0) {
      won = Math.min(won, asked.length);
      least = Math.min(least, norm(next.value));
    }
    next = search.next(seen === 'sign' ? (value > 0 ? 1 : -1) : value);
  }
  return { asked, least, won };
}

/** A half-space: reached beyond 12 along one direction that is spread over all coefficients, so that 12 is the least there is. */
const normal = ofLength(
  Float64Array.from({ length: dimensions }, (_, i) => (i % 3 === 0 ? 2 : -1) * (1 + i / dimensions)),
  1,
);
const along = (at: Float64Array): number => at.reduce((sum, each, i) => sum + each * normal[i]!, 0);

describe.each(attacks)('%s', (_, attack, seen, slope, stairsteps) => {
  test('finds nearly the shortest way into a half-space', () => {
    const { least, won } = drive(attack(limits, seededRng(1, 'half')), (at) => along(at) - 12, seen);
    expect(won).toBeLessThan(400);
    expect(least).toBeGreaterThanOrEqual(12);
    expect(least).toBeLessThan(slope * 12);
  });

  test('finds a way up stairs, on which small steps score alike', () => {
    const stairs = (at: Float64Array): number => Math.floor(along(at) / 3) - 3;
    const { least } = drive(attack(limits, seededRng(2, 'stairs')), stairs, seen);
    expect(least).toBeLessThan(stairsteps * 12);
  });

  test('stays within its radius but for a probe, and gives nothing where nothing can be reached', () => {
    const { asked, won } = drive(attack(limits, seededRng(3, 'none')), (at) => along(at) - 200, seen, 800);
    expect(won).toBe(Number.POSITIVE_INFINITY);
    expect(asked).toHaveLength(800);
    // A probe of NES reaches out from the sphere.
    expect(Math.max(...asked.map(norm))).toBeLessThan(limits.radius + (seen === 'size' ? 10 : 1e-6));
  });

  test('ends, or asks on within bounds, where everything scores alike and where its first step is too long', () => {
    const flat = drive(attack(limits, seededRng(8, 'flat')), () => -1, seen, 700);
    expect(Math.max(...flat.asked.map(norm))).toBeLessThan(2.1 * limits.radius);
    const short = drive(attack({ ...limits, radius: 0.3 }, seededRng(9, 'short')), () => -1, seen, 300);
    expect(short.asked).toHaveLength(300);
  });

  test('asks the same of the same seed, and something else of another', () => {
    const questions = (seed: number): Float64Array[] =>
      drive(attack(limits, seededRng(seed, 'same')), (at) => along(at) - 12, seen, 300).asked;
    expect(questions(5)).toEqual(questions(5));
    expect(questions(5)).not.toEqual(questions(6));
  });
});

test('the boundary attack would ask the same whatever the size of the margin', () => {
  const questions = (scale: number): Float64Array[] => {
    const search = boundary(limits, seededRng(4, 'sign'), { directions: 5 });
    return drive(search, (at) => scale * (along(at) - 12), 'size', 400).asked;
  };
  expect(questions(1)).toEqual(questions(0.001));
});

test('bisection shortens a winner to its precision and never loses it', () => {
  const search = shortened(ofLength(normal, 30));
  let next = search.next();
  while (!next.done) next = search.next(along(next.value) - 12);
  expect(norm(next.value)).toBeGreaterThan(12);
  expect(norm(next.value)).toBeLessThan(12 * 1.025);
});

test('lengths', () => {
  expect(norm(Float64Array.of(3, 4))).toBe(5);
  expect([...ofLength(Float64Array.of(3, 4), 10)]).toEqual([6, 8]);
  expect([...ofLength(Float64Array.of(0, 0), 10)]).toEqual([0, 0]);
  expect([...within(Float64Array.of(3, 4), 6)]).toEqual([3, 4]);
  expect(norm(within(Float64Array.of(30, 40), 6))).toBeCloseTo(6, 12);
});

describe('goals', () => {
  const reached = (margin: Margin, measures: readonly number[]): boolean[] => measures.map((each) => margin(each) > 0);

  test('an entry is lost above the threshold and matched at it, as scans compare', () => {
    expect(reached(evade(31), [30, 31, 32])).toEqual([false, false, true]);
    expect(reached(collide(31), [30, 31, 32])).toEqual([true, true, false]);
  });

  test('a label is lost below the threshold, and odds tell scores near 1 apart', () => {
    expect(reached(unlabel(0.5), [0, 0.499, 0.5, 1])).toEqual([true, true, false, false]);
    const margin = unlabel(0.5);
    expect(margin(0.9999) - margin(0.99999)).toBeGreaterThan(2);
    expect(Number.isFinite(margin(0)) && Number.isFinite(margin(1))).toBe(true);
  });
});

describe('the bounds of what attacks are for', () => {
  const root = resolve(import.meta.dirname, '..', '..', 'src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const importers = (what: RegExp): string[] =>
    files.filter((file) => what.test(readFileSync(join(root, file), 'utf8'))).sort();

  test('searches and altered pictures are used by the evasion experiment alone', () => {
    const users = importers(/from '[^']*\/(nes|simba|boundary|cosine-space)\.ts'/).filter(
      (file) => !file.startsWith('attack/'),
    );
    expect(users.length).toBeGreaterThan(0);
    for (const file of users) expect(file).toMatch(/^experiment\/evasion\//);
    // The worker threads of the kind run them, and nothing outside its folder names the module.
    expect(importers(/evasion\/tasks/)).toEqual([]);
    expect(importers(/moduleBeside\(import\.meta\.url, '\.\/tasks\.ts'\)/)).toContain('experiment/evasion/kind.ts');
  });

  test('the evasion experiment writes no file of its own', () => {
    const own = files.filter((file) => file.startsWith('experiment/evasion/'));
    expect(own.length).toBeGreaterThan(5);
    for (const file of own)
      expect(readFileSync(join(root, file), 'utf8'), file).not.toMatch(/writeFile|createWriteStream|toFile|\bencode\(/);
  });
});
