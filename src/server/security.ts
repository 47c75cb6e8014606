/** Headers of every answer, including errors, and the checks that reject requests first. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hostOf, isLoopback } from './loopback.ts';

/** An answer can load and run nothing; this also covers a run's report. The server's own pages have another policy (page-policy.ts). */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/**
 * Adds the headers, and rejects requests that name another host: a web page could have pointed its own name here (DNS rebinding). A public
 * server has its own names, and a certificate that no such page has. On it, routes for this machine do not exist for others.
 */
export function secure(app: FastifyInstance, { isPublic = false } = {}): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    // Node uses the first of two headers; a proxy in front may have used the other.
    if (request.raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length > 1)
      return reply.code(400).send({ error: 'Expected one Host header' });
    if (!isPublic && !isLoopback(hostOf(request.headers.host)))
      return reply.code(421).send({ error: 'Expected this machine’s own name in the Host header' });
    const { access = 'machine' } = request.routeOptions.config;
    if (access === 'machine') return forThisMachine(request, reply);
  });
}

/**
 * A hook: to requests from other machines, these routes do not exist. Behind a local proxy every request has this machine's address, but
 * the proxy's headers reveal it.
 */
export async function forThisMachine(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (Object.keys(request.headers).some((name) => forwarded.test(name)))
    return reply.code(403).send({ error: 'Only local requests are allowed here, and this one came through a proxy' });
  if (isLoopback(request.ip.replace(/^::ffff:/, ''))) return undefined;
  return reply.code(404).send({ error: 'There is nothing under that path' });
}

/** Headers with which a proxy says that it forwards for somebody else. */
const forwarded = /^(?:forwarded|x-forwarded-.*|x-real-ip|via)$/;
