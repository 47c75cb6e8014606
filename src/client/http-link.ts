/**
 * A device's link to services behind HTTP. Each packet is one signed request, its answer one response, over persistent connections. No
 * `node:` imports: it also runs in a page.
 */
import { systemRandom } from '../crypto/sodium.ts';
import type { Connection } from '../role/connection.ts';
import type { Order } from '../role/court.ts';
import { fromRole } from '../role/endpoint.ts';
import type { Arrived, Link } from '../role/link.ts';
import type { Network } from '../role/network.ts';
import type { Mail } from '../role/relay.ts';
import { decode, encode, isOf, type Packet } from '../role/wire.ts';
import type { PacketType } from '../schema/packet.ts';
import { toHex } from '../util/hex.ts';
import { type ClientOptions, ServiceClient } from './service-client.ts';
import { readSetUp } from './set-up-frame.ts';
import { type SigningKeys, signingKeys } from './signature.ts';

/** Address of the services, and the signing keys of those who run them. */
interface HttpOptions extends Omit<ClientOptions, 'keys'> {
  readonly provider: SigningKeys;
  readonly court: SigningKeys;
}

/** A connection by HTTP requests. Packets that arrive at devices are recorded in their network. `close` does additional work at the end. */
export function connectionOver(options: HttpOptions, network: Network, close: () => Promise<void>): Connection {
  const as = (keys: SigningKeys): ServiceClient => new ServiceClient({ ...options, keys });
  const [provider, court] = [as(options.provider), as(options.court)];
  return {
    link: linkOver(() => as(signingKeys(options.random ?? systemRandom)), network),
    async review() {
      await provider.bytes('POST', '/provider/reviews');
    },
    async serve({ id: order, account, from, to, demand }: Order) {
      await court.tell('POST', '/court/orders', { order, account, from, to, ...(demand ? { demand } : {}) });
    },
    close,
  };
}

/** The link of all devices of a network, each with its own keys. `newClient` creates a client that signs with fresh keys. */
function linkOver(newClient: () => ServiceClient, network: Network): Link {
  const clients = new Map<string, ServiceClient>();
  /** Accounts that were sent something since they last fetched mail. */
  const awaited = new Set<string>();
  const clientOf = (account: string): ServiceClient => {
    const client = clients.get(account);
    if (!client) throw new Error(`Account ${account} is not registered`);
    return client;
  };

  /** Decodes and records a received packet; undefined if it is malformed or of another type. */
  const arrived = <T extends PacketType>(
    [from, to]: ['provider', 'sender'] | ['relay', 'recipient'],
    bytes: Uint8Array | undefined,
    ...types: readonly T[]
  ): Packet<T> | undefined => {
    const read = bytes && decode(bytes);
    if (!bytes || !read?.ok) return undefined;
    network.arrived(from, to, read.packet, bytes);
    const known = types.length === 0 || types.some((type) => isOf(read.packet, type));
    return known ? (read.packet as unknown as Packet<T>) : undefined;
  };

  return {
    async register(account, publicKey) {
      const client = newClient();
      await client.tell('POST', '/accounts', { account, publicKey: toHex(publicKey) });
      clients.set(account, client);
    },
    async setUp(account): Promise<Arrived> {
      const [first = ''] = clients.keys();
      const query = account === undefined ? '' : `?account=${encodeURIComponent(account)}`;
      const frame = await clientOf(account ?? first).bytes('GET', `/set-up${query}`);
      const { parameters, packets } = readSetUp(frame ?? new Uint8Array(0));
      const list = arrived(['provider', 'sender'], packets.list, 'list');
      return { parameters, list, set: arrived(['provider', 'sender'], packets.set, 'device-setup') };
    },
    async ask(to, draft, blobs) {
      const role = fromRole(draft.type);
      const ends = draft as { readonly sender?: string; readonly recipient?: string };
      const client = clientOf((role === 'recipient' ? ends.recipient : ends.sender) ?? '');
      const answer = await client.bytes('POST', `/${to}/packets`, encode(draft, blobs));
      if (to === 'relay' && ends.recipient !== undefined && clients.has(ends.recipient)) awaited.add(ends.recipient);
      // Recipients only send packets that have no answer.
      return role === 'sender' ? arrived(['provider', 'sender'], answer) : undefined;
    },
    async *deliver() {
      const mail: Waiting[] = [];
      for (const account of awaited) {
        awaited.delete(account);
        mail.push(...(await taken(clientOf(account))));
      }
      // Devices in one network fetch one after the other, and open their messages in order of sending.
      mail.sort((a, b) => a.sentAt - b.sentAt);
      for (const { bytes } of mail) {
        const packet = arrived<Mail>(['relay', 'recipient'], bytes, 'envelope', 'device-copy', 'clear');
        if (packet) yield packet;
      }
    },
  };
}

/** A waiting packet, and the time of sending from its header. */
interface Waiting {
  readonly sentAt: number;
  readonly bytes: Uint8Array;
}

/**
 * Fetches and acknowledges everything that waits for an account. Invalid messages are acknowledged too: somebody may have sent them
 * deliberately.
 */
async function taken(client: ServiceClient): Promise<Waiting[]> {
  const all: Waiting[] = [];
  for (;;) {
    const { packets, more } = await client.page('/mailbox');
    const headers = packets.flatMap((bytes) => {
      const read = decode(bytes);
      if (!read.ok) return [];
      const { header } = read.packet as Packet<Mail>;
      all.push({ sentAt: header.sentAt ?? 0, bytes });
      return isMail(read.packet) ? [header] : [];
    });
    if (headers.length > 0) await client.acknowledgeMail(headers);
    // Without an acknowledgement the same page would come again.
    if (!more || headers.length === 0) return all;
  }
}

const isMail = (packet: Packet): boolean =>
  isOf(packet, 'envelope') || isOf(packet, 'device-copy') || isOf(packet, 'clear');
