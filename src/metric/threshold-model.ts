/**
 * What an account threshold does, exactly. Of people who send listed pictures: how many, and how much of what they send, are found from t
 * matches on. Of everybody else: how many accounts have t false matches. How many pictures an offender sends is an assumption, and decides
 * nearly everything; see the two distributions.
 */
import { logBinomialTail, logOverdispersedTail, logPoissonTail } from './binomial.ts';
import { binomial } from './count-leak.ts';

/** How many listed pictures an offending account sends: probabilities of 1, 2, … pictures. */
export interface Held {
  readonly weights: Float64Array;
  /** Mean number of pictures. */
  readonly mean: number;
}

/** Weights below this share of all are cut off the end of the geometric distribution. */
const negligible = 1e-15;

/** Geometric on 1, 2, … with that mean, which must be above 1. */
export function geometricHeld(mean: number): Held {
  const stay = 1 - 1 / mean;
  const length = Math.ceil(Math.log(negligible) / Math.log(stay));
  return heldOf(new Float64Array(length).map((_, i) => stay ** i));
}

/** Zipf on 1 … most: k pictures with probability proportional to k^-exponent. */
export const zipfHeld = (exponent: number, most: number): Held =>
  heldOf(new Float64Array(most).map((_, i) => (i + 1) ** -exponent));

function heldOf(shape: Float64Array): Held {
  const sum = shape.reduce((total, each) => total + each, 0);
  const weights = shape.map((each) => each / sum);
  return { weights, mean: weights.reduce((total, each, i) => total + each * (i + 1), 0) };
}

/**
 * Whether each listed picture matches: at that rate, with that correlation between two pictures of one account. 0: independently; above,
 * the rate of an account is drawn from the beta distribution with that intraclass correlation, because who edits one picture edits others.
 */
export interface Detection {
  readonly rate: number;
  readonly correlation: number;
}

/** Shape of the beta distribution of an account's own rate; undefined where all accounts have the same. */
export function betaShape({ rate, correlation }: Detection): readonly [a: number, b: number] | undefined {
  if (correlation <= 0 || rate <= 0 || rate >= 1) return undefined;
  const size = 1 / correlation - 1;
  return [rate * size, (1 - rate) * size];
}

/** What thresholds 1, 2, … leave, of offending accounts; index 0 is threshold 1. */
export interface ThresholdCurve {
  /** Share of the accounts that are flagged. */
  readonly accounts: Float64Array;
  /** Share of all their listed pictures that flagged accounts sent, found or not. */
  readonly pictures: Float64Array;
  /** Share of all their listed pictures that matched and, the account being flagged, are opened. */
  readonly opened: Float64Array;
  /** Share of the accounts with a match that are not flagged: below the threshold, counted all the same. */
  readonly counted: Float64Array;
}

/** How many pictures match of those added so far, up to `most`: a recursion over sums of positive terms, so far tails keep their digits. */
function matchCount(most: number, next: (matched: number, pictures: number) => number) {
  const exactly = new Float64Array(most + 1);
  const atLeast = new Float64Array(most + 1);
  exactly[0] = 1;
  atLeast[0] = 1;
  let pictures = 0;
  return {
    /** Probability of at least that many matches. */
    atLeast,
    /** Probability of fewer than `most` matches; falls with every picture. */
    below: (): number => exactly.subarray(0, most).reduce((sum, each) => sum + each, 0),
    addPicture(): void {
      // From above, so that each count is used before it changes.
      for (let j = Math.min(most, pictures + 1); j >= 1; j--) {
        const step = exactly[j - 1]! * next(j - 1, pictures);
        atLeast[j]! += step;
        exactly[j] = exactly[j]! * (1 - next(j, pictures)) + step;
      }
      exactly[0]! *= 1 - next(0, pictures);
      pictures++;
    },
  };
}

/** The exact curve up to threshold `most`. */
export function thresholdCurve({ weights, mean }: Held, detection: Detection, most: number): ThresholdCurve {
  const shape = betaShape(detection);
  // Pólya's urn: after j matches of k pictures the next one matches with probability (a + j) / (a + b + k).
  const urn = (first: number) => (j: number, k: number) =>
    shape ? (shape[0] + first + j) / (shape[0] + shape[1] + first + k) : detection.rate;
  const all = matchCount(most, urn(0));
  // E[X; X >= t] of k pictures is k times the rate times P(X >= t - 1) of the k - 1 others, given that one matches.
  const others = matchCount(most - 1, urn(1));
  const accounts = new Float64Array(most);
  const pictures = new Float64Array(most);
  const opened = new Float64Array(most);
  for (const [i, weight] of weights.entries()) {
    all.addPicture();
    const share = (weight * (i + 1)) / mean;
    for (let t = 1; t <= Math.min(most, i + 1); t++) {
      accounts[t - 1]! += weight * all.atLeast[t]!;
      pictures[t - 1]! += share * all.atLeast[t]!;
      opened[t - 1]! += share * detection.rate * others.atLeast[t - 1]!;
    }
    others.addPicture();
  }
  return { accounts, pictures, opened, counted: accounts.map((each) => accounts[0]! - each) };
}

/**
 * The share of all listed pictures that flagged accounts sent, for thresholds 1 to `most`, where every picture matches at that rate by itself: `pictures` of the
 * curve, without the rest of it.
 */
export function flaggedPictures({ weights, mean }: Held, rate: number, most: number): Float64Array {
  const all = matchCount(most, () => rate);
  const pictures = new Float64Array(most);
  let isSettled = false;
  for (let i = 0; i < weights.length; i++) {
    if (!isSettled) {
      all.addPicture();
      // What is still added to a probability of 1 is then too small to change it: the sums are the same to the last bit.
      isSettled = i % 64 === 63 && all.below() < Number.EPSILON / 4;
    }
    const share = (weights[i]! * (i + 1)) / mean;
    for (let t = 1; t <= Math.min(most, i + 1); t++) pictures[t - 1]! += share * all.atLeast[t]!;
  }
  return pictures;
}

/** Probability that none of m pictures of an account matches. */
export function missAll(m: number, detection: Detection): number {
  const shape = betaShape(detection);
  if (!shape) return (1 - detection.rate) ** m;
  let product = 1;
  for (let i = 0; i < m; i++) product *= (shape[1] + i) / (shape[0] + shape[1] + i);
  return product;
}

/** An account that sends no listed picture. */
export interface Innocent {
  readonly pictures: number;
  /** Probability that a picture matches all the same. */
  readonly rate: number;
  /** Coefficient of variation of that rate between accounts; 0 when it is the same for all. */
  readonly spread: number;
  /** A number of series of near-duplicates, with a number of pictures each; a series matches completely or not at all. */
  readonly bursts?: { readonly count: number; readonly size: number } | undefined;
}

/** log of the probability that an innocent account has at least t matches. Bursts are taken at the same rate for all accounts. */
export function logInnocentFlagged(t: number, { pictures, rate, spread, bursts }: Innocent): number {
  if (!bursts)
    return spread > 0 ? logOverdispersedTail(t, pictures * rate, spread) : logBinomialTail(t, pictures, rate);
  const { count, size } = bursts;
  const { from, weights } = binomial(count, rate);
  const terms = weights.map(
    (weight, i) => weight * Math.exp(logBinomialTail(t - (from + i) * size, pictures - count * size, rate)),
  );
  return Math.min(0, Math.log(terms.reduce((sum, term) => sum + term, 0)));
}

/** The largest rate of false matches per picture at which an account of that many pictures is flagged with at most `risk` (Poisson). */
export function largestRate(t: number, pictures: number, risk: number): number {
  let [low, high] = [0, 1];
  while (logPoissonTail(t, high) < Math.log(risk)) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (logPoissonTail(t, middle) <= Math.log(risk)) low = middle;
    else high = middle;
  }
  return Math.min(1, low / pictures);
}
