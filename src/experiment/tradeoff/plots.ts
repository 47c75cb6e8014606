/** The picture of the question: reports recovered against what the provider learns, a dot a strategy. */
import * as Plot from '@observablehq/plot';
import type { Leakage } from '../../schema/metrics.ts';
import { type Tradeoff, tradeoffs } from '../answer.ts';
import { intervalCell, listed, rateHover, si, times } from '../format.ts';
import { liftBounds, worstLeakage } from '../measures.ts';
import type { Metrics } from '../types.ts';
import { figure } from './blocks.ts';
import { type Html, html } from './html.ts';
import { labelMark } from './label-mark.ts';
import { color, svgOf } from './plot.ts';

interface Dot {
  readonly name: string;
  readonly x: number;
  readonly xLow: number;
  readonly xHigh: number;
  readonly y: number;
  readonly yLow: number;
  readonly yHigh: number;
  readonly undominated: boolean;
  readonly title: string;
}

/** Lifts below this are drawn here: a logarithmic axis has no zero. */
const floor = 0.5;
const width = 500;
/** Names of many strategies need room above each other. */
const heightFor = (dots: readonly Dot[]): number => (dots.length > 12 ? 520 : 400);
const labelRoom = 96;
const margin = { marginLeft: 46, marginRight: 20, marginTop: 28, marginBottom: 46 };

function dotOf({ strategy, leak, recovered, undominated }: Tradeoff): Dot {
  const { low, high } = liftBounds(leak);
  const reports = recovered.reports;
  const range = intervalCell(reports, `reports of ${si(recovered.of)}`);
  return {
    name: strategy.name,
    // What has a dot was tried, and its chance is above 0, so it has a lift.
    x: Math.max(floor, leak.lift!),
    xLow: Math.max(floor, low),
    xHigh: Math.max(floor, high),
    y: reports.estimate / 1e6,
    yLow: reports.low / 1e6,
    yHigh: reports.high / 1e6,
    undominated,
    title: `${strategy.name}: ${range.hover}; provider's attack on ${leak.secret} ${times(leak.lift)} chance, ${rateHover(leak.success)}`,
  };
}

const readByProvider: ReadonlySet<string> = new Set(['relay', 'provider']);

/** The SVG for one secret: 'identity' (which picture) or 'topic'. */
export function paretoPlot(metrics: Metrics, secret: Leakage['secret']): string {
  const points = tradeoffs(metrics, secret);
  // Somebody else than the provider may learn more, once a key is used: that is drawn beside, never as a best choice.
  const keyHolders = points.flatMap((point) => {
    const worst = worstLeakage(point.strategy, secret);
    if (!worst?.aboveChance || worst.lift! <= point.leak.lift! || readByProvider.has(worst.role)) return [];
    return [{ ...dotOf({ ...point, leak: worst, undominated: false }), name: `${point.strategy.name}: ${worst.role}` }];
  });
  const dots = [...points.map(dotOf), ...keyHolders];
  const of = points[0]?.recovered.of ?? 12e6;
  const top = Math.max(of / 1e6, ...dots.map(({ yHigh }) => yHigh));
  // Room for a label to the right of the outermost dot: a share of the axis, so a power of its span.
  const most = Math.max(2, ...dots.map(({ xHigh }) => xHigh));
  const right = most * (most / floor) ** (labelRoom / (width - margin.marginLeft - margin.marginRight - labelRoom));
  // Between dots of one secret the lift may span one decade or five; ticks follow.
  const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 1e4, 1e5, 1e6].filter((tick) => tick <= right);
  const shown = right > 100 ? ticks.filter((tick) => Number.isInteger(Math.log10(tick))) : ticks;
  const frontier = dots.filter((dot) => dot.undominated).sort((a, b) => a.x - b.x || a.y - b.y);
  return svgOf(
    {
      width,
      height: heightFor(dots),
      ...margin,
      x: {
        type: 'log',
        domain: [floor * 0.94, right],
        label: `attack on ${secret}, multiple of chance (log scale) →`,
        labelAnchor: 'right',
        labelArrow: 'none',
        ticks: shown,
        tickFormat: (tick: number) => `${tick}×`,
      },
      y: {
        domain: [0, top * 1.04],
        label: `↑ reports recovered, millions (of ${si(of)})`,
        labelArrow: 'none',
        ticks: 6,
        grid: true,
      },
      marks: [
        Plot.ruleY([0], { stroke: color.muted }),
        Plot.ruleX([1], { stroke: color.muted, strokeDasharray: '4 3' }),
        Plot.text([top * 1.04], {
          x: 1,
          y: (y: number) => y,
          text: () => 'chance',
          dx: 5,
          textAnchor: 'start',
          fill: color.muted,
        }),
        Plot.line(frontier, {
          x: 'x',
          y: 'y',
          curve: 'step-after',
          stroke: color.accent,
          strokeOpacity: 0.35,
          strokeWidth: 5,
        }),
        Plot.ruleY(dots, { y: 'y', x1: 'xLow', x2: 'xHigh', stroke: color.muted, strokeOpacity: 0.7 }),
        Plot.ruleX(dots, { x: 'x', y1: 'yLow', y2: 'yHigh', stroke: color.muted, strokeOpacity: 0.7 }),
        Plot.dot(dots, {
          x: 'x',
          y: 'y',
          r: 5,
          fill: (d: Dot) => (d.undominated ? color.accent : color.surface),
          stroke: color.accent,
          strokeWidth: 1.8,
          title: 'title',
        }),
        labelMark(dots, { width, height: heightFor(dots) }),
      ],
      color: { type: 'identity' },
    },
    `Reports recovered against the provider's attack on ${secret}, one dot for each of ${dots.length} strategies`,
  );
}

/** Both secrets side by side, with the caption. */
export function paretoSection(metrics: Metrics): Html {
  const identity = tradeoffs(metrics, 'identity');
  if (identity.length === 0)
    return html`<p>No strategy has both an attack on the provider's view and a recovery estimate.</p>`;
  const missing = metrics.strategies.filter(({ name }) => !identity.some(({ strategy }) => strategy.name === name));
  const best = identity.filter(({ undominated }) => undominated).map(({ strategy }) => strategy.name);
  const trials = Math.max(...identity.map(({ leak }) => leak.success.n));
  return figure(
    [
      ['Against identity: which picture was sent', paretoPlot(metrics, 'identity')],
      ['Against topic: what the picture shows', paretoPlot(metrics, 'topic')],
    ],
    html`Up is more reports recovered; left is less learnt by the provider about messages that nobody handed over to it. The top left corner is where one would like to be.
Filled: no other strategy recovers more while the provider learns less (by the estimates; for identity: ${listed(best)}).
A role behind a name: what that role learns once it uses the key it holds on every account. Whiskers: 95 % intervals; up to ${String(trials)} attacks a dot. An attack that is not shown to beat chance counts as chance, and
estimates below ${times(floor)} are drawn there.${missing.length > 0 && ` Not drawn, for want of a number: ${listed(missing.map(({ name }) => name))}.`}`,
  );
}
