/**
 * Packets that wait for a reader: messages for accounts, vouchers for the provider. A packet is stored once however often it is posted,
 * waits until its reader acknowledges it, and leaves its digest behind, so that a late retry is not delivered again. Who posted it is part of
 * its name, and counts for what it takes: no account can take another's name or room.
 */
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { groupCommit } from './group-commit.ts';
import type { Amount, BoxLimits, NewPacket, PacketName } from './packet.ts';
import { BoxSpace, type NoSpace } from './space.ts';
import type { PacketRow, Tables } from './tables.ts';

/** What became of a post. known: the same bytes are or were here. conflict: its poster has others under the same name. */
export type Posted = 'stored' | 'known' | 'conflict' | NoSpace;

/** How much of what there is one page holds. */
export interface PageLimits {
  readonly most: number;
  readonly mostBytes: number;
}

/** Packets in order of arrival, and whether there are more behind them. */
export interface Page {
  readonly packets: readonly Uint8Array[];
  readonly more: boolean;
}

const nameColumns = ['poster', 'sender', 'message', 'type'] as const;

export class PacketBox {
  readonly #db: Kysely<Tables>;
  readonly #table: 'messages' | 'vouchers';
  readonly #limits: BoxLimits;
  /** Keeps a packet; resolves once it is durable. */
  readonly post: (packet: NewPacket) => Promise<Posted>;

  constructor(db: Kysely<Tables>, table: 'messages' | 'vouchers', limits: BoxLimits) {
    this.#db = db;
    this.#table = table;
    this.#limits = limits;
    this.post = groupCommit((packets) => db.transaction().execute((step) => this.#store(step, packets)), {
      most: 64,
      mostBytes: 8 * 2 ** 20,
      bytesOf: ({ packet }) => packet.length,
    });
  }

  async #store(step: Transaction<Tables>, packets: readonly NewPacket[]): Promise<Posted[]> {
    const digests = await this.#digests(step, packets);
    const room = await BoxSpace.of(step, this.#table, this.#limits, packets);
    const wanted = new Map<string, NewPacket>();
    const outcomes = packets.map((packet): Posted => {
      const name = nameOf(packet);
      const digest = digests.get(name);
      // What is there already takes no room from what comes with it.
      if (digest !== undefined) return digest === packet.digest ? 'known' : 'conflict';
      const refusal = room.take(packet);
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
    // Another process on the same database took the same name at the same moment.
    const fresh = new Set(added.map(nameOf));
    const late = await this.#digests(step, packets);
    return packets.map((packet, i) => {
      const name = nameOf(packet);
      if (outcomes[i] !== 'stored' || fresh.has(name)) return outcomes[i]!;
      return late.get(name) === packet.digest ? 'known' : 'conflict';
    });
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
    return new Map(found.map((each) => [nameOf(each), each.digest]));
  }

  /** What waits for a reader, in order of arrival. */
  async page(reader: string, limits: PageLimits): Promise<Page> {
    const waiting = await this.#db
      .selectFrom(this.#table)
      .select(['number', 'bytes'])
      .where('reader', '=', reader)
      .where('waiting', '=', true)
      .orderBy('number')
      .limit(limits.most + 1)
      .execute();
    return await this.#page(waiting, limits);
  }

  /** The first of the rows as a page. A packet that passes the bytes is still in it where it is the first. */
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

  /** The reader has them: their bytes go, but for what is retained. Returns how many of the named ones waited for that reader. */
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

  /** What an order names: retained packets of one sender with `from` <= arrived <= `to`, from the `skip`th on. */
  async retained(
    { account, from, to }: { readonly account: string; readonly from: number; readonly to: number },
    skip: number,
    limits: PageLimits,
  ): Promise<Page> {
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

  /** How many packets wait, and their bytes. */
  waiting(): Promise<Amount> {
    return this.#amount('waiting');
  }

  /** How many packets are stored, and their bytes: what waits, and what is retained. */
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

  /** Forgets the names of packets that were delivered long ago, and what was retained for long enough. */
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

const rowOf = ({ sentAt, packet, ...rest }: NewPacket) => ({
  ...rest,
  sent_at: sentAt,
  bytes: packet.length,
  // node-postgres takes a typed array by its whole buffer otherwise.
  packet: Buffer.from(packet.buffer, packet.byteOffset, packet.length),
});

const nameOf = ({ poster, sender, message, type }: PacketName): string =>
  JSON.stringify([poster, sender, message, type]);
