/** The relay: takes messages in, keeps mailboxes, hands them on. It stamps franking tags, and under an order hands over what it kept. */
import { stamp } from '../crypto/franking.ts';
import type { House } from './house.ts';
import { type Blobs, blob, type Outgoing, type Packet } from './wire.ts';

/** Types of the packets that a relay carries between people. */
export type Mail = 'envelope' | 'clear';

type Carried = Packet<'envelope'> | Packet<'clear'>;

export class Relay {
  readonly #house: House;
  readonly #frankingKey: Uint8Array;
  readonly #retains: boolean;
  #mailbox: Carried[] = [];
  readonly #retained: Packet<'envelope'>[] = [];

  /** With `retains`, sealed messages are kept after delivery, as an obligation to serve orders requires. */
  constructor(house: House, frankingKey: Uint8Array, retains: boolean) {
    this.#house = house;
    this.#frankingKey = frankingKey;
    this.#retains = retains;
  }

  accept(packet: Carried): void {
    this.#mailbox.push(packet);
    if (this.#retains && packet.header.type === 'envelope') this.#retained.push(packet as Packet<'envelope'>);
  }

  /** Takes what waits out of the mailbox, in order of arrival: for one recipient where one is named, and at most so many. */
  deliver(recipient?: string, most = Infinity): Outgoing<Mail>[] {
    const [taken, left]: [Carried[], Carried[]] = [[], []];
    for (const packet of this.#mailbox) {
      const wanted = taken.length < most && (recipient === undefined || packet.header.recipient === recipient);
      (wanted ? taken : left).push(packet);
    }
    this.#mailbox = left;
    return taken.map((packet) => {
      const { blobs: _, ...draft } = packet.header;
      return { draft, blobs: this.#stamped(packet) };
    });
  }

  /** Hands over to the court what an order names. */
  *surrender(order: Packet<'order'>): Generator<Packet<'returned'>> {
    const { account, from, to, order: id } = order.header;
    for (const packet of this.#retained) {
      const { blobs: _, type: __, ...facts } = packet.header;
      if (facts.sender === account && facts.sentAt >= from && facts.sentAt <= to)
        yield this.#house.carry('relay', 'court', { type: 'returned', order: id, ...facts }, packet.blobs);
    }
  }

  #stamped(packet: Carried): Blobs {
    const tag = blob(packet, 'tag');
    return tag.length === 0 ? packet.blobs : { ...packet.blobs, stamp: stamp(tag, packet.header, this.#frankingKey) };
  }
}
