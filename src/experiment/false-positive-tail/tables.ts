/** The tables of a false-positive-tail run. */

import { comparedText, distanceNumber, hasUnits, meanNumber } from '../../report/distance.ts';
import { absent, type Cell, integer, pairCell, percent, rare, rateCell } from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { Interval } from '../../schema/rate.ts';
import type { FalsePositiveTailMetrics, ListSizeRow, TailThreshold } from './metrics.ts';

type Hash = FalsePositiveTailMetrics['hashes'][number];

/** One hash at one threshold. */
interface TailRow {
  readonly hash: Hash;
  readonly at: TailThreshold;
}

/** Every hash at every threshold. */
export const tailRows = ({ hashes }: FalsePositiveTailMetrics): TailRow[] =>
  hashes.flatMap((hash) => hash.thresholds.map((at) => ({ hash, at })));

const named = ({ hash, at }: TailRow): string =>
  `${hash.name} ≤ ${distanceNumber(at.bits)}${at.authors ? ' (authors’)' : ''}`;

/** An extrapolated rate: never without its name and its interval. */
const extrapolated = (value: Interval): string => `${rare(value.estimate)} [${rare(value.low)}, ${rare(value.high)}]`;

/** One list size as a cell; an extrapolation says so, and by which method. */
export function sizeCell(row: ListSizeRow | undefined): Cell {
  if (!row) return absent('not asked');
  if (row.status === 'measured') return rateCell(row.rate);
  if (row.status === 'not supported') return { ...absent('not supported'), hover: row.reason };
  const { byEffectiveBits, byExtremeValue, tailDecades } = row;
  const [bits, values] = [byEffectiveBits && extrapolated(byEffectiveBits), extrapolated(byExtremeValue)];
  // Where both say the same, nothing was fitted: the rate holds by construction.
  if (byEffectiveBits?.method === byExtremeValue.method)
    return {
      main: rare(byExtremeValue.estimate),
      small: ['by construction'],
      plain: `${rare(byExtremeValue.estimate)} by construction`,
      hover: byExtremeValue.method,
      tone: 'muted',
    };
  const tails = [tailDecades.effectiveBits, tailDecades.extremeValue].flatMap((each) => each?.toFixed(1) ?? []);
  return {
    main: 'extrapolated',
    small: [bits ? `eff. bits ${bits}` : 'no eff. bits', `extremes ${values}`],
    plain: `extrapolated: ${bits ?? 'no effective bits'} | ${values}`,
    hover: `${row.decades.toFixed(1)} decades beyond ${integer(row.from)} entries; the tails lie ${tails.join(' and ')} decades below one in all distances fitted; ${byEffectiveBits?.method ?? 'a Euclidean distance has no effective bits'}; ${byExtremeValue.method}`,
    tone: 'muted',
  };
}

/** Powers of ten for which some hash has a rate. */
const shownSizes = (metrics: FalsePositiveTailMetrics): number[] => {
  const rows = tailRows(metrics).flatMap(({ at }) => at.rows);
  const known = rows.filter(({ size, status }) => status !== 'not supported' && Number.isInteger(Math.log10(size)));
  return [...new Set(known.map(({ size }) => size))].sort((a, b) => a - b);
};

/** The largest list that was measured; it differs between hashes where some pictures were refused. */
const wholeList = ({ at }: TailRow): ListSizeRow | undefined => at.rows.findLast(({ status }) => status === 'measured');

/** The size of a list as text: 10^k as a power. */
export const sizeText = (size: number): string => {
  const exponent = Math.log10(size);
  return Number.isInteger(exponent) ? `10${'⁰¹²³⁴⁵⁶⁷⁸⁹'[exponent]!}` : integer(size);
};

/** The whole list, with its size. */
function wholeCell(row: ListSizeRow | undefined): Cell {
  const cell = sizeCell(row);
  if (!row) return cell;
  const size = `${integer(row.size)} entries`;
  return { ...cell, small: [...cell.small, size], plain: `${cell.plain}, ${size}` };
}

function sizeTable(metrics: FalsePositiveTailMetrics, title: string, rows: readonly TailRow[]): ReportTable {
  const sizes = shownSizes(metrics);
  return {
    title,
    explains: `Queries of ${integer(metrics.dataset.queries)} that match at least one entry of a list of that size, with the 95 % interval; queries are independent, the list is fixed. Extrapolated: by effective bits, then by extreme values, at most two decades beyond the largest list measured.`,
    head: ['hash', ...sizes.map((size) => `${sizeText(size)} entries`), 'the whole list'],
    lines: rows.map((row) => ({
      name: named(row),
      cells: [
        ...sizes.map((size) => sizeCell(row.at.rows.find((each) => each.size === size))),
        wholeCell(wholeList(row)),
      ],
    })),
  };
}

/** False positives per query at the authors' thresholds. */
export const authorsSizeTable = (metrics: FalsePositiveTailMetrics): ReportTable =>
  sizeTable(
    metrics,
    "False positives per query, at the authors' thresholds",
    tailRows(metrics).filter(({ at }) => at.authors),
  );

/** False positives per query at every threshold. */
export const allSizesTable = (metrics: FalsePositiveTailMetrics): ReportTable =>
  sizeTable(metrics, 'False positives per query, at every threshold', tailRows(metrics));

/** A ratio with two digits: '1.3×', '0.015×', '4.4·10⁻¹¹×'. */
const factor = (ratio: number): string =>
  `${ratio > 0 && ratio < 1e-3 ? rare(ratio) : ratio >= 10 ? ratio.toFixed(0) : String(Number(ratio.toPrecision(2)))}×`;

/** What a tenth of the list predicts for the whole, and what was then measured. */
export function checkTable(metrics: FalsePositiveTailMetrics): ReportTable {
  const rows = tailRows(metrics).filter(({ at }) => at.check !== null);
  const cell = ({ predicted, ratio, verdict }: NonNullable<TailThreshold['check']>['byScaling']): Cell => {
    const times = ratio === null ? '' : `${factor(ratio)} measured`;
    return {
      main: extrapolated(predicted).split(' [')[0]!,
      small: [`[${rare(predicted.low)}, ${rare(predicted.high)}]`, [times, verdict].filter(Boolean).join(', ')],
      plain: [extrapolated(predicted), times, verdict].filter(Boolean).join(', '),
      hover: predicted.method,
      ...(verdict === 'agrees' ? {} : { tone: 'warn' as const }),
    };
  };
  return {
    title: 'The whole list predicted from a tenth of it',
    explains:
      rows.length === 0
        ? 'There are too few queries to fit extreme values.'
        : 'Fitted to the first tenth of the list alone, then compared with what the whole list measured. Agrees: the intervals overlap, so the measurement does not refute the prediction. Scaling multiplies the rate of the tenth; a method should be better than that.',
    head: ['hash', 'entries', 'measured', 'by effective bits', 'by extreme values', 'by scaling'],
    lines: rows.map((row) => {
      const { from, size, measured, byEffectiveBits, byExtremeValue, byScaling } = row.at.check!;
      return {
        name: named(row),
        cells: [
          plain(`${integer(from)} → ${integer(size)}`),
          rateCell(measured),
          byEffectiveBits ? cell(byEffectiveBits) : absent('none for a Euclidean distance'),
          cell(byExtremeValue),
          cell(byScaling),
        ],
      };
    }),
  };
}

/** Distances between queries and entries, and how well effective bits fit their lowest thousandth. */
export function distanceTable({ hashes }: FalsePositiveTailMetrics): ReportTable {
  const number = (value: number | null, text: (value: number) => string): Cell =>
    value === null ? absent('no pair') : plain(text(value));
  return {
    title: 'Distances between queries and entries',
    explains: `In bits${hasUnits(hashes) ? ', or as the line says' : ''}, of a part of the queries and entries. Last column: the predicted share of the lowest 0.1 % of distances over the observed share; below 1, the fit by effective bits predicts fewer false positives than there are.`,
    head: [
      'hash',
      'pairs',
      'mean',
      'sd',
      'smallest',
      'effective bits',
      'odd',
      'below quality',
      'lowest 0.1 %',
      'predicted / seen',
    ],
    lines: hashes.map(({ unrelated, tail, belowQuality, ...hash }) => ({
      name: `${hash.name}, ${comparedText(hash)}`,
      cells: [
        plain(`${integer(unrelated.queries)} × ${integer(unrelated.entries)}`),
        number(unrelated.meanBits, (value) => meanNumber(value, hash, 2)),
        number(unrelated.sdBits, (value) => meanNumber(value, hash, 2)),
        number(unrelated.minBits, distanceNumber),
        number(unrelated.effectiveBits, (value) => value.toFixed(1)),
        unrelated.oddShare === null ? absent('no pair') : plain(percent(unrelated.oddShare)),
        plain(integer(belowQuality)),
        tail ? plain(`≤ ${distanceNumber(tail.threshold)}`) : absent('no pair'),
        tail ? plain(tail.ratio.toPrecision(2)) : absent('no pair'),
      ],
    })),
  };
}

/** Hard negatives by what they show. */
export function hardTable(metrics: FalsePositiveTailMetrics): ReportTable {
  return {
    title: 'Hard negatives, apart',
    explains:
      'Pictures that naturally resemble each other. First: those that match an entry of the list, although the list has none of them. Second: pairs among themselves, one picture per group, with the interval by picture.',
    head: ['hash, what is shown', 'match the list', 'pairs among themselves'],
    lines: tailRows(metrics)
      .filter(({ at }) => at.authors)
      .flatMap((row) =>
        row.at.hard.map(({ topic, againstList, amongThemselves }) => ({
          name: `${named(row)}, ${topic}`,
          cells: [rateCell(againstList), pairCell(amongThemselves)],
        })),
      ),
  };
}
