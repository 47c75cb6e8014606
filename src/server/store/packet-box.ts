/** A box of packets in the database: `messages` for accounts, `vouchers` for the provider. */
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import {
  type Amount,
  type BoxLimits,
  type NewPacket,
  type PacketBox,
  type PacketName,
  type Page,
  type PageLimits,
  type Period,
  type Posted,
  packetKey,
} from '../../store/packet.ts';
import { BoxSpace } from '../../store/space.ts';
import { sha256Hex } from '../../util/digest.ts';
import { groupCommit } from './group-commit.ts';
import type { PacketRow, Tables } from './tables.ts';

const nameColumns = ['poster', 'sender', 'message', 'type'] as const;

export class StoredBox implements PacketBox {
  readonly #db: Kysely<Tables>;
  readonly #table: 'messages' | 'vouchers';
  readonly #limits: BoxLimits;
  readonly #post: (packet: Digested) => Promise<Posted>;

  constructor(db: Kysely<Tables>, table: 'messages' | 'vouchers', limits: BoxLimits) {
    this.#db = db;
    this.#table = table;
    this.#limits = limits;
    this.#post = groupCommit(
      (packets: readonly Digested[]) => db.transaction().execute((step) => this.#store(step, packets)),
      {
        most: 64,
        mostBytes: 8 * 2 ** 20,
        bytesOf: ({ packet }) => packet.length,
      },
    );
  }

  post(packet: NewPacket): Promise<Posted> {
    return this.#post({ ...packet, digest: packet.digest ?? sha256Hex(packet.packet) });
  }

  async #store(step: Transaction<Tables>, packets: readonly Digested[]): Promise<Posted[]> {
    const digests = await this.#digests(step, packets);
    const space = await this.#space(step, packets);
    const wanted = new Map<string, Digested>();
    const outcomes = packets.map((packet): Posted => {
      const name = packetKey(packet);
      const digest = digests.get(name);
      // A duplicate needs no additional space.
      if (digest !== undefined) return digest === packet.digest ? 'known' : 'conflict';
      const refusal = space.take(packet);
      if (refusal) return refusal;
      digests.set(name, packet.digest);
      wanted.set(name, packet);
      return 'stored';
    });
    if (wanted.size === 0) return outcomes;
    const added = await step
      .insertInto(this.#table)
      .values([...wanted.values()].map(rowOf))
      .onConflict((conflict) => conflict.doNothing())
      .returning(nameColumns)
      .execute();
    if (added.length === wanted.size) return outcomes;
    // Another process on the same database stored the same name simultaneously.
    const fresh = new Set(added.map(packetKey));
    const late = await this.#digests(step, packets);
    return packets.map((packet, i) => {
      const name = packetKey(packet);
      if (outcomes[i] !== 'stored' || fresh.has(name)) return outcomes[i]!;
      return late.get(name) === packet.digest ? 'known' : 'conflict';
    });
  }

  /**
   * The free capacity for these packets. Two processes on one database that post simultaneously do not count each other's packets, so a
   * limit can be exceeded by the contents of one transaction.
   */
  async #space(step: Transaction<Tables>, packets: readonly NewPacket[]): Promise<BoxSpace> {
    const amount = [sql<number>`count(*)`.as('packets'), sql<number>`sum(bytes)`.as('bytes')] as const;
    const waiting = await step
      .selectFrom(this.#table)
      .select(['reader', 'poster', ...amount])
      .where('waiting', '=', true)
      .where('reader', 'in', [...new Set(packets.map(({ reader }) => reader))])
      .groupBy(['reader', 'poster'])
      .execute();
    const stored = await step
      .selectFrom(this.#table)
      .select(['poster', ...amount])
      .where('poster', 'in', [...new Set(packets.map(({ poster }) => poster))])
      .groupBy('poster')
      .execute();
    const space = new BoxSpace(this.#limits);
    for (const each of waiting) space.addWaiting(each, each);
    for (const each of stored) space.addStored(each.poster, each);
    return space;
  }

  async #digests(step: Transaction<Tables>, names: readonly PacketName[]): Promise<Map<string, string>> {
    const found = await step
      .selectFrom(this.#table)
      .select([...nameColumns, 'digest'])
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple(...nameColumns),
          'in',
          names.map(({ poster, sender, message, type }) => tuple(poster, sender, message, type)),
        ),
      )
      .execute();
    return new Map(found.map((each) => [packetKey(each), each.digest]));
  }

  async page(reader: string | undefined, limits: PageLimits, skip = 0): Promise<Page> {
    const waiting = await this.#db
      .selectFrom(this.#table)
      .select(['number', 'bytes'])
      .where('waiting', '=', true)
      .$if(reader !== undefined, (query) => query.where('reader', '=', reader!))
      .orderBy('number')
      .offset(skip)
      .limit(limits.most + 1)
      .execute();
    return await this.#page(waiting, limits);
  }

  /** The first of the rows as a page. A first packet that exceeds the byte limit is still included. */
  async #page(
    rows: readonly Pick<Selectable<PacketRow>, 'number' | 'bytes'>[],
    { most, mostBytes }: PageLimits,
  ): Promise<Page> {
    let bytes = 0;
    const chosen = rows.slice(0, most).filter((each, i) => {
      bytes += each.bytes;
      return i === 0 || bytes <= mostBytes;
    });
    if (chosen.length === 0) return { packets: [], more: false };
    const found = await this.#db
      .selectFrom(this.#table)
      .select('packet')
      .where(
        'number',
        'in',
        chosen.map(({ number }) => number),
      )
      .where('packet', 'is not', null)
      .orderBy('number')
      .execute();
    return { packets: found.map(({ packet }) => packet!), more: chosen.length < rows.length };
  }

  async acknowledge(reader: string, names: readonly PacketName[]): Promise<number> {
    const done = await this.#db
      .updateTable(this.#table)
      .set({
        waiting: false,
        packet: sql`case when retained then packet end`,
        bytes: sql`case when retained then bytes else 0 end`,
      })
      .where('reader', '=', reader)
      .where('waiting', '=', true)
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple(...nameColumns),
          'in',
          names.map(({ poster, sender, message, type }) => tuple(poster, sender, message, type)),
        ),
      )
      .returning('number')
      .execute();
    return done.length;
  }

  async retained({ account, from, to }: Period, skip: number, limits: PageLimits): Promise<Page> {
    const found = await this.#db
      .selectFrom(this.#table)
      .select(['number', 'bytes'])
      .where('sender', '=', account)
      .where('retained', '=', true)
      .where('arrived', '>=', from)
      .where('arrived', '<=', to)
      .orderBy('number')
      .offset(skip)
      .limit(limits.most + 1)
      .execute();
    return await this.#page(found, limits);
  }

  waiting(): Promise<Amount> {
    return this.#amount('waiting');
  }

  stored(): Promise<Amount> {
    return this.#amount('stored');
  }

  async #amount(of: 'waiting' | 'stored'): Promise<Amount> {
    return await this.#db
      .selectFrom(this.#table)
      .select([sql<number>`count(*)`.as('packets'), sql<number>`coalesce(sum(bytes), 0)`.as('bytes')])
      .where(({ eb }) => (of === 'waiting' ? eb('waiting', '=', true) : eb('bytes', '>', 0)))
      .executeTakeFirstOrThrow();
  }

  /** Deletes names of packets that were delivered long ago, and packets whose retention has expired. */
  async prune(now: number): Promise<void> {
    const { rememberSeconds, retainSeconds } = this.#limits;
    await this.#db
      .deleteFrom(this.#table)
      .where('waiting', '=', false)
      .where(
        'arrived',
        '<',
        sql<number>`${now}::bigint - case when retained then ${retainSeconds}::bigint else ${rememberSeconds}::bigint end`,
      )
      .execute();
  }
}

/** A packet with a known digest. */
type Digested = NewPacket & { readonly digest: string };

const rowOf = ({ sentAt, packet, ...rest }: Digested) => ({
  ...rest,
  sent_at: sentAt,
  bytes: packet.length,
  // Otherwise node-postgres would store the whole buffer of a typed array.
  packet: Buffer.from(packet.buffer, packet.byteOffset, packet.length),
});
