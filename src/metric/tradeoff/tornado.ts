/** What drives the answer: each input and each measured rate moved across its 95 % range, all others at their medians. */

import { type Evidence, sharesOf } from './evidence.ts';
import {
  drawOf,
  type InputName,
  inputNames,
  inputQuantile,
  isUncertain,
  medianSetting,
  originOf,
  type TradeoffInputs,
} from './inputs.ts';
import { foundNames, type Known, type Rates, videoFoundNames } from './model.ts';
import { rateQuantile, recoveredAt } from './simulate.ts';

/** One bar. */
export interface TornadoBar {
  readonly name: InputName | keyof Rates;
  /** measured: a rate of the run; sourced: an input that somebody published; assumed: one that nobody did. */
  readonly from: 'measured' | 'sourced' | 'assumed';
  /** The ends of its range, and what the outcome is there. */
  readonly low: { readonly at: number; readonly outcome: number };
  readonly high: { readonly at: number; readonly outcome: number };
}

type End = { readonly at: number; readonly outcome: Known };
const isKnown = (end: End): end is TornadoBar['low'] => end.outcome !== null;

/** Ends of the range that each quantity is moved across. */
const ends = { low: 0.025, high: 0.975 } as const;

/**
 * Bars for one strategy and one outcome, the widest first; quantities that do not move it are omitted. There is none where the outcome
 * depends on something that nobody measured.
 */
export function tornado(evidence: Evidence, inputs: TradeoffInputs, of: (recovered: Known) => Known): TornadoBar[] {
  const recovered = recoveredAt(evidence, inputs);
  const setting = medianSetting(inputs);
  const bar = (name: TornadoBar['name'], from: TornadoBar['from'], end: (p: number) => End): TornadoBar[] => {
    const [low, high] = [end(ends.low), end(ends.high)];
    return isKnown(low) && isKnown(high) ? [{ name, from, low, high }] : [];
  };
  const given = inputNames
    .filter((name) => isUncertain(drawOf(inputs, name)))
    .flatMap((name) =>
      bar(name, originOf(drawOf(inputs, name)), (p) => {
        const at = inputQuantile(drawOf(inputs, name), p);
        return { at, outcome: of(recovered({ ...setting, [name]: at })) };
      }),
    );
  const shares = sharesOf(evidence);
  const measured = [...foundNames, ...videoFoundNames].flatMap((name) => {
    const rate = shares[name];
    if (typeof rate !== 'object' || rate === null) return [];
    return bar(name, 'measured', (p) => {
      const at = rateQuantile(rate, p);
      return { at, outcome: of(recovered(setting, { [name]: at })) };
    });
  });
  const width = ({ low, high }: TornadoBar): number => Math.abs(high.outcome - low.outcome);
  return [...given, ...measured].filter((bar) => width(bar) > 0).sort((a, b) => width(b) - width(a));
}
