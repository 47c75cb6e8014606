/** The services as one part of the server: relay, provider, curator and court, with one authentication scheme. */
import type { FastifyInstance } from 'fastify';
import { providerReader } from '../../role/provider-box.ts';
import { at, type CallerKind } from '../auth/access.ts';
import { type RequestCounts, requestCounts } from '../counts.ts';
import { packetBytes as usualBytes } from '../limits.ts';
import { StoreTrouble } from '../store/trouble.ts';
import { boxApi } from './box-api.ts';
import { courtApi } from './court-api.ts';
import { listApi, reportApi } from './curator-api.ts';
import { signedBodies } from './deployed.ts';
import { operateApi } from './operate-api.ts';
import type { ServiceOptions } from './options.ts';
import { roleApi } from './role-api.ts';
import { outsidePort, portOf } from './service-port.ts';

/** Milliseconds between two prunings of expired data. */
const pruneMillis = 60_000;

/** Adds the services, and the server's metrics. Closing the application does not close the store: whoever opened it closes it. */
export async function services(
  app: FastifyInstance,
  { counts = requestCounts(), ...options }: ServiceOptions & { readonly counts?: RequestCounts },
): Promise<void> {
  const { store, roleKeys, now, running, packetBytes = usualBytes } = options;
  const roles = new Map(Object.entries(roleKeys).map(([role, key]) => [key, role as CallerKind]));
  const port = running ? portOf(running) : outsidePort(options);
  const deployed = { accounts: store.accounts, nonces: store.nonces, roles, port };
  await signedBodies(app, { ...options, deployed: () => deployed });
  roleApi(app, { now, packetBytes });
  for (const add of [providerApi, reportApi, listApi, courtApi]) add(app, options);
  operateApi(app, options, counts);

  let pruning = false;
  const prune = async (): Promise<void> => {
    // No round starts while a longer one still runs.
    if (pruning) return;
    pruning = true;
    try {
      running?.tidy();
      // In logical time nothing expires.
      await store.prune(now(), running?.isLogical ? 0 : now());
    } catch (error) {
      // The next round repeats what this one could not do; /health reports whether the store works.
      if (!(error instanceof StoreTrouble)) throw error;
      app.log.error({ error: error.cause ?? error }, 'pruning');
    } finally {
      pruning = false;
    }
  };
  const timer = setInterval(() => void prune(), pruneMillis).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

/** The provider's box, for a provider that runs elsewhere. It can read only the packets that devices sent to it. */
function providerApi(app: FastifyInstance, { store }: ServiceOptions): void {
  boxApi(app, {
    page: at('GET /provider/packets'),
    acknowledgements: at('POST /provider/packets/acknowledgements'),
    who: 'the provider',
    box: () => store.vouchers,
    reader: () => providerReader,
  });
}
