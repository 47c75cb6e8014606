/** The common HTTP server: strict validation, one-sentence errors, locked-down headers; with the services, if requested. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { StoreFull } from '../store/store.ts';
import { UserError } from '../util/errors.ts';
import { serveMetrics } from './api/operate-api.ts';
import type { ServiceOptions } from './api/options.ts';
import { services } from './api/services.ts';
import { requestCounts } from './counts.ts';
import { jsonBytes } from './limits.ts';
import { type LogStream, logger, refused, watchAnswers } from './log.ts';
import { describeApi } from './openapi.ts';
import { secure, securityHeaders } from './security.ts';
import { StoreTrouble } from './store/trouble.ts';
import { octets, validateStrictly } from './validate.ts';

/** Options of a server. */
export interface ServerOptions extends Pick<FastifyServerOptions, 'keepAliveTimeout' | 'forceCloseConnections'> {
  /** If omitted, there are no services. */
  readonly services?: ServiceOptions;
  /** Certificate and key. With them, the server serves other machines, only over TLS. */
  readonly tls?: Pick<SecureContextOptions, 'cert' | 'key'> | undefined;
  /** Maximum number of connections; further ones are closed immediately. Default 1000. */
  readonly connections?: number | undefined;
  /** Destination of log lines; if omitted, nothing is logged. */
  readonly log?: LogStream | undefined;
}

/** A hook of this server rejects requests without a host. Every five seconds the server checks for requests that take too long. */
const strict = { requireHostHeader: false, connectionsCheckingInterval: 5_000 };

/** The server, not yet listening. */
export function createServer({
  services: options,
  tls,
  log,
  connections = 1000,
  ...rest
}: ServerOptions): FastifyInstance {
  const counts = requestCounts();
  const app: FastifyInstance = Fastify({
    ...(tls ? { https: { ...tls, ...strict } } : { http: strict }),
    ...logger(log),
    bodyLimit: jsonBytes,
    // The longest id, with every character percent-encoded.
    routerOptions: { maxParamLength: 3 * 128 },
    // On shutdown, requests are answered before their connections close. Longer ones are cut after this time.
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    ...rest,
    clientErrorHandler(error, socket) {
      const status = answerNoHttp(error, socket);
      if (status !== undefined) refused(app, counts, status);
    },
    // Undecodable paths never reach a hook.
    frameworkErrors: ({ statusCode = 400 }, _, reply) => {
      (reply as FastifyReply).headers(securityHeaders).code(statusCode).send({ error: 'Expected a well-formed path' });
      refused(app, counts, statusCode);
    },
  });
  app.server.maxConnections = connections;
  watchAnswers(app, counts);
  validateStrictly(app);
  app.removeAllContentTypeParsers();
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ error: 'There is nothing under that path' }));
  secure(app, { isPublic: tls !== undefined });
  if (options) {
    describeApi(app, options.version);
    app.register(services, { ...options, counts });
  } else serveMetrics(app, counts);
  return app;
}

/** Answers malformed HTTP and timeouts like other errors; returns the status, if the client is still connected. */
function answerNoHttp({ code }: Error & { code?: string }, socket: Socket): number | undefined {
  const answers = code !== 'ECONNRESET' && socket.writable;
  const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  if (answers) {
    const body = JSON.stringify({ error: 'Expected a well-formed HTTP request in time' });
    const headers = { ...securityHeaders, 'content-type': 'application/json', 'content-length': body.length };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n${lines.join('')}\r\n${body}`);
  }
  socket.destroy();
  return answers ? status : undefined;
}

/** What a client sees when the store fails; the log contains more for the operator. */
const storeFails = 'The server’s store does not answer; try again later';

/** One sentence for every failure. Clients see nothing of internal bugs. */
function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof StoreTrouble) {
    request.log.error({ error: error.cause ?? error }, 'the store fails');
    return reply.code(503).header('retry-after', '10').send({ error: storeFails });
  }
  const input = error instanceof UserError;
  const status = error instanceof StoreFull ? 507 : input ? 400 : (error.statusCode ?? 500);
  if (status >= 500) request.log.error({ error }, 'failed');
  return reply.code(status).send({ error: input ? error.message : sentence(status, error, request) });
}

function sentence(status: number, error: FastifyError, request: FastifyRequest): string {
  if (status === 413) return `Expected a body of at most ${request.routeOptions.bodyLimit} bytes`;
  if (status === 415) return `Expected content of type application/json or ${octets}, as the endpoint says`;
  if (status === 429) return 'Too many requests; try again in a minute';
  if (status === 503) return 'The server is stopping';
  return status >= 500 ? 'The server failed' : `Expected a well-formed request: ${error.message}`;
}
