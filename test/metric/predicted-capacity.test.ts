/** The table of capacities by construction, and split views: private-matching reference, sections 2.7 and 2.9. */
import { describe, expect, test } from 'vitest';
import { exactLeakage, uniformChannel } from '../../src/metric/channel.ts';
import { gossipClients, gossipDetection } from '../../src/metric/gossip.ts';
import { bucketRecall, type Design, predictedCapacity } from '../../src/metric/predicted-capacity.ts';
import { splitView } from '../../src/metric/split-view.ts';
import { seededRng } from '../../src/util/rng.ts';

const [N, L] = [10_000, 7];

test.each<[Design, number]>([
  [{ design: 'server scan', gallery: N }, N],
  [{ design: 'end-to-end encryption', lengths: L }, L],
  [{ design: 'escrow', lengths: L, gallery: N, used: false }, L],
  [{ design: 'escrow', lengths: L, gallery: N, used: true }, N],
  [{ design: 'user report', lengths: L, gallery: N, reported: false }, L],
  [{ design: 'user report', lengths: L, gallery: N, reported: true }, N],
  [{ design: 'client list', lengths: L, matchedItems: 12 }, 13 * L],
  [{ design: 'client warns', lengths: L }, L],
  [{ design: 'hash upload', lengths: L, hashes: 9_800 }, 9_800 * L],
  [{ design: 'prefix lookup', buckets: 5_000, bits: 16 }, 5_000],
  [{ design: 'prefix lookup', buckets: 5_000, bits: 8 }, 256],
  [{ design: 'similarity bucket', bits: 9, noise: 0.05 }, 322.688],
  [{ design: 'private set intersection', lengths: L }, L],
  [{ design: 'threshold PSI', synthetic: 0.01 }, 1.99],
  [{ design: 'client classifier', flagged: null }, 2],
  [{ design: 'client classifier', flagged: 30 }, 31],
])('%o', (design, capacity) => expect(predictedCapacity(design)).toBeCloseTo(capacity, 3));

test('sampled bits with 5 % noise: 8.33 bits for 9, 14.8 for 16', () => {
  const bits = (of: number) => Math.log2(predictedCapacity({ design: 'similarity bucket', bits: of, noise: 0.05 }));
  expect(bits(9)).toBeCloseTo(8.33, 2);
  expect(bits(16)).toBeCloseTo(14.8, 1);
});

test('the lines that are channels: equal to the exact capacity', () => {
  const flip = [0, 1, 2, 3, 4, 5, 6, 7];
  const ones = (x: number) => x.toString(2).replaceAll('0', '').length;
  const three = uniformChannel(flip.map((x) => flip.map((y) => 0.05 ** ones(x ^ y) * 0.95 ** (3 - ones(x ^ y)))));
  expect(predictedCapacity({ design: 'similarity bucket', bits: 3, noise: 0.05 })).toBeCloseTo(
    exactLeakage(three).capacity,
    12,
  );
  const vouchers = uniformChannel([
    [1, 0],
    [0.01, 0.99],
  ]);
  expect(predictedCapacity({ design: 'threshold PSI', synthetic: 0.01 })).toBeCloseTo(
    exactLeakage(vouchers).capacity,
    12,
  );
  // Two lengths; of six pictures two match, each its own item, which a report names.
  const views = ['1', '1 item a', '2', '2 item b', '1', '2'];
  const list = uniformChannel(views.map((view) => [...new Set(views)].map((each) => (each === view ? 1 : 0))));
  expect(exactLeakage(list).capacity).toBeLessThanOrEqual(
    predictedCapacity({ design: 'client list', lengths: 2, matchedItems: 2 }),
  );
});

test('what the bucket holds at 31 of 256 bits: 0.959 with 25 % of the list, 0.903 with 3.8 %', () => {
  const [nine, sixteen] = [
    { bits: 9, radius: 3, noise: 0.05 },
    { bits: 16, radius: 4, noise: 0.05 },
  ];
  expect(bucketRecall(nine, 31 / 256)).toBeCloseTo(0.959, 3);
  expect(bucketRecall(nine, 0.5)).toBeCloseTo(0.254, 3);
  expect(bucketRecall(sixteen, 31 / 256)).toBeCloseTo(0.903, 3);
  expect(bucketRecall(sixteen, 0.5)).toBeCloseTo(0.0384, 4);
});

test('one sentence for numbers that leave nothing', () => {
  expect(() => predictedCapacity({ design: 'server scan', gallery: 0 })).toThrow(RangeError);
  expect(() => predictedCapacity({ design: 'hash upload', lengths: L, hashes: Number.NaN })).toThrow(RangeError);
});

describe('split views', () => {
  test('by hand, and the fewest clients that notice', () => {
    expect(gossipDetection(0.01, 1)).toBeCloseTo(0.01, 15);
    expect(gossipDetection(0.5, 3)).toBeCloseTo(0.875, 15);
    expect(gossipClients(0.01)).toBe(299);
    expect(gossipDetection(0.01, 299)).toBeGreaterThanOrEqual(0.95);
    expect(gossipDetection(0.01, 298)).toBeLessThan(0.95);
    expect(gossipClients(0)).toBe(Infinity);
    expect(gossipClients(1)).toBe(1);
    expect(gossipClients(0.05, 0.0975)).toBe(2);
  });

  test('clients that compare only with each other need one of each: simulated', () => {
    expect(splitView(0.5, 2).among).toBeCloseTo(0.5, 15);
    const rng = seededRng(1);
    let found = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const held = Array.from({ length: 4 }, () => rng.next() < 0.3);
      if (held.includes(true) && held.includes(false)) found++;
    }
    expect(Math.abs(found / 4000 - splitView(0.3, 4).among)).toBeLessThan(0.025);
  });
});
