/** Ranking a gallery: what is in the view is found, what is not stays at chance, and ties favour nobody. */
import { describe, expect, test } from 'vitest';
import type { Labelled, MessageFeatures } from '../../src/attack/features.ts';
import { type RankResult, rankAttack, shuffledRankAttack } from '../../src/attack/rank.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { seededRng } from '../../src/util/rng.ts';

const none: ReadonlyMap<string, number> = new Map();
const pictures = (n: number, features: (i: number) => MessageFeatures): Labelled[] =>
  Array.from({ length: n }, (_, i) => ({ label: `picture ${i}`, group: `group ${i}`, features: features(i) }));
const named = ({ ranked }: RankResult): number => ranked.filter(({ rank }) => rank === 1).length;

describe('ranking a gallery', () => {
  const rng = seededRng(1, 'rank');
  const hashes = Array.from({ length: 200 }, () => rng.bytes(8));
  const hashed = (i: number): MessageFeatures => ({ sizes: none, bits: hashes[i]! });
  /** The hash with its first `flips` bits flipped. */
  const near =
    (flips: number) =>
    (i: number): MessageFeatures => {
      const bits = hashes[i]!.slice();
      for (let bit = 0; bit < flips; bit++) bits[bit >> 3]! ^= 128 >> (bit & 7);
      return { sizes: none, bits };
    };

  test('a hash that is almost the same comes first', () => {
    const result = rankAttack(pictures(200, hashed), pictures(200, near(3)).slice(0, 50), pictures(200, near(4)), rng);
    expect(named(result)).toBeGreaterThan(195);
    expect(result.channel).toBe('bits');
    expect(result.chance).toBe(1 / 200);
    for (const [i, { rank, first }] of result.ranked.entries()) expect(rank === 1).toBe(first === `picture ${i}`);
  });

  test('the same view for all puts the truth anywhere: mean rank in the middle, first as often as chance', () => {
    const same = (): MessageFeatures => ({ sizes: new Map([['message', 4096]]), symbol: 'message 4096' });
    const result = rankAttack(pictures(50, same), [], Array.from({ length: 40 }, () => pictures(50, same)).flat(), rng);
    expect(Math.abs(named(result) - 40)).toBeLessThan(4 * Math.sqrt(2000 * 0.02 * 0.98));
    const mean = result.ranked.reduce((sum, { rank }) => sum + rank, 0) / 2000;
    expect(Math.abs(mean - 25.5)).toBeLessThan(4 * Math.sqrt((50 * 50 - 1) / 12 / 2000));
  });

  test('among messages of one symbol the nearest bits decide: eight bits name a picture of eight classes', () => {
    // 200 pictures share 8 bits by the dozen; with the class they are told apart as far as the two go together.
    const view = (i: number): MessageFeatures => ({
      sizes: none,
      symbol: `class ${i % 8}`,
      bits: hashes[i]!.slice(0, 1),
    });
    const alone = (i: number): MessageFeatures => ({ sizes: none, bits: hashes[i]!.slice(0, 1) });
    const of = (features: (i: number) => MessageFeatures): number =>
      named(rankAttack(pictures(200, features), pictures(200, features), pictures(200, features), rng));
    const classes = new Set(hashes.map((hash, i) => `${i % 8} ${hash[0]}`)).size;
    expect(of(view)).toBeGreaterThan(of(alone) + 40);
    expect(Math.abs(of(view) - classes)).toBeLessThan(30);
  });

  test('labels dealt anew leave chance, and a label in the view leaves nothing to guess', () => {
    const gallery = pictures(200, hashed);
    const dealt = shuffledRankAttack(gallery, pictures(200, near(2)).slice(0, 50), pictures(200, near(2)), rng);
    expect(proportion(named(dealt), 200).low).toBeLessThanOrEqual(1 / 200);
    const planted = (i: number): MessageFeatures => ({ sizes: none, symbol: `picture ${i}` });
    expect(named(rankAttack(pictures(200, planted), [], pictures(200, planted), rng))).toBe(200);
  });

  test('without a gallery, or without its channel, everything is a blind guess', () => {
    expect(rankAttack([], [], pictures(3, hashed), rng)).toMatchObject({ chance: 0, channel: 'prior' });
    const blind = rankAttack(
      pictures(10, () => ({ sizes: none })),
      [],
      pictures(10, hashed),
      rng,
    );
    expect(blind.channel).toBe('prior');
    for (const { rank } of blind.ranked) expect(rank).toBeLessThanOrEqual(10);
    const missing = rankAttack(
      pictures(10, hashed),
      [],
      [{ label: 'elsewhere', group: 'x', features: hashed(0) }],
      rng,
    );
    expect(missing.ranked[0]!.rank).toBe(11);
  });
});
