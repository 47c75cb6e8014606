/** Deployments whose devices and services talk over sockets of this machine: for experiments that are to show that nothing else carries. */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Transport } from '../harness/transport.ts';
import type { Connect } from '../role/link.ts';
import type { Services } from '../role/services.ts';
import { connectionOver, requestsTo } from './http-link.ts';
import { roleService } from './role-service.ts';
import { secure } from './security.ts';

/** How `presend run --transport http` has its strategies deployed. */
export const http: Transport = { name: 'http', worker: new URL('./http-worker.ts', import.meta.url) };

/** Listens on a free port of 127.0.0.1 for as long as the deployment is connected. `watch` is given the server before it listens. */
export const overHttp =
  (watch?: (app: FastifyInstance) => void): Connect =>
  async (services, house) => {
    const app = serverOf(services);
    watch?.(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    return connectionOver(requestsTo(`http://127.0.0.1:${port}`), house, () => app.close());
  };

function serverOf(services: Services): FastifyInstance {
  // Connections are kept while somebody computes for minutes, and do not keep the server open at its end.
  const app = Fastify({ keepAliveTimeout: 0, forceCloseConnections: true });
  secure(app);
  app.register(roleService, { services });
  return app;
}
