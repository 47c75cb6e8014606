/** The part of a strategy that the roles know. */
import type { Protocol } from './protocol.ts';
import type { Sender } from './sender.ts';
import type { Message, Scan } from './world.ts';

/** The part of a strategy that the roles know. */
export interface Design {
  /** Name that packets carry. */
  readonly name: string;
  /** Messages are not sealed: the provider reads them. */
  readonly clear?: boolean;
  /** Message keys are also encrypted to an escrow key, the court's or a split one, and the relay keeps what it carried. */
  readonly escrow?: 'sole' | 'split';
  /** An order adds the court's device to one account's conversations, unseen, as long as it runs. */
  readonly ghost?: boolean;
  /** A reported picture reaches a reviewer only if a second, independent hash matches too. */
  readonly secondOpinion?: boolean;
  /** Messages carry franking tags, and recipients can report them with proof. */
  readonly franking?: boolean;
  /** Only the sender is informed of a match. */
  readonly warnOnly?: boolean;
  /** The hash list lies on the sender's device. */
  readonly listOnDevice?: boolean;
  /** Runs on the sender's device before sealing. */
  scan?(sender: Sender, message: Message): Promise<Scan>;
  /** A protocol whose sides are on the device and at the provider; it scans instead of `scan`. */
  readonly protocol?: Protocol;
}
