/** Types of the tables for the query builder; `migrations.ts` creates the tables. Times are whole seconds since 1970. */
import type { Generated } from 'kysely';
import type { UsedNonce } from '../../store/store.ts';

/** A device and its account: one key per account. */
interface AccountRow {
  account: string;
  /** Ed25519 public key, 64 hex digits. */
  key: string;
  registered: number;
  /** Public key that messages to its device are encrypted to, 64 hex digits, if the device has sent it. */
  sealing: string | null;
}

/** A packet that waits for its reader, or what remains of it afterwards. */
export interface PacketRow {
  /** Order of arrival. It is never disclosed, because gaps would reveal how much others send. */
  number: Generated<number>;
  /** Account or role that can fetch it. */
  reader: string;
  /** Account that posted it; no other account can use its name. Empty if no longer known. */
  poster: string;
  sender: string;
  message: string;
  type: string;
  /** Logical time of sending, as the sender states it. */
  sent_at: number;
  /** SHA-256 of the bytes; distinguishes a retried post from another message with the same id. */
  digest: string;
  /** Stored bytes: 0 after the packet is deleted. */
  bytes: number;
  /** Null once acknowledged, unless it is retained. */
  packet: Uint8Array | null;
  waiting: Generated<boolean>;
  /** Stored after delivery, because it carries a key encrypted for an order. */
  retained: boolean;
  /** Time of arrival by the server's clock; a court order's period refers to it. */
  arrived: number;
}

/** A published list version; `place` is its index in the log. */
interface ListRow {
  place: number;
  name: string;
  version: number;
  root: string;
  packet: Uint8Array;
  published: number;
}

/** A court order for one account's messages that arrived in one period, both ends included. */
interface OrderRow {
  order_id: string;
  account: string;
  from_time: number;
  to_time: number;
  served: number;
}

/** A report to the curator, as JSON. */
interface ReportRow {
  number: Generated<number>;
  report_id: string;
  /** Digest of its identifying fields: its id, the accounts that it concerns, and the detector. */
  name: string;
  digest: string;
  tip: string;
  received: number;
}

/** Bytes that were drawn once and never change. */
interface KeptRow {
  name: string;
  bytes: Uint8Array;
}

/** Every table. `messages` are from accounts to accounts, `vouchers` from devices to the provider. */
export interface Tables {
  accounts: AccountRow;
  nonces: UsedNonce;
  messages: PacketRow;
  vouchers: PacketRow;
  lists: ListRow;
  orders: OrderRow;
  reports: ReportRow;
  kept_bytes: KeptRow;
}
