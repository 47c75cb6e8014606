/** A deployment behind HTTP: its services, its callers, and how it reads and authenticates their requests. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Store } from '../../store/store.ts';
import type { CallerKind } from '../auth/access.ts';
import { type AuthenticateOptions, authenticate, readBodies } from '../auth/authenticate.ts';
import { octets, validateStrictly } from '../validate.ts';
import type { ServicePort } from './service-port.ts';

/** A deployment and its callers. */
export interface Deployed extends Pick<Store, 'accounts' | 'nonces'> {
  readonly port: ServicePort;
  /** Roles by public key, 64 hex digits. */
  readonly roles: ReadonlyMap<string, CallerKind>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The deployment that the request concerns. */
    deployed: Deployed;
  }
}

/** Inputs of the routes. One registration can serve many deployments; the parameters of its prefix select one. */
export interface DeployedOptions extends Pick<AuthenticateOptions, 'now' | 'perMinute' | 'names'> {
  /** The deployment that a request concerns, or undefined. */
  readonly deployed: (request: FastifyRequest) => Deployed | undefined;
  /** Largest accepted packet, in bytes. */
  readonly packetBytes: number;
}

/** Reads bodies as the services need them, rejects requests for unknown deployments, and authenticates the others. */
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
