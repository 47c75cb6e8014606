/** The sequence diagram of each strategy, from what really crossed in the run: who sent how many bytes to whom, and when. */

import * as Plot from '@observablehq/plot';
import { csvOf, csvTable, valueFields } from '../../report/csv.ts';
import { absent, bytes, type Cell, clip, counted, integer, millis } from '../../report/format.ts';
import { figure, inlineSvg, type Panel, plainTable, scroll } from '../../report/page/blocks.ts';
import { escapeHtml, type Html, html } from '../../report/page/html.ts';
import { color, keepPlot, svgOf } from '../../report/page/plot.ts';
import { packetTitle } from '../../schema/packet.ts';
import type { Timings } from '../../schema/run-record.ts';
import { Role } from '../../schema/vocabulary.ts';
import type { Metrics, StrategyMetrics, Traffic } from './metrics.ts';
import { trafficColumns, trafficFields } from './report-csv.ts';
import type { Measure, MeasureGroup } from './report-measures.ts';

const roles: readonly Role[] = Role.enum;
const lane = 168;
const side = 74;
const width = 2 * side + (roles.length - 1) * lane;
const head = 44;
const stepHeight = 46;
const headingHeight = 36;
/** Width of a letter, in pixels: what a label needs is estimated from it. */
const charWidth = 6.4;

const laneOf = (role: Role): number => side + roles.indexOf(role) * lane;

/** What a role does by itself, by the type of the entry. */
const alone: Readonly<Record<string, string>> = {
  opened: 'opens it',
  learnt: 'computes whether it matches',
};

/** What an arrow carries, in plain words. */
export const arrowTitle = ({ packet, from, to }: Pick<Traffic, 'packet' | 'from' | 'to'>): string =>
  from === to ? `the ${to} ${alone[packet] ?? packetTitle(packet)}` : packetTitle(packet);

/** How many, and how large: '180 × 131 kB', with ~ before a median where sizes differ. */
export function arrowSize({ packet, crossings, bytes: sum, medianBytes }: Traffic): string {
  if (packet === 'learnt') return counted(crossings, 'time');
  const each = `${sum === medianBytes * crossings ? '' : '~'}${bytes(medianBytes)}`;
  return crossings === 1 ? each : `${integer(crossings)} × ${each}`;
}

type Attributes = Readonly<Record<string, string | number>>;

const tag = (name: string, attributes: Attributes, content = ''): string =>
  `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${value}"`)
    .join('')}>${content}</${name}>`;

const halo = { stroke: color.surface, 'stroke-width': 4, 'paint-order': 'stroke', 'stroke-linejoin': 'round' } as const;

/** Text that keeps inside the drawing. */
function label(text: string, x: number, y: number, attributes: Attributes = {}): string {
  const half = (text.length * charWidth) / 2 + 2;
  const inside = Math.min(width - half, Math.max(half, x));
  return tag('text', { x: Math.round(inside), y, ...halo, ...attributes }, escapeHtml(text));
}

function arrow(each: Traffic, y: number, messages: number): string {
  const [from, to] = [laneOf(each.from), laneOf(each.to)];
  const stroke = each.phase === 'order' ? color.warn : color.accent;
  const line = { fill: 'none', stroke, 'stroke-width': 1.6 };
  const title = arrowTitle(each);
  const size = arrowSize(each);
  const hover = tag(
    'title',
    {},
    escapeHtml(
      `${each.from} to ${each.to}: ${title}, ${size}, about ${integer(each.messages)} of ${integer(messages)} messages`,
    ),
  );
  if (each.from === each.to) {
    const path = `M${from} ${y - 9}h16v18h-12`;
    const tip = tag('path', { d: `M${from + 2} ${y + 9}l7 -4v8z`, fill: stroke });
    const text = `${title}: ${size}`;
    // At the right edge the words stand on the other side of the lifeline.
    const right = from + 24 + text.length * charWidth < width;
    const place = { 'text-anchor': right ? 'start' : 'end', dy: '0.35em' } as const;
    const words = tag('text', { x: right ? from + 24 : from - 10, y, ...halo, ...place }, escapeHtml(text));
    return tag('g', {}, hover + tag('path', { d: path, ...line }) + tip + words);
  }
  const sign = Math.sign(to - from);
  const middle = (from + to) / 2;
  return tag(
    'g',
    {},
    hover +
      tag('line', { x1: from, x2: to - sign * 6, y1: y, y2: y, ...line }) +
      tag('path', { d: `M${to - sign} ${y}l${-8 * sign} -4.5v9z`, fill: stroke }) +
      label(title, middle, y - 7) +
      label(size, middle, y + 15, { fill: color.muted, 'font-size': 11 }),
  );
}

/** The SVG of one strategy's diagram: lifelines across, time downwards, a rule with a heading before each phase. */
export function sequenceDiagram({
  name,
  traffic,
  messages,
}: Pick<StrategyMetrics, 'name' | 'traffic' | 'messages'>): string {
  const parts: string[] = [];
  let y = head + 8;
  for (const [phase, title] of phaseTitles) {
    const arrows = traffic.filter((each) => each.phase === phase);
    if (arrows.length === 0) continue;
    y += headingHeight;
    parts.push(
      tag('line', { x1: 0, x2: width, y1: y - 14, y2: y - 14, stroke: color.line }) +
        tag('text', { x: 4, y: y, 'text-anchor': 'start', 'font-weight': 600, ...halo }, escapeHtml(title)),
    );
    for (const each of arrows) {
      y += stepHeight;
      parts.push(arrow(each, y - 16, messages));
    }
  }
  const height = y + 14;
  const lifelines = roles.map((role) => {
    const x = laneOf(role);
    return (
      tag('line', { x1: x, x2: x, y1: 32, y2: height - 4, stroke: color.muted, 'stroke-dasharray': '3 4' }) +
      tag('rect', { x: x - 46, y: 6, width: 92, height: 26, rx: 5, fill: 'none', stroke: color.muted }) +
      tag('text', { x, y: 23, 'font-weight': 600 }, role)
    );
  });
  const about = `Sequence diagram of ${name}: ${counted(traffic.length, 'step')} between ${roles.length} roles; the table below says the same`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" class="sequence" role="img" aria-label="${escapeHtml(about)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" text-anchor="middle" fill="currentColor">${lifelines.join('')}${parts.join('')}</svg>`;
  return keepPlot(svg, about, () => csvTable(trafficColumns, traffic.map(trafficFields)), { name: `sequence-${name}` });
}

/** One strategy: a line that says how much crosses; behind it the diagram, and the same as a table. */
function details(strategy: StrategyMetrics, open: boolean): Html {
  const { id, name, traffic, messages } = strategy;
  const steps = counted(traffic.length, 'step');
  const summary = `${id} ${name}: ${steps}, ${bytes(phaseBytes(strategy, 'set-up'))} at set-up, ${bytes(phaseBytes(strategy, 'message'))} to send a message`;
  const rows = traffic.map((each) => [
    phaseTitles.find(([phase]) => phase === each.phase)![1],
    each.from,
    each.to,
    arrowTitle(each),
    integer(each.crossings),
    bytes(each.medianBytes),
    bytes(each.bytes),
    each.messages === 0 ? '–' : `${integer(each.messages)} of ${integer(messages)}`,
  ]);
  const columns = ['when', 'from', 'to', 'what', 'times', 'median', 'together', 'messages'];
  return html`<details${open && html` open`}><summary>${summary}</summary>
${scroll(`Sequence diagram of ${name}`, inlineSvg(sequenceDiagram(strategy)))}
<details><summary>${name} as a table</summary>${plainTable(`What crosses under ${name}`, columns, rows)}</details></details>`;
}

/** A diagram for each strategy; the one with the most steps is open. */
export function sequenceSection({ strategies }: Metrics): Html {
  const drawn = strategies.filter(({ traffic }) => traffic.length > 0);
  if (drawn.length === 0) return html`<p>The run did not record what its roles exchanged.</p>`;
  const most = Math.max(...drawn.map(({ traffic }) => traffic.length));
  const first = drawn.findIndex(({ traffic }) => traffic.length === most);
  return html`<p>Drawn from the packets of this run, all messages together: what was sent, how many times, and the size of one packet (~: the median,
if sizes differ). A loop is not a packet: there, a role computes on what it has. Court orders, in the second colour, are last even if they are served first.</p>
${drawn.map((strategy, index) => details(strategy, index === first))}`;
}

// What each strategy costs: bytes on the wire, time, and list on the device, a bar a strategy.

interface Bar {
  readonly y: number;
  readonly value: number;
  readonly label: string;
  readonly title: string;
}

/** The SVG of one cost: bars from zero on a linear axis, each with its number, so that small ones read too. */
function barPlot(
  names: readonly string[],
  bars: readonly Bar[],
  title: string,
  format: (value: number) => string,
): string {
  const high = Math.max(1e-9, ...bars.map(({ value }) => value));
  const low = Math.min(0, ...bars.map(({ value }) => value));
  // Room for the number beyond the longest bar, and before the bars that save.
  const span = high - low;
  return svgOf(
    {
      width: 470,
      height: 46 + names.length * 22,
      marginLeft: 158,
      marginRight: 12,
      marginTop: 8,
      marginBottom: 30,
      x: { domain: [low < 0 ? low - span * 0.2 : 0, high + span * 0.22], label: null, ticks: 3, tickFormat: format },
      y: {
        type: 'band',
        domain: names.map((_, index) => index),
        label: null,
        tickSize: 0,
        tickFormat: (index: number) => clip(names[index]!, 24),
        padding: 0.25,
      },
      color: { type: 'identity' },
      marks: [
        Plot.barX(bars, { y: 'y', x: 'value', fill: color.accent, fillOpacity: 0.85, title: 'title' }),
        Plot.ruleX([0], { stroke: color.muted }),
        Plot.text(
          bars.filter(({ value }) => value >= 0),
          { y: 'y', x: 'value', text: 'label', dx: 5, textAnchor: 'start' },
        ),
        Plot.text(
          bars.filter(({ value }) => value < 0),
          // Beyond zero, where there is room: left of the bar stand the names.
          { y: 'y', x: 0, text: 'label', dx: 5, textAnchor: 'start' },
        ),
      ],
    },
    `${title}, by strategy`,
    {
      data: () => csvOf(bars, [['strategy', ({ y }) => names[y]!]], ({ value }) => valueFields(value, title)),
    },
  );
}

/** The panels: bytes, time where times were kept, list. */
export function costPlots({ strategies }: Metrics, timings?: Timings): Panel[] {
  const names = strategies.map(({ name }) => name);
  const bars = (
    value: (index: number) => number | null | undefined,
    label: (value: number) => string,
    more: (index: number) => string,
  ): Bar[] =>
    strategies.flatMap(({ name }, y) => {
      const found = value(y);
      return found === undefined || found === null
        ? []
        : [{ y, value: found, label: label(found), title: `${name}: ${label(found)}; ${more(y)}` }];
    });
  const overhead = bars(
    (index) => strategies[index]!.cost.overheadBytesMedian,
    bytes,
    (index) =>
      `sent ${bytes(strategies[index]!.cost.sentBytesMedian)}, received ${bytes(strategies[index]!.cost.receivedBytesMedian)}`,
  );
  const list = bars(
    (index) => strategies[index]!.cost.listBytes,
    bytes,
    () => 'on the device',
  );
  const time = bars(
    (index) => timings?.perMessageMillis[strategies[index]!.name]?.senderMedian,
    millis,
    (index) =>
      `other roles together ${millis(timings?.perMessageMillis[strategies[index]!.name]?.otherRolesMedian ?? 0)}`,
  );
  const panels: [string, Bar[], (value: number) => string][] = [
    ['Added bytes per message, median', overhead, bytes],
    ["Time a message on the sender's device, median", time, millis],
    ['List on the device', list, bytes],
  ];
  return panels
    .filter(([, found]) => found.length > 0)
    .map(([title, found, format]) => [title, barPlot(names, found, title, format)]);
}

/** The bars side by side, with the caption. */
export function costSection(metrics: Metrics, timings?: Timings): Html {
  const parts = timings
    ? ` Parts of that time, medians for one picture: decoding ${millis(timings.decodeMillis)}${Object.entries(
        timings.hashMillis,
      )
        .map(([name, spent]) => `, ${name} ${millis(spent)}`)
        .join('')}${timings.classifyMillis === null ? '' : `, classifier ${millis(timings.classifyMillis)}`}.`
    : ' This run has no recorded times.';
  return figure(
    costPlots(metrics, timings),
    html`Added bytes: what leaves the sender beyond the padded, sealed picture of plain end-to-end encryption; a negative number is a saving. Bytes
are medians over up to ${integer(Math.max(0, ...metrics.strategies.map(({ messages }) => messages)))} messages per strategy.
Times are those of the machine below and differ between runs; everything else on this page is the same for the same seed.${parts}`,
  );
}

// What crossed, phase by phase: shared by the sequence diagrams, the terminal and Markdown.

/** Phases in the order of a run, with their headings. */
export const phaseTitles: readonly (readonly [Traffic['phase'], string])[] = [
  ['set-up', 'Set-up'],
  ['message', 'A message is sent'],
  ['delivery', 'It is delivered'],
  ['review', 'Review'],
  ['order', 'Court order'],
];

/** Crossings of a phase: what a role does by itself is none. */
export const crossed = ({ traffic }: StrategyMetrics, phase: Traffic['phase']): Traffic[] =>
  traffic.filter((each) => each.phase === phase && each.from !== each.to);

const total = (arrows: readonly Traffic[], of: (arrow: Traffic) => number): number =>
  arrows.reduce((sum, arrow) => sum + of(arrow), 0);

/** Bytes of a phase: of all crossings, or for one message where the phase is about messages. */
export function phaseBytes(strategy: StrategyMetrics, phase: Traffic['phase']): number {
  const sum = total(crossed(strategy, phase), (arrow) => arrow.bytes);
  return phase === 'message' || phase === 'delivery' ? sum / Math.max(1, strategy.messages) : sum;
}

function phaseCell(strategy: StrategyMetrics, phase: Traffic['phase']): Cell {
  const arrows = crossed(strategy, phase);
  if (arrows.length === 0) return absent('nothing crossed');
  const packets = total(arrows, ({ crossings }) => crossings);
  const main = bytes(phaseBytes(strategy, phase));
  const per = phase === 'message' || phase === 'delivery';
  const count = per ? String(Number((packets / Math.max(1, strategy.messages)).toFixed(1))) : integer(packets);
  const hover = arrows.map(({ from, to, packet, crossings }) => `${from} → ${to}: ${packet} × ${crossings}`).join('; ');
  return { main, small: [count], plain: `${count}, ${main}`, hover };
}

/** A column a phase: how many packets, and how many bytes together. */
export function trafficGroup(strategies: readonly StrategyMetrics[]): MeasureGroup | undefined {
  if (!strategies.some(({ traffic }) => traffic.length > 0)) return undefined;
  const column = (phase: Traffic['phase'], title: string, what: string): Measure => ({
    title,
    explains: `Packets and their total bytes, ${what}.`,
    cell: (strategy) => phaseCell(strategy, phase),
  });
  return {
    title: 'What crosses',
    measures: [
      column('set-up', 'set-up', 'before the first message'),
      column('message', 'sent', 'per message, from all roles, while it is scanned and sent'),
      column('delivery', 'delivered', 'per message, while it is delivered and perhaps reported by its recipient'),
      column('review', 'review', 'over the whole run'),
      column('order', 'court orders', 'over the whole run'),
    ],
  };
}
