/**
 * Packets that wait for a reader: messages for accounts, vouchers for the provider. A packet is stored once however often it is posted,
 * waits until its reader acknowledges it, and leaves its digest behind, so that a late retry is not delivered again.
 */
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { groupCommit } from './group-commit.ts';
import type { PacketRow, Tables } from './tables.ts';

/** A packet to keep. `sentAt` is logical time, `arrived` seconds since 1970. */
export interface NewPacket {
  readonly reader: string;
  readonly sender: string;
  readonly message: string;
  readonly type: string;
  readonly sentAt: number;
  readonly digest: string;
  readonly packet: Uint8Array;
  readonly retained: boolean;
  readonly arrived: number;
}

/** What became of a post. known: the same bytes are or were here. conflict: others are, under the same name. full: no room for its reader. */
export type Posted = 'stored' | 'known' | 'conflict' | 'full';

/** A packet's name for its reader. */
export interface PacketName {
  readonly sender: string;
  readonly message: string;
  readonly type: string;
}

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

/** Limits of a box. */
export interface BoxLimits {
  /** Bytes that may wait for one reader. */
  readonly readerBytes: number;
  /** Seconds for which a delivered packet's name is remembered against retries. */
  readonly rememberSeconds: number;
}

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
    const room = await this.#room(step, packets);
    const fits = packets.map(({ reader, packet }) => {
      const left = room.get(reader)! - packet.length;
      if (left >= 0) room.set(reader, left);
      return left >= 0;
    });
    const rows = packets.filter((_, i) => fits[i]).map(rowOf);
    const added =
      rows.length === 0
        ? []
        : await step
            .insertInto(this.#table)
            .values(rows)
            .onConflict((conflict) => conflict.doNothing())
            .returning(['sender', 'message', 'type'])
            .execute();
    const fresh = new Set(added.map(nameOf));
    const outcomes = packets.map((packet, i): Posted | undefined =>
      fits[i] && fresh.delete(nameOf(packet)) ? 'stored' : undefined,
    );
    const others = packets.filter((_, i) => outcomes[i] === undefined);
    const digests = others.length === 0 ? new Map<string, string>() : await this.#digests(step, others);
    return packets.map((packet, i) => {
      const digest = digests.get(nameOf(packet));
      return outcomes[i] ?? (digest === undefined ? 'full' : digest === packet.digest ? 'known' : 'conflict');
    });
  }

  /** Bytes that may still be put before each of the readers. */
  async #room(step: Transaction<Tables>, packets: readonly NewPacket[]): Promise<Map<string, number>> {
    const readers = [...new Set(packets.map(({ reader }) => reader))];
    const used = await step
      .selectFrom(this.#table)
      .select(['reader', sql<number>`sum(bytes)`.as('bytes')])
      .where('waiting', '=', true)
      .where('reader', 'in', readers)
      .groupBy('reader')
      .execute();
    const bytes = new Map(used.map((each) => [each.reader, each.bytes]));
    return new Map(readers.map((reader) => [reader, this.#limits.readerBytes - (bytes.get(reader) ?? 0)]));
  }

  async #digests(step: Transaction<Tables>, names: readonly PacketName[]): Promise<Map<string, string>> {
    const found = await step
      .selectFrom(this.#table)
      .select(['sender', 'message', 'type', 'digest'])
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('sender', 'message', 'type'),
          'in',
          names.map(({ sender, message, type }) => tuple(sender, message, type)),
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
      .set({ waiting: false, packet: sql`case when retained then packet end` })
      .where('reader', '=', reader)
      .where('waiting', '=', true)
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('sender', 'message', 'type'),
          'in',
          names.map(({ sender, message, type }) => tuple(sender, message, type)),
        ),
      )
      .returning('number')
      .execute();
    return done.length;
  }

  /** What an order names: retained packets of one sender with `from` <= sentAt <= `to`, from the `skip`th on. */
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
      .where('sent_at', '>=', from)
      .where('sent_at', '<=', to)
      .orderBy('number')
      .offset(skip)
      .limit(limits.most + 1)
      .execute();
    return await this.#page(found, limits);
  }

  /** How many packets wait, and their bytes. */
  async waiting(): Promise<{ packets: number; bytes: number }> {
    const { packets, bytes } = await this.#db
      .selectFrom(this.#table)
      .select([sql<number>`count(*)`.as('packets'), sql<number>`coalesce(sum(bytes), 0)`.as('bytes')])
      .where('waiting', '=', true)
      .executeTakeFirstOrThrow();
    return { packets, bytes };
  }

  /** Forgets the names of packets that were delivered long ago. */
  async prune(now: number): Promise<void> {
    await this.#db
      .deleteFrom(this.#table)
      .where('waiting', '=', false)
      .where('retained', '=', false)
      .where('arrived', '<', now - this.#limits.rememberSeconds)
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

const nameOf = ({ sender, message, type }: PacketName): string => JSON.stringify([sender, message, type]);
