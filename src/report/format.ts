/** Formats numbers for every report: rates always with counts, estimates always with intervals. */

import type { PairRate } from '../schema/hashed.ts';
import type { ClusteredRate, Interval, PairedDifference, Rate } from '../schema/rate.ts';

/** One table cell: two lines for HTML, one for text, and a tooltip. */
export interface Cell {
  /** The main number. */
  readonly main: string;
  /** Counts, then interval, in small type below it, one per line. */
  readonly small: readonly string[];
  /** The same on one line, for terminals and Markdown. */
  readonly plain: string;
  /** Tooltip: method, cluster bounds and other details. */
  readonly hover: string;
  /** 'warn': above chance, or a false declaration. 'muted': not measured. */
  readonly tone?: 'warn' | 'muted';
}

/** A cell for something that the run did not measure. */
export const absent = (why: string): Cell => ({ main: '–', small: [why], plain: '–', hover: why, tone: 'muted' });

/** Text in place of a number that depends on something unmeasured. */
export const notMeasured = 'not measured';

/** A cell for a number that depends on something untried. */
const unmeasured: Cell = {
  main: '–',
  small: [notMeasured],
  plain: notMeasured,
  hover: 'not measured: the run has no such trial',
  tone: 'muted',
};

/** A whole number with commas between thousands, e.g. '5,950'. */
export const integer = (value: number): string =>
  String(Math.round(value))
    .replace(/\B(?=(\d{3})+$)/g, ',')
    .replace('-', '−');

/** Digits of a percentage, without the sign; it neither rounds up to 100 nor down to 0. `short` gives two digits in the middle. */
export function percentDigits(share: number, short = false): string {
  const x = share * 100;
  if (share <= 0) return '0';
  if (share >= 1) return '100';
  if (short && x >= 99.9) return '>99.9';
  if (x > 99.99) return '>99.99';
  if (x >= 99.9) return (Math.floor(x * 100) / 100).toFixed(2);
  if (x >= 99) return x.toFixed(1);
  if (x >= 10) return x.toFixed(short ? 0 : 1);
  if (x >= 1) return x.toFixed(1);
  if (x >= 0.1) return x.toFixed(2);
  return x >= 0.0001 ? String(Number(x.toPrecision(1))) : '<0.0001';
}

/** A share as a percentage, e.g. '96.6 %'. */
export const percent = (share: number, short = false): string => `${percentDigits(share, short)} %`;

/** Both bounds of a share in brackets, each with its sign: '[94.1 %, 98.1 %]'. */
export const percentRange = (low: number, high: number, short = false): string =>
  `[${percent(low, short)}, ${percent(high, short)}]`;

/** The displayed bounds: for clustered trials the wider of the exact interval and the bootstrap, on each side. */
export function bounds(rate: Rate | ClusteredRate): { low: number; high: number } {
  if (!('clusters' in rate)) return { low: rate.low, high: rate.high };
  return { low: Math.min(rate.low, rate.clusterLow), high: Math.max(rate.high, rate.clusterHigh) };
}

/** 'k/n', e.g. '338/350'; `short` omits the commas between thousands. */
export const fraction = (rate: Rate, short = false): string =>
  short ? `${rate.k}/${rate.n}` : `${integer(rate.k)}/${integer(rate.n)}`;

/** A rate inside a sentence: '96.6 % (338 of 350; 95 % interval 94.1 to 98.1 %)'. */
export function rateProse(rate: Rate | ClusteredRate): string {
  if (rate.estimate === null) return 'not measured (0 of 0)';
  const { low, high } = bounds(rate);
  const of = `${integer(rate.k)} of ${integer(rate.n)}`;
  if (rate.k === 0) return `0 % (${of}; at most ${percent(high)})`;
  return `${percent(rate.estimate)} (${of}; 95 % interval ${percentDigits(low)} to ${percent(high)})`;
}

/** All details of a rate, for tooltips: counts, percentage, both intervals, method. */
export function rateHover(rate: Rate | ClusteredRate): string {
  if (rate.estimate === null) return '0/0: no trial';
  const cluster =
    'clusters' in rate
      ? `; bootstrap over ${integer(rate.clusters)} groups ${percentRange(rate.clusterLow, rate.clusterHigh)}`
      : '';
  const exact = `${percentRange(rate.low, rate.high)} ${rate.method}`;
  return `${fraction(rate)} = ${percent(rate.estimate)} ${exact}${cluster}`;
}

/** A rate as a cell: '338/350 96.6 % [94.1 %, 98.1 %]', or '0/350 [0 %, 1.0 %]' if nothing was counted. */
export function rateCell(rate: Rate | ClusteredRate, short = false): Cell {
  const hover = rateHover(rate);
  if (rate.estimate === null) return { main: '0/0', small: ['no trial'], plain: '0/0 no trial', hover, tone: 'muted' };
  const { low, high } = bounds(rate);
  const counts = fraction(rate, short);
  const range = percentRange(low, high, short);
  if (rate.k === 0) return { main: counts, small: [range], plain: `${counts} ${range}`, hover };
  const main = percent(rate.estimate, short);
  return { main, small: [counts, range], plain: `${counts} ${main} ${range}`, hover };
}

const scales = [
  [1e9, 'bn'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

const scaleOf = (value: number): readonly [number, string] =>
  scales.find(([size]) => Math.abs(value) >= size * 0.9995) ?? [1, ''];

/** Number of decimals for about three significant digits. */
const decimals = (value: number): number => (Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 0.995 ? 1 : 2);
const minus = (text: string): string => text.replace('-', '−');

/** A number with its suffix (k, M, bn for thousands of millions) and about three digits, e.g. '10.3 M'. */
export function si(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const [size, suffix] = scaleOf(value);
  const scaled = value / size;
  const digits = Number.isInteger(scaled) ? 0 : decimals(scaled);
  return minus(`${scaled.toFixed(digits)}${suffix && ` ${suffix}`}`);
}

/** Both bounds in brackets, each with its own suffix: '[9.1 M, 11 M]', '[33, 46.7 k]'. */
export const siRange = ({ low, high }: Pick<Bounds, 'low' | 'high'>): string => `[${si(low)}, ${si(high)}]`;

/** An interval, or bounds whose `estimate` is null. `everybody`: the upper bound is the whole population. */
export type Bounds = Omit<Interval, 'estimate'> & {
  readonly estimate: number | null;
  readonly everybody?: boolean | undefined;
};

/** An estimate with its interval as a cell, e.g. '10.3 M [9.1 M, 11 M]', or 'not measured'; tooltips add `unit`. */
export function intervalCell(interval: Bounds | null, unit: string): Cell {
  if (!interval) return unmeasured;
  if (interval.estimate === null) {
    // Bounds without a median: one end where the other is 0.
    const main = interval.everybody
      ? interval.low >= 1
        ? `at least ${si(interval.low)}`
        : 'not known'
      : interval.low >= 0.005
        ? `${si(interval.low)} to ${si(interval.high)}`
        : `at most ${si(interval.high)}`;
    const small = interval.everybody ? ['up to everybody'] : [];
    const plain = [main, ...small].join(', ');
    return { main, small, plain, hover: `${plain} ${unit}; ${interval.method}` };
  }
  const main = si(interval.estimate);
  const small = siRange(interval);
  return { main, small: [small], plain: `${main} ${small}`, hover: `${main} ${small} ${unit}; ${interval.method}` };
}

/** An area under a curve, or another number in [0, 1] that is not a rate, with its interval, e.g. '0.961 [0.955, 0.967]', or 'not measured'. */
export function areaCell(area: Interval | null): Cell {
  if (!area) return unmeasured;
  const { estimate, low, high, method } = area;
  const range = `[${low.toFixed(3)}, ${high.toFixed(3)}]`;
  const main = estimate.toFixed(3);
  return { main, small: [range], plain: `${main} ${range}`, hover: `${main} ${range} ${method}` };
}

/** Bytes in decimal units, e.g. '16.4 kB', or 'not measured'; a negative number means a saving. */
export function bytes(value: number | null): string {
  if (value === null) return notMeasured;
  const text = si(value);
  if (text.endsWith('bn')) return text.replace(/bn$/, 'GB');
  return `${text}${/[kM]$/.test(text) ? 'B' : ' B'}`;
}

/** From the least to the most bytes, '33.6kB to 49.4kB'; one size where they are written alike. */
export function bytesRange(values: readonly (number | null)[]): string {
  const known = values.filter((each) => each !== null);
  if (known.length === 0) return notMeasured;
  const [least, most] = [bytes(Math.min(...known)), bytes(Math.max(...known))];
  return least === most ? least : `${least} to ${most}`;
}

/** Milliseconds, e.g. '0.042 ms', '13 ms', '2.4 s'. */
export function millis(value: number): string {
  if (value >= 1000) return `${(value / 1000).toFixed(value >= 10_000 ? 0 : 1)} s`;
  if (value === 0) return '0 ms';
  return `${value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)))} ms`;
}

/** A multiple of chance, e.g. '1.2×', '312×'; '–' if there is none. */
export function times(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  return `${value >= 10 ? integer(value) : value === 0 ? '0' : value.toFixed(1)}×`;
}

/** A distance threshold in a sentence, e.g. '31 of 256'; below 0 nothing matches. */
export const thresholdBits = (bits: number, of: number): string =>
  bits < 0 ? 'none: nothing matches' : `${bits} of ${of}`;

/** A score in a sentence, with four digits; metrics.json has it to the last bit, as the run decided by it. */
export const scoreText = (score: number): string => String(Number(score.toPrecision(4)));

/** A score threshold in a sentence; above 1 nothing is flagged. */
export const thresholdScore = (score: number): string =>
  score > 1 ? 'none: nothing is flagged' : `≥ ${scoreText(score)}`;

/** Text of at most `length` characters, cut with an ellipsis. */
export const clip = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, Math.max(0, length - 1))}…` : text;

/** Names in a sentence: 'a', 'a and b', 'a, b and c'. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'none') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** A noun with its count: '1 picture', '350 pictures', '5 hashes'. */
export const counted = (n: number, noun: string): string =>
  `${integer(n)} ${noun}${n === 1 ? '' : /(?:s|x|ch|sh)$/.test(noun) ? 'es' : 's'}`;

/** A small share in percent or, if it is far smaller, as a power of ten. */
export const rare = (share: number): string => {
  if (share === 0 || share >= 1e-3) return percent(share);
  const [digits, exponent] = share.toExponential(1).split('e');
  return `${digits}·10${[...exponent!].map((digit) => superscript[digit]).join('')}`;
};
const superscript: Readonly<Record<string, string>> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};

/** 1, 10³, 10⁻³; other numbers unchanged. */
export const powerText = (value: number): string => {
  const exponent = Math.round(Math.log10(value));
  if (Math.abs(value / 10 ** exponent - 1) > 1e-9) return integer(value);
  if (exponent === 0) return '1';
  return `10${[...String(exponent)].map((digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]!)).join('')}`;
};

const signed = (share: number, short: boolean): string =>
  share < 0 ? `−${percentDigits(-share, short)}` : percentDigits(share, short);

/** A p-value: 'p = 0.031', 'p < 0.001'. */
const pValue = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${Number(p.toPrecision(2))}`);

/** A paired difference in percentage points, with the wider of its two intervals on each side: '16.0 points [6.1, 28.2]'; `names` of both sides. */
export function differenceCell(
  difference: PairedDifference,
  short = false,
  names: readonly [string, string] = ['near', 'equal'],
): Cell {
  const { n, onlyFirst, onlySecond, estimate, mcnemar, method } = difference;
  if (n === 0 || estimate === null)
    return { main: '0/0', small: ['no trial'], plain: '0/0 no trial', hover: '0/0: no trial', tone: 'muted' };
  const low = signed(Math.min(difference.low, difference.clusterLow), short);
  const high = signed(Math.max(difference.high, difference.clusterHigh), short);
  const main = `${signed(estimate, short)} points`;
  const range = `[${low}, ${high}]`;
  const only = `${integer(onlyFirst)} only ${names[0]}, ${integer(onlySecond)} only ${names[1]}, of ${integer(n)}`;
  const hover = `${only}; ${main} ${range} ${method}; McNemar ${pValue(mcnemar)}`;
  return { main, small: [range, pValue(mcnemar)], plain: `${main} ${range}, ${pValue(mcnemar)}`, hover };
}

/** The difference of two rates in percentage points: '16.0 points [6.1, 28.2]'. */
export function pointsCell({ estimate, low, high, method }: Interval, short = false): Cell {
  const main = `${signed(estimate, short)} points`;
  const range = `[${signed(low, short)}, ${signed(high, short)}]`;
  return { main, small: [range], plain: `${main} ${range}`, hover: `${main} ${range} ${method}` };
}

/** A rate among pairs: estimate, counts, interval by picture. */
export function pairCell(rate: PairRate | Rate): Cell {
  if (rate.estimate === null) return { main: '–', small: [], plain: '–', hover: '0/0: no pair', tone: 'muted' };
  const [low, high] = 'nodes' in rate ? [rate.nodeLow, rate.nodeHigh] : [rate.low, rate.high];
  // A lower bound of 10⁻³⁴ says no more than 0 does.
  const range = `[${low < 1e-12 ? '0' : rare(low)}, ${rare(high)}]`;
  const main = rate.k === 0 ? fraction(rate) : rare(rate.estimate);
  return {
    main,
    small: rate.k === 0 ? [range] : [fraction(rate), range],
    plain: rate.k === 0 ? `${main} ${range}` : `${fraction(rate)} ${main} ${range}`,
    hover: `${fraction(rate)} = ${rare(rate.estimate)}; exact as if pairs were independent [${rare(rate.low)}, ${rare(rate.high)}]; ${rate.method}`,
  };
}
