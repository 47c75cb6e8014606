/** A deployment behind HTTP: its services, those who may call it, and how their requests are read and authenticated. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Store } from '../../store/store.ts';
import type { CallerKind } from '../auth/access.ts';
import { type AuthenticateOptions, authenticate, readBodies } from '../auth/authenticate.ts';
import { octets, validateStrictly } from '../validate.ts';
import type { ServicePort } from './service-port.ts';

/** A deployment with those who may call it. */
export interface Deployed extends Pick<Store, 'accounts' | 'nonces'> {
  readonly port: ServicePort;
  /** Roles by their public keys, 64 hex digits. */
  readonly roles: ReadonlyMap<string, CallerKind>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The deployment that it is about. */
    deployed: Deployed;
  }
}

/** What the routes need. One registration can serve many deployments, told apart by the parameters of its prefix. */
export interface DeployedOptions extends Pick<AuthenticateOptions, 'now' | 'perMinute' | 'names'> {
  /** The deployment that a request is for; undefined where there is none. */
  readonly deployed: (request: FastifyRequest) => Deployed | undefined;
  /** Largest packet that is taken in, in bytes. */
  readonly packetBytes: number;
}

/** Bodies as the services read them, requests for no deployment refused, and the others authenticated. */
export async function signedBodies(
  app: FastifyInstance,
  { deployed, now, perMinute, names }: Omit<DeployedOptions, 'packetBytes'>,
): Promise<void> {
  readBodies(app, octets);
  validateStrictly(app);
  app.decorateRequest('deployed', null as unknown as Deployed);
  app.addHook('onRequest', async (request, reply) => {
    const found = deployed(request);
    if (!found) return reply.code(404).send({ error: 'There is no such deployment, or no longer' });
    request.deployed = found;
  });
  await authenticate(app, {
    now,
    ...(perMinute ? { perMinute } : {}),
    names,
    async whose(key, request) {
      const { roles, accounts } = request.deployed;
      const kind = roles.get(key);
      if (kind) return { kind };
      const account = await accounts.ofKey(key);
      return account === undefined ? undefined : { kind: 'account', account };
    },
    useNonce: (row, request) => request.deployed.nonces.use(row),
  });
}
