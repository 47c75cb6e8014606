/** The provider's packets in the store, until it has processed them. */
import type { NewPacket, PacketName } from '../store/packet.ts';
import { fromRole } from './endpoint.ts';
import type { Arrival } from './relay.ts';
import { bytesOf, type Packet } from './wire.ts';

/** The provider's reader name in the box. */
export const providerReader = 'provider';

/** The header of a packet about a message between two accounts. */
export type About = Extract<Packet['header'], { sentAt: number }>;

/** A packet's name in the box. */
export function nameInBox({ header }: Packet): PacketName {
  const { type, message, sender, recipient } = header as About;
  return { type, message, sender, poster: posterOf({ type, sender, recipient }) };
}

/** Account that posts packets of a type: recipients post reports, senders everything else. */
export const posterOf = <T>({ type, sender, recipient }: { type: string; sender: T; recipient: T }): T =>
  fromRole(type) === 'recipient' ? recipient : sender;

/** A packet in the box's format. */
export const forBox = (packet: Packet, { arrived, digest }: Arrival): NewPacket => ({
  ...nameInBox(packet),
  ...(digest === undefined ? {} : { digest }),
  reader: providerReader,
  sentAt: (packet.header as About).sentAt,
  arrived,
  retained: false,
  packet: bytesOf(packet),
});
