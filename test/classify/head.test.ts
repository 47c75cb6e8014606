/** Heads: scores as computed by hand, and one sentence for whatever is wrong with a head's file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Classifier } from '../../src/classify/classifier.ts';
import { headClassifier, headScores, readHeadValue } from '../../src/classify/head.ts';
import { loadable } from '../../src/classify/index.ts';
import { readHead, seenPictures } from '../../src/classify/model-folder.ts';
import type { Head } from '../../src/schema/head.ts';
import { toBase64 } from '../../src/util/base64.ts';
import { MissingError, reasonOf, UserError } from '../../src/util/errors.ts';
import { waves } from './picture.ts';
import { floatBytes } from './tiny-network.ts';

const floats = (...values: number[]): string => toBase64(floatBytes(values));
const sha256 = 'ab'.repeat(32);

/** Two inputs, two hidden units, three labels. */
const file: Head = {
  version: 1,
  name: 'tiny',
  kind: 'mlp',
  network: { name: 'net', sha256, embeddingLength: 2 },
  labels: ['a', 'b', 'c'],
  layers: [
    { inputs: 2, outputs: 2, activation: 'relu', weights: floats(1, -1, 2, 0.5), bias: floats(0, 0.25) },
    { inputs: 2, outputs: 3, activation: 'none', weights: floats(1, 0, -1, 0.5, 0.5, 2), bias: floats(0, 1, 0) },
  ],
  temperature: 2,
};
const head = readHeadValue(file, 'Head tiny');

/** A network whose embedding is what the first two bytes of a picture are. */
const network = (digest = sha256): Classifier => {
  const classify: Classifier['classify'] = async ({ data }) => ({
    scores: [1],
    embedding: Float32Array.of(data[0]!, data[1]!),
  });
  return {
    name: 'net',
    labels: ['x'],
    embeddingLength: 2,
    backend: 'none',
    inference: { runtime: 'none 1.0.0', kernels: 'javascript' },
    sha256: digest,
    preprocessing: 'none',
    classify,
    classifyMany: (images) => Promise.all(images.map(classify)),
  };
};

describe('scores', () => {
  test('as computed by hand: layers, ReLU, temperature, softmax', () => {
    // x = (3, 1): hidden = relu(3 + 2, −3 + 0.5 + 0.25) = (5, 0); logits = (5, 1, −5); over 2: (2.5, 0.5, −2.5).
    const powers = [2.5, 0.5, -2.5].map(Math.exp);
    const sum = powers.reduce((a, b) => a + b, 0);
    expect(
      headScores(head, [3, 1])
        .map((score, i) => score - powers[i]! / sum)
        .every((gap) => Math.abs(gap) < 1e-12),
    ).toBe(true);
  });

  test('as a classifier on a network, one by one and many at once', async () => {
    const classifier = headClassifier(head, network());
    expect(classifier).toMatchObject({
      name: 'tiny',
      labels: ['a', 'b', 'c'],
      embeddingLength: 2,
      sha256: head.sha256,
    });
    const image = waves(8, 8, 1);
    const { scores, embedding } = await classifier.classify(image);
    expect(scores).toEqual(headScores(head, [image.data[0]!, image.data[1]!]));
    expect(classifier.scoresOf!(embedding)).toEqual(scores);
    expect(await classifier.classifyMany([image, waves(8, 8, 2)])).toContainEqual({ scores, embedding });
  });

  test('the digest is of what decides them, not of the name', () => {
    const digest = (change: Partial<Head>): string => readHeadValue({ ...file, ...change }, 'h').sha256;
    expect(digest({ name: 'other' })).toBe(head.sha256);
    const others = [{ temperature: 1 }, { labels: ['a', 'b', 'd'] }, { network: { ...file.network, name: 'n' } }];
    expect(new Set([head.sha256, ...others.map(digest)]).size).toBe(4);
  });
});

const [first, second] = file.layers as [Head['layers'][0], Head['layers'][0]];

describe('what is wrong is one sentence', () => {
  test.each<[string, unknown, RegExp]>([
    ['no object', 3, /^Head h: must be object/],
    ['an unknown key', { ...file, bias: 1 }, /unknown key bias/],
    ['another version', { ...file, version: 2 }, /at \/version/],
    ['an unknown kind', { ...file, kind: 'svm' }, /at \/kind: expected one of logistic, mlp/],
    ['one label', { ...file, labels: ['a'] }, /at \/labels/],
    ['a label twice', { ...file, labels: ['a', 'b', 'b'] }, /at \/labels/],
    ['a label too few', { ...file, labels: ['a', 'b'] }, /its last layer gives 3 scores, but there are 2 labels/],
    [
      'a layer too wide',
      { ...file, layers: [{ ...first, inputs: 3 }, second] },
      /at \/layers\/0: it needs 3 floats, but gets 2/,
    ],
    [
      'layers that do not meet',
      { ...file, layers: [first, { ...second, inputs: 4 }] },
      /at \/layers\/1: it needs 4 floats, but gets 2/,
    ],
    [
      'weights cut short',
      { ...file, layers: [{ ...first, weights: floats(1, 2, 3) }, second] },
      /weights: 12 bytes instead of 4 32-bit floats/,
    ],
    [
      'weights that are no base64',
      { ...file, layers: [{ ...first, weights: 'A' }, second] },
      /at \/layers\/0\/weights is not valid base64/,
    ],
    [
      'weights of another alphabet',
      { ...file, layers: [{ ...first, weights: '@@@@' }, second] },
      /at \/layers\/0\/weights/,
    ],
    [
      'NaN among the weights',
      { ...file, layers: [{ ...first, weights: floats(1, 2, Number.NaN, 4) }, second] },
      /at \/layers\/0\/weights: float 2 is NaN, which is not a number/,
    ],
    [
      'an infinite bias',
      { ...file, layers: [first, { ...second, bias: floats(0, Infinity, 0) }] },
      /at \/layers\/1\/bias: float 1 is Infinity/,
    ],
    ['a temperature of 0', { ...file, temperature: 0 }, /at \/temperature/],
    ['a digest that is none', { ...file, network: { ...file.network, sha256: 'abc' } }, /at \/network\/sha256/],
  ])('%s', (_, value, sentence) => {
    const read = (): unknown => readHeadValue(value, 'Head h');
    expect(read).toThrow(UserError);
    expect(read).toThrow(sentence);
    try {
      read();
    } catch (error) {
      expect(reasonOf(error).split('\n')).toHaveLength(1);
    }
  });

  test('the head of another network', () => {
    expect(() => headClassifier(head, network('cd'.repeat(32)))).toThrow(
      'The head tiny was trained on net with weights abababababab…, but net here has cdcdcdcdcdcd…: train it again with presend train',
    );
    expect(() => headClassifier(head, { ...network(), embeddingLength: 3 })).toThrow(UserError);
  });
});

describe('in a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'presend-head-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, files: Record<string, string>): string => {
    const path = join(folder, name);
    mkdirSync(path);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
    return path;
  };

  test('a head and the pictures that it has seen', () => {
    const digests = ['0123456789abcdef', 'fedcba9876543210'];
    const path = write('good', {
      'head.json': JSON.stringify(file),
      'split.json': JSON.stringify({ train: [digests[0]], validation: [digests[1]], test: ['1'.repeat(16)] }),
    });
    expect(readHead(path)).toEqual(head);
    expect([...seenPictures(path)]).toEqual(digests);
  });

  test('a head that is not there is a MissingError', () => {
    expect(() => readHead(join(folder, 'nothing'))).toThrow(MissingError);
    expect(() => readHead(join(folder, 'nothing'))).toThrow('presend train makes one');
  });

  test.each([
    ['cut', JSON.stringify(file).slice(0, 200), /^Head .* is not valid JSON: /],
    ['empty', '', /^Head .* is not valid JSON: /],
  ])('a file that is %s', (name, text, sentence) => {
    const path = write(name, { 'head.json': text, 'split.json': '{"train":["x"],"validation":[]}' });
    expect(() => readHead(path)).toThrow(UserError);
    expect(() => readHead(path)).toThrow(sentence);
    expect(() => seenPictures(path)).toThrow('expected train and validation');
  });

  test('of an unknown name: the names there are', () => {
    expect(() => loadable('clothing-grocer')).toThrow(/^Unknown classifier 'clothing-grocer'\. .*nsfwjs-mobilenet-v2/);
  });
});
