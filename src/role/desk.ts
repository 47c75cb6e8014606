/** What services take from devices and give them, over whichever link. */
import type { Bulletin } from '../schema/bulletin.ts';
import type { PacketType } from '../schema/packet.ts';
import type { Outgoing } from './wire.ts';

/** Services that devices send packets to. */
export type Desk = 'relay' | 'provider';

/** Types of packets that each desk takes from devices. */
export const taken: Readonly<Record<Desk, readonly PacketType[]>> = {
  relay: ['envelope', 'clear', 'ghost-copy'],
  provider: [
    'hash-upload',
    'prefix-query',
    'bucket-query',
    'blinded-query',
    'blinded-distances',
    'voucher',
    'flag',
    'user-report',
  ],
};

/** Whose device sends packets of a type: reports come from recipients, all else from senders. */
export const fromRole = (type: PacketType): 'sender' | 'recipient' => (type === 'user-report' ? 'recipient' : 'sender');

/** What devices fetch before they do anything. */
export interface SetUp {
  readonly bulletin: Bulletin;
  readonly list?: Outgoing<'list'> | undefined;
  readonly set?: Outgoing<'device-setup'> | undefined;
}
