/** One world of services for all tests of a file, and short ways to ask it and to read its answers. */
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect } from 'vitest';
import { decode, type Packet } from '../../src/role/wire.ts';
import { securityHeaders } from '../../src/server/security.ts';
import { unframe } from '../../src/util/framing.ts';
import { type Plain, type SentRequest, type ServiceWorld, serviceWorld } from './service-world.ts';

/** Opens the world before the tests of the file and closes it after them; it is there once they run. */
export function testedServices(options: Parameters<typeof serviceWorld>[0] = {}) {
  let world: ServiceWorld;
  beforeAll(async () => {
    world = await serviceWorld(options);
  });
  afterAll(() => world.close());
  const as = (who: string) => (plain: Plain, spoil?: (request: SentRequest) => SentRequest) =>
    world.send(world.keys[who], plain, spoil);
  return {
    world: () => world,
    /** Asks as somebody. */
    as,
    post: (who: string, url: string, body: unknown) => as(who)({ method: 'POST', url, body }),
  };
}

/** Names of alice's messages, as an acknowledgement has them. */
export const names = (...messages: string[]) => ({
  packets: messages.map((message) => ({ sender: 'alice', message, type: 'envelope' })),
});

/** The packets of a page that was answered. */
export function pageOf(reply: LightMyRequestResponse): { packets: Packet[]; more: boolean } {
  expect(reply.statusCode, reply.body).toBe(200);
  const framed = unframe(reply.rawPayload);
  if (!framed.ok) throw new Error(framed.reason);
  const packets = Object.values(framed.blobs).map((bytes) => {
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(decoded.reason);
    return decoded.packet;
  });
  return { packets, more: (framed.header as { more: boolean }).more };
}

/** Ids of the messages on a page. */
export const messagesOf = (reply: LightMyRequestResponse): string[] =>
  pageOf(reply).packets.map(({ header }) => header.message);

/** A refusal is one sentence that tells nothing of the inside, with the headers that every answer has. */
export const oneSentence = (reply: LightMyRequestResponse): void => {
  const { error, ...rest } = reply.json() as { error: string };
  expect(rest).toEqual({});
  expect(error.length).toBeGreaterThan(10);
  expect(error).not.toMatch(/\n| at .*\.ts|\/work|\/tmp|\bpg\b|postgres/i);
  expect(reply.headers).toMatchObject(securityHeaders);
};
