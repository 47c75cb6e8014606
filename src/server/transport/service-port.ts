/** Services as their routes reach them: bytes in, bytes out, so that they may stand in another thread. */

import { setUpFrame } from '../../client/set-up-frame.ts';
import type { Order } from '../../role/court.ts';
import type { Endpoint } from '../../role/endpoint.ts';
import type { Services } from '../../role/services.ts';
import { decode, encode } from '../../role/wire.ts';
import type { PacketBox } from '../store/packet-box.ts';

/** The services of one deployment. */
export interface ServicePort extends Pick<PacketBox, 'page' | 'acknowledge'> {
  /** Enters an account's public key, 32 bytes, in the directory. */
  register(account: string, publicKey: Uint8Array): Promise<void>;
  /** A set-up as `readSetUp` reads it: of an account, or of all that were given nothing else. */
  setUp(account?: string): Promise<Uint8Array>;
  /** Takes a packet in, given as its bytes; the answer's bytes. */
  answer(endpoint: Endpoint, bytes: Uint8Array): Promise<Uint8Array | undefined>;
  /** The provider works its review queue off. */
  review(): Promise<void>;
  serve(order: Order): Promise<void>;
}

/** The port of services in this thread. */
export const portOf = (services: Services): ServicePort => ({
  async register(account, publicKey) {
    services.register(account, publicKey);
  },
  setUp: async (account) => setUpFrame(services.setUp(account)),
  async answer(endpoint, bytes) {
    const read = decode(bytes);
    if (!read.ok) throw new Error(`A packet that was checked cannot be read: ${read.reason}`);
    return await services.answer(endpoint, read.packet, bytes);
  },
  async page(recipient, { most, mostBytes }) {
    const waiting = services.mail.waiting(recipient, most + 1).map(({ draft, blobs }) => encode(draft, blobs));
    let bytes = 0;
    // One that is larger than a page is a page of its own.
    const packets = waiting.slice(0, most).filter((each, i) => {
      bytes += each.length;
      return i === 0 || bytes <= mostBytes;
    });
    return { packets, more: packets.length < waiting.length };
  },
  async acknowledge(recipient, names) {
    const named = new Set(names.map(({ sender, message, type }) => JSON.stringify([sender, message, type])));
    return services.mail.acknowledge(recipient, ({ sender, message, type }) =>
      named.has(JSON.stringify([sender, message, type])),
    );
  },
  review: () => services.review(),
  async serve(order) {
    services.serve(order);
  },
});
