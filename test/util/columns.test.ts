/** Compact state: numbers for names, counts in bytes, columns in pages. Each behaves as the plain structure that it replaces. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Column } from '../../src/util/column.ts';
import { Numbered } from '../../src/util/numbered.ts';
import { Tally } from '../../src/util/tally.ts';

const seed = { seed: 18 };

describe('numbers for names', () => {
  test('begin at 0, in the order of first occurrence, and are found again', () => {
    const names = new Numbered();
    expect(['b', 'a', 'b', 'c'].map((name) => names.of(name))).toEqual([0, 1, 0, 2]);
    expect([names.size, names.find('c'), names.find('d'), [...names.names()]]).toEqual([
      3,
      2,
      undefined,
      ['b', 'a', 'c'],
    ]);
    expect([...names.names((number) => number > 0)]).toEqual(['a', 'c']);
  });

  test('others that are taken over keep their order behind the own ones', () =>
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (first, second) => {
        const [whole, own, others] = [new Numbered(), new Numbered(), new Numbered()];
        for (const name of [...first, ...second]) whole.of(name);
        for (const name of first) own.of(name);
        for (const name of second) others.of(name);
        const numbers = own.merge(others);
        expect([...own.names()]).toEqual([...whole.names()]);
        for (const name of second) expect(numbers[others.find(name)!]).toBe(own.find(name));
      }),
      seed,
    ));
});

describe('a tally', () => {
  test('counts as a map does, beyond a byte too', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(400)), { maxLength: 300 }), (added) => {
        const tally = new Tally();
        const map = new Map<number, number>();
        for (const [number, count] of added) {
          tally.add(number, count);
          if (count > 0) map.set(number, (map.get(number) ?? 0) + count);
        }
        expect([...tally.entries()]).toEqual([...map].sort(([a], [b]) => a - b));
        for (const [number] of added) expect(tally.of(number)).toBe(map.get(number) ?? 0);
      }),
      seed,
    ));

  test('is added to another under other numbers, and can be set', () => {
    const [tally, other] = [new Tally(), new Tally()];
    tally.add(1, 255);
    other.add(0, 5);
    other.add(700);
    tally.merge(
      other,
      Uint32Array.from({ length: 701 }, (_, i) => i + 1),
    );
    tally.set(2, 70_000);
    tally.set(9, 0);
    expect([...tally.entries()]).toEqual([
      [1, 260],
      [2, 70_000],
      [701, 1],
    ]);
    expect([tally.of(1e6), tally.of(0)]).toEqual([0, 0]);
  });
});

describe('a column', () => {
  test('holds what was pushed, over any number of pages', () => {
    for (const length of [0, 1, 16, 17, 8192, 8193, 20_000]) {
      const column = new Column(Uint32Array);
      for (let i = 0; i < length; i++) column.push(3 * i);
      expect(column.length).toBe(length);
      expect(column.toArray()).toEqual(Uint32Array.from({ length }, (_, i) => 3 * i));
      for (const at of [0, 15, 16, 8191, 8192]) if (at < length) expect(column.at(at)).toBe(3 * at);
    }
  });

  test('takes another behind itself, with new numbers for its values', () => {
    const [column, other] = [new Column(Uint16Array), new Column(Uint16Array)];
    column.push(7);
    for (const value of [1, 0, 1]) other.push(value);
    column.merge(other, Uint32Array.of(50, 60));
    column.merge(other);
    expect([...column.toArray()]).toEqual([7, 60, 50, 60, 1, 0, 1]);
  });
});
