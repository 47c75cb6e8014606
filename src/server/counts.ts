/** Counts for GET /metrics: requests and queue lengths, and nothing about any person. */
import type { Store } from '../store/store.ts';

/** An answered request, by its route pattern; never by the actual path. */
export interface Answered {
  /** `other` if no route matched, so that strangers cannot create labels. */
  readonly method: string;
  /** `none` if no route matched. */
  readonly route: string;
  readonly status: number;
  readonly millis: number;
}

/** Requests by route and status since the start. */
export interface RequestCounts {
  add(answered: Answered): void;
  /** The metrics page, in Prometheus text format 0.0.4; includes the store's queue lengths, if there is a store. */
  text(store?: Store): Promise<string>;
}

/** Counters, all zero. */
export function requestCounts(): RequestCounts {
  const requests = new Map<string, number>();
  const seconds = new Map<string, number>();
  return {
    add({ method, route, status, millis }) {
      const own = `method="${method}",route="${route}"`;
      const labels = `${own},status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      seconds.set(own, (seconds.get(own) ?? 0) + millis / 1000);
    },
    async text(store) {
      return [
        metric('requests_total', 'counter', 'Requests answered.', requests),
        metric('request_seconds_total', 'counter', 'Seconds spent on answering.', seconds),
        ...(store ? await stored(store) : []),
        metric('memory_bytes', 'gauge', 'Resident memory of the process.', process.memoryUsage().rss),
      ].join('');
    },
  };
}

async function stored(store: Store): Promise<string[]> {
  const [messages, kept, vouchers, reports, { size }] = await Promise.all([
    store.messages.waiting(),
    store.messages.stored(),
    store.vouchers.waiting(),
    store.reports.count(),
    store.lists.head(),
  ]);
  return [
    metric('messages_waiting', 'gauge', 'Messages that wait in mailboxes.', messages.packets),
    metric('messages_waiting_bytes', 'gauge', 'Their bytes.', messages.bytes),
    metric(
      'messages_stored',
      'gauge',
      'Messages that are stored: those that wait, and those that are kept for orders.',
      kept.packets,
    ),
    metric('messages_stored_bytes', 'gauge', 'Their bytes.', kept.bytes),
    metric('vouchers_waiting', 'gauge', 'Packets that wait for the provider.', vouchers.packets),
    metric('vouchers_waiting_bytes', 'gauge', 'Their bytes.', vouchers.bytes),
    metric('reports', 'gauge', 'Reports that the curator has.', reports),
    metric('lists', 'gauge', 'List versions in the log.', size),
  ];
}

const metric = (
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  value: number | ReadonlyMap<string, number>,
): string => {
  const lines =
    typeof value === 'number'
      ? [`presend_${name} ${value}`]
      : [...value].map(([labels, each]) => `presend_${name}{${labels}} ${each}`);
  return `# HELP presend_${name} ${help}\n# TYPE presend_${name} ${type}\n${lines.map((line) => `${line}\n`).join('')}`;
};
