/** Access control: every service endpoint with its permitted callers. All other callers are rejected before their body is read. */
import type { FastifyContextConfig } from 'fastify';

/**
 * Kinds of callers, by the key that signed a request. nobody: unsigned · stranger: signed with an unknown key · account: a registered
 * device · provider, curator, court: the keys from the server's start. The demo has one more kind, visitor: the page that deployed a
 * strategy here, and sees what every role saw.
 */
export const callerKinds = ['nobody', 'stranger', 'account', 'provider', 'curator', 'court'] as const;
export type CallerKind = (typeof callerKinds)[number] | 'visitor';

const everyone = callerKinds;

/**
 * The table. A caller's key selects its own mailbox, so no path leads to another account's. Likewise, the court can only read through an
 * order that it served. 'machine': requests from this machine, whoever signs them.
 */
export const access = {
  'GET /health': everyone,
  'GET /metrics': 'machine',
  'GET /openapi.json': everyone,
  'GET /api': everyone,

  'POST /accounts': ['stranger', 'account'],
  'GET /set-up': ['account'],
  'POST /relay/packets': ['account'],
  'GET /mailbox': ['account'],
  'POST /mailbox/acknowledgements': ['account'],

  'POST /provider/packets': ['account'],
  'GET /provider/packets': ['provider'],
  'POST /provider/packets/acknowledgements': ['provider'],
  'POST /provider/reviews': ['provider'],

  'POST /tips': ['provider'],
  'GET /tips': ['curator'],

  'POST /lists': ['curator'],
  'GET /lists/:place': ['provider'],
  'GET /log/head': everyone,
  'GET /log/entries': everyone,
  'GET /log/inclusion': everyone,
  'GET /log/consistency': everyone,

  'POST /court/orders': ['court'],
  'GET /court/orders/:order/messages': ['court'],
  'GET /court/orders/:order/records': ['court'],
} as const satisfies Readonly<Record<string, readonly CallerKind[] | 'machine'>>;

/** An endpoint: method and path. */
export type Endpoint = keyof typeof access;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Callers that the route answers; a route without this is for this machine only. */
    access?: readonly CallerKind[] | 'machine';
  }
}

/** The part of a route's definition that its table entry determines. */
export function at(endpoint: Endpoint): { method: string; url: string; config: FastifyContextConfig } {
  const [method, url] = endpoint.split(' ') as [string, string];
  return { method, url, config: { access: access[endpoint] } };
}
