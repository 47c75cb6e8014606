/** Plots of a leakage run beside the panel: privacy against utility, attacks against exact channels, and the data-processing chain. */
import * as Plot from '@observablehq/plot';
import { csvOf, rateFields } from '../../report/csv.ts';
import { bounds, percent, rateHover, times } from '../../report/format.ts';
import { labelMark, type NamedDot } from '../../report/page/labels.ts';
import { color, seriesColor, shareTick, svgOf } from '../../report/page/plot.ts';
import type { Chain, LeakageMetrics, Link } from './metrics.ts';
import { adversaries, adversaryNames, attackAt } from './report-csv.ts';

interface Point extends NamedDot {
  readonly undominated: boolean;
  readonly title: string;
}

/** Lifts below this are drawn here: a logarithmic axis has no zero. */
const floor = 0.5;
const pareto = { width: 500, height: 520 } as const;
const margin = { marginLeft: 46, marginRight: 20, marginTop: 28, marginBottom: 46 };
const labelRoom = 96;

/** Listed pictures found against what the provider's attack achieves, a dot a strategy. */
export function paretoPoints(metrics: LeakageMetrics, secret: 'identity' | 'copy'): Point[] {
  const points = metrics.strategies.flatMap(({ name, listed }) => {
    const attack = attackAt(metrics, name, 'provider', secret);
    return attack && attack.lift !== null && listed.estimate !== null
      ? [{ name, listed, attack: { ...attack, lift: attack.lift } }]
      : [];
  });
  // An attack that is not shown to beat chance counts as chance.
  const x = ({ lift, aboveChance }: { lift: number; aboveChance: boolean }): number => (aboveChance ? lift : 1);
  return points.map(({ name, listed, attack }) => {
    const y = listed.estimate!;
    const better = points.some(
      (other) =>
        other.listed.estimate! >= y &&
        x(other.attack) <= x(attack) &&
        (other.listed.estimate! > y || x(other.attack) < x(attack)),
    );
    const found = bounds(listed);
    const success = bounds(attack.success);
    const scale = (value: number): number => Math.max(floor, value / attack.chance);
    return {
      name,
      x: Math.max(floor, attack.lift),
      xLow: scale(success.low),
      xHigh: scale(success.high),
      y,
      yLow: found.low,
      yHigh: found.high,
      undominated: !better,
      title: `${name}: finds ${rateHover(listed)}; provider's attack ${times(attack.lift)} chance, ${rateHover(attack.success)}`,
    };
  });
}

/** What the dots are drawn from: pictures found and the attack, a line each. */
const paretoCsv = (metrics: LeakageMetrics, secret: 'identity' | 'copy'): string =>
  csvOf(
    metrics.strategies.flatMap(({ name: strategy, listed }) => {
      const attack = attackAt(metrics, strategy, 'provider', secret);
      if (!attack || attack.lift === null || listed.estimate === null) return [];
      const { chance, lift, aboveChance, success } = attack;
      return [
        { strategy, measure: 'listed pictures found', rate: listed },
        { strategy, secret, measure: 'attacks that succeeded', chance, lift, aboveChance, rate: success },
      ];
    }),
    [
      'strategy',
      'measure',
      ['secret', (row) => row.secret],
      ['chance', (row) => row.chance],
      ['lift', (row) => row.lift],
      ['aboveChance', (row) => row.aboveChance],
    ],
    ({ rate }) => rateFields(rate),
  );

/** The SVG of privacy against utility. */
export function paretoPlot(metrics: LeakageMetrics, secret: 'identity' | 'copy'): string {
  const dots = paretoPoints(metrics, secret);
  const most = Math.max(2, ...dots.map(({ xHigh }) => xHigh));
  const right =
    most * (most / floor) ** (labelRoom / (pareto.width - margin.marginLeft - margin.marginRight - labelRoom));
  const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 1e4].filter((tick) => tick <= right);
  return svgOf(
    {
      ...pareto,
      ...margin,
      x: {
        type: 'log',
        domain: [floor * 0.94, right],
        label: 'provider identifies the picture, multiple of chance (log scale) →',
        labelAnchor: 'right',
        labelArrow: 'none',
        ticks: right > 100 ? ticks.filter((tick) => Number.isInteger(Math.log10(tick))) : ticks,
        tickFormat: (tick: number) => `${tick}×`,
      },
      y: {
        domain: [0, 1.04],
        label: '↑ listed pictures found, as sent',
        labelArrow: 'none',
        ticks: 5,
        tickFormat: shareTick,
        grid: true,
      },
      color: { type: 'identity' },
      marks: [
        Plot.ruleX([1], { stroke: color.muted, strokeDasharray: '4 3' }),
        Plot.ruleY(dots, { y: 'y', x1: 'xLow', x2: 'xHigh', stroke: color.muted, strokeOpacity: 0.7 }),
        Plot.ruleX(dots, { x: 'x', y1: 'yLow', y2: 'yHigh', stroke: color.muted, strokeOpacity: 0.7 }),
        Plot.dot(dots, {
          x: 'x',
          y: 'y',
          r: 5,
          fill: (d: Point) => (d.undominated ? color.accent : color.surface),
          stroke: color.accent,
          strokeWidth: 1.8,
          title: 'title',
        }),
        labelMark(dots, pareto),
      ],
    },
    `Listed pictures found against the provider's attack on which picture, one dot for each of ${dots.length} strategies`,
    { name: `found-against-${secret}`, data: () => paretoCsv(metrics, secret) },
  );
}

/** Attacks on which picture beside the exact one-guess success of their channels, both axes logarithmic. */
export function exactPlot(metrics: LeakageMetrics): string {
  const dots = metrics.known.flatMap((known) => {
    const attack = metrics.attacks.find(
      (each) =>
        each.secret === 'identity' &&
        each.observable === 'view' &&
        each.strategy === known.strategy &&
        each.adversary === known.adversary &&
        each.when === known.when &&
        each.scope === known.scope,
    );
    if (known.standing !== 'exact' || !attack || attack.success.k === 0) return [];
    return [
      {
        known,
        success: attack.success,
        x: known.posterior,
        y: attack.success.estimate!,
        ...bounds(attack.success),
        series: adversaries.indexOf(known.adversary),
        title: `${known.strategy}, ${known.adversary}, ${known.scope}: exactly ${percent(known.posterior)}, attack ${rateHover(attack.success)}`,
      },
    ];
  });
  const least = Math.min(0.01, ...dots.map(({ x, low }) => Math.min(x, Math.max(low, 1e-4))));
  const domain = [least * 0.8, 1.15];
  const ticks = [0.0001, 0.001, 0.01, 0.1, 1].filter((tick) => tick >= domain[0]!);
  return svgOf(
    {
      width: 500,
      height: 440,
      marginLeft: 56,
      marginRight: 20,
      marginTop: 28,
      marginBottom: 46,
      x: {
        type: 'log',
        domain,
        ticks,
        tickFormat: shareTick,
        label: 'one guess at which picture, exactly (log scale) →',
        labelAnchor: 'right',
        labelArrow: 'none',
        grid: true,
      },
      y: {
        type: 'log',
        domain,
        ticks,
        tickFormat: shareTick,
        label: '↑ attack, held out (log scale)',
        labelArrow: 'none',
        grid: true,
      },
      color: { type: 'identity' },
      marks: [
        Plot.line(
          domain.map((at) => ({ x: at, y: at })),
          { x: 'x', y: 'y', stroke: color.muted, strokeDasharray: '4 3' },
        ),
        Plot.ruleX(dots, {
          x: 'x',
          y1: (d: { low: number }) => Math.max(domain[0]!, d.low),
          y2: 'high',
          stroke: (d: { series: number }) => seriesColor(d.series),
          strokeOpacity: 0.6,
        }),
        Plot.dot(dots, {
          x: 'x',
          y: 'y',
          r: 4,
          fill: (d: { series: number }) => seriesColor(d.series),
          stroke: color.surface,
          title: 'title',
        }),
      ],
    },
    'Success of attacks on which picture against the exact success of the best guess',
    {
      name: 'attacks-against-exact',
      legend: exactLegend,
      data: () =>
        csvOf(
          dots.map(({ known, success }) => ({ ...known, success })),
          ['strategy', 'adversary', 'when', 'scope', 'pictures', 'posterior'],
          ({ success }) => rateFields(success),
        ),
    },
  );
}

/** Names and colours of the dots of `exactPlot`. */
export const exactLegend = adversaries.map((each, i) => ({
  name: adversaryNames[each],
  color: seriesColor(i),
  dash: 'none',
}));

const chainSize = {
  width: 500,
  height: 320,
  marginLeft: 52,
  marginRight: 24,
  marginTop: 28,
  marginBottom: 64,
} as const;

const linkAxis = ({ links }: Chain) => ({
  type: 'point' as const,
  domain: links.map((_, i) => i),
  tickFormat: (i: number) => linkLabel(links[i]!),
  label: null,
  tickSize: 0,
  padding: 0.4,
});

/** 'which entry matched (S4a)' as narrow lines, the strategy first: 'S4a:', 'which entry', 'matched'. */
function linkLabel({ name }: Link): string {
  const [, text = name, id] = name.match(/^(?:an? |the )?(.*) \((.*)\)$/) ?? [];
  return [...(id ? [`${id}:`] : []), text.replace(/ (?=\S+$)/, '\n')].join('\n');
}

/** Exact bits of each link: on which picture, and on the topic. */
export function chainBitsPlot(chain: Chain): string {
  const lines = [
    { name: 'which picture', values: chain.links.map(({ identityBits }) => identityBits) },
    { name: 'topic', values: chain.links.map(({ topicBits }) => topicBits) },
  ];
  const points = lines.flatMap(({ name, values }, series) =>
    values.map((value, i) => ({
      i,
      value,
      series,
      title: `${chain.links[i]!.name}: ${value.toFixed(2)} bits on ${name}`,
    })),
  );
  return svgOf(
    {
      ...chainSize,
      x: linkAxis(chain),
      y: {
        label: '↑ bits, exactly, for this gallery',
        labelArrow: 'none',
        grid: true,
        ticks: 6,
        domain: [0, Math.max(1, ...points.map(({ value }) => value)) * 1.06],
      },
      color: { type: 'identity' },
      marks: [
        ...lines.map((_, series) =>
          Plot.line(
            points.filter((each) => each.series === series),
            { x: 'i', y: 'value', stroke: seriesColor(series), strokeWidth: 1.8 },
          ),
        ),
        Plot.dot(points, {
          x: 'i',
          y: 'value',
          r: 4.5,
          fill: (d: { series: number }) => seriesColor(d.series),
          title: 'title',
        }),
        Plot.text(
          lines.map(({ name, values }) => ({ i: values.length - 1, value: values.at(-1)!, name })),
          { x: 'i', y: 'value', text: 'name', dy: -12, textAnchor: 'end', dx: 8 },
        ),
      ],
    },
    'Exact bits that each link of the chain reveals',
    {
      name: 'chain-bits',
      data: () =>
        csvOf(chain.links, [
          ['link', ({ name }) => name],
          'strategy',
          'observable',
          'pictures',
          'distinct',
          'identityBits',
          'topicBits',
        ]),
    },
  );
}

/** Attacks on each link, with intervals. */
export function chainAttackPlot(chain: Chain): string {
  const secrets = ['identity', 'copy', 'topic'] as const;
  const points = chain.links.flatMap(({ attacks, name }, i) =>
    attacks.flatMap(({ secret, success, chance }) => {
      const series = secrets.indexOf(secret as (typeof secrets)[number]);
      return series < 0 || success.estimate === null
        ? []
        : [
            {
              i: i + (series - 1) * 0.12,
              value: success.estimate,
              low: success.low,
              high: success.high,
              series,
              title: `${name}, ${secret}: ${rateHover(success)}; chance ${percent(chance)}`,
            },
          ];
    }),
  );
  return svgOf(
    {
      ...chainSize,
      x: {
        domain: [-0.4, chain.links.length - 0.6],
        ticks: chain.links.map((_, i) => i),
        tickFormat: (i: number) => (chain.links[i] ? linkLabel(chain.links[i]) : ''),
        tickSize: 0,
        label: null,
      },
      y: {
        domain: [0, 1.04],
        ticks: 5,
        tickFormat: shareTick,
        label: '↑ attack, held out, 95 %',
        labelArrow: 'none',
        grid: true,
      },
      color: { type: 'identity' },
      marks: [
        Plot.ruleX(points, {
          x: 'i',
          y1: 'low',
          y2: 'high',
          stroke: (d: { series: number }) => seriesColor(d.series),
          strokeWidth: 1.6,
        }),
        Plot.dot(points, {
          x: 'i',
          y: 'value',
          r: 4.5,
          fill: (d: { series: number }) => seriesColor(d.series),
          title: 'title',
        }),
      ],
    },
    'Success of attacks on each link of the chain',
    {
      name: 'chain-attacks',
      legend: chainLegend,
      data: () =>
        csvOf(
          chain.links.flatMap(({ name: link, strategy, attacks }) =>
            attacks.map((attack) => ({ link, strategy, ...attack })),
          ),
          ['link', 'strategy', 'secret', 'chance'],
          ({ success }) => rateFields(success),
        ),
    },
  );
}

/** Names and colours of the dots of `chainAttackPlot`. */
export const chainLegend = ['which picture', 'which picture, from a recompressed copy', 'topic'].map((name, i) => ({
  name,
  color: seriesColor(i),
  dash: 'none',
}));
