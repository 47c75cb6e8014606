/**
 * What happens to the accounts of a population under an account threshold: offending accounts are drawn one by one, and the rule "opened from t
 * matches on" is applied to each; innocent accounts by the exact probability. The protocol itself runs on a sample of accounts only; on that
 * sample the rule and the protocol must agree. An account that edits has one edit of its own, so that its misses belong together.
 */
import type { Rng } from '../util/rng.ts';
import type { ClusteredProportion } from './bootstrap.ts';
import type { Proportion } from './interval.ts';
import { proportion } from './proportion.ts';
import { binomialVariate, indexVariate } from './random.ts';
import { type AccountClass, ratioByAccount } from './ratio.ts';
import { type Held, logInnocentFlagged, thresholdCurve } from './threshold-model.ts';

/** What is found of a listed picture. */
export interface AccountDetection {
  /** Share found of pictures that are sent as they are listed. */
  readonly asSent: number;
  /** Share found after each edit; none: edited pictures count as found like the others. */
  readonly edits: readonly number[];
  /** Share of an account's listed pictures that are sent as they are listed. */
  readonly byteIdentical: number;
  /** Share of the matches that count; the rest are lost on purpose, to synthetic vouchers. */
  readonly kept: number;
}

/** One threshold, on the offending accounts: what was drawn, and the exact value. */
export interface OffendersPoint {
  readonly threshold: number;
  /** Accounts opened. */
  readonly accounts: Proportion;
  readonly accountsExact: number;
  /** Listed pictures sent by opened accounts, of all their listed pictures; the interval is by account. */
  readonly pictures: ClusteredProportion;
  readonly picturesExact: number;
}

/** The chance of a match of one picture, by the edit of the account: each edit is as likely as any other. */
const ratesOf = ({ asSent, edits, byteIdentical, kept }: AccountDetection): number[] =>
  (edits.length > 0 ? edits : [asSent]).map((edited) => kept * (byteIdentical * asSent + (1 - byteIdentical) * edited));

/** Draws `count` offending accounts, and opens those with enough matches. */
export function offendersOpened(
  held: Held,
  detection: AccountDetection,
  { count, thresholds }: { readonly count: number; readonly thresholds: readonly number[] },
  rng: Rng,
): OffendersPoint[] {
  const rates = ratesOf(detection);
  const most = Math.max(...thresholds);
  const curves = rates.map((rate) => thresholdCurve(held, { rate, correlation: 0 }, most));
  const mean = (what: 'accounts' | 'pictures', t: number): number =>
    curves.reduce((sum, curve) => sum + curve[what][t - 1]!, 0) / curves.length;
  const draw = indexVariate(held.weights, rng);
  const accounts = Array.from({ length: count }, () => {
    const pictures = 1 + draw();
    return { pictures, matches: binomialVariate(pictures, rng.pick(rates), rng) };
  });
  return thresholds.map((threshold) => {
    const classes = accounts.map(
      ({ pictures, matches }): AccountClass => ({ accounts: 1, k: matches >= threshold ? pictures : 0, n: pictures }),
    );
    return {
      threshold,
      accounts: proportion(accounts.filter(({ matches }) => matches >= threshold).length, count),
      accountsExact: mean('accounts', threshold),
      pictures: ratioByAccount(classes),
      picturesExact: mean('pictures', threshold),
    };
  });
}

/** Pictures of one innocent account; a burst is a series of near-duplicates that matches completely or not at all. */
export interface InnocentPictures {
  readonly pictures: number;
  readonly bursts: { readonly count: number; readonly size: number };
}

/** Probability that an innocent account is opened, at a false-match rate for each picture. */
export const innocentOpened = (threshold: number, rate: number, { pictures, bursts }: InnocentPictures): number =>
  rate <= 0
    ? 0
    : rate >= 1
      ? Number(threshold <= pictures)
      : Math.exp(logInnocentFlagged(threshold, { pictures, rate, spread: 0, bursts }));
