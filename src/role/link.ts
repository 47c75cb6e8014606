/** The devices' path to the services. All packets between them go through a link. */

import type { PacketType } from '../schema/packet.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import type { Endpoint } from './endpoint.ts';
import type { Mail } from './relay.ts';
import { type Blobs, type Draft, isOf, type Packet } from './wire.ts';

/** Result of requesting a set-up: public parameters, and the packets that arrived. */
export interface Arrived {
  readonly parameters: PublicParameters;
  readonly list?: Packet<'list'> | undefined;
  readonly set?: Packet<'device-setup'> | undefined;
}

/** A device's connection to the services. */
export interface Link {
  /** Registers an account's public key in the directory. */
  register(account: string, publicKey: Uint8Array): Promise<void>;
  /** Fetches the set-up for an account's devices; without an account, the default set-up. */
  setUp(account?: string): Promise<Arrived>;
  /** Sends a packet to an endpoint; returns the provider's answer, if the packet requests one. */
  ask(to: Endpoint, draft: Draft, blobs: Blobs): Promise<Packet | undefined>;
  /** Yields each message that waits at the relay. */
  deliver(): AsyncIterable<Packet<Mail>>;
}

/** Asks the provider about a message. Returns undefined if the reply has an unexpected type or concerns another message. */
export async function askProvider<T extends PacketType>(
  link: Link,
  draft: Draft,
  blobs: Blobs,
  due: T,
): Promise<Packet<T> | undefined> {
  const reply = await link.ask('provider', draft, blobs);
  return reply && isOf(reply, due) && reply.header.message === draft.message ? reply : undefined;
}
