/** Who learns what: a heat map for each adversary, strategies down, secrets across. */
import * as Plot from '@observablehq/plot';
import { csvOf, type Field, intervalFields, rateFields, valueFields } from '../../report/csv.ts';
import { areaCell, clip, percent, rateHover } from '../../report/format.ts';
import { color, svgOf } from '../../report/page/plot.ts';
import { heatFill, heatInk } from '../../report/page/style.ts';
import type { LeakageMetrics } from './metrics.ts';
import { adversaryNames, asksMatch, attackAt, knownAt, shareGained } from './report-csv.ts';
import type { Adversary, Secret } from './rows.ts';

/** Columns: exact bits first, then one attack each. */
const columns: readonly (readonly [secret: Secret | 'bits', title: string])[] = [
  ['bits', 'bits,\nexact'],
  ['identity', 'by\nfile'],
  ['copy', 'by\ncopy'],
  ['topic', 'topic'],
  ['sender', 'sender'],
  ['entry', 'list\nentry'],
  ['match', 'match'],
  ['traffic', 'in\ntraffic'],
];

interface Cell {
  readonly column: number;
  readonly line: number;
  readonly text: string;
  readonly fill: string;
  readonly ink: string;
  readonly title: string;
}

const rowHeight = 20;
const labelRoom = 160;
const columnWidth = 44;

/** Whole percents; neither 0 nor 100 is written where something was guessed or missed. */
const whole = (share: number): string =>
  share > 0 && share < 0.01 ? '<1' : String(share < 1 ? Math.min(99, Math.round(share * 100)) : 100);

/** The SVG of one adversary. */
export function panelPlot(metrics: LeakageMetrics, adversary: Adversary): string {
  const strategies = metrics.strategies.map(({ name }) => name);
  const shown = columns.filter(
    ([secret]) => secret !== 'traffic' || ['network', 'relay', 'provider'].includes(adversary),
  );
  const cells = strategies.flatMap((strategy, line) =>
    shown.map(([secret], column): Cell => ({ column, line, ...cellOf(metrics, adversary, strategy, secret) })),
  );
  return svgOf(
    {
      width: labelRoom + shown.length * columnWidth,
      height: 46 + strategies.length * rowHeight,
      marginTop: 40,
      marginBottom: 6,
      marginLeft: labelRoom,
      marginRight: 6,
      x: {
        type: 'band',
        domain: shown.map((_, column) => column),
        axis: 'top',
        label: null,
        tickSize: 0,
        tickFormat: (column: number) => shown[column]![1],
        padding: 0.06,
      },
      y: {
        type: 'band',
        domain: strategies.map((_, line) => line),
        label: null,
        tickSize: 0,
        tickFormat: (line: number) => clip(strategies[line]!, 24),
        padding: 0.09,
      },
      color: { type: 'identity' },
      marks: [
        Plot.cell(cells, { x: 'column', y: 'line', fill: 'fill', title: 'title', rx: 2 }),
        Plot.text(cells, { x: 'column', y: 'line', text: 'text', fill: 'ink', title: 'title' }),
      ],
    },
    `${adversaryNames[adversary]}: what it learns of each secret under ${strategies.length} strategies`,
    {
      name: `learns-${adversary}`,
      data: () =>
        panelCsv(
          metrics,
          adversary,
          shown.map(([secret]) => secret),
        ),
    },
  );
}

interface PanelRow {
  readonly strategy: string;
  readonly secret: string;
  readonly measure: string;
  readonly chance?: number;
  readonly aboveChance?: boolean;
  readonly numbers: readonly Field[];
}

/** What the cells are drawn from: exact bits, and success of the attacks or, on a match, their advantage. */
const panelCsv = (metrics: LeakageMetrics, adversary: Adversary, secrets: readonly (Secret | 'bits')[]): string =>
  csvOf(
    metrics.strategies.flatMap(({ name: strategy }) =>
      secrets.flatMap((secret): PanelRow[] => {
        if (secret === 'bits') {
          const known = knownAt(metrics, strategy, adversary);
          const numbers = known && valueFields(known.minEntropyBits, known.standing);
          return numbers ? [{ strategy, secret: 'identity', measure: 'min-entropy leakage, bits', numbers }] : [];
        }
        const attack = attackAt(metrics, strategy, adversary, secret);
        if (!attack) return [];
        const { match, success, chance, aboveChance } = attack;
        return [
          match
            ? { strategy, secret, measure: 'advantage', aboveChance, numbers: intervalFields(match.advantage) }
            : { strategy, secret, measure: 'success', chance, aboveChance, numbers: rateFields(success) },
        ];
      }),
    ),
    [
      'strategy',
      ['adversary', () => adversary],
      'secret',
      'measure',
      ['chance', (row) => row.chance],
      ['aboveChance', (row) => row.aboveChance],
    ],
    ({ numbers }) => numbers,
  );

const blank = { fill: 'none', ink: color.muted } as const;

function cellOf(
  metrics: LeakageMetrics,
  adversary: Adversary,
  strategy: string,
  secret: Secret | 'bits',
): Omit<Cell, 'column' | 'line'> {
  const place = `${strategy}, ${adversary}`;
  if (secret === 'bits') {
    const known = knownAt(metrics, strategy, adversary);
    if (!known) return { ...blank, text: '–', title: `${place}: saw nothing` };
    const { standing, minEntropyBits, pictures, view, capacity } = known;
    const share = pictures > 1 ? minEntropyBits / Math.log2(pictures) : 0;
    const mark = standing === 'exact' ? '=' : '≤';
    return {
      text: `${mark} ${minEntropyBits.toFixed(1)}`,
      fill: heatFill(share),
      ink: heatInk(share),
      title: `${place}: ${view}; ${mark} ${minEntropyBits.toFixed(2)} bits on which of ${pictures} pictures, V'/V ${capacity.toFixed(1)}`,
    };
  }
  const attack = attackAt(metrics, strategy, adversary, secret);
  if (!attack) return { ...blank, text: '–', title: `${place}: saw nothing` };
  if (attack.success.n === 0) return { ...blank, text: '–', title: `${place}, ${secret}: no message` };
  const { match, success, chance, aboveChance, attacker } = attack;
  const share = shareGained(attack);
  const value = match ? match.advantage?.estimate : success.estimate;
  if (value === undefined || value === null)
    return { ...blank, text: '–', title: `${place}, ${secret}: nothing to compare` };
  const what = match
    ? `advantage ${areaCell(match.advantage).plain}`
    : `${rateHover(success)}; chance ${percent(chance)}`;
  return {
    text: `${aboveChance ? '≥ ' : ''}${whole(Math.max(0, value))}`,
    ...(aboveChance ? { fill: heatFill(share), ink: heatInk(share) } : blank),
    title: `${place}, ${asksMatch(secret) ? 'match' : secret}: ${what}; by ${attacker}; ${aboveChance ? 'above chance' : 'not above chance'}`,
  };
}
