/** Space in a box of packets: for its readers, for each poster in each reader's box, and for each poster in all. */
import type { Amount, BoxLimits, NewPacket, NoSpace } from './packet.ts';

type Packet = Pick<NewPacket, 'reader' | 'poster' | 'packet'>;

export class BoxSpace {
  readonly #limits: BoxLimits;
  readonly #readers = new Used();
  readonly #shares = new Used();
  readonly #posters = new Used();

  constructor(limits: BoxLimits) {
    this.#limits = limits;
  }

  /** Counts what waits already, or no longer where the amount is negative. */
  addWaiting(of: Pick<Packet, 'reader' | 'poster'>, amount: Amount): void {
    this.#readers.add(of.reader, amount);
    this.#shares.add(shareOf(of), amount);
  }

  /** Counts what of a poster is stored already, or no longer where the amount is negative. */
  addStored(poster: string, amount: Amount): void {
    this.#posters.add(poster, amount);
  }

  /** Takes space for a packet; why there is none, otherwise. */
  take({ reader, poster, packet }: Packet): NoSpace | undefined {
    const more = { packets: 1, bytes: packet.length };
    const { reader: whole, share: part, account } = this.#limits;
    // First what the poster did itself: of how full another's box is it learns as little as can be.
    if (!this.#posters.fits(poster, more, account)) return 'quota';
    if (!this.#shares.fits(shareOf({ reader, poster }), more, part)) return 'share';
    if (!this.#readers.fits(reader, more, whole)) return 'full';
    this.addStored(poster, more);
    this.addWaiting({ reader, poster }, more);
    return undefined;
  }
}

/** What is used, by name. */
class Used {
  readonly #amounts = new Map<string, Amount>();

  add(name: string, { packets, bytes }: Amount): void {
    const before = this.#of(name);
    const after = { packets: before.packets + packets, bytes: before.bytes + bytes };
    if (after.packets === 0) this.#amounts.delete(name);
    else this.#amounts.set(name, after);
  }

  fits(name: string, more: Amount, most: Amount): boolean {
    const { packets, bytes } = this.#of(name);
    return packets + more.packets <= most.packets && bytes + more.bytes <= most.bytes;
  }

  #of(name: string): Amount {
    return this.#amounts.get(name) ?? { packets: 0, bytes: 0 };
  }
}

const shareOf = ({ reader, poster }: Pick<Packet, 'reader' | 'poster'>): string => JSON.stringify([reader, poster]);
