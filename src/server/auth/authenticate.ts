/**
 * Authenticates and authorises callers. Before it reads a body, it checks, in this order: signature, time, the caller behind the key, the
 * caller's rate, and the endpoint's permitted callers. After reading the body it checks digest and nonce.
 */
import { createHash } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { digestHeader, type SignatureFacts, verifyRequest } from '../../client/signature.ts';
import type { UsedNonce } from '../../store/store.ts';
import { UserError } from '../../util/errors.ts';
import { isDeeper } from '../../util/json-depth.ts';
import { jsonDepth } from '../limits.ts';
import { networkOf } from '../loopback.ts';
import type { CallerKind } from './access.ts';
import { isOwnAuthority } from './authority.ts';

/** A caller; `account` if it is one. */
interface Caller {
  readonly kind: CallerKind;
  readonly account?: string;
  readonly facts?: SignatureFacts;
  /** Why its signature is invalid, in one sentence. */
  readonly fault?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller. */
    caller: Caller;
    /** SHA-256 of the body as received. */
    bodyHash: Buffer;
  }
}

/** Inputs of the authentication. */
export interface AuthenticateOptions {
  /** The caller that a key (64 hex digits) belongs to, for this request; undefined if nobody. */
  readonly whose: (key: string, request: FastifyRequest) => Promise<Pick<Caller, 'kind' | 'account'> | undefined>;
  /** Records a nonce for as long as it could be replayed; false if that key has used it before. */
  readonly useNonce: (row: UsedNonce, request: FastifyRequest) => Promise<boolean>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Requests per minute: for one known key, and for one address without a known key. */
  readonly perMinute?: { readonly known: number; readonly others: number };
  /** Names that clients reach the server by, as in `isOwnAuthority`; default: those of this machine. */
  readonly names?: readonly string[] | undefined;
}

/** Seconds by which a request's time may differ from the server's. */
export const clockSeconds = 60;

/** Additional seconds for which a nonce is stored: receiving a body and writing to the store take time. */
const graceSeconds = 120;

/** Default limits of requests per minute. */
const defaultPerMinute = { known: 6_000, others: 600 } as const;

/** Adds authentication to an application or a part of it. Routes state their callers in `config.access`. */
export async function authenticate(
  app: FastifyInstance,
  { whose, useNonce, now, perMinute = defaultPerMinute, names }: AuthenticateOptions,
): Promise<void> {
  app.decorateRequest('caller', null as unknown as Caller);
  app.decorateRequest('bodyHash', null as unknown as Buffer);

  const isOld = ({ created }: SignatureFacts): boolean => Math.abs(now() - created) > clockSeconds;

  app.addHook('onRequest', async (request) => {
    const { host = '' } = request.headers;
    const target = request.raw.url ?? '';
    const facts = verifyRequest({ method: request.method, authority: host, target }, request.headers);
    if (facts === 'none') request.caller = { kind: 'nobody' };
    else if (facts === 'invalid') request.caller = { kind: 'nobody', fault: 'The signature does not hold' };
    else if (!isOwnAuthority(host, app.server, { names, isTls: request.protocol === 'https' }))
      request.caller = { kind: 'nobody', fault: 'The request was signed for another server' };
    else if (isOld(facts)) request.caller = { kind: 'nobody', fault: tooOld };
    else request.caller = { ...((await whose(facts.key, request)) ?? { kind: 'stranger' }), facts };
  });

  await app.register(rateLimit, { global: false, timeWindow: 60_000 });
  app.addHook(
    'onRequest',
    app.rateLimit({
      // Callers with unknown keys or invalid signatures are counted by address.
      keyGenerator: ({ caller, ip }) => (known(caller) ? caller.facts!.key : networkOf(ip)),
      max: ({ caller }: FastifyRequest) => (known(caller) ? perMinute.known : perMinute.others),
    }),
  );

  app.addHook('onRequest', async (request, reply) => {
    const { caller } = request;
    if (caller.fault) return refuse(reply, 401, caller.fault);
    const allowed = request.routeOptions.config.access ?? 'machine';
    if (allowed === 'machine' || allowed.includes(caller.kind)) return;
    if (known(caller)) return refuse(reply, 403, `This is not for the ${caller.kind}`);
    return refuse(reply, 401, 'Expected a signature by a key that may do this');
  });

  app.addHook('preValidation', async (request, reply) => {
    const { facts } = request.caller;
    if (!facts) return;
    const hash = request.bodyHash ?? noBody;
    if (digestHeader(hash) !== request.headers['content-digest'])
      return refuse(reply, 401, 'The body is not the one that was signed');
    // Checked again: a sender could delay its body until the nonce is forgotten.
    if (isOld(facts)) return refuse(reply, 401, tooOld);
    const expires = facts.created + clockSeconds + graceSeconds;
    if (!(await useNonce({ key: facts.key, nonce: facts.nonce, expires }, request)))
      return refuse(reply, 401, 'The request was made before');
  });
}

const tooOld = `The signature’s time is over ${clockSeconds} seconds from the server’s`;

const noBody = createHash('sha256').digest();

const known = ({ kind }: Caller): boolean => kind !== 'nobody' && kind !== 'stranger';

const refuse = (reply: FastifyReply, status: number, error: string): FastifyReply => reply.code(status).send({ error });

/** Reads bodies as bytes, because signatures cover them, and parses JSON from them. */
export function readBodies(app: FastifyInstance, mediaType: string): void {
  const json = app.getDefaultJsonParser('error', 'error');
  const keep = (request: FastifyRequest, body: Buffer): Buffer => {
    // Node's own SHA-256 takes a tenth of the time of the portable one.
    request.bodyHash = createHash('sha256').update(body).digest();
    return body;
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(mediaType, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) =>
    keep(request, body),
  );
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isDeeper(body, jsonDepth)) return done(new UserError(`The request’s body: nested more than ${jsonDepth} deep`));
    void json(request, keep(request, body).toString('utf8'), done);
  });
}
