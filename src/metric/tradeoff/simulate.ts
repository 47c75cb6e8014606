/**
 * The trade-off model with its uncertainty: a Monte Carlo in which every measured rate is drawn from its Beta posterior (Jeffreys' prior,
 * Beta(½, ½)), every assumption from its stated distribution. Random streams go by the name of a quantity, so that all strategies are
 * drawn under the same assumptions and differ by what was measured, not by luck. A false-positive rate of which only bounds are known is not drawn: what hangs on
 * it is worked out at both bounds, and has no median.
 */
import { type Rng, seededRng } from '../../util/rng.ts';
import type { ListRate } from '../false-matches.ts';
import type { Counts, Interval } from '../interval.ts';
import { quantileOfSorted } from '../quantile.ts';
import { betaVariate } from '../random.ts';
import { inverseIncompleteBeta, probit } from '../special.ts';
import { type Drawable, type Evidence, falsePositiveAt, sharesOf } from './evidence.ts';
import { drawInput, drawOf, heldBy, type InputName, inputNames, type Setting, type TradeoffInputs } from './inputs.ts';
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
    const draw = drawOf(inputs, name);
    const own = stream(seed, name);
    const fixed = only && !only(name) ? medianOf(inputs, name) : undefined;
    return Float64Array.from({ length: draws }, () => fixed ?? drawInput(draw, own));
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

/** What follows in one world. What hangs on the false-positive rate is there twice: at its lower and at its upper bound, the same where the rate is known. */
export interface Drawn {
  readonly recovery: Recovery;
  readonly low: Price;
  readonly high: Price;
  /** Whether the false-positive rate is known, and not only bounded. */
  readonly identified: boolean;
  /** Accounts of the service in this world. */
  readonly accounts: number;
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
    const own = stream(seed, name);
    const column = Float64Array.from(worlds, () => betaVariate(of.k + 0.5, of.n - of.k + 0.5, own));
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

/** One outcome for each world. */
export function drawOutcomes(
  evidence: Evidence,
  inputs: TradeoffInputs,
  worlds: readonly World[],
  seed: number,
): Drawn[] {
  const shares = drawShares(evidence, worlds, seed);
  const positions = stream(seed, 'falsePositive');
  const facts = factsBy(evidence, inputs);
  const rates = new Map<number, ListRate | null>();
  return worlds.map((world, i): Drawn => {
    const { setting } = world;
    // Three digits are enough for a rate, and few enough to be worked out once each.
    const size = Math.max(1, Number(Math.round(setting.listEntries).toPrecision(3)));
    const rate = rates.has(size) ? rates.get(size)! : falsePositiveAt(evidence, inputs, size);
    rates.set(size, rate);
    const position = positions.next();
    const at = rate === null ? null : falsePositiveBetween(rate, position);
    const own = facts(setting.matchThreshold);
    const all = shares(i);
    const priceOf = (falsePositive: Known): Price => price({ ...all, falsePositive }, setting, own, inputs.reportsLost);
    const low = priceOf(at === null ? null : at.low);
    return {
      recovery: recovery(all, setting, own, fewOf(world)),
      low,
      high: at && at.high > at.low ? priceOf(at.high) : low,
      identified: rate === null || rate.estimate !== null,
      accounts: setting.accounts,
    };
  });
}

const isTrials = (of: Drawable): of is Counts => typeof of === 'object' && of !== null;

const stream = (seed: number, name: string): Rng => seededRng(seed, `tradeoff/${name}`);

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
  const sorted = Float64Array.from(values).sort();
  const at = (p: number): number => quantileOfSorted(sorted, p);
  const method = `median and 95 % of ${values.length} draws; Jeffreys posteriors`;
  return { estimate: at(0.5), low: at(0.025), high: at(0.975), method };
}

/** Median and 95 % interval of values that were drawn; null where one of them is not known. */
export function summaryOf(values: readonly Known[]): Interval | null {
  const drawn = values.filter((each) => each !== null);
  return drawn.length < values.length ? null : summary(drawn);
}

/** Medians with 95 % intervals of the draws. */
export function summarise(outcomes: readonly Drawn[]): Tradeoff {
  const of = (key: keyof Recovery): Interval | null => summaryOf(outcomes.map(({ recovery }) => recovery[key]));
  const identified = outcomes.every((each) => each.identified);
  const full =
    outcomes.filter(({ high, accounts }) => (high.innocentAccounts ?? 0) > 0.99 * accounts).length >
    0.025 * outcomes.length;
  const bounded = (key: keyof Price): Bounded | null => {
    const [one, other] = [outcomes.map(({ low }) => low[key]), outcomes.map(({ high }) => high[key])];
    if (identified) return summaryOf(one);
    const ends = [summaryOf(one), summaryOf(other)];
    const [first, second] = ends;
    if (!first || !second) return null;
    const [low, high] = [Math.min(first.low, second.low), Math.max(first.high, second.high)];
    // What does not hang on the rate has its median.
    if (one.every((each, i) => each === other[i])) return first;
    const method = `bounds of the false-positive rate at that list, and 95 % of ${outcomes.length} draws of all else`;
    return { estimate: null, low, high, method, ...(key === 'innocentAccounts' && full ? { everybody: true } : {}) };
  };
  const measured = outcomes.every(({ recovery: { scanned }, low }) => scanned !== null && low.innocentImages !== null);
  return {
    recovered: of('recovered'),
    scanned: of('scanned'),
    pictures: of('pictures'),
    videos: of('videos'),
    innocentAccounts: bounded('innocentAccounts'),
    innocentImages: bounded('innocentImages'),
    reviewHours: bounded('reviewHours'),
    reviewers: bounded('reviewers'),
    exposedPerBillion: bounded('exposedPerBillion'),
    exposed: bounded('exposed'),
    ppv: measured ? ppvOf(outcomes, identified) : null,
  };
}

/** Over draws in which something is flagged; null where nothing is in any. */
function ppvOf(outcomes: readonly Drawn[], identified: boolean): Bounded | null {
  const [best, worst] = [outcomes.flatMap(({ low }) => low.ppv ?? []), outcomes.flatMap(({ high }) => high.ppv ?? [])];
  if (worst.length === 0) return null;
  const [most, least] = [best.length > 0 ? summary(best) : null, summary(worst)];
  if (identified && most) return most;
  const method = `bounds of the false-positive rate at that list, and 95 % of ${outcomes.length} draws of all else`;
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
