/** Every model under models/ has a card that says what it is, under which terms, and what not to believe. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { classifierLabels, classifierNames } from '../../src/classify/index.ts';
import { headNames, readCard, readHead, seenPictures } from '../../src/classify/model-folder.ts';
import { check } from '../../src/schema/check.ts';
import { HeadCard, ModelCard } from '../../src/schema/model-card.ts';
import { TrainMetrics } from '../../src/train/metrics.ts';
import { MissingError } from '../../src/util/errors.ts';

const models = resolve(import.meta.dirname, '../../models');
const folders = readdirSync(models, { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map(({ name }) => name);
const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(models, ...path), 'utf8'));

test('there are models', () => expect(folders.length).toBeGreaterThan(4));

describe.each(folders)('models/%s', (name) => {
  test('has a card that fits the schema and bears its name', () => {
    const card = readCard(name);
    expect(card.name).toBe(name);
    expect(check(ModelCard, json(name, 'card.json'), name)).toEqual(card);
  });

  test('holds no picture', () => {
    const files = readdirSync(join(models, name), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.(jpe?g|png|webp|gif|avif|tiff?|f32|bin)$/i.test(file))).toEqual([]);
  });
});

test.each(classifierNames())('%s: the card has the labels of its scores', (name) => {
  const card = readCard(name);
  expect(card.kind).not.toBe('hash');
  if (card.kind !== 'hash') expect(card.labels).toEqual(classifierLabels(name));
});

describe.each(headNames())('head %s', (name) => {
  const head = readHead(name);

  test('card and metrics are about these weights', () => {
    const card = check(HeadCard, readCard(name), name);
    const metrics = check(TrainMetrics, json(name, 'metrics.json'), `metrics of ${name}`);
    expect([card.sha256, metrics.head.sha256]).toEqual([head.sha256, head.sha256]);
    expect(card.network).toEqual({ name: head.network.name, sha256: head.network.sha256 });
    expect(card.trainedOn.sha256).toBe(metrics.dataset.sha256);
    expect(head.network.sha256).toBe((json(head.network.name, 'card.json') as { sha256: string }).sha256);
  });

  test('tells which pictures it has seen, and none of them was in the test', () => {
    const split = json(name, 'split.json') as Record<'train' | 'validation' | 'test', string[]>;
    const metrics = json(name, 'metrics.json') as TrainMetrics;
    const seen = seenPictures(name);
    for (const part of ['train', 'validation', 'test'] as const)
      expect(split[part]).toHaveLength(metrics.parts[part].pictures);
    expect(split.test.filter((each) => seen.has(each))).toEqual([]);
    expect(seen.size).toBeGreaterThan(0);
  });

  test('beats the nearest mean on the same pictures', () => {
    const { test: found } = json(name, 'metrics.json') as TrainMetrics;
    expect(Math.min(found.difference.low, found.difference.clusterLow)).toBeGreaterThan(0);
  });
});

test('on photographs the intervals of head and nearest mean do not even overlap', () => {
  const { test: found } = json('clothing-grocery', 'metrics.json') as TrainMetrics;
  expect(found.separated).toBe(true);
  expect(found.accuracy.low).toBeGreaterThan(found.baseline.high);
});

test('a model that is not there has no card', () => {
  expect(existsSync(join(models, 'nothing'))).toBe(false);
  expect(() => readCard('nothing')).toThrow(MissingError);
});
