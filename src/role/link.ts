/** How devices reach the services: every packet between them takes a link, and nothing else passes. */

import type { PacketType } from '../schema/packet.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import type { Endpoint } from './endpoint.ts';
import type { Mail } from './relay.ts';
import { type Blobs, type Draft, isOf, type Packet } from './wire.ts';

/** The result of asking for a set-up: public facts, and the packets that arrived. */
export interface Arrived {
  readonly parameters: PublicParameters;
  readonly list?: Packet<'list'> | undefined;
  readonly set?: Packet<'device-setup'> | undefined;
}

/** A device's way to the services. */
export interface Link {
  /** Enters an account's public key in the directory. */
  register(account: string, publicKey: Uint8Array): Promise<void>;
  /** Fetches what devices of an account are to have; without one, what all have that were given nothing else. */
  setUp(account?: string): Promise<Arrived>;
  /** Sends a packet to a endpoint; the provider's answer, where the packet asks for one. */
  ask(to: Endpoint, draft: Draft, blobs: Blobs): Promise<Packet | undefined>;
  /** What waits at the relay, one after the other as it is taken. */
  deliver(): AsyncIterable<Packet<Mail>>;
}

/** Asks the provider about a message; undefined if the reply is not one of the expected answers, or is about another message. */
export async function askProvider<T extends PacketType>(
  link: Link,
  draft: Draft,
  blobs: Blobs,
  due: T,
): Promise<Packet<T> | undefined> {
  const reply = await link.ask('provider', draft, blobs);
  return reply && isOf(reply, due) && reply.header.message === draft.message ? reply : undefined;
}
