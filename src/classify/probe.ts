/** Tests with two synthetic pictures whether a classifier works at all. */
import type { Raster } from '../image/raster.ts';
import { UserError } from '../util/errors.ts';
import { seededRng } from '../util/rng.ts';
import type { Classifier } from './classifier.ts';

const [width, height] = [48, 32];

/** A grey and a colour picture of noise. Neither is square, like most pictures. */
const pictures = (): Raster[] =>
  ([1, 3] as const).map((channels) => ({
    width,
    height,
    channels,
    data: seededRng(0, `probe/${channels}`).bytes(width * height * channels),
  }));

/** Classifies them. Throws a UserError about invalid answers. */
export async function probeClassifier(classifier: Classifier): Promise<void> {
  const { name, labels, embeddingLength } = classifier;
  for (const picture of pictures()) {
    const { scores, embedding } = await classifier.classify(picture);
    if (scores.length !== labels.length)
      throw new UserError(`The classifier ${name} gives ${scores.length} scores for ${labels.length} labels`);
    if (!scores.every(Number.isFinite))
      throw new UserError(
        `The classifier ${name} gives scores that are not numbers: [${scores.slice(0, 8).join(', ')}]`,
      );
    if (embedding.length !== embeddingLength || !embedding.every(Number.isFinite))
      throw new UserError(
        `The classifier ${name} gives an embedding of ${embedding.length} floats, where ${embeddingLength} numbers should be`,
      );
  }
}
