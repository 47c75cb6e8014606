/**
 * The negative control of the inversion, in a worker thread: hashes are dealt anew to the pictures that the attacker learns from, several
 * times. Once would not do: one deal gives one decoder, and whatever it gains or loses by luck it gains or loses on all test pictures alike.
 */
import { fitDecoder, meanThumbnail, nearestPortrait, type Portrait, reconstruct } from '../../attack/inversion.ts';
import { toFrequencies } from '../../attack/low-frequencies.ts';
import { meanSquaredError } from '../../metric/ssim.ts';
import type { HashLeakInversionControlRow } from '../../schema/hash-leakage-rows.ts';
import { seededRng } from '../../util/rng.ts';
import { type InversionTask, recoveredPlaces, signFeatures } from './inversion.ts';
import { bytesAt, placesOf, readAll, thumbnails } from './store.ts';

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
