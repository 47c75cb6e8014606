/** Room in a box of packets: for its readers, for each sender in each reader's box, and for each sender in all. */
import { sql, type Transaction } from 'kysely';
import type { Amount, BoxLimits, NewPacket } from './packet.ts';
import type { Tables } from './tables.ts';

/** Why there is no room. full: too much waits for the reader. share: too much of the poster's does. quota: the poster stores too much. */
export type NoSpace = 'full' | 'share' | 'quota';

type Packet = Pick<NewPacket, 'reader' | 'poster' | 'packet'>;

export class BoxSpace {
  readonly #limits: BoxLimits;
  readonly #readers: Used;
  readonly #shares: Used;
  readonly #posters: Used;

  private constructor(limits: BoxLimits, [readers, shares, posters]: readonly [Used, Used, Used]) {
    this.#limits = limits;
    this.#readers = readers;
    this.#shares = shares;
    this.#posters = posters;
  }

  /**
   * What is left for these packets. Two processes on one database that post at the same moment count without each other, so that a limit can
   * be passed by what one transaction holds.
   */
  static async of(
    step: Transaction<Tables>,
    table: 'messages' | 'vouchers',
    limits: BoxLimits,
    packets: readonly Packet[],
  ): Promise<BoxSpace> {
    const amount = [sql<number>`count(*)`.as('packets'), sql<number>`sum(bytes)`.as('bytes')] as const;
    const waiting = await step
      .selectFrom(table)
      .select(['reader', 'poster', ...amount])
      .where('waiting', '=', true)
      .where('reader', 'in', [...new Set(packets.map(({ reader }) => reader))])
      .groupBy(['reader', 'poster'])
      .execute();
    const stored = await step
      .selectFrom(table)
      .select(['poster', ...amount])
      .where('poster', 'in', [...new Set(packets.map(({ poster }) => poster))])
      .groupBy('poster')
      .execute();
    const used = [new Used(), new Used(), new Used()] as const;
    for (const each of waiting) {
      used[0].add(each.reader, each);
      used[1].add(shareOf(each), each);
    }
    for (const each of stored) used[2].add(each.poster, each);
    return new BoxSpace(limits, used);
  }

  /** Takes room for a packet; why there is none, otherwise. */
  take({ reader, poster, packet }: Packet): NoSpace | undefined {
    const [share, more] = [shareOf({ reader, poster }), { packets: 1, bytes: packet.length }];
    const { reader: whole, share: part, account } = this.#limits;
    // First what the poster did itself: of how full another's box is it learns as little as can be.
    if (!this.#posters.fits(poster, more, account)) return 'quota';
    if (!this.#shares.fits(share, more, part)) return 'share';
    if (!this.#readers.fits(reader, more, whole)) return 'full';
    this.#posters.add(poster, more);
    this.#shares.add(share, more);
    this.#readers.add(reader, more);
    return undefined;
  }
}

/** What is used, by name. */
class Used {
  readonly #amounts = new Map<string, Amount>();

  add(name: string, { packets, bytes }: Amount): void {
    const before = this.#of(name);
    this.#amounts.set(name, { packets: before.packets + packets, bytes: before.bytes + bytes });
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
