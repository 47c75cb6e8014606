/** Plots of a poisoned list: what is seen of a location against the poisoned share, and against what robustness costs. */
import * as Plot from '@observablehq/plot';
import type { PoisonedCell, PoisonedHash, RepurposingMetrics } from '../../schema/repurposing-metrics.ts';
import { bounds, percent, rateProse } from '../format.ts';
import { color, seriesColor, seriesDash, shareTick, svgOf } from '../page/plot.ts';
import { reasonNames, referenceCell, thresholdFor } from './facts.ts';

const size = { width: 400, height: 290, marginLeft: 50, marginRight: 18, marginTop: 22, marginBottom: 42 } as const;

/** Whose thresholds the plots show, and in which colour. */
export const shownReasons = ['operator', 'insider', 'authors'] as const;

/** A rate in [0, 1] as an axis. */
export const rateAxis = (label: string) => ({
  domain: [0, 1],
  tickFormat: shareTick,
  label: `↑ ${label}`,
  labelArrow: 'none' as const,
  grid: true,
});

/** Poisoned shares on a logarithmic axis. */
export const poisonedAxis = (shares: readonly number[], label: string) => ({
  type: 'log' as const,
  domain: [Math.min(...shares) / 1.2, Math.max(...shares) * 1.2],
  ticks: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2].filter(
    (each) => each >= Math.min(...shares) / 1.2 && each <= Math.max(...shares) * 1.2,
  ),
  tickFormat: shareTick,
  label: `${label} (log scale) →`,
  labelArrow: 'none' as const,
  grid: true,
});

/** One hash: what is seen of a location and, dotted, how many ordinary pictures the whole list flags. */
export function sharePlot(hash: PoisonedHash): string | undefined {
  const seen = new Set<number>();
  const marks = shownReasons.flatMap((reason, i): Plot.Markish[] => {
    const at = thresholdFor(hash, reason);
    // A threshold that two would take is drawn once.
    if (!at || at.cells.length === 0 || seen.has(at.bits)) return [];
    seen.add(at.bits);
    const stroke = seriesColor(i);
    // A little beside each other, so that intervals do not hide intervals.
    const of = (choice: PoisonedCell['choice']) =>
      at.cells
        .filter((cell) => cell.choice === choice)
        .map((cell) => ({ ...cell, share: cell.share * 1.05 ** (i - 1) }));
    const random = of('random').map(({ share, inserted, hit, flagged }) => ({
      share,
      y: hit.estimate ?? 0,
      ...bounds(hit),
      alarm: flagged.estimate ?? 0,
      title: `≤ ${at.bits} bits (${reasonNames[reason]}), ${inserted} inserted at random: ${rateProse(hit)}`,
    }));
    const chosen = of('k-medoids').map(({ share, hit }) => ({ share, y: hit.estimate ?? 0 }));
    return [
      Plot.line(random, { x: 'share', y: 'alarm', stroke, strokeWidth: 1.2, strokeDasharray: '1.5 3' }),
      Plot.line(chosen, { x: 'share', y: 'y', stroke, strokeWidth: 1.4, strokeDasharray: '7 3' }),
      Plot.ruleX(random, { x: 'share', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.55 }),
      Plot.line(random, { x: 'share', y: 'y', stroke, strokeWidth: 2 }),
      Plot.dot(random, { x: 'share', y: 'y', r: 3, fill: stroke, stroke: color.surface, title: 'title' }),
    ];
  });
  const shares = hash.thresholds.flatMap(({ cells }) => cells.map(({ share }) => share));
  if (shares.length === 0) return undefined;
  return svgOf(
    {
      ...size,
      x: poisonedAxis(shares, 'share of the list inserted'),
      y: rateAxis('of the location’s other photographs'),
      marks,
    },
    `${hash.name}: share of a location's other photographs that match, against the share of the list inserted`,
  );
}

/** Robustness of a threshold against what it lets be seen, at the reference share: one line a hash, its thresholds ascending. */
export function tradeoffPlot(metrics: RepurposingMetrics): string | undefined {
  const lines = metrics.hashes.flatMap((hash, i) => {
    const points = hash.thresholds.flatMap((at) => {
      const cell = referenceCell(at, metrics);
      const [x, y] = [at.robustness.estimate, cell?.hit.estimate];
      if (typeof x !== 'number' || typeof y !== 'number' || !cell) return [];
      return [
        {
          x,
          y,
          ...bounds(cell.hit),
          operator: at.reasons.includes('operator'),
          title: `${hash.name} ≤ ${at.bits} bits: ${percent(x)} of edited copies, ${rateProse(cell.hit)}`,
        },
      ];
    });
    return points.length > 0 ? [{ points, i }] : [];
  });
  if (lines.length === 0) return undefined;
  const marks = lines.flatMap(({ points, i }): Plot.Markish[] => {
    const stroke = seriesColor(i);
    return [
      Plot.line(points, { x: 'x', y: 'y', stroke, strokeWidth: 1.8, strokeDasharray: seriesDash(i) }),
      Plot.ruleX(
        points.filter(({ operator }) => operator),
        { x: 'x', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.55 },
      ),
      Plot.dot(points, {
        x: 'x',
        y: 'y',
        r: ({ operator }: (typeof points)[number]) => (operator ? 4.5 : 2.5),
        fill: stroke,
        stroke: color.surface,
        title: 'title',
      }),
    ];
  });
  return svgOf(
    {
      ...size,
      width: 460,
      height: 330,
      x: {
        domain: [0, 1],
        tickFormat: shareTick,
        label: 'edited copies of listed pictures found →',
        labelArrow: 'none',
        grid: true,
      },
      y: rateAxis('of the location’s other photographs'),
      marks,
    },
    'Share of a location’s other photographs that match, against the share of edited copies that are found, one line a hash',
  );
}
