/** What each role's view gives away: the held-out attack's success beside chance and beside its negative control. */
import * as Plot from '@observablehq/plot';
import type { Leakage } from '../../schema/metrics.ts';
import { bounds, clip, percent, rateCell, rateHover, times } from '../format.ts';
import type { Metrics } from '../types.ts';
import { figure, plainTable } from './blocks.ts';
import { type Html, html } from './html.ts';
import { color, shareTick, svgOf } from './plot.ts';

interface Row {
  readonly y: number;
  readonly role: string;
  readonly success: number;
  readonly low: number;
  readonly high: number;
  readonly control: number;
  readonly chance: number;
  readonly above: boolean;
  readonly title: string;
}

/** The SVG for one secret: a block a role, a line a strategy. */
export function leakagePlot({ strategies }: Metrics, secret: Leakage['secret']): string {
  const rows: Row[] = strategies.flatMap(({ name, leakage }, y) =>
    leakage
      .filter((each) => each.secret === secret && each.scope === 'silent' && each.success.estimate !== null)
      .map((each) => ({
        y,
        role: each.role,
        success: each.success.estimate ?? 0,
        ...bounds(each.success),
        control: each.control.estimate ?? each.chance,
        chance: each.chance,
        above: each.aboveChance,
        title: `${name}, ${each.role}: ${rateHover(each.success)}; chance ${percent(each.chance)}; control ${rateHover(each.control)}`,
      })),
  );
  const roles = [...new Set(rows.map(({ role }) => role))];
  const chance = [...new Map(rows.map((row) => [`${row.role} ${row.chance}`, row])).values()];
  return svgOf(
    {
      width: 500,
      height: 52 + Math.max(1, roles.length * strategies.length) * 18 + roles.length * 22,
      marginLeft: 130,
      marginRight: 20,
      marginTop: 22,
      marginBottom: 34,
      x: {
        domain: [0, 1],
        label: `attacks that named the ${secret === 'identity' ? 'picture' : 'topic'} →`,
        labelArrow: 'none',
        tickFormat: shareTick,
        ticks: 5,
        grid: true,
      },
      y: {
        type: 'band',
        domain: strategies.map((_, index) => index),
        label: null,
        tickSize: 0,
        tickFormat: (index: number) => clip(strategies[index]!.name, 18),
      },
      fy: { domain: roles, padding: 0.13, axis: null },
      color: { type: 'identity' },
      marks: [
        Plot.text(roles, {
          fy: (role: string) => role,
          text: (role: string) => role,
          frameAnchor: 'top-left',
          dx: -124,
          dy: -13,
          textAnchor: 'start',
          fontWeight: 600,
        }),
        Plot.ruleX(chance, { fy: 'role', x: 'chance', stroke: color.muted, strokeDasharray: '4 3' }),
        Plot.ruleY(rows, {
          fy: 'role',
          y: 'y',
          x1: 'low',
          x2: 'high',
          stroke: (row: Row) => (row.above ? color.warn : color.muted),
          strokeWidth: 1.6,
        }),
        Plot.dot(rows, { fy: 'role', y: 'y', x: 'control', symbol: 'times', r: 3, stroke: color.muted }),
        Plot.dot(rows, {
          fy: 'role',
          y: 'y',
          x: 'success',
          r: 4,
          fill: (row: Row) => (row.above ? color.warn : color.surface),
          stroke: (row: Row) => (row.above ? color.warn : color.muted),
          strokeWidth: 1.6,
          title: 'title',
        }),
      ],
    },
    `Success of the attack on ${secret}, by role and strategy`,
  );
}

const titles = { identity: 'Identity: which picture was sent', topic: 'Topic: what the picture shows' } as const;

/** Both secrets, the caption, and every number in a table that opens. */
export function leakageSection({ strategies, ...rest }: Metrics): Html {
  const metrics = { strategies, ...rest };
  const all = strategies.flatMap(({ name, leakage }) => leakage.map((each) => ({ name, each })));
  if (all.length === 0) return html`<p>No attack ran on any view.</p>`;
  const secrets = (['identity', 'topic'] as const).filter((secret) => all.some(({ each }) => each.secret === secret));
  const failing = all.filter(({ each }) => !each.controlWithinChance).length;
  const rows = all.map(({ name, each }) => [
    name,
    each.role,
    each.secret,
    each.scope === 'silent' ? 'not handed over' : 'all',
    rateCell(each.success).plain,
    percent(each.chance),
    `≥ ${percent(each.lowerBound)}: ${each.aboveChance ? '▲ above chance' : 'not above chance'}`,
    times(each.lift),
    `${rateCell(each.control).plain}: ${each.controlWithinChance ? 'at chance' : '✗ above chance'}`,
    each.channel,
  ]);
  const head = [
    'strategy',
    'role',
    'secret',
    'messages',
    'success',
    'chance',
    'lower bound',
    'lift',
    'negative control',
    'attacker used',
  ];
  return html`${figure(
    secrets.map((secret) => [titles[secret], leakagePlot(metrics, secret)] as const),
    html`Dots: share of held-out messages for which the attacker named the secret, from that role's view alone, with 95 % intervals
(n up to ${Math.max(...all.map(({ each }) => each.success.n))}). Filled: above chance (dashed line) at 95 % for all attacks of the run together (Bonferroni). ×: the negative
control, the same attack trained on shuffled labels, which must sit at chance; ${failing === 0 ? 'it does everywhere' : `it does not in ${failing} of ${all.length} cases`}.
Success is a lower bound on leakage: a better attacker may find more.`,
  )}<details><summary>All ${all.length} attacks as a table</summary>${plainTable('Attacks', head, rows)}</details>`;
}
