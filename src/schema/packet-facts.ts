/** What is particular to each type of packet: one line per type, from which endpoints, views and attacks take what they need. */
import type { PacketType } from './packet.ts';

/** Facts of one packet type; what is left out does not apply. */
interface PacketFacts {
  /** The service that takes it from devices. Left out of packets that services send. */
  readonly takenBy?: 'relay' | 'provider';
  /** Whose device sends it, where that is not the sender's. */
  readonly from?: 'recipient';
  /** It discloses the message that it is about to whoever receives it. */
  readonly discloses?: true;
  /** It is sent only about messages that matched or were reported: receiving it tells the outcome. */
  readonly tellsMatch?: true;
  /** The part of the hash that a look-up shows: its first bits, or some bits with noise. `hashPartOf` of src/role/hash-part.ts reads it. */
  readonly hashPart?: 'prefix' | 'bucket';
  /** It answers a look-up with list entries in the clear. Blob: hashes. */
  readonly listEntries?: true;
}

export const packetFacts: Readonly<Record<PacketType, PacketFacts>> = {
  envelope: { takenBy: 'relay' },
  clear: { takenBy: 'relay' },
  'ghost-copy': { takenBy: 'relay' },
  'hash-upload': { takenBy: 'provider' },
  'prefix-query': { takenBy: 'provider', hashPart: 'prefix' },
  'bucket-query': { takenBy: 'provider', hashPart: 'bucket' },
  'blinded-query': { takenBy: 'provider' },
  'blinded-distances': { takenBy: 'provider' },
  voucher: { takenBy: 'provider' },
  flag: { takenBy: 'provider', discloses: true, tellsMatch: true },
  'user-report': { takenBy: 'provider', from: 'recipient', discloses: true, tellsMatch: true },
  tip: { discloses: true, tellsMatch: true },
  returned: { discloses: true },
  'prefix-answer': { listEntries: true },
  'bucket-answer': { listEntries: true },
  'blinded-answer': {},
  'encrypted-bucket': {},
  'device-setup': {},
  'device-key': {},
  list: {},
  'authorised-table': {},
  order: {},
  'part-request': {},
  'escrow-part': {},
};

const none: PacketFacts = {};

/** The facts of an entry of a view, by its type: entries that are no packet ('opened', 'learnt') have none. */
export const factsOf = (type: string): PacketFacts =>
  Object.hasOwn(packetFacts, type) ? packetFacts[type as PacketType] : none;

/** Types of packets that a service takes from devices. */
export const takenBy = (service: 'relay' | 'provider'): PacketType[] =>
  (Object.keys(packetFacts) as PacketType[]).filter((type) => packetFacts[type].takenBy === service);
