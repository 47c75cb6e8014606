/** The answer to the letter: every strategy under the same assumptions, what drives each, and what would turn the order round. */

import { type Interval, isRuledOut } from '../interval.ts';
import { type Crossing, falsePositiveCrossing, inputCrossing } from './break-even.ts';
import type { InputName, TradeoffInputs } from './inputs.ts';
import type { Known, Outcome } from './model.ts';
import {
  drawOutcomes,
  drawWorlds,
  type Evidence,
  type SimulationOptions,
  summarise,
  summaryOf,
  type Tradeoff,
} from './simulate.ts';
import { type TornadoBar, tornado } from './tornado.ts';

/** A strategy and what a run measured of it. */
export interface Contender {
  readonly name: string;
  readonly evidence: Evidence;
}

/** What the model says of one strategy. */
export interface Answer {
  readonly name: string;
  readonly model: Tradeoff;
  /** What it recovers of what the baseline does, draw by draw; null where no baseline is among the contenders, or one was not measured. */
  readonly ofBaseline: Interval | null;
  /** Share of the draws in which it recovers more than each other strategy, ties half, null where one was not measured; in the order of the contenders. */
  readonly beats: readonly Known[];
  readonly drivers: readonly TornadoBar[];
  /** False-positive rate per image above which less than half of what it flags is target content; null: at none that was searched. */
  readonly halfWrong: Crossing;
  /** False-positive rate per image above which more innocent accounts are flagged than reports recovered. */
  readonly moreAccountsThanReports: Crossing;
}

/** The strategy that found the reports that would be lost: what others recover is also given as a share of what it finds. */
export const baseline = 'server-scan';

/** All strategies. `total`: reports that the shares are of. */
export function answers(
  contenders: readonly Contender[],
  inputs: TradeoffInputs,
  total: number,
  options: SimulationOptions,
): Answer[] {
  const worlds = drawWorlds(inputs, options);
  // Strategies on the same detector measure alike: what was drawn for one serves the other.
  const known = new Map<string, Outcome[]>();
  const drawn = contenders.map(({ evidence }) => {
    const key = JSON.stringify(evidence);
    const outcomes = known.get(key) ?? drawOutcomes(evidence, inputs, worlds, options.seed);
    known.set(key, outcomes);
    return outcomes;
  });
  const recovered = drawn.map((outcomes) => outcomes.map((each) => each.recovered));
  const base = recovered[contenders.findIndex(({ name }) => name === baseline)];
  // A strategy that cannot flag anybody falsely has no rate at which that would be too much.
  const price = (evidence: Evidence, balance: Parameters<typeof falsePositiveCrossing>[2]): Crossing =>
    isRuledOut(evidence.falsePositive) ? null : falsePositiveCrossing(evidence, inputs, balance);
  return contenders.map(({ name, evidence }, i) => ({
    name,
    model: summarise(drawn[i]!),
    ofBaseline: base ? summaryOf(recovered[i]!.map((each, j) => shareOf(each, base[j]!))) : null,
    beats: recovered.map((other) => shareAbove(recovered[i]!, other)),
    drivers: tornado(evidence, inputs, ({ recovered: share }) => (share === null ? null : share * total)),
    halfWrong: price(evidence, ({ ppv }) => (ppv === null ? null : ppv - 0.5)),
    moreAccountsThanReports: price(evidence, ({ recovered: share, innocentAccounts }) =>
      share === null || innocentAccounts === null ? null : share * total - innocentAccounts,
    ),
  }));
}

/** A share of something; null where one is not known, or there is nothing to be a share of. */
const shareOf = (part: Known, whole: Known): Known =>
  part === null || whole === null || whole === 0 ? null : part / whole;

/** Share of the draws in which the first is larger, a tie counts half; null where one is not known. */
function shareAbove(first: readonly Known[], second: readonly Known[]): Known {
  let wins = 0;
  for (const [i, each] of first.entries()) {
    const other = second[i]!;
    if (each === null || other === null) return null;
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
const searched = ['onList', 'evasion', 'unedited'] as const satisfies readonly InputName[];

/** Every change of places of two strategies as one share runs from 0 to 1, all else at its median. */
export function flips(contenders: readonly Contender[], inputs: TradeoffInputs): Flip[] {
  return searched.flatMap((input) =>
    contenders.flatMap((first, i) =>
      contenders.slice(i + 1).flatMap((second): Flip[] => {
        const crossing = inputCrossing(first.evidence, second.evidence, inputs, input);
        return crossing ? [{ input, first: first.name, second: second.name, crossing }] : [];
      }),
    ),
  );
}
