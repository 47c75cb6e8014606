/** Counts of what the services did, for GET /metrics: numbers of requests and of what waits, and nothing about anybody. */
import type { FastifyInstance } from 'fastify';
import type { Store } from './store/store.ts';

/** Requests by route and status since the start. */
export interface RequestCounts {
  /** The metrics page, in Prometheus' text format 0.0.4. */
  text(store: Store): Promise<string>;
}

/** Counts and logs every answer of an application. A path without a route counts as none, so that strangers cannot make up names. */
export function countRequests(app: FastifyInstance): RequestCounts {
  const requests = new Map<string, number>();
  const seconds = new Map<string, number>();
  app.addHook('onResponse', async (request, reply) => {
    const { method, url = 'none' } = request.routeOptions;
    const route = `method="${url === 'none' ? 'other' : method}",route="${url}"`;
    const labels = `${route},status="${reply.statusCode}"`;
    requests.set(labels, (requests.get(labels) ?? 0) + 1);
    seconds.set(route, (seconds.get(route) ?? 0) + reply.elapsedTime / 1000);
    const { statusCode: status, elapsedTime } = reply;
    request.log.info(
      { method, route: url, status, millis: Math.round(elapsedTime), caller: request.caller?.kind },
      'answered',
    );
  });
  return {
    async text(store) {
      const [messages, vouchers, reports, { size }] = await Promise.all([
        store.messages.waiting(),
        store.vouchers.waiting(),
        store.reports.count(),
        store.lists.head(),
      ]);
      const { rss } = process.memoryUsage();
      return [
        metric('requests_total', 'counter', 'Requests answered.', requests),
        metric('request_seconds_total', 'counter', 'Seconds spent on answering.', seconds),
        metric('messages_waiting', 'gauge', 'Messages that wait in mailboxes.', messages.packets),
        metric('messages_waiting_bytes', 'gauge', 'Their bytes.', messages.bytes),
        metric('vouchers_waiting', 'gauge', 'Packets that wait for the provider.', vouchers.packets),
        metric('vouchers_waiting_bytes', 'gauge', 'Their bytes.', vouchers.bytes),
        metric('reports', 'gauge', 'Reports that the curator has.', reports),
        metric('lists', 'gauge', 'List versions in the log.', size),
        metric('memory_bytes', 'gauge', 'Resident memory of the process.', rss),
      ].join('');
    },
  };
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
