/** Break-even values of one input: where two strategies recover equally many reports, or where a cost exceeds the benefit. */
import type { Evidence } from './evidence.ts';
import { type InputName, medianSetting, type TradeoffInputs } from './inputs.ts';
import type { Known, Outcome } from './model.ts';
import { outcomeAt, recoveredAt } from './simulate.ts';

/** Where a difference changes its sign, and who leads on each side; null where it does not within the range. */
export type Crossing = { readonly at: number; readonly below: 'first' | 'second' } | null;

/** Steps in which a range is searched for a change of sign, and halvings that then close in on it. */
const steps = 200;
const halvings = 60;

/** The first zero of a function between low and high; null where it has none, is zero all along, or is not known somewhere. */
export function crossing(difference: (at: number) => Known, low: number, high: number, log = false): Crossing {
  const point = (share: number): number => (log ? low * (high / low) ** share : low + share * (high - low));
  const first = difference(low);
  if (first === null) return null;
  let before = { share: 0, value: first };
  for (let i = 1; i <= steps; i++) {
    const share = i / steps;
    const value = difference(point(share));
    if (value === null) return null;
    if (before.value !== 0 && value !== 0 && before.value > 0 !== value > 0) {
      let [from, to] = [before.share, share];
      for (let j = 0; j < halvings; j++) {
        const middle = (from + to) / 2;
        if (difference(point(middle))! > 0 === before.value > 0) from = middle;
        else to = middle;
      }
      return { at: point((from + to) / 2), below: before.value > 0 ? 'first' : 'second' };
    }
    // Touching zero is not a crossing: the sign before it continues.
    if (value !== 0) before = { share, value };
  }
  return null;
}

/** What a strategy recovers as one input varies. */
export type Curve = (at: number) => Known;

/** What a strategy recovers as an input varies, all else at its median; every value is worked out once, because each strategy is compared with all others. */
export function curveOf(evidence: Evidence, inputs: TradeoffInputs): (name: InputName) => Curve {
  const setting = medianSetting(inputs);
  const recovered = recoveredAt(evidence, inputs);
  return (name) => {
    const values = new Map<number, Known>();
    return (at) => {
      const known = values.get(at);
      if (known !== undefined) return known;
      const value = recovered({ ...setting, [name]: at });
      values.set(at, value);
      return value;
    };
  };
}

/** The value of an input at which both strategies recover as much, by their curves. */
export function curveCrossing(one: Curve, other: Curve, [low, high]: readonly [number, number] = [0, 1]): Crossing {
  const difference = (at: number): Known => {
    const [a, b] = [one(at), other(at)];
    return a === null || b === null ? null : a - b;
  };
  return crossing(difference, low, high);
}

/** False-positive rates that are searched: from one in 10^14 to one in ten. */
const rates = [1e-14, 0.1] as const;

/** The false-positive rate of a strategy at which `balance` changes its sign, all else at its median. */
export function falsePositiveCrossing(
  evidence: Evidence,
  inputs: TradeoffInputs,
  balance: (outcome: Outcome) => Known,
): Crossing {
  const setting = medianSetting(inputs);
  const outcome = outcomeAt(evidence, inputs);
  const at = (falsePositive: number): Known => balance(outcome(setting, falsePositive).low);
  return crossing(at, rates[0], rates[1], true);
}

/** Sizes of a list that are searched. */
const sizes = [1, 1e9] as const;

/** Sizes of the list from which on `balance` is negative, at the upper and at the lower bound of the false-positive rate; null: at none searched. */
export function listCrossing(
  evidence: Evidence,
  inputs: TradeoffInputs,
  balance: (outcome: Outcome) => Known,
): { readonly earliest: number | null; readonly latest: number | null } {
  const setting = medianSetting(inputs);
  const outcome = outcomeAt(evidence, inputs);
  const from = (bound: 'low' | 'high'): number | null => {
    const at = (listEntries: number): Known => balance(outcome({ ...setting, listEntries })[bound]);
    const first = at(sizes[0]);
    if (first !== null && first < 0) return sizes[0];
    return crossing(at, sizes[0], sizes[1], true)?.at ?? null;
  };
  return { earliest: from('high'), latest: from('low') };
}
