/** List membership in a worker thread: one strategy deployed with a real list, and a device that looks for members among candidates. */
import type { Candidate } from '../../attack/list-membership.ts';
import { guessTopics } from '../../attack/topic-from-hash.ts';
import { sodium } from '../../crypto/sodium.ts';
import { hashList } from '../../match/hash-list.ts';
import type { Example } from '../../metric/examples.ts';
import type { Connect } from '../../role/connection.ts';
import { deploy } from '../../role/deployment.ts';
import type { ListRule, Message, World } from '../../role/world.ts';
import { hashFactsOf, type WithDetectors } from '../../score/hash-facts.ts';
import { strategyByName } from '../../strategy/index.ts';
import { concatBytes, readU32, u32 } from '../../util/bytes.ts';
import { countsOf } from '../../util/counts.ts';
import { sha256Hex } from '../../util/digest.ts';
import { fromHex } from '../../util/hex.ts';
import { type Rng, seededRng } from '../../util/rng.ts';
import type { HashLeakageExperiment } from './experiment.ts';
import { bytesAt, type Hashed, means, placesOf, readAll } from './hashing.ts';
import type { HashLeakControl, HashLeakMembershipRow, HashLeakPart, HashLeakSource, HashLeakTopicRow } from './rows.ts';

/** One strategy on one source. */
export interface MembershipTask extends WithDetectors {
  readonly seed: number;
  readonly scratch: string;
  readonly collection: string;
  readonly source: HashLeakSource;
  readonly strategy: string;
  readonly membership: HashLeakageExperiment['membership'];
}

/** A candidate, and what the experiment knows of it. */
interface Person extends Candidate {
  readonly listed: boolean;
}

/** Candidates by what they are for. */
interface Roles {
  readonly list: readonly Person[];
  /** What the device learns from. */
  readonly known: readonly Person[];
  /** Others on which a threshold is chosen. */
  readonly calibration: readonly Person[];
  readonly tested: readonly Person[];
}

/** Deploys, scores every candidate, and tallies; then the same with labels shuffled, and with labels handed over. */
export async function hashLeakMembership(task: MembershipTask, connect?: Connect): Promise<HashLeakMembershipRow[]> {
  await sodium.ready;
  const { seed, source, strategy, membership } = task;
  const how = means[strategy]!;
  const rng = seededRng(seed, `membership/${source}`);
  const roles = rolesOf(peopleOf(await readAll(task.scratch, task.collection), membership), task, how.perQuery, rng);
  const world = worldOf(task, roles.list);
  const deployment = await deploy(world, { ...strategyByName(strategy).design, warnOnly: true }, connect);
  let sent = 0;
  const device = {
    deployment,
    world,
    known: roles.known,
    message(candidate: Candidate): Message {
      const number = sent++;
      const picture = pictureOf(candidate);
      return { id: `q${number}`, sender: 'device', recipient: 'friend', sequence: number, sentAt: number, picture };
    },
  };
  const score = how.scorer(device);
  const scored = async (people: readonly Person[]) => {
    const out: { score: number; listed: boolean }[] = [];
    for (const each of people) out.push({ score: Number((await score(each)).toPrecision(8)), listed: each.listed });
    return out;
  };
  const calibration = await scored(roles.calibration);
  const tested = await scored(roles.tested);
  await deployment.close();
  const labels = seededRng(seed, `shuffled/${source}/${strategy}`).shuffle(tested.map(({ listed }) => listed));
  const about = {
    row: 'hash-leak-membership' as const,
    source,
    strategy,
    means: how.text,
    listed: roles.list.length,
    perQuery: how.perQuery,
  };
  return [
    { ...about, control: 'none', scores: tally(calibration, tested) },
    {
      ...about,
      control: 'shuffled',
      scores: tally(
        calibration,
        tested.map((each, i) => ({ ...each, listed: labels[i]! })),
      ),
    },
    {
      ...about,
      control: 'identity',
      scores: tally(
        calibration.map((each) => ({ ...each, score: 0 })),
        tested.map((each) => ({ ...each, score: Number(each.listed) })),
      ),
    },
  ];
}

type Scored = { readonly score: number; readonly listed: boolean };

function tally(calibration: readonly Scored[], tested: readonly Scored[]): HashLeakMembershipRow['scores'] {
  const counts = new Map<number, [members: number, calibrating: number, others: number]>();
  const add = (score: number, at: 0 | 1 | 2): void => {
    const count = counts.get(score) ?? [0, 0, 0];
    count[at]++;
    counts.set(score, count);
  };
  for (const { score } of calibration) add(score, 1);
  for (const { score, listed } of tested) add(score, listed ? 0 : 2);
  return [...counts].sort(([a], [b]) => b - a).map(([score, count]) => [score, ...count]);
}

/** One candidate a group: copies of a listed picture are no strangers. */
function peopleOf(all: Hashed, { hash, equalityHash }: MembershipTask['membership']): Candidate[] {
  const seen = new Set<string>();
  return all.group.flatMap((group, i) => {
    if (seen.has(group)) return [];
    seen.add(group);
    return [{ near: bytesAt(all, hash, i), equality: bytesAt(all, equalityHash, i) }];
  });
}

/** Deals the candidates: a list, of which half is known to the device, and others of the same source. */
function rolesOf(
  all: readonly Candidate[],
  { source, membership }: MembershipTask,
  perQuery: boolean,
  rng: Rng,
): Roles {
  const shuffled = rng.shuffle(all);
  const share = source === 'dataset' ? Math.round(membership.listedShare * all.length) : membership.listed;
  const list = shuffled.slice(0, share).map((each): Person => ({ ...each, listed: true }));
  const others = shuffled.slice(share).map((each): Person => ({ ...each, listed: false }));
  const half = Math.floor(list.length / 2);
  const known = source === 'dataset' ? Math.floor(others.length / 3) : membership.known;
  // Where each question costs one, as many are asked as there are to ask.
  const budget = perQuery ? Math.max(4, membership.queries - (list.length - half)) : others.length;
  const rest = others.slice(known, known + budget);
  return {
    list,
    known: [...list.slice(0, half), ...others.slice(0, known)],
    calibration: rest.slice(0, Math.floor(rest.length / 2)),
    tested: [...list.slice(half), ...rest.slice(Math.floor(rest.length / 2))],
  };
}

/** What stands in for a picture file: the two hashes that it has. */
const pictureOf = ({ near, equality }: Candidate): Uint8Array => concatBytes(u32(near.length), near, equality);

function worldOf(task: MembershipTask, list: readonly Person[]): World {
  const { seed, source, strategy, membership } = task;
  const { hash, equalityHash, thresholdBits, prefixBits, protocols } = membership;
  const keys = seededRng(seed, `keys/${source}/${strategy}`);
  const rule = (name: string, of: (each: Candidate) => Uint8Array, within: number): ListRule => ({
    list: hashList(
      { name: 'list', algorithm: name, bits: hashFactsOf(name, task).bits },
      list.map((each, i) => ({ id: `entry-${i}`, hash: of(each) })),
    ),
    thresholdBits: within,
  });
  const near = rule(hash, (each) => each.near, thresholdBits);
  const equality = rule(equalityHash, (each) => each.equality, 0);
  return {
    accounts: ['device', 'friend'],
    list: near.list,
    equality,
    second: near,
    settings: protocols,
    scanner: {
      async hash(picture, use = 'near') {
        const end = 4 + readU32(picture, 0);
        return { state: 'hashed', hash: use === 'equality' ? picture.slice(end) : picture.slice(4, end) };
      },
      score: async () => 0,
    },
    people: { confirms: () => false, reports: () => false, aborts: () => false },
    random: (length) => keys.bytes(length),
    thresholdBits,
    thresholdScore: 1,
    paddingBytes: 128,
    prefixBits,
  };
}

// Topic from hash, in a worker thread: the attack on one hash of one source, or a control of it.

/** One attack. */
export interface TopicTask {
  readonly seed: number;
  readonly scratch: string;
  /** Collection of hashes in the scratch folder. */
  readonly collection: string;
  readonly source: HashLeakSource;
  readonly hash: string;
  readonly control: HashLeakControl;
  readonly deep: boolean;
}

/** Trains, chooses and guesses. */
export async function hashLeakTopics(task: TopicTask): Promise<HashLeakTopicRow> {
  const { seed, source, hash, control, deep } = task;
  const all = await readAll(task.scratch, task.collection);
  const places = (part: HashLeakPart): number[] => placesOf(all, part);
  const [training, validation, test] = [places('training'), places('validation'), places('test')];
  const known = [...training, ...validation];
  // Which hash each known picture is said to have.
  const dealt = control === 'shuffled' ? seededRng(seed, `shuffled/${source}/${hash}`).shuffle(known) : known;
  const hashOf = new Map(known.map((i, at) => [i, dealt[at]!]));
  const example = (i: number): Example => ({
    secret: all.topic[i]!,
    group: all.group[i]!,
    bits: control === 'identity' ? codeword(all.topic[i]!) : bytesAt(all, hash, hashOf.get(i) ?? i),
  });
  const guessed = guessTopics({
    train: training.map(example),
    validation: validation.map(example),
    test: test.map(example),
  });
  const counts = countsOf(training.map((i) => all.topic[i]!));
  return {
    row: 'hash-leak-topic',
    source,
    hash: control === 'identity' ? 'the topic itself' : hash,
    control,
    bits: 8 * example(test[0]!).bits!.length,
    deep,
    attacker: guessed.attacker,
    candidates: guessed.candidates.map((each) => ({ ...each })),
    training: training.length,
    validation: validation.length,
    topics: guessed.topics,
    likeliest: [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([topic]) => topic),
    test: test.map((i) => all.picture[i]!),
    rank: [...guessed.rank],
  };
}

/** 64 bits that stand for a topic. */
const codeword = (topic: string): Uint8Array => fromHex(sha256Hex(topic)).subarray(0, 8);
