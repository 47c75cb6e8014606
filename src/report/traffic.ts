/** What crossed, phase by phase: shared by the sequence diagrams, the terminal and Markdown. */
import type { StrategyMetrics, Traffic } from '../schema/metrics.ts';
import { absent, bytes, type Cell, integer } from './format.ts';
import type { Measure, MeasureGroup } from './measures.ts';

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
    explains: `Packets, and the bytes of them together, ${what}.`,
    cell: (strategy) => phaseCell(strategy, phase),
  });
  return {
    title: 'What crosses',
    measures: [
      column('set-up', 'set-up', 'before the first message'),
      column('message', 'sent', 'a message, from all roles, while it is scanned and sent'),
      column('delivery', 'delivered', 'a message, while it is delivered and perhaps reported by its recipient'),
      column('review', 'review', 'over the whole run'),
      column('order', 'court orders', 'over the whole run'),
    ],
  };
}
