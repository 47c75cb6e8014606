/** The server of `presend serve`: runs to look at, the demo, and the services. Made without listening, so that tests call it directly. */
import type { FastifyInstance } from 'fastify';
import { serveDemo } from './demo/api.ts';
import type { Room } from './demo/room.ts';
import { serveExplorer } from './explorer-api.ts';
import { createServer, type ServerOptions } from './http-server.ts';
import { noWeb, serveWeb, type WebFiles } from './static.ts';

/** What the application needs. */
export interface AppOptions extends ServerOptions {
  /** Folder of the runs. */
  readonly folder: string;
  /** Scripts of the pages; without them pages have none. */
  readonly web?: WebFiles;
  /** Where the demo's services stand: in a thread of their own unless told. */
  readonly room?: Room;
}

/** The application, not yet listening. */
export function createApp({ folder, web = noWeb, room, ...options }: AppOptions): FastifyInstance {
  const app = createServer(options);
  serveWeb(app, web);
  serveExplorer(app, { folder, web });
  serveDemo(app, web, room);
  return app;
}
