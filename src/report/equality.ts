/** What equality finds of what a near match finds: the lines of the table, shared by terminal, Markdown and page. */
import type { EqualityGap, PairedDifference } from '../schema/metrics.ts';
import { type Cell, integer, percentDigits, rateCell } from './format.ts';

/** One line: the same pictures under both hashes. */
export interface EqualityLine {
  readonly what: string;
  readonly near: Cell;
  readonly equality: Cell;
  readonly lost: Cell;
}

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

/** Listed pictures as sent, after each edit and after all, then innocents. */
export function equalityLines({ listed, allEdits, innocent }: EqualityGap, short = false): EqualityLine[] {
  const line = (what: string, { near, equality, lost }: EqualityGap['allEdits']): EqualityLine => ({
    what,
    near: rateCell(near, short),
    equality: rateCell(equality, short),
    lost: differenceCell(lost, short),
  });
  return [
    ...listed.map((each) => line(each.transform === 'none' ? 'listed, as sent' : `listed, ${each.transform}`, each)),
    ...(listed.some(({ transform }) => transform !== 'none') ? [line('listed, all edits', allEdits)] : []),
    line('innocent', innocent),
  ];
}

/** Headings of the two rates: 'pdq ≤ 31', 'phash the same'. */
export const equalityTitles = ({ near, equality }: EqualityGap): readonly [near: string, equality: string] => [
  near.thresholdBits < 0 ? `${near.hash}: nothing matches` : `${near.hash} ≤ ${near.thresholdBits} of the list`,
  `${equality.hash} the same`,
];

/** What the table says, in a sentence. */
export const equalityExplained =
  'Protocols that can only compare for equality find a picture when its hash is the same in every bit as one of the list. Beside it, ' +
  'on the same pictures as they are sent, what a near match in the clear finds; the difference is paired, in percentage points.';

/** Lines of text for a terminal, to be wrapped. */
export function equalityText(gap: EqualityGap): string[] {
  const [near, equality] = equalityTitles(gap);
  return [
    `Equality instead of a near match: found with ${near}, found with ${equality}, and lost.`,
    ...equalityLines(gap, true).map(
      (line) => `${line.what}: ${line.near.plain}; ${line.equality.plain}; ${line.lost.plain}`,
    ),
  ];
}
