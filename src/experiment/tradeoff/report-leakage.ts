/** What each role's view gives away: the held-out attack's success beside chance and beside its negative control. */

import * as Plot from '@observablehq/plot';
import { csvOf, rateFields } from '../../report/csv.ts';
import { bounds, clip, counted, fraction, percent, rateCell, rateHover } from '../../report/format.ts';
import { figure, plainTable } from '../../report/page/blocks.ts';
import { type Html, html } from '../../report/page/html.ts';
import { color, shareTick, svgOf } from '../../report/page/plot.ts';
import type { Declared, Leakage, Metrics, StrategyMetrics } from './metrics.ts';
import { isBlind, liftText, shownFrom } from './report-measures.ts';

interface Row {
  readonly name: string;
  readonly role: string;
  readonly success: number;
  readonly low: number;
  readonly high: number;
  /** Null where none was tried. */
  readonly control: number | null;
  readonly chance: number;
  readonly above: boolean;
  readonly title: string;
}

/** A line of the plot: the heading of a role, or one strategy below it. */
type Line = { readonly heading: string } | Row;

/** The SVG for one secret: a block a role, in it a line for each strategy under which the role saw something. */
export function leakagePlot({ strategies }: Metrics, secret: Leakage['secret']): string {
  const found = strategies.flatMap(({ name, leakage }) =>
    leakage
      .filter(
        (each) => each.secret === secret && each.scope === 'silent' && each.success.estimate !== null && !isBlind(each),
      )
      .map((each) => ({
        name,
        role: each.role,
        success: each.success.estimate ?? 0,
        ...bounds(each.success),
        control: each.control.estimate,
        chance: each.chance,
        above: each.aboveChance,
        title: `${name}, ${each.role}: ${rateHover(each.success)}; chance ${percent(each.chance)}; control ${rateHover(each.control)}`,
      })),
  );
  const lines: Line[] = [...new Set(found.map(({ role }) => role))]
    .flatMap((role) => [{ heading: role }, ...found.filter((each) => each.role === role)])
    .map((line, y) => ({ ...line, y }));
  const rows = lines.filter((line): line is Row => 'success' in line);
  return svgOf(
    {
      width: 530,
      height: 52 + Math.max(1, lines.length) * 18,
      marginLeft: 160,
      marginRight: 20,
      marginTop: 8,
      marginBottom: 34,
      x: {
        domain: [0, 1],
        label: `attacks that identified the ${secret === 'identity' ? 'picture' : 'topic'} →`,
        labelArrow: 'none',
        tickFormat: shareTick,
        ticks: 5,
        grid: true,
      },
      // Places, not names, are the domain: a strategy stands below every role that saw something of it.
      y: {
        type: 'band',
        domain: lines.map((_, y) => y),
        label: null,
        tickSize: 0,
        tickFormat: (y: number) => clip(nameOf(lines[y]!), 24),
      },
      color: { type: 'identity' },
      marks: [
        Plot.text(
          lines.flatMap((line, y) => ('heading' in line ? [{ y, text: line.heading }] : [])),
          { y: 'y', text: 'text', frameAnchor: 'left', dx: -154, textAnchor: 'start', fontWeight: 600 },
        ),
        Plot.tickX(rows, { y: 'y', x: 'chance', stroke: color.muted, strokeDasharray: '4 3' }),
        Plot.ruleY(rows, {
          y: 'y',
          x1: 'low',
          x2: 'high',
          stroke: (row: Row) => (row.above ? color.warn : color.muted),
          strokeWidth: 1.6,
        }),
        Plot.dot(
          rows.filter(({ control }) => control !== null),
          { y: 'y', x: 'control', symbol: 'times', r: 3, stroke: color.muted },
        ),
        Plot.dot(rows, {
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
    { name: `leakage-${secret}`, data: () => leakageCsv(strategies, secret) },
  );
}

/** What the dots are drawn from: the attack and its control, a line each. */
const leakageCsv = (strategies: Metrics['strategies'], secret: Leakage['secret']): string =>
  csvOf(
    strategies.flatMap(({ name, leakage }) =>
      leakage
        .filter((each) => each.secret === secret && each.scope === 'silent')
        .flatMap((each) =>
          (['attack', 'control'] as const).map((measure) => ({
            strategy: name,
            role: each.role,
            secret,
            chance: each.chance,
            measure,
            rate: measure === 'attack' ? each.success : each.control,
          })),
        ),
    ),
    ['strategy', 'role', 'secret', 'chance', 'measure'],
    ({ rate }) => rateFields(rate),
  );

const nameOf = (line: Line): string => ('heading' in line ? '' : line.name);

const titles = { identity: 'Identity: which picture was sent', topic: 'Topic: what the picture shows' } as const;

/** Both secrets, the caption, and every number in a table that opens. */
export function leakageSection({ strategies, ...rest }: Metrics): Html {
  const metrics = { strategies, ...rest };
  const all = strategies.flatMap(({ name, leakage }) => leakage.map((each) => ({ name, each })));
  if (all.length === 0) return html`<p>No attack ran on any view.</p>`;
  const secrets = (['identity', 'topic'] as const).filter((secret) => all.some(({ each }) => each.secret === secret));
  const blind = all.filter(({ each }) => each.scope === 'silent' && isBlind(each)).length;
  const controlled = all.filter(({ each }) => each.control.n > 0);
  const failing = controlled.filter(({ each }) => !each.controlWithinChance).length;
  const rows = all.map(({ name, each }) => [
    name,
    each.role,
    each.secret,
    each.scope === 'silent' ? 'not disclosed' : 'all',
    rateCell(each.success).plain,
    percent(each.chance),
    `≥ ${percent(each.lowerBound)}: ${each.aboveChance ? '▲ above chance' : 'not above chance'}`,
    liftText(each),
    shownFrom(each),
    `${rateCell(each.control).plain}${each.control.n === 0 ? '' : each.controlWithinChance ? ': at chance' : ': ✗ above chance'}`,
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
    'could be shown',
    'negative control',
    'attacker used',
  ];
  return html`${figure(
    secrets.map((secret) => [titles[secret], leakagePlot(metrics, secret)] as const),
    html`Dots: share of held-out messages for which the attacker named the secret, from that role's view alone, with 95 % intervals
(n up to ${Math.max(...all.map(({ each }) => each.success.n))}). Filled: above chance (dashed line) at 95 % for all attacks of the run together (Bonferroni), by group of pictures.${blind > 0 && ` Not drawn: ${counted(blind, 'attack')} in which nothing was in the view to guess by.`} ×: the negative
control, the same attack trained on shuffled labels, which must sit at chance; ${controlled.length === 0 ? 'it was not tried' : failing === 0 ? (controlled.length < all.length ? `it does wherever it was tested, in ${controlled.length} of ${all.length} cases` : 'it does everywhere') : `it does not in ${failing} of ${controlled.length} cases`}.
Success is a lower bound on leakage: a better attacker may find more.`,
  )}<details><summary>All ${all.length} attacks as a table</summary>${plainTable('Attacks', head, rows)}</details>`;
}

// What every role saw, and whether that is what the strategy declares.

const verdict = (line: Declared): Html =>
  line.holds ? html`<span class="holds">✓ holds</span>` : html`<span class="breaks">✗ broken</span>`;

const seen = ({ found, messages }: Declared): string =>
  fraction({ k: found, n: messages, estimate: null, low: 0, high: 1, method: '' });

/** One role's cell: all that its view held at the end of the run, or that it held nothing. */
function view(strategy: StrategyMetrics, role: string): Html {
  const lines = strategy.declared.filter((line) => line.role === role && line.when === 'end');
  if (lines.length === 0) return html`<span class="note">not declared</span>`;
  const shown = lines.filter((line) => line.found > 0 || !line.holds);
  if (shown.length === 0) return html`nothing <span class="holds">✓</span>`;
  return html`${shown.map(
    (line) =>
      html`<div>${line.knowledge}: ${seen(line)}, declared ${line.declared} ${line.holds ? html`<span class="holds">✓</span>` : verdict(line)}</div>`,
  )}`;
}

const moments: Readonly<Record<string, string>> = {
  end: 'at the end',
  'before-order': 'before any court order',
  'key-used-on-all': 'after the key was used on all accounts',
};

/** A strategy's lines in full, open where one of them is broken. */
function full({ name, declared }: StrategyMetrics): Html {
  const broken = declared.filter(({ holds }) => !holds).length;
  const summary =
    broken === 0
      ? html`${name}: <span class="holds">✓ all ${counted(declared.length, 'declaration')} hold</span>`
      : html`${name}: <span class="breaks">✗ ${broken} of ${counted(declared.length, 'declaration')} broken</span>`;
  const rows = declared.map((line) => [
    line.role,
    moments[line.when] ?? line.when,
    line.knowledge,
    line.declared,
    fraction({ k: line.allowed, n: line.messages, estimate: null, low: 0, high: 1, method: '' }),
    seen(line),
    verdict(line),
  ]);
  const head = ['role', 'when', 'learns', 'declared for', 'messages allowed', 'messages found', 'verdict'];
  return html`<details${broken > 0 && html` open`}><summary>${summary}</summary>${plainTable(`Declarations of ${name}`, head, rows)}</details>`;
}

/** The matrix of roles and strategies, then each strategy in full. */
export function declaredSection({ strategies }: Metrics): Html {
  const roles = [...new Set(strategies.flatMap(({ declared }) => declared.map(({ role }) => role)))];
  if (roles.length === 0) return html`<p>No strategy declared anything.</p>`;
  const rows = strategies.map((strategy) => [strategy.name, ...roles.map((role) => view(strategy, role))]);
  const broken = strategies.filter(({ declared }) => declared.some(({ holds }) => !holds));
  const holding = strategies.filter((strategy) => !broken.includes(strategy));
  return html`<p>Each cell lists what that role's view contained at the end of the run, as a number of all messages sent, and for which
messages the strategy declares it.</p>
${plainTable('What each role saw', ['strategy', ...roles], rows)}
${broken.map(full)}
${
  holding.length > 0 &&
  html`<details><summary>Every declaration of ${counted(holding.length, 'strategy').replace(/strategys$/, 'strategies')} that hold</summary>${holding.map(full)}</details>`
}`;
}
