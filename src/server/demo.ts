/** The live demo: one page, and the pictures that it offers. Its roles run in the page; the server sees no message. */
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { demoPage } from './demo-page.ts';
import { DemoPicture, DemoPictures } from './demo-pictures.ts';
import { pageHeaders } from './page-policy.ts';
import type { WebFiles } from './static.ts';

export function serveDemo(app: FastifyInstance, web: WebFiles): void {
  const pictures = new DemoPictures();
  app.get('/demo', async (_, reply) =>
    reply
      .headers(pageHeaders)
      .type('text/html; charset=utf-8')
      .send(demoPage(web.script('demo'))),
  );
  app.get('/demo/pictures', { schema: { response: { 200: Type.Array(DemoPicture) } } }, async () => pictures.pictures);
  app.get<{ Params: { id: string } }>(
    '/demo/pictures/:id',
    { schema: { params: Type.Object({ id: Type.String({ maxLength: 50 }) }) } },
    async (request, reply) => {
      const file = await pictures.file(request.params.id);
      if (!file) return reply.callNotFound();
      return reply
        .headers({ ...pageHeaders, 'cache-control': 'private, max-age=3600' })
        .type(file.type)
        .send(file.bytes);
    },
  );
}
