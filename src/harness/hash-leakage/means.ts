/** What a sender's device can do to find out who is on the list, by strategy: on what the real set-up put on it, or by asking the real service. */
import { bucketScore, type Candidate, nearestEntryScore, type Slots, slotScore } from '../../attack/list-membership.ts';
import { slotsOf } from '../../crypto/cuckoo-table.ts';
import { filterHas, parseFilter } from '../../crypto/fuse-filter.ts';
import { parseTable, slotPoint } from '../../crypto/tpsi-table.ts';
import { binary } from '../../match/format/binary.ts';
import type { Deployment } from '../../role/deployment.ts';
import { decode as decodePacket, type Packet } from '../../role/wire.ts';
import type { Message, World } from '../../role/world.ts';
import type { PacketType } from '../../schema/packet.ts';

/** A device in a deployment, and candidates of which it knows whether they are listed. */
export interface DeviceWorld {
  readonly deployment: Deployment;
  readonly world: World;
  readonly known: readonly (Candidate & { readonly listed: boolean })[];
  /** A message with the candidate as its picture. */
  message(candidate: Candidate): Message;
}

/** One way to look for members. */
export interface Means {
  /** As the report says it, in words. */
  readonly text: string;
  /** Each answer costs a question that the provider can count and limit. */
  readonly perQuery: boolean;
  /** Score of a candidate: the larger, the likelier listed. */
  scorer(device: DeviceWorld): (candidate: Candidate) => number | Promise<number>;
}

/** Everything that a device can do, by strategy. */
export const means: Readonly<Record<string, Means>> = {
  'client-list': {
    text: 'reads the list: distance to the nearest entry',
    perQuery: false,
    scorer({ deployment, world }) {
      const file = received(deployment, 'list').blobs.list!;
      const score = nearestEntryScore(binary.read(file, world.list).list);
      return ({ near }) => score(near);
    },
  },
  'client-filter': {
    text: 'tries the hash in the filter, under the key that the app carries',
    perQuery: false,
    scorer({ deployment }) {
      const { filter, key } = received(deployment, 'device-setup').blobs;
      const parsed = parseFilter(filter!, key!);
      if (!parsed.ok) throw new Error(parsed.reason);
      return ({ equality }) => Number(filterHas(parsed.filter, equality));
    },
  },
  'oprf-lookup': {
    text: 'asks for the hash, and compares the answer with its filter',
    perQuery: true,
    scorer: byOutcome,
  },
  psi: { text: 'asks for the hash, and compares the answer with its set', perQuery: true, scorer: byOutcome },
  'prefix-lookup': {
    text: 'asks for the prefix: distance to the nearest entry of the answer',
    perQuery: true,
    scorer: (device) => byAnswer(device, 'prefix-answer'),
  },
  'similarity-bucket': {
    text: 'asks for the bucket: distance to the nearest entry of the answer',
    perQuery: true,
    scorer: (device) => byAnswer(device, 'bucket-answer'),
  },
  'threshold-psi': { text: 'logistic regression on the table’s slots for the hash', perQuery: false, scorer: bySlots },
  'threshold-psi-synthetic': {
    text: 'logistic regression on the table’s slots for the hash',
    perQuery: false,
    scorer: bySlots,
  },
};

/** What the device found out by sending the candidate: 1 where it matched. */
function byOutcome({ deployment, message }: DeviceWorld) {
  return async (candidate: Candidate): Promise<number> => {
    const sent = message(candidate);
    await deployment.send(sent);
    return Number(deployment.fate(sent.id).scanned === 'match');
  };
}

/** What came back when the candidate was sent, compared by the device itself. */
function byAnswer({ deployment, message }: DeviceWorld, type: 'prefix-answer' | 'bucket-answer') {
  return async (candidate: Candidate): Promise<number> => {
    const sent = message(candidate);
    await deployment.send(sent);
    const answer = deployment.views.sender.about(sent.id).findLast((each) => each.type === type);
    if (!answer) throw new Error(`No ${type} came for ${sent.id}`);
    return bucketScore(packetOf(answer.bytes).blobs.hashes ?? new Uint8Array(0), candidate.near);
  };
}

/** Everything that the table shows of a candidate, learnt from those that the device knows about. */
function bySlots({ deployment, known }: DeviceWorld) {
  const parsed = parseTable(received(deployment, 'device-setup').blobs.set!);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { table } = parsed;
  const places = (candidate: Candidate) => slotsOf(table.seed, table.slots, candidate.equality);
  const taken = new Map<number, number>();
  for (const each of known)
    if (each.listed) for (const slot of places(each)) taken.set(slot, (taken.get(slot) ?? 0) + 1);
  const look = (candidate: Candidate, self: number): Slots => {
    const [a, b] = places(candidate);
    return {
      bytes: [slotPoint(table, a), slotPoint(table, b)],
      rivals: (taken.get(a) ?? 0) + (taken.get(b) ?? 0) - self,
    };
  };
  // A known member is none of its own rivals.
  const score = slotScore(known.map((each) => ({ slots: look(each, each.listed ? 2 : 0), listed: each.listed })));
  return (candidate: Candidate): number => score(look(candidate, 0));
}

/** The first packet of a type that came to the device. */
function received<T extends PacketType>(deployment: Deployment, type: T): Packet<T> {
  const sighting = deployment.views.sender.sightings.find((each) => each.type === type);
  if (!sighting) throw new Error(`No ${type} came to the device`);
  return packetOf(sighting.bytes) as unknown as Packet<T>;
}

function packetOf(bytes: Uint8Array): Packet {
  const decoded = decodePacket(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.packet;
}
