/**
 * The nearest-neighbour attack: guess the secret of a message from the known messages that look most like it. A universally consistent
 * classifier, so with more known messages its success nears the best possible; at any number it is a lower bound on the leakage.
 * Cherubin, Chatzikokolakis & Palamidessi, "F-BLEAU: fast black-box leakage estimation" (S&P 2019), for k = 1 and k = ln n. Channel and
 * k are chosen on known messages alone; the test messages are scored once.
 */
import { countsOf, mostCommon } from '../util/counts.ts';
import type { Rng } from '../util/rng.ts';
import { type Channel, has, type Labelled } from './features.ts';
import { type Candidate, chooser, Neighbourhood } from './vote.ts';

/** One guess. */
interface Guess {
  readonly success: boolean;
  /** What was used for it, e.g. 'bits, k=6'; 'prior' where no channel revealed anything. */
  readonly channel: string;
}

/** An attack scored on test messages. */
export interface AttackResult {
  /** In the order of the test messages. */
  readonly guesses: readonly Guess[];
  /** Success of the best guess without the view. */
  readonly chance: number;
  /** What was used for most of the guesses. */
  readonly channel: string;
}

/**
 * Guesses each test message's topic from training messages. A message may lack a channel (a role sees the picture of flagged messages
 * only), so the choice is made for each set of channels that messages have, by success on training messages with the same set, each
 * left out with all copies of its picture. A channel has to beat the training majority by two standard errors; else that is the guess.
 */
export function topicAttack(train: readonly Labelled[], test: readonly Labelled[], rng: Rng): AttackResult {
  const near = new Neighbourhood(train, (members) => [1, Math.max(1, Math.round(Math.log(members)))], rng);
  const majority = mostCommon(train.map((each) => each.label));
  const hit = judge(near, train, (each) => each.group);
  const choose = chooser(near.candidates, train, hit, (judged) => {
    const prior = judged.filter((i) => train[i]!.label === majority).length / Math.max(1, judged.length);
    return prior + 2 * Math.sqrt((prior * (1 - prior)) / Math.max(1, judged.length));
  });
  const guesses = test.map(({ features, label, group }) => {
    const by = choose(features);
    const guess = (by && near.guess(by.channel, [by.k], features, group)[0]) ?? majority;
    return { success: guess === label, channel: by?.name ?? 'prior' };
  });
  const largest = Math.max(0, ...countsOf(test.map((each) => each.label)).values());
  return result(guesses, test.length === 0 ? 0 : largest / test.length);
}

/**
 * Guesses which picture of the gallery each test message is, by the nearest entry. Channels are ranked by success on `probes`, other
 * messages of gallery pictures; without probes the fullest channel is used. The gallery has one entry for each picture.
 */
export function identityAttack(
  gallery: readonly Labelled[],
  probes: readonly Labelled[],
  test: readonly Labelled[],
  rng: Rng,
): AttackResult {
  const near = new Neighbourhood(gallery, () => [1], rng);
  const choose = chooser(near.candidates, probes, judge(near, probes), () => -1);
  const guesses = test.map(({ features, label }) => {
    const by = choose(features);
    const blind = (): string | undefined => (gallery.length > 0 ? rng.pick(gallery).label : undefined);
    const guess = by ? near.guess(by.channel, [1], features)[0] : blind();
    return { success: guess === label, channel: by?.name ?? 'prior' };
  });
  return result(guesses, gallery.length === 0 ? 0 : 1 / gallery.length);
}

/** The topic attack after the training labels were shuffled: whatever it still finds was never in the views. */
export const shuffledTopicAttack: typeof topicAttack = (train, test, rng) =>
  topicAttack(relabelled(train, rng), test, rng);

/**
 * The identity attack with probe and test labels shuffled. Not the gallery's: one shuffle of the gallery leaves about one picture in
 * place, and all messages of that picture would then succeed together.
 */
export const shuffledIdentityAttack: typeof identityAttack = (gallery, probes, test, rng) =>
  identityAttack(gallery, relabelled(probes, rng), relabelled(test, rng), rng);

/** Whether each candidate guesses each message right; the group that `leftOut` names has no vote on it. */
function judge(
  near: Neighbourhood,
  judged: readonly Labelled[],
  leftOut: (each: Labelled) => string | undefined = () => undefined,
): (candidate: Candidate, index: number) => boolean {
  const hits = new Map(near.candidates.map((each) => [each, new Set<number>()]));
  // One search serves all numbers of neighbours.
  for (const channel of new Set<Channel>(near.candidates.map((each) => each.channel))) {
    const same = near.candidates.filter((each) => each.channel === channel);
    const ks = same.map((each) => each.k);
    judged.forEach((each, index) => {
      if (!has(each.features, channel)) return;
      const guesses = near.guess(channel, ks, each.features, leftOut(each));
      for (const [i, candidate] of same.entries()) if (guesses[i] === each.label) hits.get(candidate)!.add(index);
    });
  }
  return (candidate, index) => hits.get(candidate)!.has(index);
}

const result = (guesses: readonly Guess[], chance: number): AttackResult => ({
  guesses,
  chance,
  channel: mostCommon(guesses.map((each) => each.channel)) ?? 'prior',
});

function relabelled(items: readonly Labelled[], rng: Rng): Labelled[] {
  const labels = rng.shuffle(items.map((each) => each.label));
  return items.map((each, i) => ({ ...each, label: labels[i]! }));
}
