/** The relay: takes messages in, keeps mailboxes, hands them on. It stamps franking tags, and under an order hands over what it kept. */
import { stamp } from '../crypto/franking.ts';
import type { House } from './house.ts';
import { type Blobs, blob, type Packet } from './wire.ts';

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

  /** Hands on everything that waits, in order of arrival. */
  *deliver(): Generator<Carried> {
    const waiting = this.#mailbox;
    this.#mailbox = [];
    for (const packet of waiting) {
      const { blobs: _, ...draft } = packet.header;
      yield this.#house.carry('relay', 'recipient', draft, this.#stamped(packet)) as Carried;
    }
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
