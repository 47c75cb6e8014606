/** Properties of each packet type, one line per type. Endpoints, views and attacks use them. */
import type { PacketType } from './packet.ts';

/** Properties of one packet type; omitted ones do not apply. */
interface PacketFacts {
  /** The service that accepts it from devices. Omitted for packets that services send. */
  readonly takenBy?: 'relay' | 'provider';
  /** Whose device sends it, if not the sender's. */
  readonly from?: 'recipient';
  /** It discloses its message to the receiver. */
  readonly discloses?: true;
  /** It is sent only about messages that matched or were reported: receiving it reveals the outcome. */
  readonly tellsMatch?: true;
  /** The part of the hash that a look-up discloses: its first bits, or some noisy bits. `hashPartOf` of src/role/hash-part.ts reads it. */
  readonly hashPart?: 'prefix' | 'bucket';
  /** It answers a look-up with unencrypted list entries. Blob: hashes. */
  readonly listEntries?: true;
}

export const packetFacts: Readonly<Record<PacketType, PacketFacts>> = {
  envelope: { takenBy: 'relay' },
  'device-copy': { takenBy: 'relay' },
  clear: { takenBy: 'relay' },
  'ghost-copy': { takenBy: 'relay' },
  'prekey-upload': { takenBy: 'relay' },
  'prekey-query': { takenBy: 'relay' },
  'hash-upload': { takenBy: 'provider' },
  'prefix-query': { takenBy: 'provider', hashPart: 'prefix' },
  'bucket-query': { takenBy: 'provider', hashPart: 'bucket' },
  'blinded-query': { takenBy: 'provider' },
  'blinded-distances': { takenBy: 'provider' },
  voucher: { takenBy: 'provider' },
  flag: { takenBy: 'provider', discloses: true, tellsMatch: true },
  'user-report': { takenBy: 'provider', from: 'recipient', discloses: true, tellsMatch: true },
  'go-on': { takenBy: 'relay', tellsMatch: true },
  held: { tellsMatch: true },
  tip: { discloses: true, tellsMatch: true },
  returned: { discloses: true },
  'prefix-answer': { listEntries: true },
  'bucket-answer': { listEntries: true },
  'blinded-answer': {},
  'encrypted-bucket': {},
  'device-setup': {},
  'device-key': {},
  'prekey-count': {},
  'prekey-bundle': {},
  list: {},
  'authorised-table': {},
  order: {},
  'order-answer': {},
  'order-record': {},
  'part-request': {},
  'escrow-part': {},
};

const none: PacketFacts = {};

/** Properties of an entry of a view, by type; entries that are not packets ('opened', 'learnt') have none. */
export const factsOf = (type: string): PacketFacts =>
  Object.hasOwn(packetFacts, type) ? packetFacts[type as PacketType] : none;

/** Packet types that a service accepts from devices. */
export const takenBy = (service: 'relay' | 'provider'): PacketType[] =>
  (Object.keys(packetFacts) as PacketType[]).filter((type) => packetFacts[type].takenBy === service);
