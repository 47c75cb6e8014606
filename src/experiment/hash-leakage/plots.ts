/** Plots of a hash-leakage report: lifts with intervals, gains of recovered pictures, and list membership on log–log axes. */
import * as Plot from '@observablehq/plot';
import { csvOf, intervalFields, rateFields } from '../../report/csv.ts';
import { clip } from '../../report/format.ts';
import { type AsFile, color, seriesColor, seriesDash, seriesLines, shareTick, svgOf } from '../../report/page/plot.ts';
import type { InversionLeak, MembershipLeak, TopicLeak } from './metrics.ts';
import { liftCell, numberCell, strategyName } from './report-words.ts';

interface Dot {
  readonly y: number;
  readonly x: number;
  readonly low: number;
  readonly high: number;
  readonly tone: string;
  readonly filled: boolean;
  readonly lower: boolean;
  readonly title: string;
}

const width = 500;
const lineHeight = 20;

/** One line a name, dots with their intervals, and a dashed line where nothing is gained. */
function dotPlot(
  names: readonly string[],
  dots: readonly Dot[],
  {
    label,
    nothing,
    title,
    tick = String,
  }: { label: string; nothing: number; title: string; tick?: (at: number) => string },
  file: AsFile,
): string {
  const all = dots.flatMap(({ low, high }) => [low, high]);
  const [least, most] = [Math.min(nothing, ...all), Math.max(nothing, ...all)];
  const room = (most - least) * 0.04 || 1;
  return svgOf(
    {
      width,
      height: 56 + Math.max(1, names.length) * lineHeight,
      marginLeft: 108,
      marginRight: 22,
      marginTop: 8,
      marginBottom: 38,
      x: { domain: [least - room, most + room], ticks: 6, tickFormat: tick, label, labelArrow: 'none', grid: true },
      y: {
        type: 'band',
        domain: names.map((_, i) => i),
        label: null,
        tickSize: 0,
        tickFormat: (y: number) => clip(names[y]!, 16),
      },
      color: { type: 'identity' },
      marks: [
        Plot.ruleX([nothing], { stroke: color.muted, strokeDasharray: '4 3' }),
        // Two dots of one line would hide each other where they agree: the second kind lies a little lower.
        ...[...new Set(dots.map(({ lower }) => lower))].flatMap((lower): Plot.Markish[] => {
          const of = dots.filter((each) => each.lower === lower);
          const dy = lower ? 4 : -2;
          return [
            Plot.ruleY(of, { y: 'y', x1: 'low', x2: 'high', stroke: 'tone', strokeWidth: 1.8, dy }),
            Plot.dot(of, {
              y: 'y',
              x: 'x',
              dy,
              r: 4,
              fill: ({ filled, tone }: Dot) => (filled ? tone : color.surface),
              stroke: 'tone',
              strokeWidth: 1.6,
              title: 'title',
            }),
          ];
        }),
      ],
    },
    title,
    file,
  );
}

/** Lift of the topic attack on each hash; hollow and grey: the same with shuffled hashes. */
export function liftPlot(all: readonly TopicLeak[], what: string): string {
  const shown = all.filter(({ control }) => control !== 'identity');
  const names = [...new Set(shown.map(({ hash }) => hash))];
  const dots = shown
    .toSorted((a, b) => Number(a.control === 'none') - Number(b.control === 'none'))
    .flatMap((each): Dot[] => {
      if (!each.lift) return [];
      return [
        {
          y: names.indexOf(each.hash),
          x: each.lift.estimate,
          low: each.lift.low,
          high: each.lift.high,
          tone: each.control === 'none' && each.aboveChance ? color.warn : color.muted,
          filled: each.control === 'none' && each.aboveChance,
          lower: each.control !== 'none',
          title: `${each.hash}${each.control === 'none' ? '' : ', shuffled'}: ${liftCell(each.lift).plain}, ${each.attacker}`,
        },
      ];
    });
  return dotPlot(
    names,
    dots,
    {
      label: 'times as often right as the most frequent topic →',
      nothing: 1,
      tick: (at) => `${at}×`,
      title: `Lift of the topic attack on ${what}, by hash`,
    },
    {
      name: `topic-lift-${what}`,
      legend: [
        { name: 'above chance', color: color.warn, dash: 'none' },
        { name: 'not above chance, or shuffled', color: color.muted, dash: 'none' },
      ],
      data: () =>
        csvOf(
          shown.flatMap(({ hash, control, attacker, topics, aboveChance, first, lift }) => {
            const of = { hash, control, attacker, topics, aboveChance, chance: first.chance.commonest };
            return [
              { ...of, measure: 'right at the first guess', numbers: rateFields(first.success) },
              ...(lift
                ? [{ ...of, measure: 'lift', numbers: intervalFields({ ...lift, method: 'success / chance' }) }]
                : []),
            ];
          }),
          ['hash', 'control', 'attacker', 'topics', 'chance', 'aboveChance', 'measure'],
          ({ numbers }) => numbers,
        ),
    },
  );
}

/** Gain of the ridge decoder and of the nearest gallery picture over one baseline, by hash. */
export function gainPlot(
  all: readonly InversionLeak[],
  measure: 'psnr' | 'ssim',
  over: 'mean' | 'random' | 'best',
  what: string,
): string {
  const shown = all.filter(({ control }) => control === 'none');
  const names = shown.map(({ hash }) => hash);
  const unit = measure === 'psnr' ? 'dB' : '';
  const dots = shown.flatMap((each, i) =>
    (['nearest', 'ridge'] as const).map((of): Dot => {
      const gain = each.gains.find((one) => one.of === of && one.over === over)![measure];
      return {
        y: i,
        x: gain.estimate,
        low: gain.low,
        high: gain.high,
        tone: of === 'ridge' ? seriesColor(0) : seriesColor(1),
        filled: of === 'ridge',
        lower: of !== 'ridge',
        title: `${each.hash}, ${of} over ${over}: ${numberCell(gain, unit).plain}`,
      };
    }),
  );
  const baseline = { mean: 'the mean picture', random: 'a random gallery picture', best: 'the best gallery picture' }[
    over
  ];
  return dotPlot(
    names,
    dots,
    {
      label: `${measure === 'psnr' ? 'PSNR, dB' : 'SSIM'}, over ${baseline} →`,
      nothing: 0,
      title: `${measure.toUpperCase()} of pictures recovered from ${what} over ${baseline}, by hash`,
    },
    {
      name: `${measure}-over-${over}-${what}`,
      legend: [
        { name: 'ridge regression', color: seriesColor(0), dash: 'none' },
        { name: 'nearest known picture', color: seriesColor(1), dash: 'none' },
      ],
      data: () =>
        csvOf(
          shown.flatMap(({ hash, n, gains }) =>
            gains.filter((gain) => gain.over === over).map((gain) => ({ hash, pictures: n, decoder: gain.of, gain })),
          ),
          ['hash', 'pictures', 'decoder', ['over', () => over], ['measure', () => measure]],
          ({ gain }) => intervalFields(gain[measure]),
        ),
    },
  );
}

/** Detection of members against false positives, both on log axes. */
export function membershipPlot(all: readonly MembershipLeak[], what: string): string {
  const shown = all.filter(({ control }) => control === 'none');
  const lowX = 1 / (2 * Math.max(1, ...shown.map(({ others }) => others)));
  const lowY = 1 / (2 * Math.max(1, ...shown.map(({ members }) => members)));
  const decades = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1];
  const axis = (low: number) => ({
    type: 'log' as const,
    domain: [low / 1.3, 1.15],
    ticks: decades.filter((tick) => tick >= low / 1.3),
    tickFormat: shareTick,
    labelArrow: 'none' as const,
    grid: true,
  });
  const chance = [Math.max(lowX, lowY), 1].map((at) => ({ x: at, y: at }));
  return svgOf(
    {
      width: 470,
      height: 360,
      marginLeft: 62,
      marginRight: 20,
      marginTop: 26,
      marginBottom: 42,
      x: { ...axis(lowX), label: 'others classified as members (log scale) →' },
      y: { ...axis(lowY), label: '↑ members found (log scale)' },
      marks: [
        Plot.line(chance, { x: 'x', y: 'y', stroke: color.muted, strokeDasharray: '1 4' }),
        // The first lie on top of each other at 1: later lines are drawn thinner, so that the earlier show.
        ...shown.map((each, i) =>
          Plot.line([...each.points, ...(each.points.some(({ fpr }) => fpr === 1) ? [] : [{ fpr: 1, tpr: 1 }])], {
            x: 'fpr',
            y: 'tpr',
            stroke: seriesColor(i),
            strokeDasharray: seriesDash(i),
            strokeWidth: Math.max(1.4, 5 - 0.7 * i),
            title: () => strategyName(each),
          }),
        ),
        ...shown.map((each, i) =>
          Plot.dot(each.points.slice(0, 1), {
            x: 'fpr',
            y: 'tpr',
            r: 3.5,
            fill: seriesColor(i),
            title: () => strategyName(each),
          }),
        ),
      ],
    },
    `List membership on ${what}: members found against others classified as members, log–log, ${shown.length} strategies`,
    {
      name: `membership-${what}`,
      legend: seriesLines(shown.map(strategyName)),
      data: () =>
        csvOf(
          shown.flatMap(({ strategy, members, others, points }) =>
            points.map(({ fpr, tpr }) => ({ strategy, fpr, tpr, positives: members, negatives: others })),
          ),
          ['strategy', 'fpr', 'tpr', 'positives', 'negatives'],
        ),
    },
  );
}
