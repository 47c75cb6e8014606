/** How much a store keeps, of whom. */
import type { BoxLimits } from './packet.ts';

/** What an account stores is what it posted: what waits, and what is kept after delivery. */
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
   * Packets that one account posted and whose names are remembered, of messages and of packets for the provider each, and the bytes of
   * those that are stored; 507 behind them.
   */
  readonly accountPackets: number;
  readonly accountBytes: number;
  /** Seconds for which the name of a delivered packet is remembered against retries. */
  readonly rememberSeconds: number;
  /** Seconds for which a delivered message with a key in escrow is kept for orders. */
  readonly retainSeconds: number;
}

/** Limits of a service, unless told otherwise: eight senders fill a mailbox, 64 accounts the provider's box; what is delivered is remembered for a week. */
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

/** Limits of a deployment that lives as long as an experiment: it refuses nobody, and forgets the names of what was delivered. */
export const noLimits: StoreLimits = {
  ...(Object.fromEntries(Object.keys(storeLimits).map((name) => [name, Infinity])) as unknown as StoreLimits),
  rememberSeconds: 0,
};

/** The limits of the mailboxes. */
export const mailboxLimits = (limits: StoreLimits): BoxLimits => ({
  ...limits,
  reader: { packets: limits.mailboxPackets, bytes: limits.mailboxBytes },
  share: { packets: limits.sharePackets, bytes: limits.shareBytes },
  account: { packets: limits.accountPackets, bytes: limits.accountBytes },
});

/** The limits of the provider's box. */
export const providerLimits = (limits: StoreLimits): BoxLimits => ({
  ...limits,
  reader: { packets: limits.providerPackets, bytes: limits.providerBytes },
  share: { packets: limits.providerSharePackets, bytes: limits.providerShareBytes },
  account: { packets: limits.accountPackets, bytes: limits.accountBytes },
});
