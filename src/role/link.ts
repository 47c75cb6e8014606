/** How devices reach the services: every packet between them takes a link, and nothing else passes. */
import type { Bulletin } from '../schema/bulletin.ts';
import type { PacketType } from '../schema/packet.ts';
import type { Order } from './court.ts';
import { type Desk, fromRole, type SetUp } from './desk.ts';
import type { House } from './house.ts';
import type { Mail } from './relay.ts';
import type { Services } from './services.ts';
import { type Blobs, type Draft, isOf, type Packet } from './wire.ts';

/** What came of asking for a set-up: public facts, and the packets that arrived. */
export interface Arrived {
  readonly bulletin: Bulletin;
  readonly list?: Packet<'list'> | undefined;
  readonly set?: Packet<'device-setup'> | undefined;
}

/** A device's way to the services. */
export interface Link {
  /** Enters an account's public key in the directory. */
  register(account: string, publicKey: Uint8Array): Promise<void>;
  /** Fetches what devices of an account are to have; without one, what all have that were given nothing else. */
  setUp(account?: string): Promise<Arrived>;
  /** Sends a packet to a desk; the provider's answer, where the packet asks for one. */
  ask(to: Desk, draft: Draft, blobs: Blobs): Promise<Packet | undefined>;
  /** What waits at the relay, one after the other as it is taken. */
  deliver(): AsyncIterable<Packet<Mail>>;
}

/** The link of devices, and what those do who run the services. */
export interface Connection {
  readonly link: Link;
  /** Has the provider work its review queue off. */
  review(): Promise<void>;
  /** Hands the services a court's order. */
  serve(order: Order): Promise<void>;
  /** Ends the connection; what the roles know stays. */
  close(): Promise<void>;
}

/** Makes services reachable for devices, whose house is where they write down what arrives at them. */
export type Connect = (services: Services, house: House) => Promise<Connection>;

/** A connection within the process: the house carries. */
export const withinProcess: Connect = async (services, house) => ({
  link: {
    register: async (account, publicKey) => services.register(account, publicKey),
    setUp: async (account) => carried(house, services.setUp(account)),
    async ask(to, draft, blobs) {
      const reply = await services.handle(to, house.carry(fromRole(draft.type), to, draft, blobs));
      return reply && (house.carry('provider', 'sender', reply.draft, reply.blobs) as Packet);
    },
    async *deliver() {
      for (const { draft, blobs } of services.deliver())
        yield house.carry('relay', 'recipient', draft, blobs) as Packet<Mail>;
    },
  },
  review: () => services.review(),
  serve: async (order) => services.serve(order),
  close: async () => {},
});

const carried = (house: House, { bulletin, list, set }: SetUp): Arrived => ({
  bulletin,
  list: list && house.carry('provider', 'sender', list.draft, list.blobs),
  set: set && house.carry('provider', 'sender', set.draft, set.blobs),
});

/** Asks the provider about a message; undefined where what comes back is none of the answers that are due, or about another message. */
export async function askProvider<T extends PacketType>(
  link: Link,
  draft: Draft,
  blobs: Blobs,
  due: T,
): Promise<Packet<T> | undefined> {
  const reply = await link.ask('provider', draft, blobs);
  return reply && isOf(reply, due) && reply.header.message === draft.message ? reply : undefined;
}
