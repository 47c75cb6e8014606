/** The picture of the question: reports recovered against what the provider learns, a dot a strategy. */

import * as Plot from '@observablehq/plot';
import { csvOf, intervalFields, rateFields } from '../../report/csv.ts';
import { clip, counted, intervalCell, listed, rateHover, si, times } from '../../report/format.ts';
import { figure } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { labelMark } from '../../report/page/labels.ts';
import { color, labelRoom, svgOf } from '../../report/page/plot.ts';
import { heatFill, heatInk } from '../../report/page/style.ts';
import type { Leakage, Metrics } from './metrics.ts';
import { type Tradeoff, tradeoffs } from './report-answer.ts';
import { isBlind, liftBounds, worstLeakage } from './report-measures.ts';
import { scoredIn, tooFew } from './report-sample.ts';

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
const paretoLabelRoom = 96;
const margin = { marginLeft: 46, marginRight: 20, marginTop: 28, marginBottom: 46 };

function dotOf({ strategy, leak, recovered, undominated }: Tradeoff): Dot {
  // Where nothing was attacked the prior was guessed: that is chance, without an interval.
  const { low, high } = isBlind(leak) ? { low: 1, high: 1 } : liftBounds(leak);
  const reports = recovered.reports;
  const range = intervalCell(reports, `reports of ${si(recovered.of)}`);
  return {
    name: strategy.name,
    // What has a dot was tried, and its chance is above 0: it has a lift, or was not attacked.
    x: Math.max(floor, leak.lift ?? 1),
    xLow: Math.max(floor, low),
    xHigh: Math.max(floor, high),
    y: reports.estimate / 1e6,
    yLow: reports.low / 1e6,
    yHigh: reports.high / 1e6,
    undominated,
    title: `${strategy.name}: ${range.hover}; provider's attack on ${leak.secret} ${isBlind(leak) ? 'not made: nothing to guess by' : `${times(leak.lift)} chance, ${rateHover(leak.success)}`}`,
  };
}

/** What the dots are drawn from: reports and successful attacks, a line each. */
const paretoCsv = (points: readonly Tradeoff[]): string =>
  csvOf(
    points.flatMap(({ strategy, leak, recovered }) => {
      const of = {
        strategy: strategy.name,
        secret: leak.secret,
        role: leak.role,
        chance: leak.chance,
        lift: leak.lift,
      };
      return [
        { ...of, measure: `reports recovered of ${recovered.of}`, numbers: intervalFields(recovered.reports) },
        { ...of, measure: 'attacks that succeeded', numbers: rateFields(leak.success) },
      ];
    }),
    ['strategy', 'secret', 'role', 'chance', 'lift', 'measure'],
    ({ numbers }) => numbers,
  );

const readByProvider: ReadonlySet<string> = new Set(['relay', 'provider']);

/** The SVG for one secret: 'identity' (which picture) or 'topic'. */
export function paretoPlot(metrics: Metrics, secret: Leakage['secret']): string {
  const points = tradeoffs(metrics, secret);
  // Somebody else than the provider may learn more, once a key is used: that is drawn beside, never as a best choice.
  const keyHolders = points.flatMap((point) => {
    const worst = worstLeakage(point.strategy, secret);
    if (!worst?.aboveChance || (worst.lift ?? 1) <= (point.leak.lift ?? 1) || readByProvider.has(worst.role)) return [];
    return [{ ...dotOf({ ...point, leak: worst, undominated: false }), name: `${point.strategy.name}: ${worst.role}` }];
  });
  const dots = [...points.map(dotOf), ...keyHolders];
  const of = points[0]?.recovered.of ?? 12e6;
  const top = Math.max(of / 1e6, ...dots.map(({ yHigh }) => yHigh));
  // Room for a label to the right of the outermost dot: a share of the axis, so a power of its span.
  const most = Math.max(2, ...dots.map(({ xHigh }) => xHigh));
  const right =
    most * (most / floor) ** (paretoLabelRoom / (width - margin.marginLeft - margin.marginRight - paretoLabelRoom));
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
    { name: `reports-against-${secret}`, data: () => paretoCsv(points) },
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
    html`Up: more reports recovered. Left: the provider learns less about messages that were not disclosed to it. The best place is the top left corner.
${best.length > 0 ? `Filled: no other strategy recovers more while the provider learns less (by the estimates; for identity: ${listed(best)}).` : (tooFew(scoredIn(metrics)) ?? '')}
A role behind a name: what that role learns once it uses the key it holds on every account. Whiskers: 95 % intervals; up to ${String(trials)} attacks a dot. An attack that is not shown to beat chance, and none at all, counts as chance, and
estimates below ${times(floor)} are drawn there.${missing.length > 0 && ` Not drawn, for want of a number: ${listed(missing.map(({ name }) => name))}.`}`,
  );
}

// Which edit defeats which hash: recall as a heat map, once at the authors' threshold and once at the calibrated one.

/** At which threshold the map is drawn. */
export type RecallAt = 'atAuthors' | 'calibrated';

const titles = { atAuthors: 'at the authors’ thresholds', calibrated: 'at the calibrated thresholds' } as const;
const rowHeight = 22;

/** Whole percents; neither 0 nor 100 is written where a picture was found or missed. */
const whole = (share: number): string => {
  if (share > 0 && share < 0.01) return '<1';
  return share > 0.99 && share < 1 ? '>99' : String(Math.round(share * 100));
};

/** The SVG of one map: edits down, hashes across. */
export function recallPlot({ hashes }: Metrics, at: RecallAt): string {
  const transforms = [...new Set(hashes.flatMap(({ recall }) => recall.map(({ transform }) => transform)))];
  const column = (name: string, bits: number): string => `${clip(name, 10)}\n${bits < 0 ? 'none' : `≤ ${bits}`}`;
  const columns = hashes.map((hash) =>
    column(hash.name, at === 'calibrated' ? hash.threshold.bits : hash.authorsThreshold),
  );
  const cells = hashes.flatMap((hash, index) =>
    hash.recall.map((each) => {
      const rate = each[at];
      return {
        hash: index,
        transform: transforms.indexOf(each.transform),
        fill: rate.estimate === null ? 'none' : heatFill(rate.estimate),
        ink: rate.estimate === null ? 'currentColor' : heatInk(rate.estimate),
        text: rate.estimate === null ? '–' : whole(rate.estimate),
        title: `${hash.name}, ${each.transform}: ${rateHover(rate)}`,
      };
    }),
  );
  const labels = transforms.map((transform) => clip(transform, 25));
  const left = labelRoom(labels);
  const width = left + Math.max(3, hashes.length) * 62;
  return svgOf(
    {
      width,
      height: 46 + Math.max(1, transforms.length) * rowHeight,
      marginTop: 40,
      marginBottom: 6,
      marginLeft: left,
      marginRight: 6,
      // Places, not names, are the domain: two hashes or edits may share a name once it is cut.
      x: {
        type: 'band',
        domain: hashes.map((_, index) => index),
        axis: 'top',
        label: null,
        tickSize: 0,
        tickFormat: (index: number) => columns[index]!,
        padding: 0.06,
      },
      y: {
        type: 'band',
        domain: transforms.map((_, index) => index),
        label: null,
        tickSize: 0,
        tickFormat: (index: number) => labels[index]!,
        padding: 0.09,
      },
      color: { type: 'identity' },
      marks: [
        Plot.cell(cells, { x: 'hash', y: 'transform', fill: 'fill', title: 'title', rx: 2 }),
        Plot.text(cells, { x: 'hash', y: 'transform', text: 'text', fill: 'ink', title: 'title' }),
      ],
    },
    `Recall of ${counted(hashes.length, 'hash')} after ${counted(transforms.length, 'edit')}, ${titles[at]}`,
    {
      name: `recall-${at === 'atAuthors' ? 'authors' : 'calibrated'}`,
      data: () =>
        csvOf(
          hashes.flatMap(({ name, threshold, authorsThreshold, recall }) =>
            recall.map((each) => ({
              hash: name,
              thresholdBits: at === 'calibrated' ? threshold.bits : authorsThreshold,
              transform: each.transform,
              rate: each[at],
            })),
          ),
          ['hash', 'thresholdBits', 'transform'],
          ({ rate }) => rateFields(rate),
        ),
    },
  );
}

/** Both maps, with the caption. */
export function recallSection(metrics: Metrics): Html {
  const trials = metrics.hashes.flatMap(({ recall }) => recall.map(({ calibrated }) => calibrated.n));
  if (trials.length === 0) return html`<p>No hash was measured on an edit.</p>`;
  return figure(
    [
      [`Recall in percent, ${titles.atAuthors}`, recallPlot(metrics, 'atAuthors')],
      [`Recall in percent, ${titles.calibrated}`, recallPlot(metrics, 'calibrated')],
    ],
    html`Share of edited listed pictures still found, in percent; below each hash is its largest matching distance in bits. Each cell comes
from at most ${Math.max(...trials)} pictures; its counts and interval are in its tooltip and in the table below.`,
  );
}
