/** A hash-leakage experiment small enough for tests, with everything that a real one has, and made-up rows of one. */

import { checkHashLeakage } from '../../../src/experiment/hash-leakage/kind.ts';
import type { HashLeakageRow, HashLeakSource } from '../../../src/experiment/hash-leakage/rows.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { protocolSettings } from '../../helpers/world.ts';

/** Sixty generated pictures, which other tests draw too, and a few hundred miniatures. */
export const smallHashLeakage = checkHashLeakage(
  {
    version: 1,
    kind: 'hash-leakage',
    name: 'hashes-small',
    question: 'What does a hash give away?',
    seed: 2019,
    dataset: { name: 'generated', pictures: 60 },
    split: { training: 0.5, validation: 0.2 },
    miniatures: { training: 300, validation: 60, test: 120 },
    topics: { hashes: ['ahash', 'pdq', 'md5'], fewest: 3, deep: { hash: 'mobilenet-lsh', pictures: 20 } },
    inversion: {
      hashes: ['ahash'],
      test: 24,
      classifier: { name: 'nsfwjs-mobilenet-v2', pictures: 2 },
      shown: 3,
    },
    membership: {
      strategies: [
        'client-list',
        'client-filter',
        'oprf-lookup',
        'prefix-lookup',
        'similarity-bucket',
        'threshold-psi',
      ],
      hash: 'pdq',
      equalityHash: 'phash-simple',
      listed: 60,
      known: 100,
      others: 200,
      queries: 80,
      listedShare: 0.3,
      thresholdBits: 31,
      prefixBits: 8,
      protocols: protocolSettings,
    },
  },
  'the small experiment',
);

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNiAAAABgADNjd8qAAAAABJRU5ErkJggg==';

/** Rows as a run might leave them: `name` stands wherever a stranger's text can be, `shown` says whether pictures are shown. */
export function madeUpRows(name: string, shown: boolean): HashLeakageRow[] {
  const rng = seededRng(9, 'made up');
  const sources: HashLeakSource[] = ['dataset', 'miniatures'];
  return sources.flatMap((source): HashLeakageRow[] => {
    const ids = Array.from({ length: 30 }, (_, i) => `${name}${source}/${i}`);
    const topics = Array.from({ length: 8 }, (_, i) => `${name}${i}`);
    const topic = ids.map((_, i) => topics[i % 8]!);
    const column = (low: number) => ids.map(() => low + Math.round(rng.next() * 1000) / 10);
    const guesses = (low: number) => ({
      ridge: column(low),
      nearest: column(low * 1.2),
      mean: column(low * 2),
      random: column(low * 3),
      best: column(low / 2),
    });
    const ranks = (most: number) => ids.map(() => 1 + rng.int(most));
    return [
      {
        row: 'hash-leak-pictures',
        source,
        picture: ids,
        group: ids.map((_, i) => `g${Math.floor(i / 2)}`),
        topic,
        part: ids.map(() => 'test' as const),
      },
      ...(['none', 'shuffled', 'identity'] as const).map(
        (control): HashLeakageRow => ({
          row: 'hash-leak-topic',
          source,
          hash: control === 'identity' ? 'the topic itself' : 'pdq',
          control,
          bits: 256,
          deep: false,
          attacker: `${name} nearest`,
          candidates: [{ name: 'prior', right: 3 }],
          training: 100,
          validation: 40,
          topics: 8,
          likeliest: topics,
          test: ids,
          rank: control === 'identity' ? ids.map(() => 1) : ranks(control === 'none' ? 2 : 8),
        }),
      ),
      ...(['none', 'identity'] as const).map(
        (control): HashLeakageRow => ({
          row: 'hash-leak-inversion',
          source,
          hash: control === 'identity' ? 'the thumbnail itself' : 'pdq',
          control,
          bits: 256,
          penalty: 0.1,
          training: 100,
          test: ids,
          squaredError: control === 'identity' ? { ...guesses(500), ridge: ids.map(() => 0.01) } : guesses(400),
          ssim: {
            ridge: column(0).map((each) => each / 100),
            nearest: column(0).map((each) => each / 200),
            mean: column(0).map((each) => each / 300),
            random: column(0).map((each) => each / 400),
            best: column(0).map((each) => each / 100),
          },
          self: control === 'identity' ? ids.map(() => 1) : [],
          classifier: 'vector, logistic',
          rank: { original: ranks(2), ridge: ranks(3), nearest: ranks(4), mean: ranks(8) },
        }),
      ),
      {
        row: 'hash-leak-inversion-control',
        source,
        hash: 'pdq',
        training: 100,
        test: ids,
        mean: column(800),
        deals: Array.from({ length: 8 }, () => ({ ridge: column(820), nearest: column(900), random: column(900) })),
      },
      {
        row: 'hash-leak-features',
        source,
        hash: 'pdq',
        classifier: name,
        test: ids,
        distance: { ridge: column(0), nearest: column(0), mean: column(0), random: column(0) },
      },
      ...(shown
        ? [
            {
              row: 'hash-leak-shown' as const,
              source,
              picture: ids[0]!,
              topic: topic[0]!,
              original: png,
              mean: png,
              recovered: [{ hash: 'pdq', ridge: png, nearest: png, ridgeDb: 12, nearestDb: 11 }],
            },
          ]
        : []),
      ...(['none', 'shuffled', 'identity'] as const).flatMap((control): HashLeakageRow[] => [
        {
          row: 'hash-leak-membership',
          source,
          strategy: 'client-filter',
          control,
          means: name,
          listed: 60,
          perQuery: false,
          scores:
            control === 'shuffled'
              ? [
                  [1, 3, 0, 27],
                  [0, 27, 300, 273],
                ]
              : [
                  [1, 30, 0, 0],
                  [0, 0, 300, 300],
                ],
        },
        {
          row: 'hash-leak-membership',
          source,
          strategy: 'threshold-psi',
          control,
          means: 'looks at slots',
          listed: 60,
          perQuery: false,
          scores:
            control === 'identity'
              ? [
                  [1, 30, 0, 0],
                  [0, 0, 300, 300],
                ]
              : Array.from({ length: 300 }, (_, i): [number, number, number, number] => [
                  300 - i,
                  i % 10 === 0 ? 1 : 0,
                  1,
                  1,
                ]),
        },
      ]),
    ];
  });
}
