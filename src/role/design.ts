/** The part of a strategy that the roles know. */
import type { Protocol } from './protocol.ts';
import type { Sender } from './sender.ts';
import type { Message, Scan } from './world.ts';

export interface Design {
  /** Name of the strategy in packets. */
  readonly name: string;
  /** Messages are not encrypted: the provider can read them. */
  readonly clear?: boolean;
  /** Message keys are also encrypted to an escrow key (held by the court, or split), and the relay retains messages. */
  readonly escrow?: 'sole' | 'split';
  /** An order secretly adds the court's device to one account's conversations for its duration. */
  readonly ghost?: boolean;
  /** A reported picture reaches a reviewer only if a second, independent hash matches too. */
  readonly secondOpinion?: boolean;
  /** Messages carry franking tags. Recipients can report them with proof. */
  readonly franking?: boolean;
  /** Only the sender is informed of a match. */
  readonly warnOnly?: boolean;
  /** The hash list is stored on the sender's device. */
  readonly listOnDevice?: boolean;
  /** Runs on the sender's device before encryption. */
  scan?(sender: Sender, message: Message): Promise<Scan>;
  /** A protocol between the device and the provider. It replaces `scan`. */
  readonly protocol?: Protocol;
}
