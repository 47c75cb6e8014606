/** Training: splits by source picture, a head that learns what is there, the same bytes for the same seed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headLogits, headScores } from '../../src/classify/head.ts';
import type { Example } from '../../src/train/embed.ts';
import { partNames, splitByGroup } from '../../src/train/embed.ts';
import {
  type FitOptions,
  fitHead,
  fitTemperature,
  negativeLogLikelihood,
  scaled,
  scalingOf,
  unscaled,
} from '../../src/train/fit.ts';
import { calibrationGain, decide, judge, nearestMean } from '../../src/train/judge.ts';
import { InterruptedError, UserError } from '../../src/util/errors.ts';
import { normalVariate } from '../../src/util/normal.ts';
import { seededRng } from '../../src/util/rng.ts';

describe('the split', () => {
  const arbitrary = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 2 })), {
    minLength: 40,
    maxLength: 120,
  });

  test('no group is on two sides, every label is on all, nothing is lost, and the order does not matter', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 0, max: 99 }), (pairs, seed) => {
        // A group's label follows from its number, so that a group has one label.
        const pictures = pairs.map(([group], i) => ({ id: `${i}`, group: `${group}`, topic: `t${group % 3}` }));
        const groups = new Map(pictures.map(({ group, topic }) => [group, topic]));
        const enough = [0, 1, 2].every((t) => [...groups.values()].filter((topic) => topic === `t${t}`).length >= 3);
        fc.pre(enough);
        const parts = splitByGroup(pictures, { seed });
        expect(partNames.flatMap((name) => parts[name].map(({ id }) => id)).sort()).toEqual(
          pictures.map(({ id }) => id).sort(),
        );
        const sides = partNames.map((name) => new Set(parts[name].map(({ group }) => group)));
        expect(sides.reduce((sum, side) => sum + side.size, 0)).toBe(groups.size);
        for (const name of partNames) expect(new Set(parts[name].map(({ topic }) => topic)).size).toBe(3);
        expect(splitByGroup(pictures.toReversed(), { seed })).toEqual(parts);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('a label with too few source pictures is one sentence', () => {
    const pictures = [1, 2, 3, 4, 5, 6].map((i) => ({
      id: `${i}`,
      group: `${i % 5}`,
      topic: i < 3 ? 'rare' : 'other',
    }));
    expect(() => splitByGroup(pictures, { seed: 1 })).toThrow(UserError);
    expect(() => splitByGroup(pictures, { seed: 1 })).toThrow("The label 'rare' has 2 source pictures");
  });
});

describe('scaling', () => {
  test('into the first layer: the same logits from embeddings as they are', () => {
    const rng = seededRng(1, 'scaling');
    const examples = Array.from(
      { length: 20 },
      (_, i): Example => ({
        embedding: Float32Array.from({ length: 5 }, (_, j) => 3 * j + normalVariate(rng)),
        label: 'a',
        group: `${i}`,
      }),
    );
    const scaling = scalingOf(examples);
    const layer = {
      inputs: 5,
      outputs: 2,
      activation: 'none' as const,
      weights: Float32Array.from({ length: 10 }, () => normalVariate(rng)),
      bias: Float32Array.of(0.5, -0.5),
    };
    const rows = scaled(examples, scaling);
    const moved = unscaled([layer], scaling);
    for (const [i, { embedding }] of examples.entries()) {
      const before = headLogits([layer], rows.subarray(5 * i, 5 * i + 5));
      for (const [j, logit] of headLogits(moved, embedding).entries()) expect(logit).toBeCloseTo(before[j]!, 4);
    }
    expect(rows.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 3);
    expect(Math.sqrt(rows.reduce((sum, each) => sum + each * each, 0) / rows.length)).toBeCloseTo(1, 5);
  });
});

describe('the temperature', () => {
  const rows = (n: number, certainty: number) => {
    const rng = seededRng(3, 'temperature');
    return Array.from({ length: n }, () => {
      const logits = [normalVariate(rng), normalVariate(rng), normalVariate(rng)];
      const powers = logits.map(Math.exp);
      const draw = rng.next() * powers.reduce((a, b) => a + b);
      const actual = powers.findIndex((_, i) => powers.slice(0, i + 1).reduce((a, b) => a + b) > draw);
      return { logits: logits.map((logit) => logit * certainty), actual };
    });
  };

  test.each([0.5, 1, 3])('of labels drawn from softmax(logits / %f) is found again', (certainty) => {
    const temperature = fitTemperature(rows(4000, certainty));
    expect(temperature / certainty).toBeGreaterThan(0.9);
    expect(temperature / certainty).toBeLessThan(1.1);
  });

  test('is the best one: no neighbour has a higher likelihood', () => {
    const some = rows(300, 2);
    const best = fitTemperature(some);
    const loss = (temperature: number): number => negativeLogLikelihood(some, temperature, 1 / 302);
    for (const other of [best * 0.99, best * 1.01]) expect(loss(best)).toBeLessThanOrEqual(loss(other));
    expect(fitTemperature([])).toBe(1);
  });

  test('is no extreme where every decision is right: scores come to 1 − 1 / (n + 2)', () => {
    const right = Array.from({ length: 98 }, (_, i) => ({ logits: i % 2 ? [4, 0] : [0, 4], actual: i % 2 ? 0 : 1 }));
    const temperature = fitTemperature(right);
    expect(1 / (1 + Math.exp(-4 / temperature))).toBeCloseTo(0.99, 4);
  });
});

/** Three labels whose embeddings are two rings and a spot: no plane and no mean tells them apart. */
function rings(count: number, stream: string): Example[] {
  const rng = seededRng(9, stream);
  const labels = ['spot', 'inner', 'outer'];
  return Array.from({ length: count }, (_, i) => {
    const label = i % 3;
    const angle = 2 * Math.PI * rng.next();
    const radius = 2 * label + 0.3 * normalVariate(rng);
    const noise = Array.from({ length: 6 }, () => 0.2 * normalVariate(rng));
    return {
      embedding: Float32Array.of(5 + radius * Math.cos(angle), radius * Math.sin(angle), ...noise),
      label: labels[label]!,
      group: `${stream}${i}`,
    };
  });
}

/** Labels of unequal size along two directions, which a plane tells apart but for noise. */
function planes(count: number, stream: string): Example[] {
  const rng = seededRng(10, stream);
  return Array.from({ length: count }, (_, i) => {
    const rare = i % 10 === 0;
    const embedding = Float32Array.from({ length: 12 }, () => normalVariate(rng));
    embedding[3]! += rare ? 2.5 : 0;
    return { embedding, label: rare ? 'rare' : 'common', group: `${stream}${i}` };
  });
}

const options = (change: Partial<FitOptions>): FitOptions => ({
  name: 'tiny',
  labels: ['common', 'rare'],
  kind: 'logistic',
  seed: 1,
  network: { name: 'net', sha256: 'ab'.repeat(32), embeddingLength: 12 },
  ...change,
});
const parts = { train: planes(300, 'a'), validation: planes(100, 'b'), test: planes(300, 'c') };
/** Enough to fit something: what does not hang on how good a head is. */
const few = { train: planes(60, 'a'), validation: planes(30, 'b'), test: planes(30, 'c') };
const ringParts = { train: rings(300, 'a'), validation: rings(90, 'b'), test: rings(300, 'c') };
const onRings = (change: Partial<FitOptions> = {}): FitOptions =>
  options({
    labels: ['inner', 'outer', 'spot'],
    kind: 'mlp',
    network: { name: 'net', sha256: 'ab'.repeat(32), embeddingLength: 8 },
    ...change,
  });

describe('fitting', () => {
  const fitted = fitHead(parts, options({}));

  test('the same seed gives the same bytes, another seed others', async () => {
    const [first, second, other] = [
      await fitHead(few, options({})),
      await fitHead(few, options({})),
      await fitHead(few, options({ seed: 2 })),
    ];
    expect(JSON.stringify(second.file)).toBe(JSON.stringify(first.file));
    expect(second.curve).toEqual(first.curve);
    expect(JSON.stringify(other.file)).not.toBe(JSON.stringify(first.file));
  });

  test('the rare label is found as often as the common one', async () => {
    const { head } = await fitted;
    const found = judge(head, nearestMean(parts.train, head.labels), parts, 1);
    const recall = (label: string): number => found.labels.find((each) => each.label === label)!.recall.estimate!;
    expect(recall('rare')).toBeGreaterThan(0.75);
    expect(recall('common')).toBeGreaterThan(0.75);
    expect(found.labels.map(({ test: n }) => n)).toEqual([270, 30]);
  });

  test('an MLP tells rings apart, the nearest mean and a plane do not', async () => {
    const mlp = await fitHead(ringParts, onRings());
    const line = await fitHead(ringParts, onRings({ kind: 'logistic' }));
    const baseline = nearestMean(ringParts.train, mlp.head.labels);
    const rate = (head: typeof mlp.head) => judge(head, baseline, ringParts, 1);
    expect(rate(mlp.head).accuracy.estimate).toBeGreaterThan(0.9);
    expect(rate(line.head).accuracy.estimate).toBeLessThan(0.75);
    expect(rate(mlp.head).separated).toBe(true);
    expect(rate(mlp.head).difference.low).toBeGreaterThan(0);
    expect(mlp.curve.at(-1)!.epoch - mlp.bestEpoch).toBeLessThanOrEqual(10);
    const { before, after } = calibrationGain(mlp.head, ringParts.validation);
    expect(after.nll).toBeLessThan(before.nll + 0.01);
  });

  test('scores are those of the layers that were written', async () => {
    const { head } = await fitted;
    const scores = headScores(head, parts.test[0]!.embedding);
    expect(scores.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    expect(decide(scores)).toBe(decide(headLogits(head.layers, parts.test[0]!.embedding)));
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    const fitting = fitHead(parts, options({ signal: stop.signal, onEpoch: () => stop.abort() }));
    await expect(fitting).rejects.toBeInstanceOf(InterruptedError);
  });

  test('keeps no tensor', async () => {
    const { loadRuntime } = await import('../../src/classify/runtime.ts');
    const { tf } = await loadRuntime('wasm');
    await fitted;
    const before = tf.memory().numTensors;
    await fitHead(few, options({ seed: 3 }));
    expect(tf.memory().numTensors).toBe(before);
  });
});
