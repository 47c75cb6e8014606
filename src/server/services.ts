/** The services as one part of the server: relay, provider's intake, curator and court, behind one way of signing. */
import type { FastifyInstance } from 'fastify';
import { type AuthenticateOptions, authenticate, readBodies } from './authenticate.ts';
import { type RequestCounts, requestCounts } from './counts.ts';
import { courtApi } from './court-api.ts';
import { listApi, reportApi } from './curator-api.ts';
import { describeApi } from './openapi.ts';
import { operateApi } from './operate-api.ts';
import { providerApi } from './provider-api.ts';
import { relayApi } from './relay-api.ts';
import { octets, validateStrictly } from './validate.ts';

/** What the services need. */
export interface ServiceOptions extends AuthenticateOptions {
  /** The relay's key for franking stamps, 32 bytes. */
  readonly frankingKey: Uint8Array;
  /** Version of this software, for the API's description. */
  readonly version: string;
}

/** Milliseconds between two rounds of forgetting what is too old to matter. */
const pruneMillis = 60_000;

/** Adds the services, and the server's counts to look at. The store stays open when the application closes: whoever opened it closes it. */
export async function services(
  app: FastifyInstance,
  { counts = requestCounts(), ...options }: ServiceOptions & { readonly counts?: RequestCounts },
): Promise<void> {
  const { store, now } = options;
  await describeApi(app, options.version);
  readBodies(app, octets);
  validateStrictly(app);
  await authenticate(app, options);
  for (const add of [relayApi, providerApi, reportApi, listApi, courtApi]) add(app, options);
  operateApi(app, options, counts);

  const timer = setInterval(() => {
    store
      .prune(now())
      .catch((error: unknown) => app.log.error({ code: (error as { code?: unknown }).code }, 'pruning'));
  }, pruneMillis).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
