/**
 * The trade-off model with its uncertainty: a Monte Carlo in which every measured rate is drawn from its Beta posterior (Jeffreys' prior,
 * Beta(½, ½)), every assumption from its stated distribution. Random streams go by the name of a quantity, so that all strategies are
 * drawn under the same assumptions and differ by what was measured, not by luck.
 */
import { type Rng, seededRng } from '../../util/rng.ts';
import { type Counts, type Evident, type Interval, isCounted, isUntried } from '../interval.ts';
import { quantileOfSorted } from '../quantile.ts';
import { betaVariate } from '../random.ts';
import { inverseIncompleteBeta } from '../special.ts';
import { drawInput, drawOf, heldBy, inputNames, type Setting, type TradeoffInputs } from './inputs.ts';
import {
  type Known,
  type Outcome,
  outcome,
  type Rates,
  rateNames,
  type StrategyFacts,
  thresholdSurvival,
} from './model.ts';

/** What a run measured of one strategy. A rate that the design rules out is exactly 0; of one that nobody tried nothing is known. */
export interface Evidence extends Readonly<Record<keyof Rates, Evident>> {
  /** Whether a sender who wants to can get around it. */
  readonly evadable: boolean;
  /** Whether people look at what it flags. */
  readonly reviewed: boolean;
  /** Its rates are those of single pictures, and nothing opens below the account threshold of the inputs. */
  readonly threshold?: boolean;
}

/** What is drawn. */
export interface SimulationOptions {
  readonly seed: number;
  readonly draws?: number | undefined;
}

/** What the model says of one strategy; null: not measured. Of the share of flagged images that are target content, also: nothing is flagged. */
export type Tradeoff = Readonly<Record<keyof Outcome, Interval | null>>;

/** One draw of all assumptions. */
export interface World {
  readonly setting: Setting;
  /** One uniform number for each of the few items: a strategy finds those below its detection rate. */
  readonly luck: readonly number[];
}

/** The assumptions, draw by draw: the same for every strategy. */
export function drawWorlds(inputs: TradeoffInputs, { seed, draws = 20_000 }: SimulationOptions): World[] {
  const columns = inputNames.map((name) => {
    const draw = drawOf(inputs, name);
    const own = stream(seed, name);
    return Float64Array.from({ length: draws }, () => drawInput(draw, own));
  });
  const items = stream(seed, 'top items');
  return Array.from({ length: draws }, (_, i) => {
    const setting = Object.fromEntries(inputNames.map((name, j) => [name, columns[j]![i]!])) as Setting;
    const luck = Array.from({ length: setting.topShare > 0 ? Math.round(setting.topItems) : 0 }, () => items.next());
    return { setting, luck };
  });
}

/** One outcome for each world. */
export function drawOutcomes(
  evidence: Evidence,
  inputs: TradeoffInputs,
  worlds: readonly World[],
  seed: number,
): Outcome[] {
  const rates = ratesOf(evidence, ({ k, n }, name): Float64Array => {
    const own = stream(seed, name);
    return Float64Array.from({ length: worlds.length }, () => betaVariate(k + 0.5, n - k + 0.5, own));
  });
  const facts = new Map<number, StrategyFacts>();
  return worlds.map(({ setting, luck }, i) => {
    const matches = Math.round(setting.matchThreshold);
    const own = facts.get(matches) ?? factsOf(evidence, inputs, matches);
    facts.set(matches, own);
    const few = (rate: number): number => luck.reduce((sum, each) => sum + (each < rate ? 1 : 0), 0) / luck.length;
    return outcome(ratesAt(rates, i), setting, own, luck.length > 0 ? few : undefined);
  });
}

const stream = (seed: number, name: string): Rng => seededRng(seed, `tradeoff/${name}`);

function ratesAt(rates: Readonly<Record<keyof Rates, Float64Array | Known>>, i: number): Rates {
  const at = (name: keyof Rates): Known => {
    const of = rates[name];
    return of instanceof Float64Array ? of[i]! : of;
  };
  return {
    listedAsSent: at('listedAsSent'),
    listedEdited: at('listedEdited'),
    newContent: at('newContent'),
    falsePositive: at('falsePositive'),
    exposedInnocent: at('exposedInnocent'),
  };
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
export function summarise(outcomes: readonly Outcome[]): Tradeoff {
  const of = (key: keyof Outcome): Interval | null => summaryOf(outcomes.map((each) => each[key]));
  const measured = outcomes.every(({ scanned, innocentImages }) => scanned !== null && innocentImages !== null);
  const ppv = measured ? outcomes.flatMap(({ ppv: each }) => each ?? []) : [];
  return {
    recovered: of('recovered'),
    scanned: of('scanned'),
    innocentAccounts: of('innocentAccounts'),
    innocentImages: of('innocentImages'),
    reviewHours: of('reviewHours'),
    reviewers: of('reviewers'),
    exposedPerBillion: of('exposedPerBillion'),
    exposed: of('exposed'),
    ppv: ppv.length === 0 ? null : summary(ppv),
  };
}

/** The model's answer for one strategy. */
export const tradeoff = (evidence: Evidence, inputs: TradeoffInputs, options: SimulationOptions): Tradeoff =>
  summarise(drawOutcomes(evidence, inputs, drawWorlds(inputs, options), options.seed));

/** The outcome at one setting; rates at the quantile `p` of their posteriors, their medians by default. */
export const outcomeAt = (
  evidence: Evidence,
  inputs: TradeoffInputs,
  setting: Setting,
  rates = medianRates(evidence),
): Outcome => outcome(rates, setting, factsOf(evidence, inputs, setting.matchThreshold));

/** The medians of the posteriors. */
export const medianRates = (evidence: Evidence): Rates => ratesOf(evidence, (counts) => rateQuantile(counts, 0.5));

/** The p-quantile of the posterior of a rate that was counted. */
export const rateQuantile = ({ k, n }: Counts, p: number): number => inverseIncompleteBeta(p, k + 0.5, n - k + 0.5);

/** An interval times a factor, such as a total of reports. */
export const scaled = ({ estimate, low, high, method }: Interval, by: number): Interval => ({
  estimate: estimate * by,
  low: low * by,
  high: high * by,
  method,
});

/** Something for each rate that was counted; 0 where the design rules it out, null where nobody tried. */
function ratesOf<W>(
  evidence: Evidence,
  of: (counts: Counts, name: keyof Rates) => W,
): Readonly<Record<keyof Rates, W | Known>> {
  const entries = rateNames.map((name) => {
    // Without edited trials, edited content counts as found like content as it was sent.
    const from = name === 'listedEdited' && isUntried(evidence[name]) ? 'listedAsSent' : name;
    const rate = evidence[from];
    return [name, isCounted(rate) ? of(rate, from) : isUntried(rate) ? null : 0];
  });
  return Object.fromEntries(entries) as Record<keyof Rates, W | Known>;
}

const survivals = new Map<string, (rate: number) => number>();

function factsOf({ evadable, reviewed, threshold }: Evidence, inputs: TradeoffInputs, matches: number): StrategyFacts {
  const { offenders } = inputs;
  if (!threshold || !offenders) return { evadable, reviewed };
  const wanted = Math.round(matches);
  // A curve takes a while, and every strategy with a threshold has the same.
  const key = JSON.stringify([offenders, wanted]);
  const survival = survivals.get(key) ?? thresholdSurvival(heldBy(offenders), wanted);
  survivals.set(key, survival);
  return { evadable, reviewed, survival };
}
