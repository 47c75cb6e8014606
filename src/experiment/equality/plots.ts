/** Plots of an equality run. Legends stand inside the plot. */
import * as Plot from '@observablehq/plot';
import { boundFields, csvOf, intervalFields, pairFields, rateFields } from '../../report/csv.ts';
import { integer, percent, powerText, rare } from '../../report/format.ts';
import { labelMark, type NamedDot } from '../../report/page/labels.ts';
import { color, seriesColor, seriesDash, shareTick, svgOf } from '../../report/page/plot.ts';
import type { AtSize, EqualityMetrics } from './metrics.ts';
import { accidentsIn, sizeText } from './tables.ts';

const size = { width: 440, height: 330, marginLeft: 52, marginRight: 16, marginTop: 24, marginBottom: 42 } as const;

const powers = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));

/** Families in the order of the designs: colours and dashes go by it. */
const familiesOf = ({ designs }: EqualityMetrics): string[] => [...new Set(designs.map(({ family }) => family))];

/** Names of series inside the frame, from the corner downwards, each with a sample of its line. */
function legendMark(
  names: readonly { readonly name: string; readonly at: number }[],
  corner: 'top right' | 'bottom left',
): Plot.RenderFunction {
  return (_index, _scales, _values, dimensions, context) => {
    const document = context.document as Document;
    const make = (tag: string, attributes: Record<string, string | number>): SVGElement => {
      const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
      return made;
    };
    const group = make('g', { 'aria-label': 'legend' }) as SVGGElement;
    const right = corner === 'top right';
    const { width, height, marginLeft, marginRight, marginTop, marginBottom } = dimensions;
    const x = right ? width - marginRight - 4 : marginLeft + 6;
    const top = corner === 'bottom left' ? height - marginBottom - 15 * names.length - 2 : marginTop + 2;
    names.forEach(({ name, at }, i) => {
      const y = top + 8 + 15 * i;
      const [from, to] = right ? [x - 22, x] : [x, x + 22];
      group.append(
        make('line', {
          x1: from,
          x2: to,
          y1: y,
          y2: y,
          stroke: seriesColor(at),
          'stroke-width': 2.2,
          'stroke-dasharray': seriesDash(at),
        }),
      );
      const halo = { stroke: color.surface, 'stroke-width': 4, 'paint-order': 'stroke', 'stroke-linejoin': 'round' };
      const text = make('text', {
        x: right ? from - 5 : to + 5,
        y,
        dy: '0.35em',
        'text-anchor': right ? 'end' : 'start',
        ...halo,
      });
      text.append(name);
      group.append(text);
    });
    return group;
  };
}

/** Smallest rate drawn. */
const floor = 1e-7;

/** What a design's name is beside its family: the length, or all of it. */
const short = (name: string, family: string): string => {
  const base = family.replace(/^banded /, '');
  return name.startsWith(`${base}-`) || name.startsWith(`${base} `) ? name.slice(base.length + 1) : name;
};

interface Point extends NamedDot {
  readonly family: number;
  readonly title: string;
  /** Whether the dot was measured, or only stands where independence would have it. */
  readonly measured: boolean;
}

const rateOf = (at: AtSize): { x: number; low: number; high: number; measured: boolean } | undefined => {
  const { low, high } = at.state === 'measured' ? at.rate : at;
  const measured = at.state === 'measured' && at.rate.k > 0;
  const x = measured && at.state === 'measured' ? at.rate.estimate! : (at.independent ?? high);
  return { x, low, high, measured };
};

/** Recall of mixed copies against false positives per query, at one list size. */
export function frontierPlot(metrics: EqualityMetrics, source: string, entries: number): string {
  const families = familiesOf(metrics);
  const points = metrics.designs.flatMap(({ name, family, mixed, ...design }): Point[] => {
    const at = accidentsIn({ name, family, mixed, ...design }, source)?.sizes.find((each) => each.size === entries);
    const recall = mixed.find(({ check }) => check === null)?.recall;
    const rate = at && rateOf(at);
    if (!rate || !recall || (at.state === 'not known' && at.low < floor)) return [];
    const bounded = (value: number): number => Math.min(1, Math.max(floor, value));
    return [
      {
        name: short(name, family),
        family: families.indexOf(family),
        x: bounded(rate.x),
        xLow: bounded(rate.low),
        xHigh: bounded(rate.high),
        y: recall.estimate,
        yLow: recall.low,
        yHigh: recall.high,
        measured: rate.measured,
        title: `${name}: recall ${percent(recall.estimate)} [${percent(recall.low)}, ${percent(recall.high)}]; false positives ${rare(rate.low)} to ${rare(rate.high)}${rate.measured ? '' : at.independent === null ? ', none found' : `, ${rare(at.independent)} as if independent`}`,
      },
    ];
  });
  const stroke = ({ family }: Point): string => seriesColor(family);
  return svgOf(
    {
      ...size,
      x: {
        type: 'log',
        domain: [floor, 1],
        ticks: powers(-7, 0),
        tickFormat: powerText,
        label: `false positives per query, ${sizeText(entries)} entries →`,
        labelArrow: 'none',
        grid: true,
      },
      y: { domain: [0, 1], tickFormat: shareTick, label: '↑ recall, mixed', labelArrow: 'none', grid: true },
      marks: [
        Plot.ruleY(points, { y: 'y', x1: 'xLow', x2: 'xHigh', stroke, strokeWidth: 2, strokeOpacity: 0.55 }),
        Plot.dot(
          points.filter(({ measured }) => measured),
          { x: 'x', y: 'y', r: 4, fill: stroke, title: 'title' },
        ),
        Plot.dot(
          points.filter(({ measured }) => !measured),
          { x: 'x', y: 'y', r: 4, fill: color.surface, stroke, strokeWidth: 1.8, title: 'title' },
        ),
        legendMark(
          families.flatMap((name, at) => (points.some(({ family }) => family === at) ? [{ name, at }] : [])),
          'bottom left',
        ),
        labelMark(points, size),
      ],
    },
    `Recall against false positives at ${integer(entries)} entries, ${source}`,
    {
      name: `recall-at-${entries}-entries-${source}`,
      data: () =>
        csvOf(
          metrics.designs.flatMap((design) => {
            const at = accidentsIn(design, source)?.sizes.find((each) => each.size === entries);
            const recall = design.mixed.find(({ check }) => check === null)?.recall;
            if (!at || !recall) return [];
            const { name, bits, tables } = design;
            const of = { design: name, bits, tables, source, entries };
            return [
              { ...of, measure: 'recall, mixed', numbers: intervalFields(recall) },
              {
                ...of,
                measure: 'false positives per query',
                numbers: at.state === 'measured' ? rateFields(at.rate) : boundFields(at.low, at.high, at.state),
              },
            ];
          }),
          ['design', 'bits', 'tables', 'source', 'entries', 'measure'],
          ({ numbers }) => numbers,
        ),
    },
  );
}

/** Accidental pairs against the number of bits: what was found, and what independent coins would give. */
export function lengthPlot(metrics: EqualityMetrics, source: string): string {
  const families = familiesOf(metrics);
  const points = metrics.designs.flatMap((design) => {
    const accidents = design.tables === 1 ? accidentsIn(design, source) : undefined;
    if (!accidents) return [];
    const { k, estimate, nodeLow, nodeHigh, n } = accidents.pairs;
    return [
      {
        family: families.indexOf(design.family),
        bits: design.bits,
        k,
        y: k > 0 ? estimate! : nodeHigh,
        low: Math.max(nodeLow, 1e-10),
        high: nodeHigh,
        title: `${design.name}: ${integer(k)} of ${integer(n)} pairs`,
      },
    ];
  });
  const most = Math.max(140, ...points.map(({ bits }) => bits).filter((bits) => bits <= 140));
  const drawn = points.filter(({ bits }) => bits <= most);
  const coins = Array.from({ length: 34 }, (_, bits) => ({ bits, y: 2 ** -bits })).filter(({ y }) => y >= 1e-10);
  const stroke = ({ family }: { family: number }): string => seriesColor(family);
  const found = drawn.filter(({ k }) => k > 0);
  return svgOf(
    {
      ...size,
      x: { domain: [0, most], label: 'bits →', labelArrow: 'none', grid: true, ticks: 7 },
      y: {
        type: 'log',
        domain: [1e-10, 1],
        ticks: powers(-10, 0),
        tickFormat: powerText,
        label: '↑ unrelated pairs that agree',
        labelArrow: 'none',
        grid: true,
      },
      marks: [
        Plot.line(coins, { x: 'bits', y: 'y', stroke: color.muted, strokeDasharray: '5 4' }),
        Plot.text([coins.at(-1)!], {
          x: 'bits',
          y: 'y',
          text: () => 'coins: 2⁻ᵇ',
          dx: 5,
          dy: -6,
          textAnchor: 'start',
          fill: color.muted,
        }),
        Plot.ruleX(drawn, { x: 'bits', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.6, strokeWidth: 1.6 }),
        ...families.map((_, at) =>
          Plot.line(
            found.filter(({ family }) => family === at),
            { x: 'bits', y: 'y', stroke: seriesColor(at), strokeDasharray: seriesDash(at) },
          ),
        ),
        Plot.dot(found, { x: 'bits', y: 'y', r: 3.6, fill: stroke, title: 'title' }),
        Plot.dot(
          drawn.filter(({ k }) => k === 0),
          {
            x: 'bits',
            y: 'y',
            r: 4,
            symbol: 'triangle',
            rotate: 180,
            fill: color.surface,
            stroke,
            strokeWidth: 1.6,
            title: 'title',
          },
        ),
        legendMark(
          families.flatMap((name, at) => (drawn.some(({ family }) => family === at) ? [{ name, at }] : [])),
          'top right',
        ),
      ],
    },
    `Unrelated pairs that agree against the number of bits, ${source}`,
    {
      name: `unrelated-pairs-${source}`,
      data: () =>
        csvOf(
          metrics.designs.flatMap(({ name, bits, tables, ...design }) => {
            const accidents = tables === 1 ? accidentsIn({ name, bits, tables, ...design }, source) : undefined;
            return accidents ? [{ design: name, bits, source, pairs: accidents.pairs }] : [];
          }),
          ['design', 'bits', 'source'],
          ({ pairs }) => pairFields(pairs),
        ),
    },
  );
}

/** Recall against the number of bits, for one set of edits. */
export function recallPlot(metrics: EqualityMetrics, set: string): string {
  const families = familiesOf(metrics);
  const points = metrics.designs.flatMap(({ name, family, bits, tables, fitted, sets }) => {
    const all = sets.find((each) => each.set === set)?.all;
    if (!all || all.estimate === null || tables > 1 || !fitted) return [];
    return [
      {
        family: families.indexOf(family),
        bits,
        y: all.estimate,
        low: Math.min(all.low, all.clusterLow),
        high: Math.max(all.high, all.clusterHigh),
        title: `${name}: ${percent(all.estimate)}, ${integer(all.k)} of ${integer(all.n)}`,
      },
    ];
  });
  const shifted = points.map((point) => ({ ...point, x: point.bits + 1.2 * (point.family - 1) }));
  const stroke = ({ family }: { family: number }): string => seriesColor(family);
  return svgOf(
    {
      ...size,
      x: {
        domain: [Math.min(20, ...metrics.lengths) - 4, Math.max(...metrics.lengths) + 8],
        label: 'bits →',
        labelArrow: 'none',
        grid: true,
        ticks: 6,
      },
      y: { domain: [0, 1], tickFormat: shareTick, label: `↑ recall: ${set}`, labelArrow: 'none', grid: true },
      marks: [
        Plot.ruleX(shifted, { x: 'x', y1: 'low', y2: 'high', stroke, strokeOpacity: 0.6, strokeWidth: 1.6 }),
        ...families.map((_, at) =>
          Plot.line(
            shifted.filter(({ family }) => family === at),
            { x: 'x', y: 'y', stroke: seriesColor(at), strokeDasharray: seriesDash(at), strokeWidth: 1.8 },
          ),
        ),
        Plot.dot(shifted, { x: 'x', y: 'y', r: 3.6, fill: stroke, title: 'title' }),
        legendMark(
          families.flatMap((name, at) => (points.some(({ family }) => family === at) ? [{ name, at }] : [])),
          'top right',
        ),
      ],
    },
    `Recall against the number of bits: ${set}`,
    {
      name: `recall-${set}`,
      data: () =>
        csvOf(
          metrics.designs.flatMap(({ name, bits, tables, fitted, sets }) => {
            const all = sets.find((each) => each.set === set)?.all;
            return all && all.estimate !== null && tables === 1 && fitted ? [{ design: name, bits, set, all }] : [];
          }),
          ['design', 'bits', 'set'],
          ({ all }) => rateFields(all),
        ),
    },
  );
}
