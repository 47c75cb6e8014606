/** The server: runs to look at, and an intake for reports to the curator. Made without listening, so that tests call it directly. */
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { check } from '../schema/check.ts';
import { Tip } from '../schema/tip.ts';
import { reasonOf, UserError } from '../util/errors.ts';
import { serveDemo } from './demo.ts';
import { serveExplorer } from './explorer-api.ts';
import { secure, securityHeaders } from './security.ts';
import { noWeb, serveWeb, type WebFiles } from './static.ts';
import type { TipStore } from './tips.ts';

/** Largest report that is taken in, in bytes. */
export const bodyLimit = 64 * 1024;

/** What the server needs. */
export interface AppOptions {
  /** Folder of the runs. */
  readonly folder: string;
  readonly tips: TipStore;
  /** Scripts of the pages; without them pages have none. */
  readonly web?: WebFiles;
}

const Failure = Type.Object({ error: Type.String({ description: 'one sentence' }) });
const Receipt = Type.Object({ number: Type.Integer({ minimum: 1 }), reportId: Type.String() });
const Health = Type.Object({ status: Type.Literal('ok'), tips: Type.Integer({ minimum: 0 }) });
/** The application, not yet listening. */
export function createApp({ folder, tips, web = noWeb }: AppOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    forceCloseConnections: true,
    // Paths that cannot be decoded never reach a hook.
    frameworkErrors: (error, _, reply) => {
      (reply as FastifyReply)
        .headers(securityHeaders)
        .code(error.statusCode ?? 400)
        .send({ error: 'Expected a well-formed path' });
    },
  });
  // The same check as for files: nothing is coerced and no unknown key is quietly dropped.
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => (value: unknown) => {
    try {
      return { value: check(schema, value, `The request’s ${httpPart}`) };
    } catch (error) {
      return { error: error as Error };
    }
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ error: 'There is nothing under that path' }));
  secure(app);

  serveWeb(app, web);
  serveExplorer(app, { folder, web });
  serveDemo(app, web);
  app.get('/health', { schema: { response: { 200: Health } } }, async () => ({
    status: 'ok' as const,
    tips: tips.tips.length,
  }));
  app.post<{ Body: Tip }>(
    '/tips',
    { schema: { body: Tip, response: { 201: Receipt, '4xx': Failure, '5xx': Failure } } },
    async ({ body }, reply) => {
      const number = await tips.add(body);
      if (number === undefined) return reply.code(503).send({ error: 'The store of reports is full' });
      return reply.code(201).send({ number, reportId: body.reportId });
    },
  );
  return app;
}

const sentences: Readonly<Record<number, string>> = {
  413: `Expected a report of at most ${bodyLimit} bytes`,
  415: 'Expected content of type application/json',
};

/** One sentence for every failure; of our own bugs a client learns nothing. */
function answerError(error: FastifyError, _: unknown, reply: FastifyReply): FastifyReply {
  const input = error instanceof UserError;
  const status = input ? 400 : (error.statusCode ?? 500);
  if (status >= 500) process.stderr.write(`presend serve: ${error.stack ?? reasonOf(error)}\n`);
  const sentence =
    sentences[status] ??
    (input ? error.message : status >= 500 ? 'The server failed' : `Expected JSON for the body: ${error.message}`);
  return reply.code(status).send({ error: sentence });
}
