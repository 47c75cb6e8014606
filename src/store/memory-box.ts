/** A box of packets in memory; its rules are those of the box in a database. */
import { equalBytes } from '../util/bytes.ts';
import { sha256Hex } from '../util/digest.ts';
import type {
  Amount,
  BoxLimits,
  NewPacket,
  PacketBox,
  PacketName,
  Page,
  PageLimits,
  Period,
  Posted,
} from './packet.ts';
import { packetKey } from './packet.ts';
import { BoxSpace } from './space.ts';

interface Row extends Omit<NewPacket, 'packet' | 'digest'> {
  /** Undefined once the reader has it, unless it is retained. */
  packet: Uint8Array | undefined;
  digest: string | undefined;
  waiting: boolean;
}

export class MemoryBox implements PacketBox {
  readonly #limits: BoxLimits;
  readonly #space: BoxSpace;
  /** Every packet whose name is remembered, in order of arrival. */
  readonly #rows = new Map<string, Row>();
  /** What is retained although its name is forgotten, in order of arrival. */
  #retained: Row[] = [];
  /** What waits, for anybody and by reader, in order of arrival. */
  readonly #waiting = new Map<string, Row>();
  readonly #byReader = new Map<string, Map<string, Row>>();

  constructor(limits: BoxLimits) {
    this.#limits = limits;
    this.#space = new BoxSpace(limits);
  }

  async post(packet: NewPacket): Promise<Posted> {
    const key = packetKey(packet);
    const there = this.#rows.get(key);
    if (there) return isSame(there, packet) ? 'known' : 'conflict';
    const refusal = this.#space.take(packet);
    if (refusal) return refusal;
    const row: Row = { ...packet, digest: packet.digest, waiting: true };
    this.#rows.set(key, row);
    this.#waiting.set(key, row);
    const own = this.#byReader.get(packet.reader) ?? new Map<string, Row>();
    this.#byReader.set(packet.reader, own.set(key, row));
    return 'stored';
  }

  async page(reader: string | undefined, limits: PageLimits, skip = 0): Promise<Page> {
    const waiting = reader === undefined ? this.#waiting : this.#byReader.get(reader);
    return pageOf(waiting?.values() ?? [], limits, skip);
  }

  async acknowledge(reader: string, names: readonly PacketName[]): Promise<number> {
    const own = this.#byReader.get(reader);
    let done = 0;
    for (const name of names) {
      const key = packetKey(name);
      const row = own?.get(key);
      if (!row) continue;
      done++;
      own!.delete(key);
      this.#delivered(key, row);
    }
    if (own?.size === 0) this.#byReader.delete(reader);
    return done;
  }

  async retained({ account, from, to }: Period, skip: number, limits: PageLimits): Promise<Page> {
    const found = this.#all().filter(
      ({ sender, retained, arrived }) => retained && sender === account && arrived >= from && arrived <= to,
    );
    return pageOf(found, limits, skip);
  }

  async waiting(): Promise<Amount> {
    return amountOf(this.#waiting.values());
  }

  async stored(): Promise<Amount> {
    return amountOf(this.#all().filter(({ packet }) => packet && packet.length > 0));
  }

  /** Forgets the names of packets that were delivered long ago, and what was retained for long enough. */
  prune(now: number): void {
    const { rememberSeconds, retainSeconds } = this.#limits;
    for (const [key, row] of this.#rows)
      if (!row.waiting && row.arrived < now - (row.retained ? retainSeconds : rememberSeconds)) this.#forget(key, row);
    const old = this.#retained.filter(({ arrived }) => arrived < now - retainSeconds);
    for (const row of old) this.#free(row);
    this.#retained = this.#retained.filter(({ arrived }) => arrived >= now - retainSeconds);
  }

  #all(): Row[] {
    return [...this.#retained, ...this.#rows.values()];
  }

  #delivered(key: string, row: Row): void {
    const { reader, poster, retained } = row;
    const bytes = row.packet?.length ?? 0;
    row.waiting = false;
    this.#waiting.delete(key);
    this.#space.addWaiting({ reader, poster }, { packets: -1, bytes: -bytes });
    const isForgotten = this.#limits.rememberSeconds === 0;
    if (retained && isForgotten) {
      this.#rows.delete(key);
      this.#retained.push(row);
    }
    if (retained) return;
    if (isForgotten) {
      this.#forget(key, row);
      return;
    }
    row.digest ??= sha256Hex(row.packet!);
    row.packet = undefined;
    this.#space.addStored(poster, { packets: 0, bytes: -bytes });
  }

  #forget(key: string, row: Row): void {
    this.#rows.delete(key);
    this.#free(row);
  }

  #free(row: Row): void {
    this.#space.addStored(row.poster, { packets: -1, bytes: -(row.packet?.length ?? 0) });
  }
}

/** Whether a packet under a name that is taken is the one that took it. */
const isSame = (row: Row, { packet, digest }: NewPacket): boolean =>
  row.packet ? equalBytes(row.packet, packet) : row.digest === (digest ?? sha256Hex(packet));

/** The first of the rows as a page. A packet that passes the bytes is still in it where it is the first. */
function pageOf(rows: Iterable<Row>, { most, mostBytes }: PageLimits, skip: number): Page {
  const packets: Uint8Array[] = [];
  let [passed, bytes] = [0, 0];
  for (const { packet } of rows) {
    if (passed++ < skip) continue;
    bytes += packet!.length;
    if (packets.length >= most || (packets.length > 0 && bytes > mostBytes)) return { packets, more: true };
    packets.push(packet!);
  }
  return { packets, more: false };
}

function amountOf(rows: Iterable<Row>): Amount {
  let [packets, bytes] = [0, 0];
  for (const { packet } of rows) {
    packets++;
    bytes += packet?.length ?? 0;
  }
  return { packets, bytes };
}
