/**
 * Re-identification: the pictures of a gallery, ranked by how much what they would show looks like what was seen. The channel is chosen
 * on probes, messages of gallery pictures whose source is known; the test messages are ranked once. A lower bound on what the view gives
 * away: a better attacker may rank better. Equal distances are put in random order, so chance stays chance.
 */
import { countsOf, mostCommon } from '../util/counts.ts';
import type { Rng } from '../util/rng.ts';
import { type Channel, channels, has, type Labelled, type MessageFeatures } from './features.ts';
import { type Space, spaceOf } from './space.ts';
import { type Candidate, chooser } from './vote.ts';

/** What a ranking of one test message gave. */
interface Ranked {
  /** Place of the truth, 1 the first; one more than the gallery where the truth is not in it. */
  readonly rank: number;
  /** Label of the first of the gallery; undefined where that is empty. */
  readonly first: string | undefined;
}

/** A ranking scored on test messages. */
export interface RankResult {
  /** In the order of the test messages. */
  readonly ranked: readonly Ranked[];
  /** Probability that the first of a blind ranking is right. */
  readonly chance: number;
  /** What was used for most of them; 'prior' where no channel revealed anything. */
  readonly channel: string;
}

/** Ranks the gallery, one entry for each label, for each test message. */
export function rankAttack(
  gallery: readonly Labelled[],
  probes: readonly Labelled[],
  test: readonly Labelled[],
  rng: Rng,
): RankResult {
  const used = channels.filter((channel) => [...probes, ...test].some(({ features }) => has(features, channel)));
  const known = gallery.map(({ features }) => features);
  const spaces = new Map(used.map((channel) => [channel, spaceOf(channel, known)]));
  const candidates = used
    .filter((channel) => spaces.get(channel)!.members.length > 0)
    .map((channel): Candidate => ({ channel, k: 1, name: channel }));
  const at = new Map(gallery.map(({ label }, i) => [label, i]));
  const rank = (channel: Channel, { features, label }: Labelled): Ranked =>
    ranking(spaces.get(channel)!, features, gallery, at.get(label), rng);
  const hits = new Map<Channel, ReadonlySet<number>>();
  const hit = ({ channel }: Candidate, index: number): boolean => {
    const found =
      hits.get(channel) ??
      new Set(
        [...probes.keys()].filter((i) => has(probes[i]!.features, channel) && rank(channel, probes[i]!).rank === 1),
      );
    hits.set(channel, found);
    return found.has(index);
  };
  const choose = chooser(candidates, probes, hit, () => -1);
  const names: string[] = [];
  const ranked = test.map((each): Ranked => {
    const by = choose(each.features);
    names.push(by?.name ?? 'prior');
    return by ? rank(by.channel, each) : blind(gallery, at.get(each.label), rng);
  });
  return {
    ranked,
    chance:
      gallery.length === 0 ? 0 : Math.max(...countsOf(gallery.map(({ label }) => label)).values()) / gallery.length,
    channel: mostCommon(names) ?? 'prior',
  };
}

/** The same with probe and test labels shuffled: what it still finds was never in the views. */
export function shuffledRankAttack(
  gallery: readonly Labelled[],
  probes: readonly Labelled[],
  test: readonly Labelled[],
  rng: Rng,
): RankResult {
  const dealt = (items: readonly Labelled[]): Labelled[] => {
    const labels = rng.shuffle(items.map(({ label }) => label));
    return items.map((each, i) => ({ ...each, label: labels[i]! }));
  };
  return rankAttack(gallery, dealt(probes), dealt(test), rng);
}

/** Gallery entries without the channel come after all that have it. */
function ranking(
  { members, distancesFrom }: Space,
  features: MessageFeatures,
  gallery: readonly Labelled[],
  truth: number | undefined,
  rng: Rng,
): Ranked {
  const distances = distancesFrom(features);
  let least = Infinity;
  for (let i = 0; i < members.length; i++) least = Math.min(least, distances[i]!);
  const nearest = Array.from(members).filter((_, i) => distances[i] === least);
  const place = truth === undefined ? -1 : members.indexOf(truth);
  if (place < 0) {
    const rest = gallery.length - members.length;
    return {
      rank: truth === undefined ? gallery.length + 1 : members.length + 1 + rng.int(rest),
      first: gallery[rng.pick(nearest)]!.label,
    };
  }
  const own = distances[place]!;
  let [closer, equal] = [0, 0];
  for (let i = 0; i < members.length; i++) {
    if (distances[i]! < own) closer++;
    else if (distances[i] === own) equal++;
  }
  const rank = closer + 1 + rng.int(equal);
  const others = nearest.filter((index) => index !== truth);
  const first = rank === 1 ? truth! : others.length > 0 ? rng.pick(others) : rng.pick(nearest);
  return { rank, first: gallery[first]!.label };
}

function blind(gallery: readonly Labelled[], truth: number | undefined, rng: Rng): Ranked {
  if (gallery.length === 0) return { rank: 1 + gallery.length, first: undefined };
  const first = rng.int(gallery.length);
  if (truth === undefined) return { rank: gallery.length + 1, first: gallery[first]!.label };
  const rank = 1 + ((truth - first + gallery.length) % gallery.length);
  return { rank, first: gallery[first]!.label };
}
