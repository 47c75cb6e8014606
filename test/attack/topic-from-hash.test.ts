/** Topic from hash: noisy codewords are told, dealt-anew ones are not, and ranks count from 1. */
import { describe, expect, test } from 'vitest';
import { guessTopics, rankOf } from '../../src/attack/topic-from-hash.ts';
import type { Example } from '../../src/metric/examples.ts';
import { shuffledSecrets } from '../../src/metric/examples.ts';
import { seededRng } from '../../src/util/rng.ts';

test.each([
  [[0.1, 0.7, 0.2], 1, 1],
  [[0.1, 0.7, 0.2], 2, 2],
  [[0.5, 0.5], 0, 1],
  [[0.5, 0.5], 1, 2],
  [[0, 0, 0, 1], 2, 4],
])('of scores %j place %d has rank %d', (scores, index, rank) => expect(rankOf(scores, index)).toBe(rank));

describe('eight topics in 64 bits of which a third flip', () => {
  const rng = seededRng(3, 'codewords');
  const words = Array.from({ length: 8 }, () => rng.bytes(8));
  const draw = (n: number, from: number): Example[] =>
    Array.from({ length: n }, (_, i) => {
      const topic = rng.int(8);
      const bits = words[topic]!.map((byte) => {
        let out = byte;
        for (let bit = 0; bit < 8; bit++) if (rng.next() < 0.33) out ^= 1 << bit;
        return out;
      });
      return { secret: `topic ${topic}`, group: `${from + i}`, bits };
    });
  const split = { train: draw(400, 0), validation: draw(150, 1000), test: draw(300, 2000) };
  const rate = (ranks: readonly number[], most = 1): number =>
    ranks.filter((rank) => rank <= most).length / ranks.length;

  test('most are told, and more of them in three guesses', () => {
    const { rank, topics, candidates, attacker } = guessTopics(split);
    expect(topics).toBe(8);
    expect(candidates.map(({ name }) => name)).toContain(attacker);
    expect(rate(rank)).toBeGreaterThan(0.6);
    expect(rate(rank, 3)).toBeGreaterThan(rate(rank));
  });

  test('dealt anew they are at chance', () => {
    const { rank } = guessTopics({
      ...split,
      train: shuffledSecrets(split.train, rng),
      validation: shuffledSecrets(split.validation, rng),
    });
    // One in eight, with a standard deviation of 1.9 points.
    expect(Math.abs(rate(rank) - 1 / 8)).toBeLessThan(0.065);
  });

  test('a topic that training lacks is never right', () => {
    const { rank } = guessTopics({
      ...split,
      test: split.test.slice(0, 5).map((each) => ({ ...each, secret: 'new' })),
    });
    expect(rank).toEqual([9, 9, 9, 9, 9]);
  });
});
