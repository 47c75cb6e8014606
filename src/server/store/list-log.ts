/** The log of lists in the database. */
import type { Kysely } from 'kysely';
import { type LoggedList, type LogKeys, type MerkleLog, merkleLog, type TreeHead } from '../../crypto/merkle-log.ts';
import type { ListLog, Publication } from '../../store/store.ts';
import type { Tables } from './tables.ts';

export class StoredLists implements ListLog {
  readonly #db: Kysely<Tables>;
  readonly #log: MerkleLog;
  #size = 0;
  #catchingUp: Promise<void> = Promise.resolve();
  readonly publicKey: Uint8Array;

  constructor(db: Kysely<Tables>, keys: LogKeys) {
    this.#db = db;
    this.#log = merkleLog(keys);
    this.publicKey = keys.publicKey;
  }

  async publish(list: LoggedList, packet: Uint8Array, now: number): Promise<Publication> {
    return await this.#db.transaction().execute(async (step): Promise<Publication> => {
      // Indices have no gaps, so publications run one at a time across all processes.
      await step.selectNoFrom(({ fn, val }) => fn('pg_advisory_xact_lock', [val(lockNumber)]).as('lock')).execute();
      const same = await step
        .selectFrom('lists')
        .select(['place', 'root'])
        .where('name', '=', list.name)
        .where('version', '=', list.version)
        .executeTakeFirst();
      if (same) return same.root === list.root ? { state: 'known', place: same.place } : { state: 'taken' };
      const { size } = await step
        .selectFrom('lists')
        .select(({ fn }) => fn.countAll<number>().as('size'))
        .executeTakeFirstOrThrow();
      const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
      await step
        .insertInto('lists')
        .values({ place: size, name: list.name, version: list.version, root: list.root, packet: bytes, published: now })
        .execute();
      return { state: 'new', place: size };
    });
  }

  async head(): Promise<TreeHead> {
    await this.#catchUp();
    return this.#log.head();
  }

  async inclusion(place: number, size: number): Promise<Uint8Array[]> {
    await this.#catchUp();
    return this.#log.inclusion(place, size);
  }

  async consistency(first: number, second: number): Promise<Uint8Array[]> {
    await this.#catchUp();
    return this.#log.consistency(first, second);
  }

  async entries(from: number, most: number): Promise<LoggedList[]> {
    return await this.#db
      .selectFrom('lists')
      .select(['name', 'version', 'root'])
      .where('place', '>=', from)
      .orderBy('place')
      .limit(most)
      .execute();
  }

  async packet(place: number): Promise<Uint8Array | undefined> {
    const row = await this.#db.selectFrom('lists').select('packet').where('place', '=', place).executeTakeFirst();
    return row?.packet;
  }

  /** Reads publications since the last call, by this process or another. One at a time, so that no entry is appended twice. */
  #catchUp(): Promise<void> {
    // The previous caller received any earlier failure; this call reads again.
    const read = (): Promise<void> => this.#read();
    this.#catchingUp = this.#catchingUp.then(read, read);
    return this.#catchingUp;
  }

  async #read(): Promise<void> {
    const rows = await this.#db
      .selectFrom('lists')
      .select(['name', 'version', 'root'])
      .where('place', '>=', this.#size)
      .orderBy('place')
      .execute();
    for (const row of rows) this.#log.append(row);
    this.#size += rows.length;
  }
}

/** Number of the advisory lock: any constant that nothing else in the database uses. */
const lockNumber = 7_021_994;
