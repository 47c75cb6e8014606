/** Plots of the answer, as options: the server draws them into the page, the page draws them anew when a slider moves. */
import * as Plot from '@observablehq/plot';
import type { Interval } from '../../metric/interval.ts';
import { notMeasured, si } from '../format.ts';
import { color } from '../page/colors.ts';

/** A strategy with the numbers that are drawn. */
export interface Drawn {
  readonly name: string;
  /** Reports recovered. Of each number: null where it was not measured. */
  readonly recovered: Interval | null;
  readonly innocentAccounts: Interval | null;
  readonly reviewers: Interval | null;
}

/** Height of a row, in pixels. */
const row = 22;

/** Intervals in rows, one a strategy, in the order given, and words where one was not measured; `width` in pixels. */
function rows(
  names: readonly string[],
  all: readonly { readonly name: string; readonly interval: Interval | null }[],
  { width, x, marks = [], note }: { width: number; x: Plot.ScaleOptions; marks?: Plot.Markish[]; note?: string },
): Plot.PlotOptions {
  const narrow = width < 480;
  const points = all.flatMap(({ name, interval }) => {
    if (!interval) return [];
    const { estimate, low, high } = interval;
    return [{ name, estimate, low, high }];
  });
  const missing = all.flatMap(({ name, interval }) => (interval ? [] : [{ name }]));
  return {
    width,
    height: names.length * row + 58,
    marginLeft: narrow ? 138 : 172,
    marginRight: narrow ? 44 : 64,
    marginTop: 34,
    marginBottom: 12,
    style: { fontSize: narrow ? '11px' : '12px' },
    x: { ...x, grid: true, axis: 'top', labelArrow: 'none' },
    y: { type: 'band', domain: names as string[], label: null, tickSize: 0, padding: 0.25 },
    marks: [
      ...marks,
      Plot.ruleY(points, {
        y: 'name',
        x1: 'low',
        x2: 'high',
        stroke: color.accent,
        strokeWidth: 3,
        strokeOpacity: 0.45,
      }),
      Plot.dot(points, { x: 'estimate', y: 'name', r: 4, fill: color.accent }),
      Plot.text(points, {
        x: 'high',
        y: 'name',
        text: ({ estimate }: { estimate: number }) => si(estimate),
        textAnchor: 'start',
        dx: 7,
        fill: 'currentColor',
      }),
      ...(missing.length > 0
        ? [
            Plot.text(missing, {
              y: 'name',
              text: () => notMeasured,
              frameAnchor: 'left',
              textAnchor: 'start',
              dx: 7,
              fill: color.muted,
            }),
          ]
        : []),
      ...(note ? [Plot.text([note], { frameAnchor: 'bottom-right', dy: 10, fill: color.muted })] : []),
    ],
  };
}

/** Reports recovered, of the total that would be lost. */
export function recoveredPlot(drawn: readonly Drawn[], total: number, width: number): Plot.PlotOptions {
  return rows(
    drawn.map(({ name }) => name),
    drawn.map(({ name, recovered }) => ({ name, interval: recovered })),
    {
      width,
      x: {
        // Room for the numbers of bars that end at the total.
        domain: [0, total * 1.12],
        ticks: width < 480 ? 3 : 6,
        tickFormat: (value: number) => si(value),
        label: `reports recovered, of ${si(total)} lost; dot: median, bar: 95 %`,
      },
      marks: [Plot.ruleX([total], { stroke: color.warn, strokeDasharray: '4 3' })],
    },
  );
}

/** Lowest value that a logarithmic axis shows: one account, or a hundredth of a person. */
const least = { innocentAccounts: 1, reviewers: 0.01 } as const;

/** A price on a logarithmic axis, in the same order of strategies; nothing is drawn where it is 0, and words where it was not measured. */
export function pricePlot(
  drawn: readonly Drawn[],
  of: keyof typeof least,
  most: number,
  width: number,
): Plot.PlotOptions {
  const low = least[of];
  const shown = drawn.flatMap(({ name, [of]: interval }): { name: string; interval: Interval | null }[] => {
    if (!interval) return [{ name, interval }];
    if (interval.high <= low) return [];
    const { estimate, low: least } = interval;
    return [{ name, interval: { ...interval, estimate: Math.max(low, estimate), low: Math.max(low, least) } }];
  });
  const what = {
    innocentAccounts: 'innocent accounts flagged in a year (log)',
    reviewers: 'people who review, full time (log)',
  }[of];
  return rows(
    drawn.map(({ name }) => name),
    shown,
    {
      width,
      x: {
        type: 'log',
        domain: [low, most],
        ticks: width < 480 ? 3 : 6,
        tickFormat: (value: number) => si(value),
        label: what,
      },
    },
  );
}
