/** Interface of a scanning protocol between a sender's device and the provider. Each file of protocol/ implements it. */
import type { PacketType } from '../schema/packet.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import type { Link } from './link.ts';
import type { MessageName } from './message-name.ts';
import type { Network } from './network.ts';
import type { Provider } from './provider.ts';
import type { ProtocolSecret } from './secrets.ts';
import type { Sender } from './sender.ts';
import type { Outgoing, Packet } from './wire.ts';
import type { DeviceWorld, Message, Scan, ServiceWorld } from './world.ts';

/** Who made a new list: a curator, who publishes it, or a provider, who can give different accounts different lists. */
export type Lister = 'curator' | 'provider';

/** Context of a renewed set-up. */
export interface Renewal {
  readonly by: Lister;
  /** The provider's side of the deployment's first protocol. */
  readonly first: ProviderSide | undefined;
}

/** Inputs of the provider's side. It reaches other services through the network. */
export interface ProviderSetting {
  readonly network: Network;
  readonly world: ServiceWorld;
  /** Name of the strategy in packets. */
  readonly strategy: string;
  readonly provider: Provider;
  /** Counts a rejection with its reason. A hostile party must not cause an exception. */
  reject(reason: string): void;
  /** Undefined in the first set-up. */
  readonly renewal?: Renewal | undefined;
}

/** The provider's side of a protocol. Its constructor performs the set-up. */
export interface ProviderSide {
  /** Sent to every device once. */
  readonly setUp?: Outgoing<'device-setup'>;
  /** What the public log records about it. */
  readonly logged?: Pick<PublicParameters, 'tableRoot' | 'authoriser'>;
  /** Handles a device's packet; returns the answer, if the packet requests one. */
  handle?(packet: Packet): Outgoing | undefined;
  /** Packet types that must be replayed to it after a restart. */
  readonly keeps?: readonly PacketType[];
  /** Whether such a packet is still needed after a review. */
  holds?(packet: Packet): boolean;
  /** Drops finished work, and records that only experiments read. */
  forget?(): void;
  /** Processes received packets, those of one account or all, before reviewers look. Returns the messages that are now known to match. */
  settle?(account?: string): Iterable<MessageName>;
  /**
   * Number of list entries that the provider or curator could add unseen by anybody outside, such as free slots of a blinded table. Omitted
   * if the protocol cannot count them.
   */
  readonly hiddenCapacity?: number | undefined;
  /** The provider's secret; omitted if it has none. */
  readonly secret?: ProtocolSecret | undefined;
}

/** Inputs of the device's side: what the device received, and the link. */
export interface DeviceSetting {
  readonly link: Link;
  readonly world: DeviceWorld;
  readonly parameters: PublicParameters;
  readonly strategy: string;
  readonly sender: Sender;
  /** What the provider sent, if anything. */
  readonly set?: Packet<'device-setup'> | undefined;
  reject(reason: string): void;
}

/** The device's side of a protocol. */
export interface DeviceSide {
  /** Runs on the sender's device before a message is encrypted. Returns 'clear' if the device cannot know the outcome. */
  scan(message: Message): Promise<Scan>;
  /** Bytes that the set-up stored on the device. */
  readonly deviceBytes: number;
}

/** A protocol: two sides that share only packets and parameters. */
export interface Protocol {
  provider(setting: ProviderSetting): ProviderSide;
  device(setting: DeviceSetting): DeviceSide;
}

/** The device's side of a protocol that needs a set-up. Without a set-up it scans nothing. */
export const afterSetUp =
  (make: (setting: DeviceSetting, set: Packet<'device-setup'>) => DeviceSide): Protocol['device'] =>
  (setting) =>
    setting.set ? make(setting, setting.set) : { deviceBytes: 0, scan: async () => ({ scanned: 'refused' }) };
