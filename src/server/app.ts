/** The server of `presend serve`: runs to look at, the demo, and the services. Made without listening, so that tests call it directly. */
import type { FastifyInstance } from 'fastify';
import { type DemoOptions, serveDemo } from './demo/api.ts';
import { serveExplorer } from './explorer/explorer-api.ts';
import { createServer, type ServerOptions } from './http-server.ts';
import { noWeb, serveWeb, type WebFiles } from './static.ts';

/** What the application needs. */
interface AppOptions extends ServerOptions {
  /** Folder of the runs. */
  readonly folder: string;
  /** Scripts of the pages; without them pages have none. */
  readonly web?: WebFiles;
  readonly demo?: DemoOptions;
}

/** The application, not yet listening. */
export function createApp({ folder, web = noWeb, demo, ...options }: AppOptions): FastifyInstance {
  const app = createServer(options);
  // Behind the description of the API, which has to be there first.
  app.register(async (pages) => {
    serveWeb(pages, web);
    serveExplorer(pages, { folder, web });
    serveDemo(pages, web, demo);
  });
  return app;
}
