/** The reports of a run on orders. */

import { csvOf, rateFields } from '../../report/csv.ts';
import { bytes, type Cell, counted, integer, listed, rateCell } from '../../report/format.ts';
import { signalsOrdered } from '../../report/metadata-signals.ts';
import { html } from '../../report/page/html.ts';
import type { Finding } from '../../report/page/shell.ts';
import type { Parts } from '../../report/parts.ts';
import { plain, type ReportTable, tableHtml } from '../../report/table.ts';
import type { MetadataFindings } from '../../schema/metadata-findings.ts';
import { Demand } from '../../schema/packet.ts';
import type { OrdersMetrics, ServedMetrics } from './metrics.ts';

/** What a reader calls each kind of order. */
const demandNames: Readonly<Record<Demand, string>> = {
  stored: 'stored content (search warrant)',
  'real-time': 'real time (wiretap)',
  metadata: 'records without content (pen register)',
};

const longest = ({ retentionDays }: OrdersMetrics): number => Math.max(...retentionDays);

/** Strategies in the order of the experiment, with what was served on each. */
function byStrategy({ served }: OrdersMetrics): [name: string, of: ServedMetrics[]][] {
  const found = new Map<string, ServedMetrics[]>();
  for (const each of served) found.set(each.strategy, [...(found.get(each.strategy) ?? []), each]);
  return [...found];
}

const nameOf = ({ id, strategy }: ServedMetrics): string => `${id} ${strategy}`;

/** Orders of a kind at a retention; where retention makes no difference, those at the longest. */
const at = (of: readonly ServedMetrics[], demand: Demand, days?: number): ServedMetrics => {
  const kind = of.filter((each) => each.demand === demand);
  return kind.find(({ retentionDays }) => retentionDays === days) ?? kind.at(-1)!;
};

function daysText(days: number | null): string {
  if (days === null) return '–';
  return days === 0 ? 'at once' : `${Number(days.toPrecision(2))} ${days === 1 ? 'day' : 'days'}`;
}

/** What each kind of order opens on each strategy. */
export function openedTable(metrics: OrdersMetrics, findings: MetadataFindings): ReportTable {
  const retentions = metrics.retentionDays.toSorted((a, b) => a - b);
  return {
    title: 'What each kind of order opens',
    explains: `Messages that the court holds as they were sent, of those in the period: ${metrics.backDays} days before the service and ${metrics.aheadDays} after it. Stored content by how long the services keep a delivered message that an order can open. Records have sender, recipient, time and size. Outside: messages opened or recorded that no order covers.`,
    head: [
      'strategy',
      ...retentions.map((days) => `stored, kept ${days} days`),
      'stored: from after the service',
      'real time: from before',
      'real time: from the service on',
      'pen register: content',
      'pen register: records',
      'outside',
    ],
    lines: byStrategy(metrics).map(([, of]) => {
      const [stored, wiretap, register] = Demand.enum.map((demand) => at(of, demand, longest(metrics)));
      const outside = of.reduce((sum, each) => sum + each.outside, 0);
      const content = register!.before.k + register!.after.k;
      return {
        name: nameOf(of[0]!),
        cells: [
          ...retentions.map((days): Cell => rateCell(at(of, 'stored', days).before, true)),
          plain(integer(stored!.after.k)),
          plain(integer(wiretap!.before.k)),
          rateCell(wiretap!.after, true),
          plain(integer(content)),
          rateCell(register!.records, true),
          { ...plain(integer(outside)), ...(outside > 0 ? { tone: 'warn' as const } : {}) },
        ],
      };
    }),
    foot: signalsOrdered(findings),
  };
}

/** What the provider answers. */
export function answersTable(metrics: OrdersMetrics): ReportTable {
  return {
    title: 'What the provider answers',
    explains: 'As the court received it. A refusal is one packet with a reason; nothing else comes under that order.',
    head: ['strategy', ...Demand.enum.map((demand) => demandNames[demand])],
    lines: byStrategy(metrics).map(([, of]) => ({
      name: nameOf(of[0]!),
      cells: Demand.enum.map((demand) => {
        const { complied, orders, reasons } = at(of, demand, longest(metrics));
        return plain(complied === orders ? 'complies' : `refuses: ${listed(reasons)}`);
      }),
    })),
  };
}

/** Orders that were complied with: when content or records come, whom else they name, how much they put before the court. */
export function costTable(metrics: OrdersMetrics): ReportTable {
  return {
    title: 'When it comes, and whom else it names',
    explains: `At the longest retention, of ${longest(metrics)} days. Bystanders: other accounts that what is produced names, an order's average, of ${metrics.accounts - 1}. Medians otherwise; days assume ${metrics.messagesPerDay.value} messages a day in all.`,
    head: [
      'strategy and order',
      'from sending to court',
      'first after the service',
      'bystanders',
      'bytes to the court',
      'produced but sealed',
    ],
    lines: byStrategy(metrics).flatMap(([, of]) =>
      Demand.enum.flatMap((demand) => {
        const each = at(of, demand, longest(metrics));
        if (each.complied === 0) return [];
        return [
          {
            name: `${nameOf(each)}, ${demandNames[demand]}`,
            cells: [
              plain(daysText(each.delayDays)),
              plain(daysText(each.firstDays)),
              plain(each.bystanders.toFixed(1)),
              plain(bytes(each.bytes)),
              plain(integer(each.sealed)),
            ],
          },
        ];
      }),
    ),
  };
}

/** The answer, in a sentence for each kind of order. */
export function ordersAnswer(metrics: OrdersMetrics): Finding[] {
  const all = byStrategy(metrics);
  const names = (holds: (of: readonly ServedMetrics[]) => boolean): string => {
    const found = all.filter(([, of]) => holds(of)).map(([name]) => name);
    return found.length === all.length && all.length > 1 ? `all ${all.length} strategies` : listed(found) || 'none';
  };
  const { accounts, messages } = metrics;
  return [
    {
      label: 'Stored content',
      text: `A search warrant opens messages from before it under ${names((of) => at(of, 'stored', longest(metrics)).before.k > 0)}, as far back as they are kept.`,
    },
    {
      label: 'Real time',
      text: `A wiretap opens messages from its service on, and none from before, under ${names((of) => at(of, 'real-time').after.k > 0)}.`,
    },
    {
      label: 'Without content',
      text: `A pen register gets who wrote to whom, when and how much under ${names((of) => at(of, 'metadata').records.k > 0)}, whatever is encrypted.`,
    },
    {
      label: 'How many',
      text: `${counted(accounts, 'account')}, ${integer(messages)} messages, ${accounts} orders of each kind on each of ${all.length} strategies.`,
    },
  ];
}

export const ordersParts = (metrics: OrdersMetrics, findings: MetadataFindings): Parts => ({
  findings: ordersAnswer(metrics),
  tables: [openedTable(metrics, findings), answersTable(metrics), costTable(metrics)],
  sections: [
    ['opened', 'What each kind of order opens', tableHtml(openedTable(metrics, findings))],
    ['answers', 'What the provider answers', tableHtml(answersTable(metrics))],
    ['costs', 'When it comes, and whom else it names', tableHtml(costTable(metrics))],
  ],
  data: html`<p>${integer(metrics.messages)} messages of ${metrics.accounts} accounts over ${metrics.days.toFixed(0)} days; contents are random bytes. Messages a day: ${metrics.messagesPerDay.source}.</p>`,
  csv: {
    'orders.csv': csvOf(
      metrics.served.flatMap((each) =>
        (['before', 'after', 'records'] as const).map((what) => ({ ...each, what, rate: each[what] })),
      ),
      ['strategy', 'retentionDays', 'demand', 'orders', 'complied', 'outside', 'sealed', 'bystanders', 'what'],
      ({ rate }) => rateFields(rate),
    ),
  },
});
