/**
 * The server's log: one line of JSON for every answer, with the route as it is defined, the status and the time it took. Neither paths as
 * they came, nor addresses, accounts, keys or contents stand in it; of an error only its kind and place, since messages can quote values.
 */
import { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { Answered, RequestCounts } from './counts.ts';

/** Takes lines. */
export interface LogStream {
  write(line: string): void;
}

/** The server options that make it log so. */
export const logger = (stream: LogStream | undefined): FastifyServerOptions =>
  stream === undefined
    ? { logger: false }
    : {
        // Fastify’s own lines have the path as it came, and the address.
        logController: new LogController({ disableRequestLogging: true }),
        logger: {
          level: 'info',
          base: null,
          stream,
          serializers: { error: errorFacts },
        },
      };

/** Logs and counts every answer of an application once, whatever part of it has the route. To be called before there are any. */
export function watchAnswers(app: FastifyInstance, counts: RequestCounts): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request.routeOptions;
    const route = url === undefined ? noRoute : { method: String(method), route: url };
    const answered = { ...route, status: reply.statusCode, millis: Math.round(reply.elapsedTime) };
    counts.add({ ...answered, millis: reply.elapsedTime });
    request.log.info({ ...answered, caller: request.caller?.kind }, 'answered');
  });
}

/** What was refused before it could meet a route: a path that cannot be decoded, or no HTTP at all. */
export function refused(app: FastifyInstance, counts: RequestCounts, status: number): void {
  const answered: Answered = { ...noRoute, status, millis: 0 };
  counts.add(answered);
  app.log.info(answered, 'answered');
}

const noRoute = { method: 'other', route: 'none' } as const;

/** Kind, code and place of an error. */
function errorFacts(error: Error & { code?: unknown }): { name: string; code?: string; at: string[] } {
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, ...code, at: at.slice(0, 8).map((line) => line.trim()) };
}
