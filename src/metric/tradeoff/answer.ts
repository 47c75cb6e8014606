/** The answer to the letter: every strategy under the same assumptions, what drives each, and what would turn the order round. */

import { type Interval, isRuledOut } from '../interval.ts';
import { type Crossing, curveCrossing, curveOf, falsePositiveCrossing, listCrossing } from './break-even.ts';
import type { Evidence } from './evidence.ts';
import type { InputName, TradeoffInputs } from './inputs.ts';
import { type Bound, recoveredBounds, type Shares, varianceShares } from './knowledge.ts';
import type { Known, Outcome } from './model.ts';
import { drawOutcomes, drawWorlds, type SimulationOptions, summarise, summaryOf, type Tradeoff } from './simulate.ts';
import { type TornadoBar, tornado } from './tornado.ts';

/** A strategy and what a run measured of it. */
export interface Contender {
  readonly name: string;
  readonly evidence: Evidence;
}

/** What the model says of one strategy. */
export interface Outlook {
  readonly name: string;
  readonly model: Tradeoff;
  /** What it recovers of what the baseline does, draw by draw; null where no baseline is among the contenders, or one was not measured. */
  readonly ofBaseline: Interval | null;
  /** Share of the draws in which it recovers more than each other strategy, ties half, null where one was not measured; in the order of the contenders. */
  readonly beats: readonly Known[];
}

/** The same with what it hangs on. */
export interface Answer extends Outlook {
  readonly drivers: readonly TornadoBar[];
  /** Whose the variance of what is recovered is. */
  readonly variance: Shares | null;
  /** How far what is recovered can be off, where nobody knows better. */
  readonly bounds: readonly Bound[];
  /** False-positive rate per image above which less than half of what it flags is target content; null: at none that was searched. */
  readonly halfWrong: Crossing;
  /** False-positive rate per image above which more innocent accounts are flagged than reports recovered. */
  readonly moreAccountsThanReports: Crossing;
  /** Entries on the list from which on less than half of what it flags is target content: at the upper and at the lower bound of the false-positive rate. */
  readonly drowns: { readonly earliest: number | null; readonly latest: number | null };
}

/** The strategy that found the reports that would be lost: what others recover is also given as a share of what it finds. */
export const baseline = 'server-scan';

/** What follows for every strategy, all in the same draws. */
export function outlooks(
  contenders: readonly Contender[],
  inputs: TradeoffInputs,
  options: SimulationOptions,
): Outlook[] {
  const worlds = drawWorlds(inputs, options);
  // Strategies on the same detector measure alike: what was drawn for one serves the other.
  const known = new Map<string, { readonly model: Tradeoff; readonly recovered: Float64Array }>();
  const drawn = contenders.map(({ evidence }) => {
    const key = JSON.stringify(evidence);
    const before = known.get(key);
    if (before) return before;
    const outcomes = drawOutcomes(evidence, inputs, worlds, options.seed);
    const own = { model: summarise(outcomes), recovered: outcomes.recovery.recovered };
    known.set(key, own);
    return own;
  });
  const recovered = drawn.map((each) => each.recovered);
  const base = recovered[contenders.findIndex(({ name }) => name === baseline)];
  return contenders.map(({ name }, i) => ({
    name,
    model: drawn[i]!.model,
    // A share of nothing is none.
    ofBaseline: base ? summaryOf(recovered[i]!.map((each, j) => each / (base[j]! || Number.NaN))) : null,
    beats: recovered.map((other) => shareAbove(recovered[i]!, other)),
  }));
}

/** Draws for shares of the variance: enough for whole percents. */
const fewer = 4000;

/** All strategies, with what each answer hangs on. */
export function answers(
  contenders: readonly Contender[],
  inputs: TradeoffInputs,
  options: SimulationOptions,
): Answer[] {
  // A strategy that cannot flag anybody falsely has no rate at which that would be too much.
  const priced = <T>({ falsePositive }: Evidence, of: () => T): T | null => (isRuledOut(falsePositive) ? null : of());
  const half = ({ ppv }: Outcome): Known => (ppv === null ? null : ppv - 0.5);
  const fewDraws = { ...options, draws: Math.min(options.draws ?? fewer, fewer) };
  const variance = varianceShares(inputs, fewDraws);
  const hangsOn = (evidence: Evidence): Omit<Answer, keyof Outlook> => ({
    drivers: tornado(evidence, inputs, (share) => (share === null ? null : share * inputs.reportsLost)),
    variance: variance(evidence),
    bounds: recoveredBounds(evidence, inputs),
    halfWrong: priced(evidence, () => falsePositiveCrossing(evidence, inputs, half)),
    moreAccountsThanReports: priced(evidence, () =>
      falsePositiveCrossing(evidence, inputs, ({ recovered: share, innocentAccounts }) =>
        share === null || innocentAccounts === null ? null : share * inputs.reportsLost - innocentAccounts,
      ),
    ),
    drowns: priced(evidence, () => listCrossing(evidence, inputs, half)) ?? { earliest: null, latest: null },
  });
  const known = new Map<string, Omit<Answer, keyof Outlook>>();
  return outlooks(contenders, inputs, options).map((outlook, i): Answer => {
    const { evidence } = contenders[i]!;
    const key = JSON.stringify(evidence);
    const own = known.get(key) ?? hangsOn(evidence);
    known.set(key, own);
    return { ...outlook, ...own };
  });
}

/** Share of the draws in which the first is larger, a tie counts half; null where one is not known. */
function shareAbove(first: Float64Array, second: Float64Array): Known {
  let wins = 0;
  for (let i = 0; i < first.length; i++) {
    const [each, other] = [first[i]!, second[i]!];
    if (Number.isNaN(each) || Number.isNaN(other)) return null;
    wins += each > other ? 1 : each === other ? 0.5 : 0;
  }
  return wins / first.length;
}

/** An input at which two strategies change places. */
export interface Flip {
  readonly input: InputName;
  readonly first: string;
  readonly second: string;
  readonly crossing: NonNullable<Crossing>;
}

/** Shares whose whole range is searched for a change of places. */
const searched = [
  'evasion',
  'uptake',
  'byteIdentical',
  'repeats',
  'videoByteIdentical',
  'videoRepeats',
  'firstSeenListed',
  'videoScanned',
] as const satisfies readonly InputName[];

/** Every change of places of two strategies as one share runs from 0 to 1, all else at its median. */
export function flips(contenders: readonly Contender[], inputs: TradeoffInputs): Flip[] {
  const curves = contenders.map(({ evidence }) => curveOf(evidence, inputs));
  return searched.flatMap((input) => {
    const by = curves.map((curve) => curve(input));
    return contenders.flatMap((first, i) =>
      contenders.slice(i + 1).flatMap((second, j): Flip[] => {
        const crossing = curveCrossing(by[i]!, by[i + 1 + j]!);
        return crossing ? [{ input, first: first.name, second: second.name, crossing }] : [];
      }),
    );
  });
}
