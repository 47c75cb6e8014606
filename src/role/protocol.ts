/** What a scanning protocol between a sender's device and the provider is, for every file of protocol/. */
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

/** Who made a new list: a curator, who publishes it, or a provider, who can give different lists to different accounts. */
export type Lister = 'curator' | 'provider';

/** What a set-up follows. */
export interface Renewal {
  readonly by: Lister;
  /** The provider's half of the deployment's first protocol. */
  readonly first: ProviderSide | undefined;
}

/** What the provider's side is given. Among the services it talks through the network. */
export interface ProviderSetting {
  readonly network: Network;
  readonly world: ServiceWorld;
  /** Name of the strategy, as packets carry it. */
  readonly strategy: string;
  readonly provider: Provider;
  /** Notes that something was refused, and why: a hostile party is counted; nothing is thrown. */
  reject(reason: string): void;
  /** Undefined for the first set-up. */
  readonly renewal?: Renewal | undefined;
}

/** The provider's side of a protocol. Making one is its set-up. */
export interface ProviderSide {
  /** What goes to devices once. */
  readonly setUp?: Outgoing<'device-setup'>;
  /** What the public log says of it. */
  readonly logged?: Pick<PublicParameters, 'tableRoot' | 'authoriser'>;
  /** Takes a device's packet in; the answer, where it asks for one. */
  handle?(packet: Packet): Outgoing | undefined;
  /** Types of the packets that it has to be given again after a restart. */
  readonly keeps?: readonly PacketType[];
  /** Whether a packet of these is needed behind a review as well. */
  holds?(packet: Packet): boolean;
  /** Drops what is only read by experiments, or done with. */
  forget?(): void;
  /** Work on what came, before reviewers look; returns the messages that are now known to match. */
  settle?(): Iterable<MessageName>;
  /**
   * List entries that the provider or the curator could add without anybody outside seeing it: free slots of a blinded table, say. Omitted
   * where there is nothing to count.
   */
  readonly hiddenCapacity?: number | undefined;
  /** What the provider keeps to itself; omitted if it keeps nothing. */
  readonly secret?: ProtocolSecret | undefined;
}

/** What the device's side is given: what came to the device, and the link. */
export interface DeviceSetting {
  readonly link: Link;
  readonly world: DeviceWorld;
  readonly parameters: PublicParameters;
  readonly strategy: string;
  readonly sender: Sender;
  /** What the provider sent, if it sent something. */
  readonly set?: Packet<'device-setup'> | undefined;
  reject(reason: string): void;
}

/** The device's side of a protocol. */
export interface DeviceSide {
  /** Runs on the sender's device before a message is sealed. Where the device cannot know the outcome, it says 'clear'. */
  scan(message: Message): Promise<Scan>;
  /** Bytes that set-up put on the device. */
  readonly deviceBytes: number;
}

/** A protocol: two sides that share packets and the parameters, and nothing else. */
export interface Protocol {
  provider(setting: ProviderSetting): ProviderSide;
  device(setting: DeviceSetting): DeviceSide;
}

/** The device's side of a protocol that needs a set-up: where none came, nothing is scanned. */
export const afterSetUp =
  (make: (setting: DeviceSetting, set: Packet<'device-setup'>) => DeviceSide): Protocol['device'] =>
  (setting) =>
    setting.set ? make(setting, setting.set) : { deviceBytes: 0, scan: async () => ({ scanned: 'refused' }) };
