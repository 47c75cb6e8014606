/** Packets as a store keeps them, and how many it keeps. */

/** A packet to keep. `sentAt` is logical time, `arrived` seconds since 1970. */
export interface NewPacket extends PacketName {
  readonly reader: string;
  readonly sentAt: number;
  readonly digest: string;
  readonly packet: Uint8Array;
  readonly retained: boolean;
  readonly arrived: number;
}

/** A packet's name for its reader. */
export interface PacketName {
  /** Account that posted it. */
  readonly poster: string;
  readonly sender: string;
  readonly message: string;
  readonly type: string;
}

/** So many packets, and their bytes. */
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
  /** Seconds for which a delivered packet's name is remembered against retries. */
  readonly rememberSeconds: number;
  /** Seconds for which a delivered packet is retained that is to be. */
  readonly retainSeconds: number;
}
