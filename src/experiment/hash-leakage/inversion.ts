/** Inversion in a worker thread: every test picture recovered from one hash, beside what could be had without it. */

import {
  type Decoder,
  fitDecoder,
  meanThumbnail,
  nearestPortrait,
  type Pair,
  type Portrait,
  reconstruct,
  signsOf,
} from '../../attack/inversion.ts';
import { frequencySide, fromFrequencies, thumbnailSide, toFrequencies, toGrey } from '../../attack/low-frequencies.ts';
import { guessTopics, type TopicGuesses } from '../../attack/topic-from-hash.ts';
import type { Example } from '../../metric/examples.ts';
import { meanSquaredError, ssim } from '../../metric/ssim.ts';
import { concatBytes } from '../../util/bytes.ts';
import { UserError } from '../../util/errors.ts';
import { firstOfEach } from '../../util/group-by.ts';
import { seededRng } from '../../util/rng.ts';
import { bytesAt, type Hashed, placesOf, readAll, thumbnails, writeBatch } from './hashing.ts';
import type { Guess, HashLeakInversionControlRow, HashLeakInversionRow, HashLeakSource } from './rows.ts';

/** One attack. */
export interface InversionTask {
  readonly seed: number;
  readonly scratch: string;
  readonly collection: string;
  readonly source: HashLeakSource;
  readonly hash: string;
  /** identity: handed the thumbnail itself. For the negative control see inversion-control.ts. */
  readonly control: 'none' | 'identity';
  /** Test pictures, at most. */
  readonly test: number;
}

/** Collection in which the pictures recovered from a hash are kept for comparisons by a network and for the contact sheet. */
export const recoveredIn = (source: HashLeakSource, hash: string): string => `recovered-${source}-${hash}`;

/**
 * The test pictures of a source that are recovered: one of each group, drawn by the seed, the same for every hash. A UserError where there
 * are fewer than two.
 */
function recoveredPlaces(all: Hashed, { seed, source, test }: Pick<InversionTask, 'seed' | 'source' | 'test'>) {
  const single = firstOfEach(placesOf(all, 'test'), (i) => all.group[i]!);
  if (single.length < 2)
    throw new UserError(`${single.length} test pictures of the ${source} could be used; an inversion needs two`);
  return seededRng(seed, `recovered/${source}`).shuffle(single).slice(0, test);
}

/** Trains the decoder, looks into the gallery, and compares. */
export async function hashLeakInversion(task: InversionTask): Promise<HashLeakInversionRow> {
  const { seed, source, hash, control } = task;
  const all = await readAll(task.scratch, task.collection);
  const [training, validation] = [placesOf(all, 'training'), placesOf(all, 'validation')];
  const test = recoveredPlaces(all, task);
  const identity = control === 'identity';
  const thumbnail = (i: number): Uint8Array => bytesAt(all, thumbnails, i);
  const portrait = (i: number): Portrait => ({
    // Under the identity control the "hash" is the thumbnail itself.
    hash: identity ? thumbnail(i) : bytesAt(all, hash, i),
    thumbnail: thumbnail(i),
  });
  const features = ({ hash: bytes, thumbnail: grey }: Portrait): ArrayLike<number> =>
    identity ? toFrequencies(grey) : signFeatures(bytes);
  const pair = (each: Portrait): Pair => ({ features: features(each), frequencies: toFrequencies(each.thumbnail) });
  const learnt = training.map(portrait);
  const decoder: Decoder = fitDecoder(
    learnt.map(pair),
    validation.map((i) => pair(portrait(i))),
  );
  const gallery = identity ? [...learnt, ...test.map(portrait)] : learnt;
  const mean = meanThumbnail(learnt);
  const draw = seededRng(seed, `random/${source}`);
  const guesses = test.map((i): Record<Guess, Uint8Array> => {
    const own = portrait(i);
    return {
      ridge: reconstruct(decoder, features(own)),
      nearest: gallery[nearestPortrait(gallery, own.hash)]!.thumbnail,
      mean,
      random: draw.pick(learnt).thumbnail,
      best: closest(learnt, own.thumbnail),
    };
  });
  // What is recovered are low frequencies: handed all of them, a decoder has the thumbnail but for what they leave out.
  const truth = test.map((i) => (identity ? lowPassed(thumbnail(i)) : thumbnail(i)));
  const column = <T>(of: (guess: Uint8Array, at: number) => T): Record<Guess, T[]> =>
    Object.fromEntries(names.map((name) => [name, guesses.map((each, at) => of(each[name], at))])) as Record<
      Guess,
      T[]
    >;
  const looks = {
    original: test.map((i) => thumbnail(i)),
    ridge: guesses.map(({ ridge }) => ridge),
    nearest: guesses.map(({ nearest }) => nearest),
    mean: guesses.map(() => mean),
  };
  const seen = Object.values(looks).flatMap((greys) =>
    greys.map((grey, at) => ({ grey, topic: all.topic[test[at]!]! })),
  );
  const looked = lookedAtTopics(all, training, validation, seen);
  if (control === 'none') await keep(task, all, test, guesses);
  return {
    row: 'hash-leak-inversion',
    source,
    hash: identity ? 'the thumbnail itself' : hash,
    control,
    bits: 8 * portrait(test[0]!).hash.length,
    penalty: decoder.penalty,
    training: learnt.length,
    test: test.map((i) => all.picture[i]!),
    squaredError: column((guess, at) => meanSquaredError(guess, truth[at]!)),
    ssim: column((guess, at) => Number(ssim(guess, truth[at]!, thumbnailSide, thumbnailSide).toPrecision(8))),
    self: identity ? test.map((i, at) => Number(meanSquaredError(guesses[at]!.nearest, thumbnail(i)) === 0)) : [],
    classifier: looked.attacker,
    rank: Object.fromEntries(
      Object.keys(looks).map((name, at) => [name, looked.rank.slice(at * test.length, (at + 1) * test.length)]),
    ) as HashLeakInversionRow['rank'],
  };
}

/** A hash as the decoder reads it. */
const signFeatures = (hash: Uint8Array): Int8Array => signsOf(hash, 8 * hash.length);

const names = ['ridge', 'nearest', 'mean', 'random', 'best'] as const satisfies readonly Guess[];

const lowPassed = (grey: Uint8Array): Uint8Array => toGrey(fromFrequencies(toFrequencies(grey)));

/** The gallery thumbnail with the least squared error: what the luckiest retrieval could give. */
function closest(gallery: readonly Portrait[], grey: Uint8Array): Uint8Array {
  let [best, least] = [gallery[0]!.thumbnail, Number.POSITIVE_INFINITY];
  for (const { thumbnail } of gallery) {
    let sum = 0;
    for (let i = 0; i < grey.length && sum < least; i++) sum += (thumbnail[i]! - grey[i]!) ** 2;
    if (sum < least) [best, least] = [thumbnail, sum];
  }
  return best;
}

/** Frequencies a side that the topic is told from. */
const lookedAt = 8;

/** Topics of thumbnails, by learners that were trained on those of the gallery. */
function lookedAtTopics(
  all: Hashed,
  training: readonly number[],
  validation: readonly number[],
  seen: readonly { readonly grey: Uint8Array; readonly topic: string }[],
): TopicGuesses {
  const example = (grey: Uint8Array, topic: string): Example => {
    const frequencies = toFrequencies(grey);
    const vector = Array.from(
      { length: lookedAt ** 2 },
      (_, i) => frequencies[Math.floor(i / lookedAt) * frequencySide + (i % lookedAt)]!,
    );
    return { secret: topic, group: '', vector };
  };
  const own = (i: number): Example => example(bytesAt(all, thumbnails, i), all.topic[i]!);
  return guessTopics({
    train: training.map(own),
    validation: validation.map(own),
    test: seen.map(({ grey, topic }) => example(grey, topic)),
  });
}

/** Keeps what was recovered for later phases of the run. */
async function keep(
  { scratch, source, hash }: InversionTask,
  all: Hashed,
  test: readonly number[],
  guesses: readonly Record<Guess, Uint8Array>[],
): Promise<void> {
  await writeBatch(scratch, recoveredIn(source, hash), 0, {
    picture: test.map((i) => all.picture[i]!),
    group: test.map((i) => all.group[i]!),
    topic: test.map((i) => all.topic[i]!),
    part: test.map(() => 'test'),
    bytes: {
      original: concatBytes(...test.map((i) => bytesAt(all, thumbnails, i))),
      ...Object.fromEntries(names.map((name) => [name, concatBytes(...guesses.map((each) => each[name]))])),
    },
  });
}

// The negative control of the inversion, in a worker thread: hashes are dealt anew to the pictures that the attacker learns from, several
// times. Once would not do: one deal gives one decoder, and whatever it gains or loses by luck it gains or loses on all test pictures alike.

/** Times that hashes are dealt. */
const deals = 8;
/** Pictures to learn from, at most: luck averages out sooner than it is computed. */
const most = 2000;

/** Deals, trains and compares. */
export async function hashLeakInversionControl(
  task: Omit<InversionTask, 'control'>,
): Promise<HashLeakInversionControlRow> {
  const { seed, source, hash } = task;
  const all = await readAll(task.scratch, task.collection);
  const draw = seededRng(seed, `control/${source}`);
  const training = draw.shuffle(placesOf(all, 'training')).slice(0, most);
  const validation = draw.shuffle(placesOf(all, 'validation')).slice(0, most);
  const test = recoveredPlaces(all, task);
  const known = [...training, ...validation];
  const frequencies = new Map(known.map((i) => [i, toFrequencies(bytesAt(all, thumbnails, i))]));
  const features = new Map(known.map((i) => [i, signFeatures(bytesAt(all, hash, i))]));
  const thumbnail = (i: number): Uint8Array => bytesAt(all, thumbnails, i);
  const truth = test.map(thumbnail);
  const mean = meanThumbnail(training.map((i): Portrait => ({ hash: bytesAt(all, hash, i), thumbnail: thumbnail(i) })));
  const shuffle = seededRng(seed, `shuffled/${source}/${hash}`);
  return {
    row: 'hash-leak-inversion-control',
    source,
    hash,
    training: training.length,
    test: test.map((i) => all.picture[i]!),
    mean: truth.map((grey) => meanSquaredError(mean, grey)),
    deals: Array.from({ length: deals }, () => {
      const dealt = shuffle.shuffle(known);
      const holder = new Map(known.map((i, at) => [i, dealt[at]!]));
      const pair = (i: number) => ({ features: features.get(holder.get(i)!)!, frequencies: frequencies.get(i)! });
      const decoder = fitDecoder(training.map(pair), validation.map(pair));
      const gallery = training.map(
        (i): Portrait => ({ hash: bytesAt(all, hash, holder.get(i)!), thumbnail: thumbnail(i) }),
      );
      const errors = (guess: (i: number) => Uint8Array): number[] =>
        test.map((i, at) => meanSquaredError(guess(i), truth[at]!));
      return {
        ridge: errors((i) => reconstruct(decoder, signFeatures(bytesAt(all, hash, i)))),
        nearest: errors((i) => gallery[nearestPortrait(gallery, bytesAt(all, hash, i))]!.thumbnail),
        random: errors(() => shuffle.pick(gallery).thumbnail),
      };
    }),
  };
}
