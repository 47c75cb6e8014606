/** The tables as the query builder knows them; `migrations.ts` makes them. Times are whole seconds since 1970. */
import type { Generated } from 'kysely';
import type { UsedNonce } from '../../store/store.ts';

/** A device and the account that it stands for: one key an account. */
interface AccountRow {
  account: string;
  /** Ed25519 public key, 64 hex digits. */
  key: string;
  registered: number;
  /** Public key that messages to its device are sealed to, 64 hex digits, where the device said it. */
  sealing: string | null;
}

/** A packet that waits for its reader, or what is left of it afterwards. */
export interface PacketRow {
  /** Order of arrival; never shown to anybody, since gaps would tell how much others send. */
  number: Generated<number>;
  /** Account or role that may fetch it. */
  reader: string;
  /** Account that posted it, and whose name no other account can take; empty where nobody knows any more. */
  poster: string;
  sender: string;
  message: string;
  type: string;
  /** Logical time of sending, as the sender states it. */
  sent_at: number;
  /** SHA-256 of the bytes, so that a retried post is told from another message under the same id. */
  digest: string;
  /** Bytes that are stored: 0 once the packet is gone. */
  bytes: number;
  /** Null once acknowledged, unless it is retained. */
  packet: Uint8Array | null;
  waiting: Generated<boolean>;
  /** Kept after delivery, because it carries a key sealed for an order. */
  retained: boolean;
  /** When it arrived, by the server's clock: what a court order's period is about. */
  arrived: number;
}

/** A published list version; its place in the log is `place`. */
interface ListRow {
  place: number;
  name: string;
  version: number;
  root: string;
  packet: Uint8Array;
  published: number;
}

/** A court's order for what of one account arrived in one period, both ends included. */
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
  /** Digest of what names it: its id, the accounts that it is about, and how it was detected. */
  name: string;
  digest: string;
  tip: string;
  received: number;
}

/** Bytes that were drawn once and stay. */
interface KeptRow {
  name: string;
  bytes: Uint8Array;
}

/** Every table. `messages` are what accounts send each other, `vouchers` what their devices send the provider. */
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
