/**
 * The server of `presend serve`: the run explorer, the demo, and the services. Creating it does not start listening, so tests can call it
 * directly.
 */
import type { FastifyInstance } from 'fastify';
import { type DemoOptions, serveDemo } from './demo/api.ts';
import { serveExplorer } from './explorer/explorer-api.ts';
import { createServer, type ServerOptions } from './http-server.ts';
import { noWeb, serveWeb, type WebFiles } from './static.ts';

/** Options of the application. */
interface AppOptions extends ServerOptions {
  /** Folder of the runs. */
  readonly folder: string;
  /** Scripts of the pages; without them pages have no scripts. */
  readonly web?: WebFiles;
  readonly demo?: DemoOptions;
}

/** The application, not yet listening. */
export function createApp({ folder, web = noWeb, demo, ...options }: AppOptions): FastifyInstance {
  const app = createServer(options);
  // After the API description, which must be registered first.
  app.register(async (pages) => {
    serveWeb(pages, web);
    serveExplorer(pages, { folder, web });
    serveDemo(pages, web, demo);
  });
  return app;
}
