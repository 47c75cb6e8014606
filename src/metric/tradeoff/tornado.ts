/** What drives the answer: each input and each measured rate moved across its 95 % range, all others at their medians. */
import {
  drawOf,
  type InputName,
  inputNames,
  inputQuantile,
  isUncertain,
  medianSetting,
  type TradeoffInputs,
} from './inputs.ts';
import { type Outcome, type Rates, rateNames } from './model.ts';
import { type Evidence, medianRates, outcomeAt, rateQuantile } from './simulate.ts';

/** One bar. */
export interface TornadoBar {
  readonly name: InputName | keyof Rates;
  /** measured: a rate of the run; assumed: an input. */
  readonly from: 'measured' | 'assumed';
  /** The ends of its range, and what the outcome is there. */
  readonly low: { readonly at: number; readonly outcome: number };
  readonly high: { readonly at: number; readonly outcome: number };
}

/** Ends of the range that each quantity is moved across. */
const ends = { low: 0.025, high: 0.975 } as const;

/** Bars for one strategy and one outcome, the widest first; quantities that do not move it are left out. */
export function tornado(evidence: Evidence, inputs: TradeoffInputs, of: (outcome: Outcome) => number): TornadoBar[] {
  const setting = medianSetting(inputs);
  const rates = medianRates(evidence);
  const assumed = inputNames
    .filter((name) => isUncertain(drawOf(inputs, name)))
    .map((name): TornadoBar => {
      const end = (p: number) => {
        const at = inputQuantile(drawOf(inputs, name), p);
        return { at, outcome: of(outcomeAt(evidence, inputs, { ...setting, [name]: at }, rates)) };
      };
      return { name, from: 'assumed', low: end(ends.low), high: end(ends.high) };
    });
  const measured = rateNames
    .filter((name) => evidence[name].n > 0)
    .map((name): TornadoBar => {
      const end = (p: number) => {
        const at = rateQuantile(evidence[name], p);
        return { at, outcome: of(outcomeAt(evidence, inputs, setting, { ...rates, [name]: at })) };
      };
      return { name, from: 'measured', low: end(ends.low), high: end(ends.high) };
    });
  const width = ({ low, high }: TornadoBar): number => Math.abs(high.outcome - low.outcome);
  return [...assumed, ...measured].filter((bar) => width(bar) > 0).sort((a, b) => width(b) - width(a));
}
