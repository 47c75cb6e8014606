/** Topic from hash, in a worker thread: the attack on one hash of one source, or a control of it. */
import { guessTopics } from '../../attack/topic-from-hash.ts';
import type { Example } from '../../metric/examples.ts';
import type {
  HashLeakControl,
  HashLeakPart,
  HashLeakSource,
  HashLeakTopicRow,
} from '../../schema/hash-leakage-rows.ts';
import { countsOf } from '../../util/counts.ts';
import { sha256Hex } from '../../util/digest.ts';
import { fromHex } from '../../util/hex.ts';
import { seededRng } from '../../util/rng.ts';
import { bytesAt, placesOf, readAll } from './store.ts';

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
