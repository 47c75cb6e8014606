/** How the page writes the value of an input: in its own words where it is uncertain. */
import { type Draw, inputQuantile, isUncertain } from '../../metric/tradeoff/inputs.ts';
import { percent, si } from '../format.ts';
import type { Slider } from './sliders.ts';

/** A value with its unit. */
export function written(unit: Slider['unit'], value: number): string {
  if (unit === 'share') return percent(value, true);
  if (unit === 'rate') return value === 0 ? '0' : `1 in ${si(1 / value)}`;
  if (unit === 'whole') return String(value);
  return value >= 1e9 ? `${Number((value / 1e9).toPrecision(3))} · 10⁹` : si(value);
}

/** An input as it stands in the file: its median, and its 95 % range where it has one. */
export function writtenDraw(unit: Slider['unit'], draw: Draw): string {
  const at = (p: number): string => written(unit, inputQuantile(draw, p));
  return isUncertain(draw) ? `${at(0.5)} [${at(0.025)}, ${at(0.975)}]` : at(0.5);
}
