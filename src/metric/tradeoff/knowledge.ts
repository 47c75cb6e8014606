/**
 * How much of an answer is measured: whose variance it is, and how far it can be off where nobody knows better. Variance by groups of quantities, one group drawn
 * at a time: Sobol', "Global sensitivity indices", Mathematics and Computers in Simulation 2001. Bounds: Manski, "Partial Identification of Probability
 * Distributions" (2003): what follows from what is known alone, without a distribution of the rest.
 */
import { type Evidence, mixRange } from './evidence.ts';
import {
  drawOf,
  type InputName,
  inputNames,
  medianSetting,
  originOf,
  type Setting,
  type TradeoffInputs,
} from './inputs.ts';
import type { Rates } from './model.ts';
import { drawRecovered, drawWorlds, type Quantity, recoveredAt, type SimulationOptions } from './simulate.ts';

/** Where a quantity comes from. */
export type Origin = 'measured' | 'sourced' | 'assumed';

/** Shares of the variance of what is recovered; they add up to 1 with what groups do together. */
export interface Shares extends Readonly<Record<Origin, number>> {
  /** What is of no single group: products of their deviations, and Monte Carlo error. */
  readonly together: number;
}

/** The origin of a quantity under these inputs; which of the few items are found is luck with a sourced number of items. */
const originIn =
  (inputs: TradeoffInputs) =>
  (quantity: Quantity): Origin =>
    quantity === 'which top items'
      ? originOf(drawOf(inputs, 'topItems'))
      : isInput(quantity)
        ? originOf(drawOf(inputs, quantity))
        : 'measured';

const isInput = (name: Quantity): name is InputName => (inputNames as readonly string[]).includes(name);

/** Whose the variance of the recovered share is, of any strategy; null where that share is not known, or does not vary. */
export function varianceShares(
  inputs: TradeoffInputs,
  options: SimulationOptions,
): (evidence: Evidence) => Shares | null {
  const origin = originIn(inputs);
  // All strategies stand in the same worlds, so these are drawn once.
  const groups = (['all', 'measured', 'sourced', 'assumed'] as const).map((group) => {
    const only = group === 'all' ? undefined : (quantity: Quantity) => origin(quantity) === group;
    return { only, worlds: drawWorlds(inputs, { ...options, only }) };
  });
  return (evidence) => {
    const [all, ...parts] = groups.map(({ only, worlds }): number | null => {
      const recovered = drawRecovered(evidence, inputs, worlds, options.seed, only);
      const values = recovered.filter((each) => each !== null);
      if (values.length < recovered.length) return null;
      const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
      return values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
    });
    if (all === null || all === undefined || all < 1e-18) return null;
    const [measured, sourced, assumed] = parts.map((each) => (each ?? 0) / all) as [number, number, number];
    return { measured, sourced, assumed, together: 1 - measured - sourced - assumed };
  };
}

/** What is recovered when one thing is anywhere within what nothing rules out, all else at its median. */
export interface Bound {
  readonly of: InputName | 'mix of edits' | 'all of these together';
  /** Ends of the input; null for a mix, which has none. */
  readonly range: readonly [number, number] | null;
  /** Least and most recovered, as a share of the lost reports. */
  readonly recovered: readonly [number, number];
}

/** Bounds of what is recovered, one line for each input that has bounds, the mix of edits (of pictures and of videos at once), and all together. What changes nothing is left out; none where nothing is known. */
export function recoveredBounds(evidence: Evidence, inputs: TradeoffInputs): Bound[] {
  const setting = medianSetting(inputs);
  const mix = mixRange(evidence);
  const recovered = recoveredAt(evidence, inputs);
  const at = (changed: Partial<Setting>, rates: Partial<Rates> = {}): number | null =>
    recovered({ ...setting, ...changed }, rates);
  if (at({}) === null) return [];
  const free = inputNames.flatMap((name) => {
    const { bounds } = drawOf(inputs, name);
    return bounds ? [{ name, bounds }] : [];
  });
  const ends = (of: Bound['of'], range: Bound['range'], values: readonly (number | null)[]): Bound[] => {
    const known = values.filter((each) => each !== null);
    const [least, most] = [Math.min(...known), Math.max(...known)];
    return known.length > 0 && most > least ? [{ of, range, recovered: [least, most] }] : [];
  };
  const single = free.flatMap(({ name, bounds }) =>
    ends(
      name,
      bounds,
      bounds.map((each) => at({ [name]: each })),
    ),
  );
  const mixed = mix
    ? ends(
        'mix of edits',
        null,
        mix.map((edited) => at({}, edited)),
      )
    : [];
  // What is recovered rises or falls in each of them whatever the others are, so its ends lie at corners; of 2^n few enough.
  const corners = free.reduce<Partial<Setting>[]>(
    (all, { name, bounds }) => all.flatMap((each) => bounds.map((end) => ({ ...each, [name]: end }))),
    [{}],
  );
  const together = corners.flatMap((corner) => (mix ? mix.map((edited) => at(corner, edited)) : [at(corner)]));
  return [...single, ...mixed, ...ends('all of these together', null, together)];
}
