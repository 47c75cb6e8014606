/** The interface between services and their routes: bytes in, bytes out, so that the services can run in another thread. */
import { setUpFrame } from '../../client/set-up-frame.ts';
import type { RecordPage, Served } from '../../role/compliance.ts';
import type { Order } from '../../role/court.ts';
import type { Endpoint } from '../../role/endpoint.ts';
import { forBox } from '../../role/provider-box.ts';
import { Relay } from '../../role/relay.ts';
import type { Services, Taken } from '../../role/services.ts';
import { blob, decoded, encode, isOf, type Packet } from '../../role/wire.ts';
import type { PacketType } from '../../schema/packet.ts';
import type { PacketName, Page, PageLimits } from '../../store/packet.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { UserError } from '../../util/errors.ts';

/** How a packet was handled, and the bytes of the answer, if there is one. */
export interface TakenBytes {
  readonly state: Taken['state'];
  readonly answer?: Uint8Array;
}

/** The services of one deployment. */
export interface ServicePort {
  /** Registers an account's public key, 32 bytes, in the services' own directory. Omitted if they read the accounts' store. */
  register?(account: string, publicKey: Uint8Array): Promise<void>;
  /** An encoded set-up for `readSetUp`: for an account, or the default one; undefined if there is none. */
  setUp(account?: string): Promise<Uint8Array | undefined>;
  /** Handles an encoded packet; `digest` is the SHA-256 of its bytes in hex, if known. Resolves when the packet is stored. */
  take(endpoint: Endpoint, bytes: Uint8Array, digest?: string): Promise<TakenBytes>;
  /** Messages that wait for a recipient. */
  mail(recipient: string, limits: PageLimits): Promise<Page>;
  /** A recipient acknowledges these messages; returns how many of them were waiting. */
  acknowledge(recipient: string, names: readonly PacketName[]): Promise<number>;
  /** The provider processes its review queue. */
  review(): Promise<void>;
  /** Serves a court order. */
  serve(order: Order): Promise<Served>;
  /** What an order for metadata has produced, after the first `skip`; undefined if none of that id was served. Omitted if the court runs elsewhere. */
  records?(order: string, skip: number): Promise<RecordPage | undefined>;
}

/** The port of services in this thread. */
export const portOf = (services: Services): Omit<Required<ServicePort>, 'register'> => ({
  setUp: async (account) => setUpFrame(services.setUp(account)),
  async take(endpoint, bytes, digest) {
    const { state, reply } = await services.arrive(endpoint, decoded(bytes), digest);
    return reply ? { state, answer: encode(reply.draft, reply.blobs) } : { state };
  },
  mail: (recipient, limits) => services.mail(recipient, limits),
  acknowledge: (recipient, names) => services.acknowledge(recipient, names),
  review: () => services.review(),
  serve: (order) => services.serve(order),
  records: async (order, skip) => services.records(order, skip),
});

/** Packets that an external provider can process later, because they request no answer. */
const withoutAnswer: readonly PacketType[] = ['voucher', 'flag', 'hash-upload', 'user-report'];

/** Options of a relay whose provider and court run elsewhere. */
interface OutsideOptions {
  readonly store: Store;
  readonly frankingKey: Uint8Array;
  /** Seconds since 1970. */
  readonly now: Clock;
}

/** The port of a relay whose provider and court run elsewhere, under any strategy. Packets for them wait in the store. */
export function outsidePort({ store, frankingKey, now }: OutsideOptions): ServicePort {
  const retains = (packet: Packet<'envelope'>): boolean => blob(packet, 'escrow').length > 0;
  const relay = new Relay({ frankingKey, retains, box: store.messages });
  return {
    setUp: async () => undefined,
    async take(endpoint, bytes, digest) {
      const [packet, arrival] = [decoded(bytes), { arrived: now(), digest }];
      if (endpoint === 'relay')
        return isOf(packet, 'envelope') || isOf(packet, 'device-copy') || isOf(packet, 'clear')
          ? { state: await relay.accept(packet, arrival) }
          : { state: 'refused' };
      return withoutAnswer.includes(packet.header.type)
        ? { state: await store.vouchers.post(forBox(packet, arrival)) }
        : { state: 'refused' };
    },
    mail: (recipient, limits) => relay.page(recipient, limits),
    acknowledge: (recipient, names) => relay.acknowledge(recipient, names),
    async review() {
      throw new UserError('Expected services with a strategy: this provider runs elsewhere, and fetches its packets');
    },
    async serve({ id: order, demand = 'stored', ...period }) {
      if (demand !== 'stored')
        throw new UserError('Expected services with a strategy: these serve orders for what is stored alone');
      return { state: await store.orders.serve({ order, ...period }, now()) };
    },
  };
}
