/**
 * List membership: is a picture that somebody has on the list? What a device can make of what a scanning design puts on it, or answers to
 * it. A score is the larger the likelier a candidate is listed; members are always set against others of the same source, since telling
 * members from pictures of another kind would say nothing about the list. Carlini et al., "Membership inference attacks from first
 * principles" (S&P 2022): what counts is the true-positive rate where false positives are rare, not accuracy.
 */
import { hammingDistance } from '../hash/hamming.ts';
import type { HashList } from '../match/hash-list.ts';
import { searcher } from '../match/search.ts';
import { fitLogistic } from '../metric/multinomial-logistic.ts';
import { pointsOf, standardiser } from '../metric/points.ts';
import { piecesOf } from '../util/bytes.ts';
import { signsOf } from './inversion.ts';

/** A picture that the device's owner has, under both hashes. */
export interface Candidate {
  readonly near: Uint8Array;
  readonly equality: Uint8Array;
}

/** Where the list can be read: minus the distance to its nearest entry, in bits. */
export function nearestEntryScore(list: HashList): (hash: Uint8Array) => number {
  const { nearest } = searcher(list);
  return (hash) => -(nearest(hash)?.distanceBits ?? list.bits + 1);
}

/** Where some entries are given to the device, packed: minus the distance to the nearest of them, beyond all bits if there is none. */
export function bucketScore(entries: Uint8Array, hash: Uint8Array): number {
  const whole = piecesOf(entries, hash.length).filter((entry) => entry.length === hash.length);
  return -whole.reduce((least, entry) => Math.min(least, hammingDistance(entry, hash)), 8 * hash.length + 1);
}

/** What a device sees of a candidate in a table that it cannot read: the bytes in the two slots where the candidate would lie. */
export interface Slots {
  readonly bytes: readonly [Uint8Array, Uint8Array];
  /** Candidates known to be listed that would lie in one of those slots too: where there are many, another is less likely listed. */
  readonly rivals: number;
}

/**
 * Where the list lies in a table that the device cannot read: logistic regression on the bits of the slots, learnt from candidates of which
 * the device knows whether they are listed. Gives log odds.
 */
export function slotScore(
  known: readonly { readonly slots: Slots; readonly listed: boolean }[],
): (slots: Slots) => number {
  const example = ({ bytes: [a, b], rivals }: Slots) => ({
    secret: '',
    group: '',
    vector: [...signsOf(a, 8 * a.length), ...signsOf(b, 8 * b.length), rivals],
  });
  const points = pointsOf(
    known.map(({ slots }) => example(slots)),
    'vector',
  );
  const scaled = standardiser(points);
  const listed = Int32Array.from(known, (each) => Number(each.listed));
  const model = fitLogistic(scaled(points), listed, 2, { ridge: 0.1 });
  return (slots) => {
    const [no, yes] = model.posteriors(scaled(pointsOf([example(slots)], 'vector')));
    return Math.log(yes! / no!);
  };
}
