/** Plots of a false-positive-tail run: rates against list size, and the low tail of distances against its fit. */

import * as Plot from '@observablehq/plot';
import { tailByEffectiveBits } from '../../metric/effective-bits.ts';
import { countFields, csvOf, intervalFields, rateFields, valueFields } from '../../report/csv.ts';
import { distanceAt, distanceNumber, unitOf } from '../../report/distance.ts';
import { integer, rare } from '../../report/format.ts';
import { color, type LegendLine, seriesColor, svgOf } from '../../report/page/plot.ts';
import type { FalsePositiveTailMetrics, ListSizeRow } from './metrics.ts';
import { sizeText } from './tables.ts';

type Hash = FalsePositiveTailMetrics['hashes'][number];
type Measured = Extract<ListSizeRow, { status: 'measured' }>;
type Extrapolated = Extract<ListSizeRow, { status: 'extrapolated' }>;

const size = { width: 380, height: 280, marginLeft: 52, marginRight: 44, marginTop: 24, marginBottom: 42 } as const;

/** Smallest rate drawn: below it nothing of a list that exists is decided. */
const floor = 1e-6;

const powers = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));

/** A rate as a tick: 10⁻⁴ rather than 0.01 %. */
const rateTick = (rate: number): string => (rate === 1 ? '1' : `10⁻${'⁰¹²³⁴⁵⁶⁷⁸⁹'[Math.round(-Math.log10(rate))]!}`);

/** A threshold as a condition. */
const within = (threshold: number, hash: Hash): string =>
  hash.vector ? `${unitOf(hash)} ≤ ${distanceNumber(threshold)}` : `≤ ${threshold} bits`;

const sizeLegend: readonly LegendLine[] = [
  { name: 'measured', color: color.muted, dash: 'none' },
  { name: 'by effective bits', color: color.muted, dash: '6 3' },
  { name: 'by extreme values', color: color.muted, dash: '1.5 3' },
];

/** False positives per query against the size of the list: one line a threshold. */
export function sizePlot(hash: Hash): string {
  // The lowest label written so far: from the loosest threshold down, labels keep a line's height between them.
  let lowest = Number.POSITIVE_INFINITY;
  const marks = [...hash.thresholds].reverse().flatMap(({ bits, rows }, place): Plot.Markish[] => {
    const i = hash.thresholds.length - 1 - place;
    const stroke = seriesColor(i);
    const measured = rows.filter((row): row is Measured => row.status === 'measured');
    const seen = measured.filter(({ rate }) => rate.k > 0);
    const beyond = rows.filter((row): row is Extrapolated => row.status === 'extrapolated');
    const last = seen.at(-1);
    const line = (method: 'byEffectiveBits' | 'byExtremeValue', dash: string): Plot.Markish[] => {
      const points = beyond
        .flatMap((row) => {
          const rate = row[method];
          return rate ? [{ x: row.size, y: rate.estimate, low: rate.low, high: rate.high }] : [];
        })
        .filter(({ y }) => y >= floor);
      if (points.length === 0) return [];
      const start = last && last === measured.at(-1) ? [{ x: last.size, y: last.rate.estimate! }] : [];
      return [
        Plot.line([...start, ...points], { x: 'x', y: 'y', stroke, strokeWidth: 1.6, strokeDasharray: dash }),
        Plot.dot(points, {
          x: 'x',
          y: 'y',
          r: 3,
          stroke,
          fill: color.surface,
          title: ({ x, y, low, high }: (typeof points)[number]) =>
            `${within(bits, hash)}, ${integer(x)} entries, extrapolated by ${method === 'byEffectiveBits' ? 'effective bits' : 'extreme values'}: ${rare(y)} [${rare(low)}, ${rare(high)}]`,
        }),
      ];
    };
    const ends = [
      ...(last ? [{ x: last.size, y: last.rate.estimate! }] : []),
      ...(['byEffectiveBits', 'byExtremeValue'] as const).flatMap((method) => {
        const end = beyond.findLast((row) => (row[method]?.estimate ?? 0) >= floor);
        return end ? [{ x: end.size, y: end[method]!.estimate }] : [];
      }),
    ];
    // Each threshold is written once, at its furthest and then highest point.
    const end = ends
      .sort((a, b) => b.x - a.x || b.y - a.y)
      .slice(0, 1)
      .map(({ x, y }) => ({ x, y: Math.min(y, lowest / 2.4) }));
    lowest = end[0]?.y ?? lowest;
    return [
      Plot.text(end, {
        x: 'x',
        y: 'y',
        text: () => `≤ ${distanceNumber(bits)}`,
        dx: 6,
        textAnchor: 'start',
        fill: stroke,
      }),
      Plot.ruleX(seen, {
        x: 'size',
        y1: ({ rate }: Measured) => Math.max(floor, rate.low),
        y2: ({ rate }: Measured) => rate.high,
        stroke,
        strokeOpacity: 0.5,
      }),
      Plot.line(seen, { x: 'size', y: ({ rate }: Measured) => rate.estimate, stroke, strokeWidth: 2 }),
      Plot.dot(seen, {
        x: 'size',
        y: ({ rate }: Measured) => rate.estimate,
        r: 2.6,
        fill: stroke,
        title: ({ size: entries, rate }: Measured) =>
          `${within(bits, hash)}, ${integer(entries)} entries: ${rate.k} of ${integer(rate.n)}`,
      }),
      ...line('byEffectiveBits', '6 3'),
      ...line('byExtremeValue', '1.5 3'),
    ];
  });
  const known = hash.thresholds.flatMap(({ rows }) => rows.filter(({ status }) => status !== 'not supported'));
  const largest = Math.max(1000, ...known.map((row) => row.size));
  return svgOf(
    {
      ...size,
      x: {
        type: 'log',
        domain: [100, largest],
        ticks: powers(2, Math.ceil(Math.log10(largest))),
        tickFormat: sizeText,
        label: 'entries on the list →',
        labelArrow: 'none',
        grid: true,
      },
      y: {
        type: 'log',
        domain: [floor, 1],
        ticks: powers(-6, 0),
        tickFormat: rateTick,
        label: '↑ false positives per query',
        labelArrow: 'none',
        grid: true,
      },
      marks,
    },
    `${hash.name}: false positives per query against list size, at ${hash.vector ? `${unitOf(hash)}s of ` : ''}${hash.thresholds.map(({ bits }) => distanceNumber(bits)).join(', ')}${hash.vector ? '' : ' bits'}`,
    {
      name: `list-sizes-${hash.name}`,
      legend: sizeLegend,
      data: () =>
        csvOf(
          hash.thresholds.flatMap(({ bits: threshold, rows }) =>
            rows.flatMap((row) => {
              const at = { threshold, entries: row.size, status: row.status };
              if (row.status === 'measured') return [{ ...at, numbers: rateFields(row.rate) }];
              if (row.status === 'not supported') return [{ ...at, numbers: intervalFields(null) }];
              return [row.byEffectiveBits, row.byExtremeValue].flatMap((interval) =>
                interval ? [{ ...at, numbers: intervalFields(interval) }] : [],
              );
            }),
          ),
          [['hash', () => hash.name], 'threshold', ['unit', () => unitOf(hash)], 'entries', 'status'],
          ({ numbers }) => numbers,
        ),
    },
  );
}

/** Share of distances at or below each distance, and what effective bits say it is. */
export function distancePlot(hash: Hash): string {
  const { name, unrelated, vector } = hash;
  // Effective bits take the distance as a share of the largest one; the largest cosine distance is 2.
  const largest = vector ? 2 : hash.bits;
  const { pairs, counts, meanBits, effectiveBits } = unrelated;
  let below = 0;
  const seen = counts.flatMap((count, at) => {
    below += count;
    return count > 0 ? [{ distance: distanceAt(at, hash), k: below, share: below / pairs }] : [];
  });
  const low = Math.max(1e-9, 0.5 / Math.max(1, pairs));
  const fit =
    meanBits === null || effectiveBits === null
      ? []
      : counts
          .map((_, at) => distanceAt(at, hash))
          .map((distance) => ({
            distance,
            share: tailByEffectiveBits({ mean: meanBits / largest, bits: effectiveBits }, distance / largest),
          }))
          .filter(({ share }) => share >= low);
  const end = (meanBits ?? largest / 2) * 1.1;
  const shown = (each: { distance: number }): boolean => each.distance <= end;
  return svgOf(
    {
      ...size,
      x: {
        domain: [0, end],
        label: `${vector ? unitOf(hash) : 'distance, bits'} →`,
        labelArrow: 'none',
        grid: true,
        ticks: 6,
      },
      y: {
        type: 'log',
        domain: [low, 1],
        ticks: powers(Math.ceil(Math.log10(low)), 0),
        tickFormat: rateTick,
        label: '↑ share of pairs at or below',
        labelArrow: 'none',
        grid: true,
      },
      marks: [
        Plot.line(fit.filter(shown), { x: 'distance', y: 'share', stroke: color.muted, strokeDasharray: '6 3' }),
        Plot.line(seen.filter(shown), {
          x: 'distance',
          y: 'share',
          stroke: color.accent,
          strokeWidth: 2,
          curve: 'step-after',
        }),
      ],
    },
    `${name}: share of ${integer(pairs)} distances at or below each distance, against the fit by effective bits`,
    {
      name: `distances-${name}`,
      legend: [
        { name: 'measured', color: color.accent, dash: 'none' },
        { name: 'by effective bits', color: color.muted, dash: '6 3' },
      ],
      data: () =>
        csvOf(
          [
            ...seen.map(({ distance, k }) => ({ distance, status: 'measured', numbers: countFields(k, pairs) })),
            ...fit.map(({ distance, share }) => ({
              distance,
              status: 'fitted',
              numbers: valueFields(share, 'effective bits'),
            })),
          ],
          [['hash', () => name], 'distance', ['unit', () => unitOf(hash)], 'status'],
          ({ numbers }) => numbers,
        ),
    },
  );
}
