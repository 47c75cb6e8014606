/** Classifiers are asked once before any picture: what is wrong with one is said at once. */
import { expect, test } from 'vitest';
import type { Classification, Classifier } from '../../src/classify/classifier.ts';
import { probeClassifier } from '../../src/classify/probe.ts';
import type { Raster } from '../../src/image/raster.ts';
import { UserError } from '../../src/util/errors.ts';

const classifier = (answer: (image: Raster) => Classification): Classifier => ({
  name: 'mine',
  labels: ['a', 'b'],
  embeddingLength: 3,
  backend: 'cpu',
  inference: { runtime: 'none 1.0.0', kernels: 'javascript' },
  sha256: '0'.repeat(64),
  preprocessing: 'none',
  classify: async (image) => answer(image),
  classifyMany: async (images) => images.map(answer),
});
const sound = { scores: [0.25, 0.75], embedding: Float32Array.of(1, 2, 3) };

test('a sound classifier passes, and is asked about grey and colour', async () => {
  const channels: number[] = [];
  await probeClassifier(
    classifier((image) => {
      channels.push(image.channels);
      return sound;
    }),
  );
  expect(channels).toEqual([1, 3]);
});

test.each<[string, Partial<Classification>, RegExp]>([
  ['scores that are no numbers', { scores: [Number.NaN, 1] }, /gives scores that are not numbers: \[NaN, 1\]/],
  ['other labels than scores', { scores: [1] }, /gives 1 scores for 2 labels/],
  ['an embedding of another length', { embedding: Float32Array.of(1) }, /an embedding of 1 floats, where 3 numbers/],
  ['an embedding with NaN', { embedding: Float32Array.of(1, Number.NaN, 2) }, /where 3 numbers should be/],
])('runs C1: %s', async (_, wrong, sentence) => {
  const asked = probeClassifier(classifier(() => ({ ...sound, ...wrong })));
  await expect(asked).rejects.toBeInstanceOf(UserError);
  await expect(probeClassifier(classifier(() => ({ ...sound, ...wrong })))).rejects.toThrow(sentence);
});

test('runs C1: one that cannot take colour', async () => {
  const grey = classifier((image) => {
    if (image.channels === 3) throw new UserError('cannot take its input');
    return sound;
  });
  await expect(probeClassifier(grey)).rejects.toThrow('cannot take its input');
});
