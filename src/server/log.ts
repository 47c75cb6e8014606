/**
 * The server's log: one JSON line per answer, with the route pattern, status and duration. It contains no actual paths, addresses,
 * accounts, keys or contents. Of an error it contains only kind and location, because messages can quote values.
 */
import { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { Answered, RequestCounts } from './counts.ts';

/** Receives lines. */
export interface LogStream {
  write(line: string): void;
}

/** Server options for this log. */
export const logger = (stream: LogStream | undefined): FastifyServerOptions =>
  stream === undefined
    ? { logger: false }
    : {
        // Fastify’s own lines contain the actual path and the address.
        logController: new LogController({ disableRequestLogging: true }),
        logger: {
          level: 'info',
          base: null,
          stream,
          serializers: { error: errorFacts },
        },
      };

/** Logs and counts every answer of an application once, whichever part handles the route. Call it before adding routes. */
export function watchAnswers(app: FastifyInstance, counts: RequestCounts): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request.routeOptions;
    const route = url === undefined ? noRoute : { method: String(method), route: url };
    const answered = { ...route, status: reply.statusCode, millis: Math.round(reply.elapsedTime) };
    counts.add({ ...answered, millis: reply.elapsedTime });
    request.log.info({ ...answered, caller: request.caller?.kind }, 'answered');
  });
}

/** A request that was rejected before routing: an undecodable path, or malformed HTTP. */
export function refused(app: FastifyInstance, counts: RequestCounts, status: number): void {
  const answered: Answered = { ...noRoute, status, millis: 0 };
  counts.add(answered);
  app.log.info(answered, 'answered');
}

const noRoute = { method: 'other', route: 'none' } as const;

/** Kind, code and location of an error. */
function errorFacts(error: Error & { code?: unknown }): { name: string; code?: string; at: string[] } {
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, ...code, at: at.slice(0, 8).map((line) => line.trim()) };
}
