/**
 * The relay: accepts messages, stores them in mailboxes, and delivers them. It stamps franking tags, and produces stored messages under a
 * court order.
 */
import { stamp } from '../crypto/franking.ts';
import { mailboxLimits, noLimits } from '../store/limits.ts';
import { MemoryBox } from '../store/memory-box.ts';
import type { PacketBox, PacketName, Page, PageLimits, Posted } from '../store/packet.ts';
import { blob, bytesOf, decoded, encode, isOf, type Outgoing, type Packet } from './wire.ts';

/** Packet types that a relay carries between users. */
export type Mail = 'envelope' | 'device-copy' | 'clear';

/** A message, sealed or not: orders and holding work on these. */
export type Carried = Packet<'envelope'> | Packet<'clear'>;

/** What mailboxes hold: messages, and their copies for further devices. */
type Posting = Carried | Packet<'device-copy'>;

/** Name of a packet's message in a mailbox: copies of one message, each for another device, are kept apart. */
const nameInMailbox = (type: string, message: string, recipient: string): string =>
  type === 'device-copy' ? `${message}@${recipient}` : message;

/** Settings of a relay. */
interface RelayOptions {
  readonly frankingKey: Uint8Array;
  /** Whether an encrypted message is retained after delivery, as a duty to serve orders requires. */
  readonly retains: (packet: Packet<'envelope'>) => boolean;
  /** Whether a message that the provider can read is retained after delivery. */
  readonly keepsClear?: boolean;
  /** Where mailboxes are stored; by default in memory. */
  readonly box?: PacketBox;
}

/** A packet's arrival: the relay's time, and the SHA-256 of its bytes if already known. */
export interface Arrival {
  readonly arrived: number;
  readonly digest?: string | undefined;
}

/** Limits of one batch that is read from the store. */
export const batch: PageLimits = { most: 64, mostBytes: 8 * 2 ** 20 };

export class Relay {
  readonly #options: RelayOptions;
  readonly #box: PacketBox;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#box = options.box ?? new MemoryBox(mailboxLimits(noLimits));
  }

  /** Puts a message into its recipient's mailbox; resolves when it is stored. */
  accept(packet: Posting, { arrived, digest }: Arrival = { arrived: packet.header.sentAt }): Promise<Posted> {
    const { recipient: reader, sender, message, type, sentAt } = packet.header;
    const { keepsClear } = this.#options;
    return this.#box.post({
      ...{ reader, poster: sender, sender, message: nameInMailbox(type, message, reader), type, sentAt, arrived },
      ...(digest === undefined ? {} : { digest }),
      retained: isOf(packet, 'envelope') ? this.#options.retains(packet) : isOf(packet, 'clear') && keepsClear === true,
      packet: bytesOf(packet),
    });
  }

  /** Takes all waiting messages out of the mailboxes, in order of arrival. */
  async deliver(): Promise<Outgoing<Mail>[]> {
    const taken: Posting[] = [];
    for (let more = true; more; ) {
      const page = await this.#box.page(undefined, batch);
      more = page.more;
      const packets = page.packets.map((bytes) => decoded(bytes) as Posting);
      for (const { header } of packets)
        await this.acknowledge(header.recipient, [{ ...header, poster: header.sender }]);
      taken.push(...packets);
    }
    return taken.map((packet) => stamped(packet, this.#options.frankingKey));
  }

  /** Encoded messages that wait for a recipient, in order of arrival. They wait until acknowledged. */
  async page(recipient: string, limits: PageLimits): Promise<Page> {
    const { packets, more } = await this.#box.page(recipient, limits);
    return { packets: packets.map((each) => this.#delivered(each)), more };
  }

  /** A recipient acknowledges these messages; returns how many of them were waiting. */
  acknowledge(recipient: string, names: readonly PacketName[]): Promise<number> {
    const named = names.map((name) => ({ ...name, message: nameInMailbox(name.type, name.message, recipient) }));
    return this.#box.acknowledge(recipient, named);
  }

  /** Produces the messages that an order covers, to the court. */
  async *surrender(order: Packet<'order'>): AsyncGenerator<Outgoing<'returned'>> {
    const { order: id } = order.header;
    for (let [skip, more] = [0, true]; more; ) {
      const page = await this.#box.retained(order.header, skip, batch);
      for (const bytes of page.packets) yield returned(decoded(bytes) as Carried, id);
      skip += page.packets.length;
      more = page.more;
    }
  }

  #delivered(bytes: Uint8Array): Uint8Array {
    const packet = decoded(bytes) as Posting;
    // Most packets have no tag and are delivered unchanged.
    if (blob(packet, 'tag').length === 0) return bytes;
    const { draft, blobs } = stamped(packet, this.#options.frankingKey);
    return encode(draft, blobs);
  }
}

/** A message as it is delivered: with the relay's stamp on its franking tag, if it has one. */
function stamped(packet: Posting, frankingKey: Uint8Array): Outgoing<Mail> {
  const { blobs: _, ...draft } = packet.header;
  const tag = blob(packet, 'tag');
  const { blobs } = packet;
  return { draft, blobs: tag.length === 0 ? blobs : { ...blobs, stamp: stamp(tag, packet.header, frankingKey) } };
}

/** A message as produced under an order. */
export function returned({ header, blobs }: Carried, order: string): Outgoing<'returned'> {
  const { blobs: _, type: __, ...facts } = header;
  return { draft: { type: 'returned', order, ...facts }, blobs };
}
