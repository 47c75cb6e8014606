/**
 * Private membership for near matches; the provider learns the outcome, the device does not. The device gets a similarity bucket of
 * encrypted entries and computes the distances under encryption (src/crypto/hidden-distance.ts). The setting is that of Kulshrestha &
 * Mayer, "Identifying Harmful Media in End-to-End Encrypted Communication: Efficient Private Membership Computation" (USENIX Security
 * 2021), with their lattice encryption replaced by ElGamal in ristretto255.
 */

import { decodePoint } from '../../crypto/group.ts';
import {
  ciphertextBytes,
  DistanceAnswerer,
  type DistanceKeys,
  distanceKeys,
  encryptEntry,
  entryBytes,
  opensToZero,
} from '../../crypto/hidden-distance.ts';
import { shuffled } from '../../crypto/shuffle.ts';
import { distanceBits } from '../../hash/hamming.ts';
import { concatBytes, piecesOf } from '../../util/bytes.ts';
import { bucketAsker, bucketOf, sample, sampledBits } from '../bucket.ts';
import { askProvider } from '../link.ts';
import { type MessageName, nameOf } from '../message-name.ts';
import {
  afterSetUp,
  type DeviceSetting,
  type DeviceSide,
  type Protocol,
  type ProviderSetting,
  type ProviderSide,
} from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { blob, isOf, type Outgoing, type Packet } from '../wire.ts';
import { otherVersion } from './exact.ts';

/** The provider encrypts its list once, under a key that it keeps. */
export const privateMembership: Protocol = { provider, device: afterSetUp(device) };

function provider(setting: ProviderSetting): ProviderSide {
  const { network, world, strategy, provider, reject } = setting;
  const positions = sampledBits(world);
  const keys = distanceKeys(world.random);
  const entries = provider.entries.map(({ hash }) => ({
    sampled: sample(hash, positions),
    encrypted: encryptEntry(hash, keys, world.random),
  }));
  const allEven = [...provider.entries].every(({ hash }) => weight(hash) % 2 === 0);
  const matched = new Map<string, MessageName>();
  const handedOut = new Map<string, number>();
  const judged = new Set<string>();

  /** The encrypted entries that are near the sampled bits. */
  const bucketFor = (query: Packet<'bucket-query'>): Outgoing<'encrypted-bucket'> => {
    const { message } = query.header;
    const near = bucketOf(entries, query, setting);
    handedOut.set(nameOf(query.header), near.length);
    return {
      draft: { type: 'encrypted-bucket', message },
      blobs: { entries: concatBytes(...near.map((each) => each.encrypted)) },
    };
  };

  /** Whether one of the answers decrypts to 0. */
  const judge = (reply: Packet<'blinded-distances'>): void => {
    const name = nameOf(reply.header);
    const answers = piecesOf(blob(reply, 'answers'), ciphertextBytes);
    const opened = openAnswers(answers, handedOut.get(name) ?? 0, world.thresholdBits, keys);
    if (!opened.ok) {
      reject(`${reply.header.message}: ${opened.reason}`);
      return;
    }
    judged.add(name);
    const { match } = opened;
    network.learnt('provider', reply.header.message, match ? 'match' : 'clear');
    if (!match || matched.has(name)) return;
    matched.set(name, reply.header);
    provider.takeMatch(reply.header);
  };

  return {
    setUp: {
      draft: { type: 'device-setup', message: '', strategy, version: world.list.version },
      blobs: { publicKey: keys.publicKey, allEven: Uint8Array.of(allEven ? 1 : 0) },
    },
    secret: { kind: 'distance', keys },
    keeps: ['bucket-query', 'blinded-distances'],
    // A query is finished when the result for its entries is known.
    holds: (packet) => isOf(packet, 'bucket-query') && !judged.has(nameOf(packet.header)),
    forget() {
      for (const name of judged) handedOut.delete(name);
      judged.clear();
      matched.clear();
    },
    settle: () => matched.values(),
    handle(packet) {
      if (isOf(packet, 'bucket-query')) return bucketFor(packet);
      if (isOf(packet, 'blinded-distances')) judge(packet);
      return undefined;
    },
  };
}

function device(setting: DeviceSetting, set: Packet<'device-setup'>): DeviceSide {
  const { link, world, parameters, strategy, sender, reject } = setting;
  const { bucketBits, bucketMemo } = world.settings;
  const { list } = parameters;
  const width = list.bits / 8;
  const key = decodePoint(blob(set, 'publicKey'));
  const refusal = otherVersion(set, list.version);
  const ask = bucketAsker(world, sampledBits({ list, settings: world.settings }), bucketMemo);
  if (!key.ok) reject(`set-up: the provider's key is no point (${key.reason}); devices answer nothing`);
  if (refusal !== undefined) reject(`set-up: ${refusal}; devices answer nothing`);
  const answerer = key.ok && refusal === undefined ? new DistanceAnswerer(key.point) : undefined;

  /** A ciphertext of 0 or of noise for every entry and every distance that counts, in an order that reveals nothing. */
  const answersOf = (hash: Uint8Array, id: string, bucket: Packet<'encrypted-bucket'> | undefined): Uint8Array[] => {
    if (!answerer) return [];
    const distances = countedDistances(hash, blob(set, 'allEven')[0] === 1, world.thresholdBits);
    const answers = piecesOf(blob(bucket, 'entries'), entryBytes(width)).flatMap((entry) => {
      const answered = answerer.answer(hash, entry, distances, world.random);
      if (!answered.ok) reject(`${id}: ${answered.reason}`);
      return answered.ok ? answered.answers : [];
    });
    return shuffled(answers, world.random);
  };

  return {
    deviceBytes: blob(set, 'publicKey').length,
    async scan(message) {
      const hash = await sender.hash(message);
      // A picture without a hash gets a random query too: a missing query would reveal it.
      const asked = hash ?? world.random(width);
      const about = endpoints(message, strategy);
      const query = { type: 'bucket-query', ...about, bits: bucketBits } as const;
      const bucket = await askProvider(link, query, { bits: ask(message.sender, asked) }, 'encrypted-bucket');
      const answers = answersOf(asked, message.id, bucket);
      const reply = { type: 'blinded-distances', ...about } as const;
      await link.ask('provider', reply, { answers: concatBytes(...answers) });
      return { scanned: hash ? 'clear' : 'refused' };
    },
  };
}

/**
 * Distances up to the threshold that can occur. Two hashes whose numbers of ones have the same parity are an even distance apart. If all
 * entries have an even number of ones, as PDQ's have except for ties, half of the distances need no answer.
 */
function countedDistances(hash: Uint8Array, allEven: boolean, thresholdBits: number): number[] {
  const all = Array.from({ length: Math.floor(thresholdBits) + 1 }, (_, i) => i);
  return allEven ? all.filter((distance) => (distance + weight(hash)) % 2 === 0) : all;
}

/**
 * Opens a device's answers about that many entries: whether one is a match, or the fault that they have. The device may omit distances that
 * cannot occur.
 */
function openAnswers(
  answers: readonly Uint8Array[],
  entries: number,
  thresholdBits: number,
  keys: DistanceKeys,
): { readonly ok: true; readonly match: boolean } | { readonly ok: false; readonly reason: string } {
  const all = Math.floor(thresholdBits) + 1;
  const due = [all, Math.ceil(all / 2), Math.floor(all / 2)].map((each) => each * entries);
  if (!due.includes(answers.length)) return { ok: false, reason: `${answers.length} answers about ${entries} entries` };
  let match = false;
  for (const answer of answers) {
    const zero = opensToZero(answer, keys);
    if (zero === undefined) return { ok: false, reason: 'an answer is no ciphertext' };
    match ||= zero;
  }
  return { ok: true, match };
}

const weight = (hash: Uint8Array): number => distanceBits(hash, new Uint8Array(hash.length));
