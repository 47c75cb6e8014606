/** Thresholds of a poisoned list: its authors', those that the experiment names, and those that somebody would choose on calibration. */
import { proportion } from '../../metric/proportion.ts';
import type { RepurposingExperiment } from '../../schema/repurposing.ts';
import type { ThresholdMetrics } from '../../schema/repurposing-metrics.ts';
import { insertedAt } from '../repurposing/facts.ts';
import { type HashWorld, nearestOfFirst } from '../repurposing/matching.ts';

/** A threshold, why it is looked at, and what it does on calibration. */
export type ChosenThreshold = Pick<ThresholdMetrics, 'bits' | 'reasons' | 'calibration'>;

/** The thresholds of one hash, ascending. */
export function chosenThresholds(
  { facts, listed, bystanders, locations }: HashWorld,
  { list, thresholds, operatorFpr }: RepurposingExperiment,
): ChosenThreshold[] {
  const number = insertedAt(list.reference, list.entries);
  const honest = nearestOfFirst(bystanders.calibration, listed, [list.entries - number, list.entries], facts.bits);
  const whole = Array.from({ length: honest.length / 2 }, (_, row) => honest[2 * row + 1]!);
  const shortened = Array.from({ length: honest.length / 2 }, (_, row) => honest[2 * row]!);
  const targets = locations
    .filter(({ split, orders }) => split === 'calibration' && orders.random.length >= number)
    .map(({ heldOut, orders }) => ({
      heldOut: [...nearestOfFirst(heldOut, orders.random, [number], facts.bits)],
      bystanders: nearestOfFirst(bystanders.calibration, orders.random, [number], facts.bits),
    }));
  const photographs = targets.flatMap(({ heldOut }) => heldOut);
  const flagged = targets.flatMap((target) => shortened.map((each, row) => Math.min(each, target.bystanders[row]!)));
  const all = Array.from({ length: facts.bits + 1 }, (_, bits) => bits);
  // The loosest at which the honest list flags few enough; if none does, an exact match; without calibration pictures nobody can choose.
  const operator =
    whole.length === 0 ? [] : [all.findLast((bits) => within(whole, bits) <= operatorFpr * whole.length) ?? 0];
  const gain = (bits: number): number => share(photographs, bits) - share(flagged, bits);
  const insider =
    photographs.length === 0 ? [] : [all.reduce((best, bits) => (gain(bits) > gain(best) ? bits : best), 0)];
  const reasons = new Map<number, ChosenThreshold['reasons']>();
  const add = (bits: number, reason: ChosenThreshold['reasons'][number]): void => {
    reasons.set(bits, [...(reasons.get(bits) ?? []), reason]);
  };
  add(facts.threshold, 'authors');
  for (const bits of thresholds[facts.name] ?? []) add(bits, 'named');
  for (const bits of operator) add(bits, 'operator');
  for (const bits of insider) add(bits, 'insider');
  return [...reasons]
    .sort(([a], [b]) => a - b)
    .map(([bits, why]) => ({
      bits,
      reasons: why,
      calibration: {
        flagged: proportion(within(whole, bits), whole.length),
        hit: proportion(within(photographs, bits), photographs.length),
      },
    }));
}

const within = (distances: readonly number[], bits: number): number => distances.filter((each) => each <= bits).length;
const share = (distances: readonly number[], bits: number): number =>
  within(distances, bits) / Math.max(1, distances.length);
