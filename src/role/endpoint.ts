/** What services take from devices and give them, over whichever link. */

import type { PacketType } from '../schema/packet.ts';
import { packetFacts, takenBy } from '../schema/packet-facts.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import type { Outgoing } from './wire.ts';

/** Services that devices send packets to. */
export type Endpoint = 'relay' | 'provider';

/** Types of packets that each endpoint takes from devices. */
export const taken: Readonly<Record<Endpoint, readonly PacketType[]>> = {
  relay: takenBy('relay'),
  provider: takenBy('provider'),
};

/** Whose device sends packets of a type: reports come from recipients, all else from senders. */
export const fromRole = (type: PacketType): 'sender' | 'recipient' => packetFacts[type].from ?? 'sender';

/** What devices fetch before they do anything. */
export interface SetUp {
  readonly parameters: PublicParameters;
  readonly list?: Outgoing<'list'> | undefined;
  readonly set?: Outgoing<'device-setup'> | undefined;
}
