/**
 * Guessing a label, such as the topic, of messages from messages whose label is known: by the nearest known messages, or, where everything
 * to compare is bits of the hash or a picture, by a linear boundary. Which of the two is decided on a part of the known messages, so that
 * the test messages are guessed once.
 */
import type { Labelled, MessageFeatures } from '../../attack/features.ts';
import { type AttackResult, topicAttack } from '../../attack/nearest.ts';
import type { Example } from '../../metric/examples.ts';
import { heldOutAttack } from '../../metric/held-out-attack.ts';
import { countsOf } from '../../util/counts.ts';
import type { Rng } from '../../util/rng.ts';

/** Share of the known groups on which the attacker is chosen. */
const validationShare = 0.25;

/** Fewer known messages with the same parts cannot be parted once more. */
const fewest = 40;

/** The attack. Messages that have not the parts of most are guessed by their neighbours in any case. */
export function labelAttack(train: readonly Labelled[], test: readonly Labelled[], rng: Rng): AttackResult {
  const near = topicAttack(train, test, rng);
  const parts = mostParts(test);
  const alike = (messages: readonly Labelled[]): Labelled[] =>
    messages.filter((each) => partsOf(each.features) === parts);
  const known = alike(train);
  if (parts === '' || known.length < fewest) return near;
  const held = new Set(
    rng.shuffle([...new Set(known.map(({ group }) => group))]).filter((_, i, all) => i < all.length * validationShare),
  );
  const learn = known.filter(({ group }) => !held.has(group));
  const judged = known.filter(({ group }) => held.has(group));
  const places = [...test.keys()].filter((i) => partsOf(test[i]!.features) === parts);
  if (learn.length === 0 || judged.length === 0 || places.length === 0) return near;
  const linear = heldOutAttack(
    {
      train: learn.map(exampleOf),
      validation: judged.map(exampleOf),
      test: places.map((i) => exampleOf(test[i]!)),
    },
    { learners: ['logistic'] },
  );
  const nearest = topicAttack(learn, judged, rng).guesses.filter(({ success }) => success).length;
  const best = Math.max(...linear.validation.map(({ success }) => success.k));
  if (best <= nearest || linear.attacker.learner !== 'logistic') return near;
  const guesses = near.guesses.slice();
  const { values, secrets, truth } = linear.posteriors;
  places.forEach((place, i) => {
    const row = values.subarray(i * secrets.length, (i + 1) * secrets.length);
    guesses[place] = { success: row.indexOf(Math.max(...row)) === truth[i], channel: linear.attacker.name };
  });
  return { ...near, guesses, channel: linear.attacker.name };
}

/** The labels of the known messages dealt anew: whatever is still found was never in the views. */
export function shuffledLabelAttack(train: readonly Labelled[], test: readonly Labelled[], rng: Rng): AttackResult {
  const labels = rng.shuffle(train.map(({ label }) => label));
  return labelAttack(
    train.map((each, i) => ({ ...each, label: labels[i]! })),
    test,
    rng,
  );
}

/** What a linear boundary could be drawn in. */
const partsOf = ({ bits, bitsLength, embedding }: MessageFeatures): string =>
  [bits && `bits ${bitsLength ?? bits.length * 8}`, embedding && 'embedding'].filter((each) => each).join();

const mostParts = (test: readonly Labelled[]): string =>
  [...countsOf(test.map(({ features }) => partsOf(features)))].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';

const exampleOf = ({ label, group, features }: Labelled): Example => ({
  secret: label,
  group,
  ...(features.bits ? { bits: features.bits } : {}),
  ...(features.embedding ? { vector: features.embedding } : {}),
});
