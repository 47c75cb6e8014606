/** Connects devices to services: a link for the devices, and operations for those who run the services. */
import type { Store } from '../store/store.ts';
import { UserError } from '../util/errors.ts';
import type { Order } from './court.ts';
import { fromRole, type SetUp } from './endpoint.ts';
import type { Arrived, Link } from './link.ts';
import type { Network } from './network.ts';
import type { Mail } from './relay.ts';
import type { Services } from './services.ts';
import type { Packet } from './wire.ts';

/** The devices' link, and the operations of those who run the services. */
export interface Connection {
  readonly link: Link;
  /** Makes the provider process its review queue. */
  review(): Promise<void>;
  /** Serves a court order on the services. */
  serve(order: Order): Promise<void>;
  /** Ends the connection; what the roles know stays readable. */
  close(): Promise<void>;
}

/** Makes services reachable for devices. Devices record what they receive on their own network. */
export interface Connect {
  (services: Services, network: Network): Promise<Connection>;
  /** Opens the store for the services' state; closing the connection closes it. Default: in memory. */
  readonly store?: () => Promise<Store>;
}

/** A connection within the process, through the network. */
export const withinProcess: Connect = async (services, network) => ({
  link: {
    register: (account, publicKey) => services.register(account, publicKey),
    setUp: async (account) => carried(network, services.setUp(account)),
    async ask(to, draft, blobs) {
      const reply = await services.handle(to, network.carry(fromRole(draft.type), to, draft, blobs));
      return reply && (network.carry('provider', 'sender', reply.draft, reply.blobs) as Packet);
    },
    async *deliver() {
      for (const { draft, blobs } of await services.deliver())
        yield network.carry('relay', 'recipient', draft, blobs) as Packet<Mail>;
    },
  },
  review: () => services.review(),
  async serve(order) {
    if ((await services.serve(order)).state === 'taken') throw new UserError(`Another order has the id ${order.id}`);
  },
  close: async () => {},
});

const carried = (network: Network, { parameters, list, set }: SetUp): Arrived => ({
  parameters,
  list: list && network.carry('provider', 'sender', list.draft, list.blobs),
  set: set && network.carry('provider', 'sender', set.draft, set.blobs),
});
