/** Sizes that the services keep to, and the schemas of names that many endpoints share. */
import { Type } from 'typebox';

/** Largest body of JSON, in bytes. */
export const jsonBytes = 64 * 1024;

/** Arrays and objects inside each other in a body of JSON. */
export const jsonDepth = 16;

/** Largest packet, in bytes: a photograph in full with what a strategy attaches to it. */
export const packetBytes = 8 * 2 ** 20;

/** Largest list: a million entries of 256 bits, in bytes. */
export const listBytes = 40 * 2 ** 20;

/** Most packets in one page, and the bytes after which a page ends. */
export const pagePackets = 64;
export const pageBytes = 8 * 2 ** 20;

/** How much the store keeps, of whom. What an account stores is what it posted: what waits, and what is kept after delivery. */
export interface StoreLimits {
  /** Accounts; a new one is refused with 507 behind them. */
  readonly accounts: number;
  /** Reports to the curator; a new one is refused with 507 behind them. */
  readonly reports: number;
  /** Packets and bytes that wait in one mailbox; 409 behind them. */
  readonly mailboxPackets: number;
  readonly mailboxBytes: number;
  /** Packets and bytes of one sender that wait in one mailbox, so that no stranger fills it; 409 behind them. */
  readonly sharePackets: number;
  readonly shareBytes: number;
  /** Packets and bytes that wait for the provider; 409 behind them. */
  readonly providerPackets: number;
  readonly providerBytes: number;
  /** Of these, packets and bytes of one account; 409 behind them. */
  readonly providerSharePackets: number;
  readonly providerShareBytes: number;
  /**
   * Packets that one account posted and whose names are remembered, of messages and of vouchers each, and the bytes of those that are stored;
   * 507 behind them.
   */
  readonly accountPackets: number;
  readonly accountBytes: number;
  /** Seconds for which the name of a delivered packet is remembered against retries. */
  readonly rememberSeconds: number;
  /** Seconds for which a delivered message with a key in escrow is kept for orders. */
  readonly retainSeconds: number;
}

/** Limits unless told otherwise: eight senders fill a mailbox, 64 accounts the provider's box; what is delivered is remembered for a week. */
export const storeLimits: StoreLimits = {
  accounts: 100_000,
  reports: 100_000,
  mailboxPackets: 40_000,
  mailboxBytes: 256 * 2 ** 20,
  sharePackets: 5_000,
  shareBytes: 32 * 2 ** 20,
  providerPackets: 128_000,
  providerBytes: 16 * 2 ** 30,
  providerSharePackets: 2_000,
  providerShareBytes: 256 * 2 ** 20,
  accountPackets: 50_000,
  accountBytes: 256 * 2 ** 20,
  rememberSeconds: 7 * 86_400,
  retainSeconds: 90 * 86_400,
};

/** A file that sets some of them. */
export const StoreLimitsFile = Type.Partial(
  Type.Record(
    Type.Enum(Object.keys(storeLimits) as (keyof StoreLimits)[]),
    Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  ),
  { additionalProperties: false },
);

/** Name of an account. */
export const AccountName = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', description: 'name of an account' });

/** Id of a message, an order or a report: printable ASCII without spaces. */
export const Id = Type.String({ pattern: '^[!-~]{1,128}$' });

/** Logical time of sending. */
export const LogicalTime = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** A whole number in a query or path, as text. */
export const WholeNumber = Type.String({ pattern: '^(0|[1-9][0-9]{0,8})$' });

/** What every refusal and failure says. */
export const Failure = Type.Object({ error: Type.String({ description: 'the error in one sentence' }) });

/** Replies that every endpoint may give. */
export const failures = { '4xx': Failure, '5xx': Failure } as const;

/** Reply that is a page of packets. */
export const packetPage = {
  content: {
    'application/octet-stream': {
      schema: Type.Unsafe<Uint8Array>({
        type: 'string',
        format: 'binary',
        description:
          'A frame: a big-endian 32-bit length, that many bytes of JSON with the members more (whether there are more packets) and blobs (the length of each packet by its number from 0 on), and the packets',
      }),
    },
  },
};
