/** Packets as a store keeps them, how many it keeps, and what becomes of one that is posted. */

/** Why there is no space. full: too much waits for the reader. share: too much of the poster's does. quota: the poster stores too much. */
export type NoSpace = 'full' | 'share' | 'quota';

/** A packet's name for its reader. */
export interface PacketName {
  /** Account that posted it. */
  readonly poster: string;
  readonly sender: string;
  readonly message: string;
  readonly type: string;
}

/** A packet to keep. `sentAt` is logical time; `arrived` is the relay's own time, by which orders go. */
export interface NewPacket extends PacketName {
  readonly reader: string;
  readonly sentAt: number;
  /** SHA-256 of the bytes, hex, where whoever posts has it already. */
  readonly digest?: string;
  readonly packet: Uint8Array;
  readonly retained: boolean;
  readonly arrived: number;
}

/** The name as one string, to look things up by. */
export const packetKey = ({ poster, sender, message, type }: PacketName): string =>
  JSON.stringify([poster, sender, message, type]);

/** A number of packets, and their bytes. */
export interface Amount {
  readonly packets: number;
  readonly bytes: number;
}

/** Limits of a box. */
export interface BoxLimits {
  /** What may wait for one reader. */
  readonly reader: Amount;
  /** What of one poster may wait for one reader. */
  readonly share: Amount;
  /** What of one poster may be stored, whether it waits or is retained; its packets are counted as long as they are remembered. */
  readonly account: Amount;
  /** Seconds for which a delivered packet's name is remembered against retries; 0: it is forgotten at once. */
  readonly rememberSeconds: number;
  /** Seconds for which a delivered packet is retained that is to be. */
  readonly retainSeconds: number;
}

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

/**
 * Packets that wait for a reader: messages for accounts, and what devices send the provider. A packet is stored once however often it is
 * posted, waits until its reader acknowledges it, and leaves its digest behind, so that a late retry is not delivered again. Who posted it
 * is part of its name, and counts for what it takes: no account can take another's name or space.
 */
export interface PacketBox {
  /** Keeps a packet; resolves once it is durable. */
  post(packet: NewPacket): Promise<Posted>;
  /** What waits for a reader, or for anybody, in order of arrival, after the first `skip`. */
  page(reader: string | undefined, limits: PageLimits, skip?: number): Promise<Page>;
  /** The reader has them: their bytes go, but for what is retained. Returns how many of the named ones waited for that reader. */
  acknowledge(reader: string, names: readonly PacketName[]): Promise<number>;
  /** What an order names: retained packets of one sender with `from` <= arrived <= `to`, after the first `skip`. */
  retained(period: Period, skip: number, limits: PageLimits): Promise<Page>;
  /** How many packets wait, and their bytes. */
  waiting(): Promise<Amount>;
  /** How many packets are stored, and their bytes: what waits, and what is retained. */
  stored(): Promise<Amount>;
}

/** What one account sent in one period, both ends included. */
export interface Period {
  readonly account: string;
  readonly from: number;
  readonly to: number;
}
