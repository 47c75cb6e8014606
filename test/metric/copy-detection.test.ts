/** Thorn's rule by hand, and against perception's own steps written out. */
import { describe, expect, test } from 'vitest';
import { type CopyRow, chooseCopyThreshold, scoreAt } from '../../src/metric/copy-detection.ts';
import { seededRng } from '../../src/util/rng.ts';

const rows = (...pairs: [number, number][]): CopyRow[] => pairs.map(([right, wrong]) => ({ right, wrong }));

/** compute_threshold_precision_recall, array by array, with its answer where the first row fails (recall 0). */
function perception(
  given: readonly CopyRow[],
  target: number,
): { threshold: number; recall: number; precision: number } {
  const pos = given.map((row) => row.right).sort((a, b) => a - b);
  const precision = pos.map((t, i) => (i + 1) / (i + 1 + given.filter((row) => row.wrong <= t).length));
  const bad = precision.findIndex((each) => each < target);
  if (bad === 0) return { threshold: pos[0]!, recall: 0, precision: Number.NaN };
  const threshold = bad > 0 ? pos[bad - 1]! : Math.max(...pos);
  const recovered = pos.filter((each) => each <= threshold).length;
  return {
    threshold,
    recall: recovered / pos.length,
    precision: Math.min(...precision.filter((_, i) => pos[i]! <= threshold)),
  };
}

describe('copy detection', () => {
  const four = rows([0, 30], [4, 40], [12, 20], [50, 8]);

  test('by hand: the threshold stops before the first false positive, whichever row it is', () => {
    const chosen = chooseCopyThreshold(four);
    expect(chosen).toMatchObject({ threshold: 4, recall: { k: 2, n: 4 }, precision: 1 });
    // A lower precision lets distance 12 in, where the wrong original at 8 counts.
    expect(chooseCopyThreshold(four, 0.75)).toMatchObject({ threshold: 12, recall: { k: 3, n: 4 }, precision: 0.75 });
  });

  test('a row can be both a true and a false positive, even with the wrong original nearer', () => {
    const score = scoreAt(rows([20, 10], [5, 60]), 20);
    expect(score).toMatchObject({ tp: 2, fp: 1, fn: 0, recall: { k: 2, n: 2 }, precision: { k: 2, n: 3 } });
  });

  test('scored on other rows', () => {
    const { threshold } = chooseCopyThreshold(four);
    expect(scoreAt(rows([4, 4], [5, 3], [0, 9]), threshold)).toMatchObject({ tp: 2, fp: 2, fn: 1 });
  });

  test('of rows at one distance the first decides for all', () => {
    const tied = [...Array.from({ length: 99 }, (): CopyRow => ({ right: 6, wrong: 40 })), { right: 6, wrong: 6 }];
    expect(chooseCopyThreshold(tied, 0.99).threshold).toBe(-1);
    expect(scoreAt(tied, 6).precision).toMatchObject({ k: 100, n: 101 });
  });

  test('a precision met exactly is met', () => {
    const exact = [
      ...Array.from({ length: 9998 }, (_, i): CopyRow => ({ right: i, wrong: 20_000 })),
      { right: 9998, wrong: 9998 },
    ];
    expect(chooseCopyThreshold(exact, 9999 / 10_000).threshold).toBe(9998);
    expect(chooseCopyThreshold(exact.slice(1), 9999 / 10_000).threshold).toBe(9997);
  });

  test('nothing matches at -1; without rows there is nothing to choose', () => {
    expect(chooseCopyThreshold(rows([3, 2], [9, 50]))).toMatchObject({
      threshold: -1,
      recall: { k: 0 },
      precision: null,
    });
    expect(chooseCopyThreshold([])).toMatchObject({ threshold: -1, recall: { n: 0, estimate: null } });
  });

  test.each([0.5, 0.9, 0.99, 0.9999])('as perception computes it, at precision %d', (target) => {
    const rng = seededRng(7, `copy ${target}`);
    for (let trial = 0; trial < 60; trial++) {
      const given = Array.from({ length: 1 + rng.int(80) }, () => ({ right: rng.int(30), wrong: 8 + rng.int(60) }));
      const chosen = chooseCopyThreshold(given, target);
      const theirs = perception(given, target);
      if (theirs.recall === 0) expect(chosen).toMatchObject({ threshold: -1, precision: null });
      else expect(chosen).toMatchObject({ threshold: theirs.threshold, precision: theirs.precision });
      expect(chosen.recall.estimate).toBe(theirs.recall);
    }
  });
});
