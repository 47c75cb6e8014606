/**
 * The trade-off model with its uncertainty: a Monte Carlo in which every measured rate is drawn from its Beta posterior (Jeffreys' prior,
 * Beta(½, ½)), every assumption from its stated distribution. Random streams go by the name of a quantity, so that all strategies are
 * drawn under the same assumptions and differ by what was measured, not by luck. A false-positive rate of which only bounds are known is not drawn: what hangs on
 * it is worked out at both bounds, and has no median.
 */
import { type Rng, seededRng } from '../../util/rng.ts';
import type { ListRate } from '../false-matches.ts';
import type { Counts, Interval } from '../interval.ts';
import { quantilesOf } from '../quantile.ts';
import { betaVariate } from '../random.ts';
import { inverseIncompleteBeta, probit } from '../special.ts';
import { type Drawable, type Evidence, falsePositiveAt, sharesOf } from './evidence.ts';
import {
  type Draw,
  drawInput,
  drawOf,
  heldBy,
  type InputName,
  inputNames,
  type Setting,
  type TradeoffInputs,
} from './inputs.ts';
import {
  type FoundName,
  foundNames,
  type Known,
  type Outcome,
  type Price,
  price,
  type Rates,
  type Recovery,
  recovery,
  type StrategyFacts,
  thresholdSurvivals,
  type VideoFoundName,
  videoFoundNames,
} from './model.ts';

/** What is drawn. */
export interface SimulationOptions {
  readonly seed: number;
  readonly draws?: number | undefined;
  /** Only what has a name of this kind is drawn, all else stays at its median: which part of the variance is whose. */
  readonly only?: ((quantity: Quantity) => boolean) | undefined;
}

/** What can vary: an input, a measured rate, or which of the few items are found. */
export type Quantity = InputName | keyof Rates | 'which top items';

/** An interval, or two bounds without a median where one rate behind it is only bounded. */
export interface Bounded {
  /** Median; null where only bounds are known. */
  readonly estimate: number | null;
  readonly low: number;
  readonly high: number;
  /** The upper bound is all there are, or as good as: all but one in a hundred. */
  readonly everybody?: boolean;
  readonly method: string;
}

/** What the model says of one strategy; null: not measured. Of the share of flagged images that are target content, also: nothing is flagged. */
export type Tradeoff = Readonly<Record<keyof Recovery, Interval | null>> &
  Readonly<Record<keyof Price, Bounded | null>>;

/** One draw of all assumptions. */
export interface World {
  readonly setting: Setting;
  /** One uniform number for each of the few items: a strategy finds those below its detection rate. */
  readonly luck: readonly number[];
}

/** The assumptions, draw by draw: the same for every strategy. */
export function drawWorlds(inputs: TradeoffInputs, { seed, draws = 20_000, only }: SimulationOptions): World[] {
  const columns = inputNames.map((name) => {
    if (only && !only(name)) return new Float64Array(draws).fill(medianOf(inputs, name));
    const { value, beta, uniform, logUniform } = drawOf(inputs, name);
    const draw: Draw = { value, beta, uniform, logUniform };
    return columnOf({ seed, name, of: draw, draws }, (own) => drawInput(draw, own));
  });
  const items = stream(seed, 'top items');
  const lucky = !only || only('which top items');
  return Array.from({ length: draws }, (_, i) => {
    const setting: Record<string, number> = {};
    for (let j = 0; j < inputNames.length; j++) setting[inputNames[j]!] = columns[j]![i]!;
    const few = lucky && setting.topShare! > 0 ? Math.round(setting.topItems!) : 0;
    return { setting: setting as Setting, luck: Array.from({ length: few }, () => items.next()) };
  });
}

const medianOf = (inputs: TradeoffInputs, name: InputName): number => {
  const { value, beta, uniform, logUniform } = drawOf(inputs, name);
  if (beta) return inverseIncompleteBeta(0.5, beta[0], beta[1]);
  if (uniform) return (uniform[0] + uniform[1]) / 2;
  return logUniform ? Math.sqrt(logUniform[0] * logUniform[1]) : value;
};

/** One number of each world; NaN where it is not known there. */
type Column = Float64Array;

/**
 * What follows in every world, a column a quantity: there are many worlds, and an object for each would cost more than what is in it. What hangs on the
 * false-positive rate is there twice: at its lower and at its upper bound; the two are one where the rate is known in all worlds.
 */
export interface Drawn {
  readonly draws: number;
  readonly recovery: Readonly<Record<keyof Recovery, Column>>;
  readonly low: Readonly<Record<keyof Price, Column>>;
  readonly high: Readonly<Record<keyof Price, Column>>;
  /** Whether the false-positive rate is known in all of them, and not only bounded. */
  readonly identified: boolean;
  /** Accounts of the service. */
  readonly accounts: Column;
}

const recoveryKeys = ['recovered', 'scanned', 'pictures', 'videos'] as const satisfies readonly (keyof Recovery)[];
const priceKeys = [
  'innocentAccounts',
  'innocentImages',
  'reviewHours',
  'reviewers',
  'exposedPerBillion',
  'exposed',
  'ppv',
] as const satisfies readonly (keyof Price)[];

const columns = <K extends string>(keys: readonly K[], length: number): Record<K, Column> =>
  Object.fromEntries(keys.map((key) => [key, new Float64Array(length)])) as Record<K, Column>;

/** Writes one world into its columns. Throws a RangeError where the model gave no number: that would be taken for what nobody measured. */
function put<K extends string>(keys: readonly K[], into: Record<K, Column>, i: number, values: Record<K, Known>): void {
  for (const key of keys) {
    const value = values[key];
    if (Number.isNaN(value)) throw new RangeError(`Expected a number of ${key} but the model gave NaN`);
    into[key][i] = value ?? Number.NaN;
  }
}

/** What is found in the i-th draw, and what the few items add. */
function drawShares(
  evidence: Evidence,
  worlds: readonly World[],
  seed: number,
  only?: SimulationOptions['only'],
): (i: number) => Rates {
  return ratesBy(evidence, (of, name) => {
    if (!isTrials(of)) return () => of;
    const fixed = only && !only(name) ? rateQuantile(of, 0.5) : undefined;
    if (fixed !== undefined) return () => fixed;
    const { k, n } = of;
    const column = columnOf({ seed, name, of: { k, n }, draws: worlds.length }, (own) =>
      betaVariate(k + 0.5, n - k + 0.5, own),
    );
    return (i) => column[i]!;
  });
}

/** A rate in the i-th draw. */
type Each = (i: number) => Known;

/** The rates of what is found; the false-positive rate is left to the list. All draws have one shape, because there are many of them. */
function ratesBy(
  evidence: Evidence,
  of: (share: Drawable, name: FoundName | VideoFoundName) => Each,
): (i: number) => Rates {
  const shares = sharesOf(evidence);
  const [asSent, edited, newContent] = foundNames.map((name) => of(shares[name], name)) as [Each, Each, Each];
  const [videoAsSent, videoEdited, videoNewContent] = videoFoundNames.map((name) => {
    const share = shares[name];
    return share === undefined ? undefined : of(share, name);
  });
  return (i) => ({
    asSent: asSent(i),
    edited: edited(i),
    newContent: newContent(i),
    videoAsSent: videoAsSent?.(i),
    videoEdited: videoEdited?.(i),
    videoNewContent: videoNewContent?.(i),
    falsePositive: null,
  });
}

/** Of the few videos the share below a rate; undefined where there are none. */
const fewOf = ({ luck }: World): ((rate: number) => number) | undefined =>
  luck.length === 0 ? undefined : (rate) => luck.reduce((sum, each) => sum + (each < rate ? 1 : 0), 0) / luck.length;

/** What is recovered in each world, without its price. */
export function drawRecovered(
  evidence: Evidence,
  inputs: TradeoffInputs,
  worlds: readonly World[],
  seed: number,
  only?: SimulationOptions['only'],
): Known[] {
  const rates = drawShares(evidence, worlds, seed, only);
  const facts = factsBy(evidence, inputs);
  return worlds.map((world, i) => {
    const { setting } = world;
    return recovery(rates(i), setting, facts(setting.matchThreshold), fewOf(world)).recovered;
  });
}

/** What follows in each world. */
export function drawOutcomes(
  evidence: Evidence,
  inputs: TradeoffInputs,
  worlds: readonly World[],
  seed: number,
): Drawn {
  const draws = worlds.length;
  const shares = drawShares(evidence, worlds, seed);
  const positions = stream(seed, 'falsePositive');
  const facts = factsBy(evidence, inputs);
  const rates = new Map<number, ListRate | null>();
  const sizes = listSizesOf(worlds);
  const found = columns(recoveryKeys, draws);
  const low = columns(priceKeys, draws);
  // Made when a world needs it, since most rates are known.
  let high = low;
  let identified = true;
  worlds.forEach((world, i) => {
    const { setting } = world;
    const size = sizes[i]!;
    const rate = rates.has(size) ? rates.get(size)! : falsePositiveAt(evidence, inputs, size);
    rates.set(size, rate);
    const position = positions.next();
    const at = rate === null ? null : falsePositiveBetween(rate, position);
    const own = facts(setting.matchThreshold);
    const all = shares(i);
    const priceOf = (falsePositive: Known): Price => price({ ...all, falsePositive }, setting, own, inputs.reportsLost);
    put(recoveryKeys, found, i, recovery(all, setting, own, fewOf(world)));
    const least = priceOf(at === null ? null : at.low);
    put(priceKeys, low, i, least);
    const isBounded = at !== null && at.high > at.low;
    if (isBounded && high === low)
      high = Object.fromEntries(priceKeys.map((key) => [key, low[key].slice()])) as Record<keyof Price, Column>;
    if (high !== low) put(priceKeys, high, i, isBounded ? priceOf(at.high) : least);
    identified &&= rate === null || rate.estimate !== null;
  });
  const accounts = Float64Array.from(worlds, ({ setting }) => setting.accounts);
  return { draws, recovery: found, low, high, identified, accounts };
}

const sizesBefore = new WeakMap<readonly World[], Column>();

/** Entries on the list, to three digits: enough for a rate, and few enough to be worked out once each. The same for all strategies. */
function listSizesOf(worlds: readonly World[]): Column {
  const sizes =
    sizesBefore.get(worlds) ??
    Float64Array.from(worlds, ({ setting }) => Math.max(1, Number(Math.round(setting.listEntries).toPrecision(3))));
  sizesBefore.set(worlds, sizes);
  return sizes;
}

const isTrials = (of: Drawable): of is Counts => typeof of === 'object' && of !== null;

const stream = (seed: number, name: string): Rng => seededRng(seed, `tradeoff/${name}`);

/** Columns that were drawn last: other strategies, scenarios and commands of this process want the same. At most 128 × 160 kB at 20,000 draws. */
const drawnBefore = new Map<string, Column>();
const mostNumbers = 128 * 20_000;

/** Draws of one quantity from its own stream, from a distribution that `of` tells apart from others; those of the last calls are not drawn again. */
function columnOf(
  { draws, ...which }: { readonly seed: number; readonly name: string; readonly of: object; readonly draws: number },
  next: (own: Rng) => number,
): Column {
  const key = JSON.stringify([which, draws]);
  const before = drawnBefore.get(key);
  const own = stream(which.seed, which.name);
  const column = before ?? Float64Array.from({ length: draws }, () => next(own));
  drawnBefore.delete(key);
  drawnBefore.set(key, column);
  // The oldest goes first.
  for (const [oldest] of drawnBefore) {
    if (drawnBefore.size * draws <= mostNumbers) break;
    drawnBefore.delete(oldest);
  }
  return column;
}

/**
 * A false-positive rate that was measured, at a place in its interval: half-normal to both sides on the logarithm of −log(1 − rate), which gives the interval's ends
 * back. One that is only bounded: its bounds.
 */
export function falsePositiveBetween(
  { estimate, low, high }: ListRate,
  position: number,
): { readonly low: number; readonly high: number } {
  if (estimate === null || estimate <= 0 || low <= 0) return { low: estimate ?? low, high: estimate ?? high };
  const log = (rate: number): number => Math.log(-Math.log1p(-Math.min(rate, 1 - 1e-15)));
  const z = probit(Math.min(1 - 1e-12, Math.max(1e-12, position)));
  const to = z < 0 ? log(estimate) - log(low) : log(high) - log(estimate);
  const at = -Math.expm1(-Math.exp(log(estimate) + (z * to) / probit(0.975)));
  return { low: at, high: at };
}

/** Median and 95 % interval of values that were drawn. */
export function summary(values: ArrayLike<number>): Interval {
  const [low, estimate, high] = quantilesOf(new Float64Array(values), [0.025, 0.5, 0.975]) as [number, number, number];
  const method = `median and 95 % of ${values.length} draws; Jeffreys posteriors`;
  return { estimate, low, high, method };
}

/** Median and 95 % interval of a column; null where one of its numbers is not known. */
export const summaryOf = (values: Column): Interval | null => (isKnown(values) ? summary(values) : null);

const isKnown = (values: Column): boolean => !values.some(Number.isNaN);

/** Medians with 95 % intervals of the draws. */
export function summarise({ draws, recovery, low, high, identified, accounts }: Drawn): Tradeoff {
  const flagged = high.innocentAccounts;
  const full = count(draws, (i) => flagged[i]! > 0.99 * accounts[i]!) > 0.025 * draws;
  const bounded = (key: keyof Price): Bounded | null => {
    const [one, other] = [low[key], high[key]];
    if (identified) return summaryOf(one);
    const [first, second] = [summaryOf(one), one === other ? null : summaryOf(other)];
    // What does not hang on the rate has its median.
    if (first && (one === other || one.every((each, i) => each === other[i]))) return first;
    if (!first || !second) return null;
    const [least, most] = [Math.min(first.low, second.low), Math.max(first.high, second.high)];
    const method = `bounds of the false-positive rate at that list, and 95 % of ${draws} draws of all else`;
    return {
      estimate: null,
      low: least,
      high: most,
      method,
      ...(key === 'innocentAccounts' && full ? { everybody: true } : {}),
    };
  };
  const measured = isKnown(recovery.scanned) && isKnown(low.innocentImages);
  return {
    recovered: summaryOf(recovery.recovered),
    scanned: summaryOf(recovery.scanned),
    pictures: summaryOf(recovery.pictures),
    videos: summaryOf(recovery.videos),
    innocentAccounts: bounded('innocentAccounts'),
    innocentImages: bounded('innocentImages'),
    reviewHours: bounded('reviewHours'),
    reviewers: bounded('reviewers'),
    exposedPerBillion: bounded('exposedPerBillion'),
    exposed: bounded('exposed'),
    ppv: measured ? ppvOf(low.ppv, high.ppv, identified) : null,
  };
}

/** How many of the numbers below `n` are so. */
function count(n: number, isSo: (i: number) => boolean): number {
  let sum = 0;
  for (let i = 0; i < n; i++) if (isSo(i)) sum++;
  return sum;
}

/** Over draws in which something is flagged; null where nothing is in any. */
function ppvOf(low: Column, high: Column, identified: boolean): Bounded | null {
  const [best, worst] = [low, high].map((each) => each.filter((value) => !Number.isNaN(value))) as [Column, Column];
  if (worst.length === 0) return null;
  const [most, least] = [best.length > 0 ? summary(best) : null, summary(worst)];
  if (identified && most) return most;
  const method = `bounds of the false-positive rate at that list, and 95 % of ${low.length} draws of all else`;
  return { estimate: null, low: least.low, high: most?.high ?? 1, method };
}

/** The model's answer for one strategy. */
export const tradeoff = (evidence: Evidence, inputs: TradeoffInputs, options: SimulationOptions): Tradeoff =>
  summarise(drawOutcomes(evidence, inputs, drawWorlds(inputs, options), options.seed));

/** Rates of what is found at the medians of their posteriors. */
const medianRates = (evidence: Evidence): Rates =>
  ratesBy(evidence, (of) => {
    const middle = isTrials(of) ? rateQuantile(of, 0.5) : of;
    return () => middle;
  })(0);

/** What is recovered at any setting, with rates at the medians of their posteriors unless given: for curves of many settings. */
export function recoveredAt(
  evidence: Evidence,
  inputs: TradeoffInputs,
): (setting: Setting, given?: Partial<Rates>) => Known {
  const rates = medianRates(evidence);
  const facts = factsBy(evidence, inputs);
  return (setting, given = {}) => recovery({ ...rates, ...given }, setting, facts(setting.matchThreshold)).recovered;
}

/** What follows at any setting, the same way, at the bounds of the false-positive rate there unless one is given. */
export function outcomeAt(
  evidence: Evidence,
  inputs: TradeoffInputs,
): (setting: Setting, falsePositive?: number) => { readonly low: Outcome; readonly high: Outcome } {
  const rates = medianRates(evidence);
  const facts = factsBy(evidence, inputs);
  return (setting, given) => {
    const own = facts(setting.matchThreshold);
    const at = (falsePositive: Known): Outcome => {
      const all = { ...rates, falsePositive };
      return { ...recovery(all, setting, own), ...price(all, setting, own, inputs.reportsLost) };
    };
    if (given !== undefined) {
      const one = at(given);
      return { low: one, high: one };
    }
    const rate = falsePositiveAt(evidence, inputs, Math.max(1, Math.round(setting.listEntries)));
    const between = rate === null ? null : falsePositiveBetween(rate, 0.5);
    return { low: at(between === null ? null : between.low), high: at(between === null ? null : between.high) };
  };
}

/** The p-quantile of the posterior of a rate that was counted. */
export const rateQuantile = ({ k, n }: Counts, p: number): number => inverseIncompleteBeta(p, k + 0.5, n - k + 0.5);

/** An interval times a factor, such as a total of reports. */
export const scaled = <I extends Bounded>(interval: I, by: number): I => ({
  ...interval,
  estimate: interval.estimate === null ? null : interval.estimate * by,
  low: interval.low * by,
  high: interval.high * by,
});

/** What is left of a total where `lost` of it hangs on scanning: the reports that would come in any case, and those that come back. */
export const remaining = <I extends Bounded>(share: I, lost: number, total: number): I => {
  const of = (each: number): number => total - lost + each * lost;
  const { estimate, low, high } = share;
  return { ...share, estimate: estimate === null ? null : of(estimate), low: of(low), high: of(high) };
};

/** Reports that come back of those that would be lost, and all reports that are left, those that come in any case included. */
export const reportsOf = (
  recovered: Interval | null,
  { lost, total }: { readonly lost: number; readonly total: number },
): { of: number; reports: Interval | null }[] => [
  { of: lost, reports: recovered && scaled(recovered, lost) },
  { of: total, reports: recovered && remaining(recovered, lost, total) },
];

const survivals = new Map<string, ReturnType<typeof thresholdSurvivals>>();

/** What sets a strategy apart, by the account threshold that was drawn. */
export function factsBy(evidence: Evidence, inputs: TradeoffInputs): (matches: number) => StrategyFacts {
  const { scanner, reviewed, exposes, rule, threshold, kept = 1 } = evidence;
  const plain: StrategyFacts = { scanner, reviewed, exposes, byList: rule !== null, kept };
  const { offenders } = inputs;
  if (!threshold || !offenders) return () => plain;
  const known = new Map<number, StrategyFacts>();
  return (matches) => {
    const wanted = Math.round(matches);
    const facts = known.get(wanted);
    if (facts) return facts;
    // The curves take a while, and every strategy with a threshold has the same.
    const key = JSON.stringify(offenders);
    const survival = survivals.get(key) ?? thresholdSurvivals(heldBy(offenders));
    survivals.set(key, survival);
    const own = { ...plain, survival: survival(wanted) };
    known.set(wanted, own);
    return own;
  };
}
