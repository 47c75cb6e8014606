/** From the model to what is drawn, in one order for all plots. */

import { type Interval, isRuledOut } from '../../metric/interval.ts';
import type { TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import { drawOutcomes, drawWorlds, scaled, summarise } from '../../metric/tradeoff/simulate.ts';
import type { TradeoffEvidence } from '../../schema/tradeoff-inputs.ts';
import type { Drawn } from './plots.ts';

/** What is changed against the evidence by hand. */
export interface Changes {
  /** A false-positive rate in the place of the measured one, for strategies that scan by themselves; undefined: as measured. */
  readonly falsePositive?: number | undefined;
}

/** Order of what is known, the largest first; what was not measured comes last. */
export const byEstimate = (a: Interval | null, b: Interval | null): number =>
  a && b ? b.estimate - a.estimate : Number(a === null) - Number(b === null);

/** Trials behind a rate that is set by hand: so many that its posterior is narrow. */
const certain = 1e15;

/** Every strategy under the inputs, the most recovered first. */
export function drawnUnder(
  { strategies }: TradeoffEvidence,
  inputs: TradeoffInputs,
  total: number,
  options: { readonly seed: number; readonly draws: number },
  { falsePositive }: Changes = {},
): Drawn[] {
  const set =
    falsePositive === undefined ? undefined : { k: Math.max(1, Math.round(falsePositive * certain)), n: certain };
  const worlds = drawWorlds(inputs, options);
  return strategies
    .map(({ name, evidence }) => {
      const scans = evidence.evadable && !isRuledOut(evidence.falsePositive);
      const { recovered, innocentAccounts, reviewers } = summarise(
        drawOutcomes(set && scans ? { ...evidence, falsePositive: set } : evidence, inputs, worlds, options.seed),
      );
      return { name, recovered: recovered && scaled(recovered, total), innocentAccounts, reviewers };
    })
    .sort((a, b) => byEstimate(a.recovered, b.recovered));
}
