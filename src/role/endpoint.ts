/** The services' interface to devices: accepted packets and set-ups, independent of the link. */

import type { PacketType } from '../schema/packet.ts';
import { factsOf, takenBy } from '../schema/packet-facts.ts';
import type { PublicParameters } from '../schema/public-parameters.ts';
import type { Outgoing } from './wire.ts';

/** Services that receive packets from devices. */
export type Endpoint = 'relay' | 'provider';

/** Packet types that each endpoint accepts from devices. */
export const taken: Readonly<Record<Endpoint, readonly PacketType[]>> = {
  relay: takenBy('relay'),
  provider: takenBy('provider'),
};

/** Role of the device that sends packets of a type: recipients send reports, senders everything else, unknown types too. */
export const fromRole = (type: string): 'sender' | 'recipient' => factsOf(type).from ?? 'sender';

/** What devices fetch first. */
export interface SetUp {
  readonly parameters: PublicParameters;
  readonly list?: Outgoing<'list'> | undefined;
  readonly set?: Outgoing<'device-setup'> | undefined;
}
