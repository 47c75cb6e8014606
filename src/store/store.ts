/**
 * What services keep, whatever keeps it: `memoryStore` for as long as it is used, `openStore` (src/server/store) in a PostgreSQL
 * database. Times are whole seconds since 1970, or an experiment's logical time.
 */
import type { LoggedList, TreeHead } from '../crypto/merkle-log.ts';
import type { Tip } from '../schema/tip.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { UserError } from '../util/errors.ts';
import type { PacketBox, Period } from './packet.ts';

/** What became of a registration. known: the same name for the same key again. taken: name or key belong to another pair. full: no more accounts are taken. */
export type Registration = 'new' | 'known' | 'taken' | 'full';

/** Accounts: a name that stands for one device key (64 hex digits), first come, first served. */
export interface Accounts {
  /** `sealing`: the public key that messages to its device are sealed to, hex, where the device says it; it cannot be changed. */
  register(account: string, key: string, now: number, sealing?: string): Promise<Registration>;
  /** The account of a key, if it has one. */
  ofKey(key: string): Promise<string | undefined>;
  has(account: string): Promise<boolean>;
  /** The key that messages to an account are sealed to, hex. */
  sealingKey(account: string): Promise<string | undefined>;
}

/** A nonce that a key used, until the request that used it is too old to be taken. */
export interface UsedNonce {
  readonly key: string;
  readonly nonce: string;
  readonly expires: number;
}

/** Nonces that were used: a request is taken once. */
export interface Nonces {
  /** Notes a nonce; false where that key has used it before. */
  use(nonce: UsedNonce): Promise<boolean>;
}

/** What became of a publication. taken: another list has that name and version. */
export type Publication = { readonly state: 'new' | 'known'; readonly place: number } | { readonly state: 'taken' };

/** List versions that the curator published, with the transparency log over them. */
export interface ListLog {
  /** Ed25519 key that heads are verified with, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Appends a list and its packet to the log, once. */
  publish(list: LoggedList, packet: Uint8Array, now: number): Promise<Publication>;
  /** Signed head over every list. */
  head(): Promise<TreeHead>;
  /** Audit path of an entry; throws a RangeError on one that is not there. */
  inclusion(place: number, size: number): Promise<Uint8Array[]>;
  /** Proof that a smaller log is the beginning of a larger one; throws a RangeError on sizes that there never were. */
  consistency(first: number, second: number): Promise<Uint8Array[]>;
  /** Entries in their order, from a place on. */
  entries(from: number, most: number): Promise<LoggedList[]>;
  /** The packet of a published list. */
  packet(place: number): Promise<Uint8Array | undefined>;
}

/** A court's order that was served, and the period of arrival at the relay that it is for. */
export interface ServedOrder extends Period {
  readonly order: string;
}

/** Court orders that were served: each names one account and one period, and stays on record. */
export interface Orders {
  /** Records an order; taken: another one has its id, and an order that was served cannot be widened. */
  serve(order: ServedOrder, now: number): Promise<'new' | 'known' | 'taken'>;
  get(order: string): Promise<ServedOrder | undefined>;
  /** Whether any order is for what an account sent at that time. */
  cover(account: string, arrived: number): Promise<boolean>;
}

/** What became of a report, and its number where it is kept. taken: another report has its name. full: no more reports are taken. */
export type Intake =
  | { readonly state: 'new' | 'known'; readonly number: number }
  | { readonly state: 'taken' }
  | { readonly state: 'full' };

/** A report with its number and the second of its arrival. */
export interface NumberedTip {
  readonly number: number;
  readonly received: number;
  readonly tip: Tip;
}

/** Reports to the curator: kept once each, in order of arrival. */
export interface Reports {
  /** Keeps a report; resolves once it is durable. */
  add(report: { readonly tip: Tip; readonly received: number }): Promise<Intake>;
  /** Reports behind number `after`, in order. */
  page(after: number, most: number): Promise<NumberedTip[]>;
  count(): Promise<number>;
}

/**
 * What tells a report from all others: its id, the accounts that it is about, and how it was detected. An id alone is made of names that a
 * sender chooses, so that one account could take another's, or the sender of a message that of its recipient's report.
 */
export const nameOfReport = ({ reportId, reportedAccount, recipientAccount, incident }: Tip): string =>
  sha256Hex(canonicalJson([reportId, reportedAccount.id, recipientAccount.id, incident.detectedBy]));

/** A store keeps as much as it may. */
export class StoreFull extends UserError {
  override readonly name = 'StoreFull';
}

/** Bytes that are drawn once and then stay: the seed of a set-up. */
export interface KeptBytes {
  /** The bytes under a name; the first who asks makes them. */
  once(name: string, make: () => Uint8Array): Promise<Uint8Array>;
}

/** An open store. */
export interface Store {
  readonly kind: 'memory' | 'embedded' | 'server';
  readonly accounts: Accounts;
  readonly nonces: Nonces;
  /** What accounts send each other. */
  readonly messages: PacketBox;
  /** What devices send the provider. */
  readonly vouchers: PacketBox;
  readonly lists: ListLog;
  readonly orders: Orders;
  readonly reports: Reports;
  readonly kept: KeptBytes;
  /** Writes something and waits until it is durable, at most once a second. Throws where the database cannot. */
  ping(): Promise<void>;
  /**
   * Forgets what only served to refuse repeats, and what was retained for long enough. `now` in seconds since 1970; `arrivals` is the time
   * by which packets arrive, where that is another.
   */
  prune(now: number, arrivals?: number): Promise<void>;
  close(): Promise<void>;
}
