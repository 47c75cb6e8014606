/** Deployments whose devices and services talk over sockets of this machine: for experiments that are to show that nothing else carries. */

import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { connectionOver } from '../../client/http-link.ts';
import { signingKeys } from '../../client/signature.ts';
import { systemRandom } from '../../crypto/sodium.ts';
import type { Transport } from '../../harness/transport.ts';
import type { Connect } from '../../role/connection.ts';
import { unixSeconds } from '../../util/clock.ts';
import { toHex } from '../../util/hex.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { MemoryAccounts } from '../auth/memory-accounts.ts';
import { createServer } from '../http-server.ts';
import { type Hosted, roleService } from './role-service.ts';
import { portOf } from './service-port.ts';

/** How `presend run --transport http` has its strategies deployed. */
export const http: Transport = { name: 'http', connect: moduleBeside(import.meta.url, './http-connect.ts') };

/** Largest packet, in bytes: what a protocol answers about a long list. */
const packetBytes = 64 * 2 ** 20;

/** An experiment asks as often as it can. */
const perMinute = { known: 1e9, others: 1e9 };

/** Listens on a free port of 127.0.0.1 for as long as the deployment is connected. `watch` is given the server before it listens. */
export const overHttp =
  (watch?: (app: FastifyInstance) => void): Connect =>
  async (services, network) => {
    const [provider, court] = [signingKeys(systemRandom), signingKeys(systemRandom)];
    const hosted: Hosted = {
      port: portOf(services),
      accounts: new MemoryAccounts(),
      roles: new Map([
        [toHex(provider.publicKey), 'provider'],
        [toHex(court.publicKey), 'court'],
      ]),
    };
    // Connections are kept while somebody computes for minutes, and do not keep the server open at its end.
    const app = createServer({ keepAliveTimeout: 0, forceCloseConnections: true });
    app.register(roleService, { hosted: () => hosted, packetBytes, perMinute, now: unixSeconds });
    watch?.(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    return connectionOver({ base, provider, court, now: unixSeconds }, network, () => app.close());
  };
