/** Plots of an evasion run: success against L2, against queries, and against the threshold with its price. */
import * as Plot from '@observablehq/plot';
import { wilson } from '../../metric/proportion.ts';
import { countFields, csvOf, pairFields, rateFields } from '../../report/csv.ts';
import { integer, rateProse } from '../../report/format.ts';
import { color, type LegendLine, seriesColor, seriesDash, shareTick, svgOf } from '../../report/page/plot.ts';
import type { Rate } from '../../schema/rate.ts';
import type { AttackMetrics, EvasionMetrics, TargetMetrics } from './metrics.ts';
import { attackName, targetName } from './report-published.ts';

const size = { width: 400, height: 280, marginLeft: 52, marginRight: 16, marginTop: 24, marginBottom: 42 } as const;

/** Attacks in the order of their colours; 'any' is told by the others. */
export const drawn = ['nes', 'simba', 'boundary'] as const;

const style = (attack: AttackMetrics['attack']) => {
  const i = Math.max(0, drawn.indexOf(attack as (typeof drawn)[number]));
  return { stroke: seriesColor(i), strokeDasharray: seriesDash(i) };
};

const shares = (label: string) => ({
  domain: [0, 1],
  tickFormat: shareTick,
  label,
  labelArrow: 'none' as const,
  grid: true,
});

const each = (target: TargetMetrics): AttackMetrics[] => target.attacks.filter(({ attack }) => attack !== 'any');

/** The lines of a target's attacks, for a legend. */
const attackLines = (target: TargetMetrics): LegendLine[] =>
  each(target).map(({ attack }) => {
    const { stroke, strokeDasharray } = style(attack);
    return { name: attackName[attack], color: stroke, dash: strokeDasharray };
  });

/** The controls, for a legend. */
export const noiseLines: readonly LegendLine[] = [
  { name: 'white noise', color: color.muted, dash: '1.5 3' },
  { name: 'smooth noise', color: color.muted, dash: '6 3' },
];

const authorsLine: LegendLine = { name: 'threshold of the authors', color: color.muted, dash: '2 3' };

/** Rules for intervals and dots for shares, at places of x. */
function marks(points: readonly { readonly x: number; readonly rate: Rate; readonly title: string }[], stroke: string) {
  return [
    Plot.ruleX(points, {
      x: 'x',
      y1: ({ rate }: { rate: Rate }) => rate.low,
      y2: ({ rate }: { rate: Rate }) => rate.high,
      stroke,
      strokeOpacity: 0.45,
    }),
    Plot.dot(points, {
      x: 'x',
      y: ({ rate }: { rate: Rate }) => rate.estimate ?? 0,
      r: 2.6,
      fill: stroke,
      title: 'title',
    }),
  ];
}

/** Share of pictures whose least L2 is at most so much: the distribution of least L2, cut at the largest budget. */
export function l2Plot(target: TargetMetrics, { l2 }: EvasionMetrics): string {
  const [least, most] = [l2[0]! / 2, l2.at(-1)!];
  const noise = target.controls.byL2.map((at) => ({
    x: at.l2,
    y: at.noise.estimate ?? 0,
    smooth: at.smoothNoise.estimate ?? 0,
  }));
  return svgOf(
    {
      ...size,
      x: {
        type: 'log',
        domain: [least, most],
        ticks: l2.filter((_, i) => (l2.length - 1 - i) % 2 === 0),
        tickFormat: String,
        label: 'L2, share of 255 (log scale) →',
        labelArrow: 'none',
        grid: true,
      },
      y: shares('↑ pictures that succeed'),
      marks: [
        Plot.line(noise, { x: 'x', y: 'y', stroke: color.muted, strokeDasharray: '1.5 3', strokeWidth: 1.6 }),
        Plot.line(noise, { x: 'x', y: 'smooth', stroke: color.muted, strokeDasharray: '6 3', strokeWidth: 1.6 }),
        ...each(target).flatMap((attack) => {
          const { stroke, strokeDasharray } = style(attack.attack);
          const steps = attack.least.values.map((value, i) => ({
            x: Math.max(least, value),
            y: (i + 1) / attack.attempts,
          }));
          const end = steps.at(-1)?.y ?? 0;
          return [
            Plot.line([{ x: least, y: 0 }, ...steps, { x: most, y: end }], {
              x: 'x',
              y: 'y',
              curve: 'step-after',
              stroke,
              strokeDasharray,
              strokeWidth: 1.8,
            }),
            ...marks(
              attack.byL2.map(({ l2: x, success }) => ({
                x,
                rate: success,
                title: `${attackName[attack.attack]}, L2 ${x}: ${rateProse(success)}`,
              })),
              stroke,
            ),
          ];
        }),
      ],
    },
    `${targetName(target)}: share of pictures that succeed against L2, by attack and under noise`,
    {
      name: `success-by-l2-${target.goal}-${target.target}`,
      legend: [...attackLines(target), ...noiseLines],
      data: () =>
        csvOf(
          [
            ...each(target).flatMap(({ attack, attempts, byL2, least: { values } }) => [
              ...values.map((at, i) => ({ attack, measure: 'least L2', l2: at, rate: wilson(i + 1, attempts) })),
              ...byL2.map(({ l2: at, success }) => ({ attack, measure: 'budget of L2', l2: at, rate: success })),
            ]),
            ...target.controls.byL2.flatMap(({ l2: at, ...controls }) =>
              (['noise', 'smoothNoise'] as const).map((control) => ({
                attack: control,
                measure: 'control',
                l2: at,
                rate: controls[control],
              })),
            ),
          ],
          [['goal', () => target.goal], ['target', () => target.target], 'attack', 'measure', 'l2'],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}

/** Share of pictures with a success within the quoted L2 (of collisions: within any) after so many queries. */
export function queryPlot(target: TargetMetrics, { quoted, l2 }: EvasionMetrics): string {
  const any = target.goal === 'collision';
  const most = Math.max(...each(target).flatMap(({ byQueries }) => byQueries.map(({ queries }) => queries)));
  return svgOf(
    {
      ...size,
      x: {
        type: 'log',
        domain: [1, most],
        ticks: [1, 10, 100, 1000, 10_000].filter((tick) => tick <= most),
        tickFormat: (tick: number) => integer(tick),
        label: 'queries (log scale) →',
        labelArrow: 'none',
        grid: true,
      },
      y: shares(any ? '↑ succeed within the largest L2' : `↑ succeed within L2 ${quoted}`),
      marks: each(target).flatMap((attack) => {
        const { stroke, strokeDasharray } = style(attack.attack);
        const points = attack.byQueries.map(({ queries, atQuoted, atAny }) => {
          const rate = any ? atAny : atQuoted;
          return {
            x: queries,
            rate,
            title: `${attackName[attack.attack]}, ${integer(queries)} queries: ${rateProse(rate)}`,
          };
        });
        return [
          Plot.line(points, {
            x: 'x',
            y: ({ rate }: { rate: Rate }) => rate.estimate,
            stroke,
            strokeDasharray,
            strokeWidth: 1.8,
          }),
          ...marks(points, stroke),
        ];
      }),
    },
    `${targetName(target)}: share of pictures that succeed against queries, by attack`,
    {
      name: `success-by-queries-${target.goal}-${target.target}`,
      legend: attackLines(target),
      data: () =>
        csvOf(
          each(target).flatMap(({ attack, byQueries }) => byQueries.map((at) => ({ attack, ...at }))),
          [
            ['goal', () => target.goal],
            ['target', () => target.target],
            'attack',
            ['l2', () => (any ? l2.at(-1)! : quoted)],
            'queries',
          ],
          ({ atQuoted, atAny }) => rateFields(any ? atAny : atQuoted),
        ),
    },
  );
}

type Curve = EvasionMetrics['thresholds'][number];

/** Thresholds that are drawn: up to where hardly anything is evaded, and at least half as far again as the authors'. */
const lastThreshold = ({ bits, prices }: Curve): number =>
  Math.min(bits, Math.ceil(1.4 * Math.max(...prices.map(({ threshold }) => threshold))));

const authorsRule = ({ prices }: Curve) =>
  Plot.ruleX([prices[0]!.threshold], { stroke: color.muted, strokeDasharray: '2 3', strokeWidth: 1.4 });

/** Share of pictures that some attack takes beyond each threshold. */
export function evadedPlot(curve: Curve): string {
  const last = lastThreshold(curve);
  const line = curve.evaded.slice(0, last + 1).map((count, x) => ({ x, y: count / curve.pictures }));
  return svgOf(
    {
      ...size,
      x: { domain: [0, last], label: 'threshold, bits →', labelArrow: 'none', grid: true, ticks: 6 },
      y: shares('↑ pictures that evade'),
      marks: [
        authorsRule(curve),
        Plot.line(line, { x: 'x', y: 'y', curve: 'step-after', stroke: seriesColor(0), strokeWidth: 1.8 }),
        ...marks(
          curve.prices.map(({ threshold, evaded }) => ({
            x: threshold,
            rate: evaded,
            title: `≤ ${threshold} bits: ${rateProse(evaded)} evade`,
          })),
          seriesColor(0),
        ),
      ],
    },
    `${curve.hash}: share of pictures that evade against the threshold`,
    {
      name: `evaded-${curve.hash}`,
      legend: [{ name: 'some attack succeeds', color: seriesColor(0), dash: 'none' }, authorsLine],
      data: () =>
        csvOf(
          [
            ...curve.evaded.map((count, threshold) => ({
              measure: 'all attacked',
              threshold,
              rate: wilson(count, curve.pictures),
            })),
            ...curve.prices.map(({ threshold, evaded }) => ({
              measure: 'the half on which no threshold was chosen',
              threshold,
              rate: evaded,
            })),
          ],
          [['hash', () => curve.hash], 'measure', 'threshold'],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}

const powers = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Share of unrelated pairs within each threshold, with intervals by picture; pairs of none are drawn at half of one. */
export function falsePairPlot(curve: Curve): string {
  const last = lastThreshold(curve);
  const floor = 0.5 / Math.max(1, curve.pairs);
  const low = Math.floor(Math.log10(floor));
  const line = curve.falsePairs.slice(0, last + 1).map((count, x) => ({ x, y: Math.max(floor, count / curve.pairs) }));
  return svgOf(
    {
      ...size,
      x: { domain: [0, last], label: 'threshold, bits →', labelArrow: 'none', grid: true, ticks: 6 },
      y: {
        type: 'log',
        domain: [10 ** low, 1],
        ticks: Array.from({ length: 1 - low }, (_, i) => 10 ** -i),
        tickFormat: (rate: number) => (rate === 1 ? '1' : `10⁻${powers[Math.round(-Math.log10(rate))]!}`),
        label: '↑ unrelated pairs that match',
        labelArrow: 'none',
        grid: true,
      },
      marks: [
        authorsRule(curve),
        Plot.line(line, { x: 'x', y: 'y', curve: 'step-after', stroke: seriesColor(1), strokeWidth: 1.8 }),
        Plot.ruleX(curve.prices, {
          x: 'threshold',
          y1: ({ pairFpr }: Curve['prices'][number]) => Math.max(10 ** low, pairFpr.nodeLow),
          y2: ({ pairFpr }: Curve['prices'][number]) => pairFpr.nodeHigh,
          stroke: seriesColor(1),
          strokeOpacity: 0.45,
        }),
      ],
    },
    `${curve.hash}: share of ${integer(curve.pairs)} unrelated pairs within each threshold`,
    {
      name: `unrelated-pairs-${curve.hash}`,
      legend: [{ name: 'unrelated pairs that match', color: seriesColor(1), dash: 'none' }, authorsLine],
      // Pairs share pictures: an interval stands only where it was computed by picture.
      data: () =>
        csvOf(
          [
            ...curve.falsePairs.map((count, threshold) => ({ threshold, numbers: countFields(count, curve.pairs) })),
            ...curve.prices.map(({ threshold, pairFpr }) => ({ threshold, numbers: pairFields(pairFpr) })),
          ],
          [['hash', () => curve.hash], 'threshold'],
          ({ numbers }) => numbers,
        ),
    },
  );
}
