/** What a scanning protocol between a sender's device and the provider is, for every file of protocol/. */
import type { Scan } from './deployment.ts';
import type { House } from './house.ts';
import type { Provider } from './provider.ts';
import type { ProtocolSecret } from './secrets.ts';
import type { Sender } from './sender.ts';
import type { Message, World } from './world.ts';

/** Who is behind a new list: a curator, who publishes it, or a provider, who hands out what it likes. */
export type Lister = 'curator' | 'provider';

/** What a set-up follows. */
export interface Renewal {
  readonly by: Lister;
  /** The deployment's first protocol: what its devices hold from then on they go on trusting. */
  readonly first: Protocol | undefined;
}

/** What a protocol's two halves are given when they are set up. They talk through the house, and through nothing else. */
export interface Setting {
  readonly house: House;
  readonly world: World;
  /** Name of the strategy, as packets carry it. */
  readonly strategy: string;
  readonly sender: Sender;
  readonly provider: Provider;
  /** Notes that something was turned away, and why: a hostile party is counted, never thrown at. */
  reject(reason: string): void;
  /** Left out of the first set-up. */
  readonly renewal?: Renewal | undefined;
}

/** A protocol at work. Making one is its set-up: what goes to devices goes then. */
export interface Protocol {
  /** Runs on the sender's device before a message is sealed. Where the device cannot know the outcome, it says 'clear'. */
  scan(message: Message): Promise<Scan>;
  /** The provider's work on what it was given, before its reviewers look; returns the messages that it now knows to match. */
  settle?(): Iterable<string>;
  /** Bytes that set-up put on a device. */
  readonly deviceBytes: number;
  /**
   * List entries that the provider or the curator could add without anybody outside seeing it: free slots of a blinded table, say. Left out
   * where there is nothing to count.
   */
  readonly hiddenCapacity?: number | undefined;
  /** What the provider keeps to itself; left out where it keeps nothing. */
  readonly secret?: ProtocolSecret | undefined;
}
