/**
 * The false-positive rate of a picture against a list of N entries, FPR(N), from what was counted on fewer. Up to the size that was counted it is measured;
 * beyond, only bounds are given, which hold for any entries and pictures drawn alike, however much they resemble each other: the list being N draws, a picture
 * with chance q an entry is missed with (1 − q)^N, and F(N) = E[1 − (1 − q)^N] over pictures. So −log(1 − F) rises with N and is concave (Hölder), which bounds
 * it from both sides, and two entries that match one picture together bound it from below (de Caen, "A lower bound on the probability of a union", Discrete
 * Mathematics 1997). An estimate that takes entries as independent lies at the upper bound: the false-positive-tail experiment refuted it, but no bound.
 */
import { clopperPearsonHigh, clopperPearsonLow } from './proportion.ts';

/** Every picture of a set compared with every other. */
export interface PairMatches {
  readonly pictures: number;
  /** `degrees[m]`: pictures that match m of the others falsely. */
  readonly degrees: readonly number[];
  /** Variance of the number of matching pairs over that of independent ones (node-bootstrap.ts); null where too few matched to tell. */
  readonly designEffect: number | null;
}

/** Pictures compared with one list. */
interface QueryMatches {
  readonly list: number;
  readonly queries: number;
  /** Of them, that match at least one entry falsely. */
  readonly matched: number;
}

/** What was counted of one rule. */
export type Matches = PairMatches | QueryMatches;

/** FPR(N) with 95 % bounds. */
export interface ListRate {
  /** measured: a list of that size, or parts of a larger one, was counted; bounded: beyond. */
  readonly status: 'measured' | 'bounded';
  /** Null where nothing matched, and beyond what was measured. */
  readonly estimate: number | null;
  readonly low: number;
  readonly high: number;
}

/** The rate at a list of `size` entries, 1 or more. */
export const falseMatchRate = (matches: Matches, size: number): ListRate =>
  'degrees' in matches ? byPairs(matches, size) : byQueries(matches, size);

/** Both ends 97.5 %; where nothing matched there is an upper end only, of 95 %. */
const tail = 0.025;
const clopperPearson = (k: number, n: number): Pick<ListRate, 'low' | 'high'> =>
  k === 0
    ? { low: 0, high: clopperPearsonHigh(0, n, 2 * tail) }
    : { low: clopperPearsonLow(k, n, tail), high: clopperPearsonHigh(k, n, tail) };

/** −log(1 − rate), which adds up over entries. */
const hazard = (rate: number): number => -Math.log1p(-rate);
const rateOf = (hazard: number): number => -Math.expm1(-hazard);

function byQueries({ list, queries, matched }: QueryMatches, size: number): ListRate {
  const at = clopperPearson(matched, queries);
  if (size === list) return { status: 'measured', estimate: matched > 0 ? matched / queries : null, ...at };
  return { status: 'bounded', estimate: null, ...moved(at, list, size) };
}

/** Bounds at one size from those at another: the hazard rises, but by no more than in proportion. */
function moved(
  { low, high }: Pick<ListRate, 'low' | 'high'>,
  from: number,
  to: number,
): Pick<ListRate, 'low' | 'high'> {
  const scale = to / from;
  return {
    low: scale < 1 ? rateOf(hazard(low) * scale) : low,
    high: high >= 1 ? 1 : scale > 1 ? rateOf(hazard(high) * scale) : high,
  };
}

function byPairs(matches: PairMatches, size: number): ListRate {
  const { pictures, degrees, designEffect } = matches;
  const others = pictures - 1;
  const k = degrees.reduce((sum, count, m) => sum + count * m, 0) / 2;
  const measured = size <= others;
  const estimate = k > 0 && measured ? drawnAlike(matches, size) : null;
  const status = measured ? 'measured' : 'bounded';
  if (designEffect === null) {
    // One part of the pictures as queries to another part as list: given the list, queries are independent.
    const list = Math.min(size, Math.floor(pictures / 2));
    const queries = pictures - list;
    return { status, estimate, ...moved(clopperPearson(queries * drawnAlike(matches, list), queries), list, size) };
  }
  const { less, more, both } = sureties(matches, k / designEffect);
  const at = hazard(drawnAlike(matches, Math.min(size, others)));
  const low = rateOf(at * less);
  if (measured) return { status, estimate, low, high: rateOf(at * more) };
  const high = rateOf((at * more * size) / others);
  // de Caen's bound, N p² / (p + (N − 1) p₂).
  const p = (2 * k * less) / (pictures * others);
  const union = Math.min(1, (size * p * p) / (p + (size - 1) * both));
  return { status, estimate, low: Math.max(low, union), high };
}

/** How far off the counts can be: what does not depend on the size of a list. */
interface Sureties {
  /** Factors from the rate of a pair to its ends. */
  readonly less: number;
  readonly more: number;
  /** Upper end of the chance that two entries both match a picture. */
  readonly both: number;
}
const known = new WeakMap<PairMatches, Sureties>();

function sureties(matches: PairMatches, independent: number): Sureties {
  const found = known.get(matches);
  if (found) return found;
  const { pictures, degrees } = matches;
  const pairs = (pictures * (pictures - 1)) / 2;
  const total = degrees.reduce((sum, count, m) => sum + count * m, 0) / 2;
  const trials = (pairs * independent) / total;
  const factor = (bound: typeof clopperPearsonLow): number => (bound(independent, trials, tail) * pairs) / total;
  const own: Sureties = {
    less: factor(clopperPearsonLow),
    more: factor(clopperPearsonHigh),
    both: bothAtMost(pictures, degrees),
  };
  known.set(matches, own);
  return own;
}

/** Share of the pictures that match one of `size` others, drawn without replacement: exactly, over all such draws. */
function drawnAlike({ pictures, degrees }: PairMatches, size: number): number {
  const others = pictures - 1;
  let missed = 0;
  for (const [m, count] of degrees.entries()) {
    if (count === 0 || m > others - size) continue;
    let log = 0;
    for (let i = 0; i < m; i++) log += Math.log1p(-size / (others - i));
    missed += count * Math.exp(log);
  }
  return 1 - missed / pictures;
}

/** Of triples, as many are taken as are independent of each other when those of one picture and of the pictures that it matches go together. */
function bothAtMost(pictures: number, degrees: readonly number[]): number {
  let triples = 0;
  let squares = 0;
  for (const [m, count] of degrees.entries()) {
    const own = (m * (m - 1)) / 2;
    triples += count * own;
    squares += count * own * own * (m + 1);
  }
  const independent = triples > 0 ? (triples * triples) / squares : 0;
  const most = triples > 0 ? (triples * poissonHigh(independent)) / independent : poissonHigh(0);
  return (2 * most) / (pictures * (pictures - 1) * (pictures - 2));
}

/** Upper 97.5 % bound of a Poisson mean, by so many binomial trials that they are rare. */
const poissonHigh = (count: number): number => {
  const trials = 1e9;
  return trials * clopperPearsonHigh(count, trials, tail);
};
