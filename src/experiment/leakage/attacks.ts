/** Every attack on what one adversary saw, each beside its controls: the same with labels dealt anew, and with the label in the view. */

import type { Labelled, MessageFeatures } from '../../attack/features.ts';
import { canLearn, guessMatches, type Look, shuffledMatches } from '../../attack/match-guess.ts';
import { type AttackResult, topicAttack } from '../../attack/nearest.ts';
import { type RankResult, rankAttack, shuffledRankAttack } from '../../attack/rank.ts';
import type { Example } from '../../metric/examples.ts';
import { heldOutAttack } from '../../metric/held-out-attack.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { ChainLink } from '../../strategy/strategy.ts';
import { countsOf } from '../../util/counts.ts';
import { firstOfEach } from '../../util/group-by.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { Observed } from './observe.ts';
import type { LeakAttackRow, Secret } from './rows.ts';
import { asSent, recompressed } from './run.ts';

/** A message with all that is true of it and all that was seen of it; `seen` is undefined where nothing was. */
export interface Known {
  /** Place among the run's messages. */
  readonly index: number;
  readonly key: string;
  readonly picture: string;
  readonly group: string;
  readonly topic: string;
  readonly content: string;
  readonly split: string;
  readonly sender: string;
  readonly matched: boolean;
  /** It was handed over to somebody: no longer a silent message. */
  readonly handed: boolean;
  readonly seen: Observed | undefined;
  /** What the adversary makes of it by its own list: '' where it cannot tell, or has no list. */
  readonly verdict: string;
  /** What anybody computes who has the file. */
  readonly own: Pick<MessageFeatures, 'bits' | 'bitsLength' | 'embedding'>;
}

/** What is attacked. */
interface Attacked {
  readonly about: Pick<LeakAttackRow, 'row' | 'cell' | 'strategy' | 'adversary' | 'when'>;
  readonly seed: number;
  /** Messages of people, and those of the adversary's own accounts. */
  readonly real: readonly Known[];
  readonly gallery: readonly Known[];
}

/** What a match is guessed from, as the attack rows call it. */
const waysOfLooking = {
  traffic: ['packets', 'sizes'],
  match: ['packets', 'own computation', 'packets and own computation', 'sizes and own computation'],
} as const;

type Control = LeakAttackRow['control'];
const controls: readonly Control[] = ['none', 'shuffled', 'planted'];
const nothing: MessageFeatures = { sizes: new Map() };

/** All attacks on a view that showed something. */
export function attackRows(attacked: Attacked): LeakAttackRow[] {
  return [...wholeView(attacked), ...chainLink(attacked)];
}

/** The part of a provider's view that makes it a link of the data-processing chain. Of sizes and endpoints each link shows nothing. */
const parts: Readonly<Record<ChainLink, (seen: MessageFeatures, each: Observed) => MessageFeatures>> = {
  outcome: (_, { outcome }) => ({ ...nothing, symbol: outcome }),
  entry: (_, { entry }) => ({ ...nothing, symbol: entry }),
  hash: ({ bits }) => ({ ...nothing, bits }),
  picture: ({ bits, embedding }) => ({ ...nothing, bits, embedding }),
};

/** The attacks on topic and picture, with nothing but the link's part of the view. */
function chainLink(attacked: Attacked): LeakAttackRow[] {
  const { strategy, adversary, when } = attacked.about;
  const name = strategyByName(strategy).chainLink;
  if (!name || adversary !== 'provider' || when !== 'end') return [];
  const part = parts[name];
  const parted = (messages: readonly Known[]): Known[] =>
    messages.map((each) => {
      const seen = each.seen && { ...each.seen, features: part(each.seen.features, each.seen) };
      return { ...each, seen };
    });
  const shown = { ...attacked, real: parted(attacked.real), gallery: parted(attacked.gallery) };
  return [
    ...labelRows(shown, 'topic', ({ topic }) => topic, name),
    ...rankRows(shown, 'identity', name),
    ...rankRows(shown, 'copy', name),
  ];
}

function wholeView(attacked: Attacked): LeakAttackRow[] {
  const { about } = attacked;
  const ranked = (['identity', 'copy', 'entry'] as const).flatMap((secret) => rankRows(attacked, secret));
  const traffic = ['network', 'relay', 'provider'].includes(about.adversary) ? matchRows(attacked, 'traffic') : [];
  return [
    ...labelRows(attacked, 'topic', ({ topic }) => topic),
    ...labelRows(attacked, 'sender', ({ sender }) => sender),
    ...ranked,
    ...traffic,
    ...matchRows(attacked, 'match'),
  ];
}

/** Name of the whole view, as against a part of it. */
const wholeName = 'view';

const streamOf = ({ about, seed }: Attacked, secret: Secret, control: Control, observable = wholeName): Rng =>
  seededRng(seed, `leak/${about.strategy}/${about.adversary}/${about.when}/${secret}/${observable}/${control}`);

/** The first message of every group: copies and bursts of one original would count as so many independent guesses. */
const firstOfGroups = (messages: readonly Known[]): Known[] => firstOfEach(messages, ({ group }) => group);

const of = (messages: readonly Known[], split: string): Known[] =>
  messages.filter((each) => each.split === split && each.key === asSent);

/** Topic or sender, learnt from the messages of one half, guessed for those of the other. */
function labelRows(
  attacked: Attacked,
  secret: 'topic' | 'sender',
  labelOf: (each: Known) => string,
  observable = wholeName,
): LeakAttackRow[] {
  const train = of(attacked.real, 'calibration');
  const known = new Set(train.map(labelOf));
  const test = firstOfGroups(of(attacked.real, 'evaluation'));
  return controls.map((control) => {
    const targets = control === 'planted' ? test.filter((each) => known.has(labelOf(each))) : test;
    const labelled = (messages: readonly Known[]): Labelled[] =>
      messages.map((each) => ({
        label: labelOf(each),
        group: each.group,
        features: control === 'planted' ? { ...nothing, symbol: labelOf(each) } : (each.seen?.features ?? nothing),
      }));
    const attack = control === 'shuffled' ? shuffledLabelAttack : labelAttack;
    const { guesses, chance, channel } = attack(
      labelled(train),
      labelled(targets),
      streamOf(attacked, secret, control, observable),
    );
    return {
      ...attacked.about,
      secret,
      observable,
      control,
      attacker: channel,
      known: train.length,
      chance,
      messages: targets.map(({ index }) => index),
      rank: guesses.map(({ success }) => (success ? 1 : 2)),
      handed: targets.map(({ handed }) => Number(handed)),
    };
  });
}

/** Which picture of a gallery, or which entry of the list, of which the adversary has the originals. */
function rankRows(attacked: Attacked, secret: 'identity' | 'copy' | 'entry', observable = wholeName): LeakAttackRow[] {
  const isListed = ({ content }: Known): boolean => content === 'listed';
  const gallery = attacked.gallery
    .filter((each) => each.key === (secret === 'copy' ? recompressed : asSent))
    .filter((each) => secret !== 'entry' || isListed(each));
  const probes = of(attacked.real, 'calibration').filter((each) => secret !== 'entry' || isListed(each));
  const test =
    secret === 'entry'
      ? attacked.real.filter((each) => isListed(each) && each.split === 'evaluation')
      : firstOfGroups(of(attacked.real, 'evaluation'));
  if (gallery.length === 0) return [];
  const topics = new Map(gallery.map(({ picture, topic }) => [picture, topic]));
  return controls.map((control) => {
    const planted = control === 'planted';
    const labelled = (messages: readonly Known[], features: (each: Known) => MessageFeatures): Labelled[] =>
      messages.map((each) => ({
        label: each.picture,
        group: each.group,
        features: planted ? { ...nothing, symbol: each.picture } : features(each),
      }));
    const seen = (each: Known): MessageFeatures => each.seen?.features ?? nothing;
    // Whoever has the file hashes and classifies it, whatever the service shows of it.
    const computed = (each: Known): MessageFeatures => ({ ...seen(each), ...each.own });
    const attack = control === 'shuffled' ? shuffledRankAttack : rankAttack;
    const result: RankResult = attack(
      labelled(gallery, computed),
      labelled(probes, seen),
      labelled(test, seen),
      streamOf(attacked, secret, control, observable),
    );
    return {
      ...attacked.about,
      secret,
      observable,
      control,
      attacker: result.channel,
      known: gallery.length,
      chance: result.chance,
      messages: test.map(({ index }) => index),
      rank: result.ranked.map(({ rank }) => rank),
      ...(secret === 'entry'
        ? {}
        : { property: test.map(({ topic }, i) => Number(topics.get(result.ranked[i]!.first ?? '') === topic)) }),
      handed: test.map(({ handed }) => Number(handed)),
    };
  });
}

/** Whether it matched: from the traffic alone, or from all that was seen. Nothing where too few known messages matched to learn from. */
function matchRows(attacked: Attacked, secret: 'match' | 'traffic'): LeakAttackRow[] {
  const looksOf = ({ seen, verdict }: Known): string[] => {
    const { shape = 'nothing', sizes = 'nothing', outcome = '' } = seen ?? {};
    const told = `${outcome} | ${verdict}`;
    return secret === 'traffic' ? [shape, sizes] : [shape, told, `${shape} | ${told}`, `${sizes} | ${told}`];
  };
  const train = of(attacked.real, 'calibration');
  const test = firstOfGroups(of(attacked.real, 'evaluation'));
  if (!canLearn(train.map(({ matched }) => ({ matched, looks: [] })))) return [];
  return controls.map((control) => {
    const looks = (messages: readonly Known[]): Look[] =>
      messages.map((each) => ({
        matched: each.matched,
        looks: control === 'planted' ? [String(each.matched)] : looksOf(each),
      }));
    const rng = streamOf(attacked, secret, control);
    const tested = looks(test);
    const result =
      control === 'shuffled'
        ? shuffledMatches(looks(train), tested, rng)
        : { ...guessMatches(looks(train), tested), truth: tested.map(({ matched }) => matched) };
    const names = control === 'planted' ? ['label'] : waysOfLooking[secret];
    const matches = result.truth.filter(Boolean).length;
    return {
      ...attacked.about,
      secret,
      observable: wholeName,
      control,
      attacker: names[result.used] ?? 'prior',
      known: train.length,
      chance: test.length === 0 ? 0 : Math.max(matches, test.length - matches) / test.length,
      messages: test.map(({ index }) => index),
      rank: result.guesses.map((guess, i) => (guess === result.truth[i] ? 1 : 2)),
      truth: result.truth.map(Number),
      handed: test.map(({ handed }) => Number(handed)),
    };
  });
}

// Guessing a label, such as the topic, of messages from messages whose label is known: by the nearest known messages, or, where everything
// to compare is bits of the hash or a picture, by a linear boundary. Which of the two is decided on a part of the known messages, so that
// the test messages are guessed once.

/** Share of the known groups on which the attacker is chosen. */
const validationShare = 0.25;

/** Fewer known messages with the same parts cannot be parted once more. */
const fewest = 40;

/** The attack. Messages that have not the parts of most are guessed by their neighbours in any case. */
function labelAttack(train: readonly Labelled[], test: readonly Labelled[], rng: Rng): AttackResult {
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
function shuffledLabelAttack(train: readonly Labelled[], test: readonly Labelled[], rng: Rng): AttackResult {
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
