/** Deployments whose devices and services communicate over local sockets, for experiments that show that there is no other channel. */

import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { connectionOver } from '../../client/http-link.ts';
import { signingKeys } from '../../client/signature.ts';
import { systemRandom } from '../../crypto/sodium.ts';
import { version } from '../../disk/project.ts';
import type { Transport } from '../../harness/run-options.ts';
import type { Connect } from '../../role/connection.ts';
import { memoryStore } from '../../store/memory.ts';
import type { Store } from '../../store/store.ts';
import { unixSeconds } from '../../util/clock.ts';
import { toHex } from '../../util/hex.ts';
import { moduleBeside } from '../../util/worker-loader.ts';
import { createServer } from '../http-server.ts';

/** The deployment method of `presend run --transport http`. */
export const http: Transport = { name: 'http', connect: moduleBeside(import.meta.url, './http-connect.ts') };

/** Largest packet, in bytes: a protocol's answer for a long list. */
const packetBytes = 64 * 2 ** 20;

/** An experiment sends requests as fast as it can. */
const perMinute = { known: 1e9, others: 1e9 };

/** Options of the HTTP transport. */
interface OverHttp {
  /** Called with the server before it listens. */
  readonly watch?: (app: FastifyInstance) => void;
  /** Opens the store of each deployment; default: in memory. */
  readonly open?: () => Promise<Store>;
}

/** Listens on a free port of 127.0.0.1 while the deployment is connected. It serves the API of `presend serve`, in logical time. */
export function overHttp({ watch, open = async () => memoryStore() }: OverHttp = {}): Connect {
  const connect: Connect = async (running, network) => {
    const [provider, curator, court] = [systemKeys(), systemKeys(), systemKeys()];
    const roleKeys = {
      provider: toHex(provider.publicKey),
      curator: toHex(curator.publicKey),
      court: toHex(court.publicKey),
    };
    const own = { store: running.store, frankingKey: running.secrets.franking, running, roleKeys };
    const app = createServer({
      services: { ...own, packetBytes, perMinute, now: unixSeconds, version },
      // Connections stay open through minutes of computation, but do not keep the server open at its end.
      keepAliveTimeout: 0,
      forceCloseConnections: true,
    });
    watch?.(app);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    return connectionOver({ base, provider, court, now: unixSeconds }, network, () => app.close());
  };
  return Object.assign(connect, { store: open });
}

const systemKeys = () => signingKeys(systemRandom);
