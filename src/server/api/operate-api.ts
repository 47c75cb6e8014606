/** Endpoints for operators and programmers: health, metrics, and the API description. */
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Store } from '../../store/store.ts';
import { at } from '../auth/access.ts';
import type { RequestCounts } from '../counts.ts';
import { failures } from '../limits.ts';
import { type ApiDocument, apiPage } from '../openapi.ts';
import type { ServiceOptions } from './options.ts';

const Health = Type.Object({ status: Type.Literal('ok') });

/** Adds the endpoints. */
export function operateApi(app: FastifyInstance, { store }: ServiceOptions, counts: RequestCounts): void {
  app.route({
    ...at('GET /health'),
    schema: {
      summary: 'Whether the services respond and their store accepts writes',
      response: { 200: Health, ...failures },
    },
    async handler() {
      // If the store fails, the answer is 503, as for every other request.
      await store.ping();
      return { status: 'ok' as const };
    },
  });

  serveMetrics(app, counts, store);

  app.route({
    ...at('GET /openapi.json'),
    schema: {
      summary: 'This description, as an OpenAPI document',
      response: { 200: { content: { 'application/json': { schema: Type.Any() } } }, ...failures },
    },
    handler: async (_, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  });

  app.route({
    ...at('GET /api'),
    schema: {
      summary: 'This description, as a page',
      response: { 200: { content: { 'text/html': { schema: Type.String() } } }, ...failures },
    },
    handler: async (_, reply) =>
      reply.type('text/html; charset=utf-8').send(apiPage(app.swagger() as unknown as ApiDocument)),
  });
}

/** Adds the server's counts, and those of a store if there is one. */
export function serveMetrics(app: FastifyInstance, counts: RequestCounts, store?: Store): void {
  app.route({
    ...at('GET /metrics'),
    schema: {
      summary: 'Counts in the text format of Prometheus; for local requests only',
      response: { 200: { content: { 'text/plain': { schema: Type.String() } } }, ...failures },
    },
    handler: async (_, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await counts.text(store)),
  });
}
