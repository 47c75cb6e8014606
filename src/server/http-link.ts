/** A device's link to services behind HTTP: every packet is one request, and its answer one response, over connections that are kept. */
import type { Order } from '../role/court.ts';
import { fromRole } from '../role/desk.ts';
import type { House } from '../role/house.ts';
import type { Arrived, Connection, Link } from '../role/link.ts';
import type { Mail } from '../role/relay.ts';
import { decode, encode, isOf, type Packet } from '../role/wire.ts';
import type { PacketType } from '../schema/packet.ts';
import { utf8 } from '../util/bytes.ts';
import { octets, readMail, readSetUp } from './http-frames.ts';

/** Packets that one look into the mailbox brings at most. */
const mostMail = 64;

/** One request; its response's bytes, undefined where there are none. Throws an Error where the services did not do it. */
type Request = (method: string, path: string, body?: Uint8Array, type?: string) => Promise<Uint8Array | undefined>;

/** Requests to the services whose routes begin with `base`, a URL without a slash at its end. */
export const requestsTo =
  (base: string): Request =>
  async (method, path, body, type = octets) => {
    const response = await fetch(`${base}${path}`, {
      method,
      ...(body ? { body: body as Uint8Array<ArrayBuffer>, headers: { 'content-type': type } } : {}),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} was answered with ${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : new Uint8Array(await response.arrayBuffer());
  };

/** A connection by requests; what arrives at devices is noted in their house. `close` is what else its end takes. */
export const connectionOver = (request: Request, house: House, close: () => Promise<void>): Connection => ({
  link: linkOver(request, house),
  async review() {
    await request('POST', '/provider/reviews');
  },
  async serve({ id, account, from, to }: Order) {
    await request('POST', '/court/orders', utf8(JSON.stringify({ id, account, from, to })), 'application/json');
  },
  close,
});

function linkOver(request: Request, house: House): Link {
  /** A packet that came, noted; undefined where the bytes are none, or of another type. */
  const arrived = <T extends PacketType>(
    [from, to]: ['provider', 'sender'] | ['relay', 'recipient'],
    bytes: Uint8Array | undefined,
    ...types: readonly T[]
  ): Packet<T> | undefined => {
    const read = bytes && decode(bytes);
    if (!bytes || !read?.ok) return undefined;
    house.arrived(from, to, read.packet, bytes);
    const known = types.length === 0 || types.some((type) => isOf(read.packet, type));
    return known ? (read.packet as unknown as Packet<T>) : undefined;
  };

  return {
    async register(account, publicKey) {
      await request('PUT', `/devices/${encodeURIComponent(account)}`, publicKey);
    },
    async setUp(account): Promise<Arrived> {
      const query = account === undefined ? '' : `?account=${encodeURIComponent(account)}`;
      const { bulletin, packets } = readSetUp((await request('GET', `/set-up${query}`)) ?? new Uint8Array(0));
      const list = arrived(['provider', 'sender'], packets.list, 'list');
      return { bulletin, list, set: arrived(['provider', 'sender'], packets.set, 'device-setup') };
    },
    async ask(to, draft, blobs) {
      const answer = await request('POST', `/${to}/packets`, encode(draft, blobs));
      // The only way from a recipient is one without an answer.
      return fromRole(draft.type) === 'sender' ? arrived(['provider', 'sender'], answer) : undefined;
    },
    async *deliver() {
      for (;;) {
        const mail = await request('POST', `/relay/deliveries?most=${mostMail}`);
        if (!mail) return;
        const packets = readMail(mail);
        for (const bytes of packets) {
          const packet = arrived<Mail>(['relay', 'recipient'], bytes, 'envelope', 'clear');
          if (packet) yield packet;
        }
        if (packets.length < mostMail) return;
      }
    },
  };
}
