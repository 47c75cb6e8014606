/** The relay: accepts messages, keeps mailboxes, delivers. It stamps franking tags, and produces stored messages under a court order. */
import { stamp } from '../crypto/franking.ts';
import type { Network } from './network.ts';
import { blob, type Outgoing, type Packet } from './wire.ts';

/** Types of the packets that a relay carries between people. */
export type Mail = 'envelope' | 'clear';

/** A packet of these. */
export type Carried = Packet<'envelope'> | Packet<'clear'>;

export class Relay {
  readonly #network: Network;
  readonly #frankingKey: Uint8Array;
  readonly #retains: boolean;
  #mailbox: Carried[] = [];
  readonly #retained: Packet<'envelope'>[] = [];

  /** With `retains`, sealed messages are kept after delivery, as an obligation to serve orders requires. */
  constructor(network: Network, frankingKey: Uint8Array, retains: boolean) {
    this.#network = network;
    this.#frankingKey = frankingKey;
    this.#retains = retains;
  }

  accept(packet: Carried): void {
    this.#mailbox.push(packet);
    if (this.#retains && packet.header.type === 'envelope') this.#retained.push(packet as Packet<'envelope'>);
  }

  /** Takes all that waits out of the mailboxes, in order of arrival. */
  deliver(): Outgoing<Mail>[] {
    const taken = this.#mailbox;
    this.#mailbox = [];
    return taken.map((packet) => stamped(packet, this.#frankingKey));
  }

  /** What waits for a recipient, in order of arrival, at most that many packets. It waits until it is acknowledged. */
  waiting(recipient: string, most: number): Outgoing<Mail>[] {
    const own = this.#mailbox.filter(({ header }) => header.recipient === recipient);
    return own.slice(0, most).map((packet) => stamped(packet, this.#frankingKey));
  }

  /** A recipient has what is named so; returns how many packets had waited. */
  acknowledge(recipient: string, isNamed: (header: Carried['header']) => boolean): number {
    const before = this.#mailbox.length;
    this.#mailbox = this.#mailbox.filter(({ header }) => header.recipient !== recipient || !isNamed(header));
    return before - this.#mailbox.length;
  }

  /** Hands over to the court what an order names. */
  *surrender(order: Packet<'order'>): Generator<Packet<'returned'>> {
    const { account, from, to, order: id } = order.header;
    for (const packet of this.#retained) {
      const { sender, sentAt } = packet.header;
      if (sender !== account || sentAt < from || sentAt > to) continue;
      const { draft, blobs } = returned(packet, id);
      yield this.#network.carry('relay', 'court', draft, blobs);
    }
  }
}

/** A message as it is delivered: with the relay's stamp on its franking tag, where it has one. */
export function stamped(packet: Carried, frankingKey: Uint8Array): Outgoing<Mail> {
  const { blobs: _, ...draft } = packet.header;
  const tag = blob(packet, 'tag');
  const { blobs } = packet;
  return { draft, blobs: tag.length === 0 ? blobs : { ...blobs, stamp: stamp(tag, packet.header, frankingKey) } };
}

/** A stored message as it is produced under an order. */
export function returned({ header, blobs }: Packet<'envelope'>, order: string): Outgoing<'returned'> {
  const { blobs: _, type: __, ...facts } = header;
  return { draft: { type: 'returned', order, ...facts }, blobs };
}
