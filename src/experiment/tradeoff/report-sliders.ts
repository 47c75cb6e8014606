/** The sliders of the page: for each main input its range, its scale and how its value is written. */

import { type Draw, type InputName, inputQuantile, isUncertain } from '../../metric/tradeoff/inputs.ts';
import { type Bounds, intervalCell, percent, si } from '../../report/format.ts';
import type { Drawn } from './tables-model.ts';

/** A slider. Positions run from 0 to 1000. */
export interface Slider {
  readonly name: InputName | 'falsePositive';
  /** As the page calls it. */
  readonly label: string;
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
  readonly unit: 'share' | 'amount' | 'rate' | 'whole';
}

/** Every slider, in the order of the page. */
export const sliders: readonly Slider[] = [
  { name: 'listEntries', label: 'entries on the list', low: 1e3, high: 1e8, scale: 'log', unit: 'amount' },
  { name: 'evasion', label: 'target senders who evade a device', low: 0, high: 1, scale: 'linear', unit: 'share' },
  { name: 'uptake', label: 'target senders whose app scans', low: 0, high: 1, scale: 'linear', unit: 'share' },
  { name: 'videoScanned', label: 'video that a device scans', low: 0, high: 1, scale: 'linear', unit: 'share' },
  { name: 'videoShare', label: 'found content that is video', low: 0, high: 1, scale: 'linear', unit: 'share' },
  { name: 'repeats', label: 'pictures that repeat another', low: 0, high: 1, scale: 'linear', unit: 'share' },
  { name: 'byteIdentical', label: 'of these, the same file', low: 0, high: 1, scale: 'linear', unit: 'share' },
  { name: 'videoRepeats', label: 'videos that repeat another', low: 0, high: 1, scale: 'linear', unit: 'share' },
  { name: 'videoByteIdentical', label: 'of these, the same file', low: 0, high: 1, scale: 'linear', unit: 'share' },
  { name: 'firstSeenListed', label: 'the rest, found by a list', low: 0, high: 1, scale: 'linear', unit: 'share' },
  {
    name: 'falsePositive',
    label: 'false positives for one picture',
    low: 1e-12,
    high: 0.01,
    scale: 'log',
    unit: 'rate',
  },
  { name: 'topShare', label: 'found volume that six videos make up', low: 0, high: 1, scale: 'linear', unit: 'share' },
  {
    name: 'missCorrelation',
    label: 'correlation of misses in one report',
    low: 0,
    high: 1,
    scale: 'linear',
    unit: 'share',
  },
  { name: 'matchThreshold', label: 'matches before a threshold opens', low: 1, high: 100, scale: 'log', unit: 'whole' },
  {
    name: 'falseMatchSpread',
    label: 'spread of false matches between accounts',
    low: 0,
    high: 10,
    scale: 'linear',
    unit: 'amount',
  },
  { name: 'filesPerReport', label: 'files in a report', low: 1, high: 10, scale: 'linear', unit: 'amount' },
  { name: 'accounts', label: 'accounts', low: 1e8, high: 5e9, scale: 'log', unit: 'amount' },
  {
    name: 'imagesPerAccountYear',
    label: 'pictures a year by one account',
    low: 10,
    high: 1e5,
    scale: 'log',
    unit: 'amount',
  },
  { name: 'secondsPerReview', label: 'seconds to review a picture', low: 1, high: 300, scale: 'log', unit: 'amount' },
];

/** Steps of a slider. */
export const positions = 1000;

/** The value at a position. */
export function valueAt({ low, high, scale, unit }: Slider, position: number): number {
  const share = position / positions;
  const value = scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
  return unit === 'whole' ? Math.round(value) : value;
}

/** The position of a value, kept within the slider. */
export function positionOf({ low, high, scale }: Slider, value: number): number {
  const share = scale === 'log' ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(positions * Math.min(1, Math.max(0, share)));
}

// How the page writes the value of an input: in its own words where it is uncertain.

/** A value with its unit. */
export function written(unit: Slider['unit'], value: number): string {
  if (unit === 'share') return percent(value, true);
  if (unit === 'rate') return value === 0 ? '0' : `1 in ${si(1 / value)}`;
  if (unit === 'whole') return String(value);
  return si(value);
}

/** An input as it stands in the file: its median, and its 95 % range where it has one. */
export function writtenDraw(unit: Slider['unit'], draw: Draw): string {
  const at = (p: number): string => written(unit, inputQuantile(draw, p));
  return isUncertain(draw) ? `${at(0.5)} [${at(0.025)}, ${at(0.975)}]` : at(0.5);
}

/** Strategies that the sentence below the plot names. */
const said = 3;

/** What the page can draw, one at a time: its key, how the switch names it, and the name of its plot. */
export const views = [
  ['recovered', 'reports that come back', 'Reports recovered by each strategy'],
  ['accounts', 'innocent accounts', 'Innocent accounts flagged'],
  ['reviewers', 'review', 'People who review'],
] as const;
export type View = (typeof views)[number][0];

/** The plot that is shown in a sentence, for phones and screen readers: the numbers of the first strategies. */
export function liveText(drawn: readonly Drawn[], total: number, view: View): string {
  const [lead, of] = {
    recovered: [`Of ${si(total)} reports come back`, (each: Drawn) => each.recovered],
    accounts: ['Innocent accounts flagged in a year', (each: Drawn) => each.innocentAccounts],
    reviewers: ['People who review, full time', (each: Drawn) => each.reviewers],
  }[view] as [string, (each: Drawn) => Bounds | null];
  return `${lead}: ${drawn
    .slice(0, said)
    .map((each) => `${each.name} ${intervalCell(of(each), '').plain}`)
    .join('; ')}.`;
}
