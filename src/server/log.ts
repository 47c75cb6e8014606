/**
 * The server's log: one line of JSON for every answer, with the route as it is defined, the status and the time it took. Neither paths as
 * they came, nor addresses, accounts, keys or contents stand in it; of an error only its kind and place, since messages can quote values.
 */
import { type FastifyServerOptions, LogController } from 'fastify';

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

/** Kind, code and place of an error. */
function errorFacts(error: Error & { code?: unknown }): { name: string; code?: string; at: string[] } {
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, ...code, at: at.slice(0, 8).map((line) => line.trim()) };
}
