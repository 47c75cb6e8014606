/** Votes of the nearest known messages, and the choice of what to compare. */
import type { Rng } from '../util/rng.ts';
import { type Channel, channels, has, type Labelled, type MessageFeatures } from './features.ts';
import { type Space, spaceOf } from './space.ts';

/** A channel, and how many neighbours vote in it. */
export interface Candidate {
  readonly channel: Channel;
  readonly k: number;
  /** e.g. 'bits, k=6'. */
  readonly name: string;
}

/** Known messages in every channel that any of them has. */
export class Neighbourhood {
  private readonly known: readonly Labelled[];
  private readonly rng: Rng;
  private readonly spaces = new Map<Channel, Space>();
  /** Everything that could be compared, the fullest channel first. */
  readonly candidates: readonly Candidate[];

  /** `neighbours` gives the numbers of votes to try among that many known messages. */
  constructor(known: readonly Labelled[], neighbours: (members: number) => readonly number[], rng: Rng) {
    this.known = known;
    this.rng = rng;
    for (const channel of channels) {
      const space = spaceOf(
        channel,
        known.map((each) => each.features),
      );
      if (space.members.length > 0) this.spaces.set(channel, space);
    }
    this.candidates = [...this.spaces].flatMap(([channel, { members }]) =>
      [...new Set(neighbours(members.length))].map((k) => ({ channel, k, name: `${channel}, k=${k}` })),
    );
  }

  /**
   * What each number of neighbours says of a message that has the channel; undefined when there is no neighbour. Known messages of the
   * `excluded` group have no vote.
   */
  guess(channel: Channel, ks: readonly number[], features: MessageFeatures, excluded?: string): (string | undefined)[] {
    const { members, distancesFrom } = this.spaces.get(channel)!;
    const distances = distancesFrom(features);
    if (excluded !== undefined)
      for (let i = 0; i < members.length; i++) if (this.known[members[i]!]!.group === excluded) distances[i] = Infinity;
    return ks.map((k) => this.vote(members, distances, k));
  }

  /**
   * The label with most votes among the k nearest. All messages as far away as the k-th share the votes that are left, so that the order
   * in which messages are known never counts; labels with equal votes are drawn from.
   */
  private vote(members: Int32Array, distances: Float64Array, k: number): string | undefined {
    const nearest = smallest(distances, k);
    const edge = nearest[nearest.length - 1];
    if (edge === undefined || edge === Infinity) return undefined;
    const at = distances.reduce((sum, each) => sum + (each === edge ? 1 : 0), 0);
    const shared = nearest.reduce((sum, each) => sum + (each === edge ? 1 : 0), 0) / at;
    const votes = new Map<string, number>();
    for (let i = 0; i < members.length; i++) {
      if (distances[i]! > edge) continue;
      const { label } = this.known[members[i]!]!;
      votes.set(label, (votes.get(label) ?? 0) + (distances[i] === edge ? shared : 1));
    }
    const most = Math.max(...votes.values());
    // Sums of shares differ in their last digits.
    const leading = [...votes].filter(([, each]) => each > most - 1e-9).map(([label]) => label);
    return leading.length === 1 ? leading[0] : this.rng.pick(leading.sort());
  }
}

/** The k smallest finite values, ascending; fewer when there are fewer. */
function smallest(values: Float64Array, k: number): number[] {
  const out: number[] = [];
  for (const value of values) {
    if (value === Infinity || (out.length === k && value >= out[k - 1]!)) continue;
    let i = out.length < k ? out.length : k - 1;
    for (; i > 0 && out[i - 1]! > value; i--) out[i] = out[i - 1]!;
    out[i] = value;
  }
  return out;
}

/** Fewer messages with the same channels than this cannot tell which channel serves them best. */
const fewest = 20;

/** Which channels a message has. */
const kindOf = (features: MessageFeatures): string => channels.filter((each) => has(features, each)).join(' ');

/**
 * The best candidate for each kind of message, by success on judged messages with the same channels (on all that have the channel, where
 * those are too few). `floor` is the success that it must exceed; undefined when none does.
 */
export function chooser(
  candidates: readonly Candidate[],
  judges: readonly Labelled[],
  hit: (candidate: Candidate, judge: number) => boolean,
  floor: (judged: readonly number[]) => number,
): (features: MessageFeatures) => Candidate | undefined {
  const choices = new Map<string, Candidate | undefined>();
  const kinds = judges.map((each) => kindOf(each.features));
  return (features) => {
    const kind = kindOf(features);
    if (choices.has(kind)) return choices.get(kind);
    const same = [...judges.keys()].filter((i) => kinds[i] === kind);
    let best: Candidate | undefined;
    let most = -Infinity;
    for (const candidate of candidates) {
      if (!has(features, candidate.channel)) continue;
      const having = [...judges.keys()].filter((i) => has(judges[i]!.features, candidate.channel));
      const judged = same.length >= fewest ? same : having;
      const success = judged.filter((i) => hit(candidate, i)).length / Math.max(1, judged.length);
      if (success > most && success > floor(judged)) [best, most] = [candidate, success];
    }
    choices.set(kind, best);
    return best;
  };
}
