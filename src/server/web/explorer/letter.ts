/** The letter's numbers at a threshold, computed by the functions of `presend tradeoff`. */

import type { Evidence } from '../../../metric/tradeoff/evidence.ts';
import { medianSetting, modelInputs, type TradeoffInputs } from '../../../metric/tradeoff/inputs.ts';
import type { Known } from '../../../metric/tradeoff/model.ts';
import {
  drawOutcomes,
  drawWorlds,
  outcomeAt,
  summarise,
  type Tradeoff,
  type World,
} from '../../../metric/tradeoff/simulate.ts';
import type { TradeoffInputsFile } from '../../../schema/tradeoff-inputs.ts';

/** Number of draws while the slider moves; when it stops, as many as on the command line. */
export const movingDraws = 1000;
export const restingDraws = 20_000;

/** The model with one inputs file. */
export class Letter {
  readonly #inputs: TradeoffInputs;
  readonly #seed: number;
  readonly #worlds = new Map<number, readonly World[]>();
  /** Reports that would be lost. */
  readonly lost: number;

  constructor(file: TradeoffInputsFile) {
    this.#inputs = modelInputs(file, file.offenders[0]);
    this.#seed = file.seed;
    this.lost = file.inputs.reportsLost!.value;
  }

  /** The consequences, with their uncertainty. */
  under(evidence: Evidence, draws: number): Tradeoff {
    const worlds = this.#worlds.get(draws) ?? drawWorlds(this.#inputs, { seed: this.#seed, draws });
    this.#worlds.set(draws, worlds);
    return summarise(drawOutcomes(evidence, this.#inputs, worlds, this.#seed));
  }

  /** The same with all assumptions and rates at their medians, innocent accounts at their upper bound: fast enough for a whole curve. */
  middle(evidence: Evidence): { readonly recovered: Known; readonly innocentAccounts: Known } {
    const { low, high } = outcomeAt(evidence, this.#inputs)(medianSetting(this.#inputs));
    const { recovered } = low;
    return { recovered: recovered === null ? null : recovered * this.lost, innocentAccounts: high.innocentAccounts };
  }
}
