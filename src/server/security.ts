/** What every answer of the server carries, errors too, and which requests are turned away before anything looks at them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hostOf, isLoopback } from './loopback.ts';

/** An answer may load nothing and run nothing, a run's report least of all; the server's own pages have a policy of their own (page-policy.ts). */
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
 * Adds the headers, and refuses requests that name another host: a page on the web could have pointed its own name here (DNS rebinding).
 * A server that others reach has names of its own, and a certificate that no such page has; there, what is for this machine alone is not
 * there for others.
 */
export function secure(app: FastifyInstance, { isPublic = false } = {}): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    // Node keeps the first of two, and whatever stands before it may have kept the other.
    if (request.raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length > 1)
      return reply.code(400).send({ error: 'Expected one Host header' });
    if (!isPublic && !isLoopback(hostOf(request.headers.host)))
      return reply.code(421).send({ error: 'Expected this machine’s own name in the Host header' });
    const { access = 'machine' } = request.routeOptions.config;
    if (access === 'machine') return forThisMachine(request, reply);
  });
}

/**
 * A hook: to requests from elsewhere there is nothing. Behind a proxy on this machine everybody has its address; a proxy that says so by a
 * header is told from the machine itself.
 */
export async function forThisMachine(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (Object.keys(request.headers).some((name) => forwarded.test(name)))
    return reply.code(403).send({ error: 'Only local requests are allowed here, and this one came through a proxy' });
  if (isLoopback(request.ip.replace(/^::ffff:/, ''))) return undefined;
  return reply.code(404).send({ error: 'There is nothing under that path' });
}

/** Headers by which a proxy says that it speaks for somebody else. */
const forwarded = /^(?:forwarded|x-forwarded-.*|x-real-ip|via)$/;
