/**
 * Private membership for near matches, the outcome told to the provider and not to the device: a similarity bucket of encrypted entries,
 * then the distance under encryption (src/crypto/hidden-distance.ts). The setting of Kulshrestha & Mayer, "Identifying Harmful Media in
 * End-to-End Encrypted Communication: Efficient Private Membership Computation" (USENIX Security 2021), with their lattice encryption
 * replaced by ElGamal in ristretto255.
 */

import { decodePoint, elementBytes } from '../../crypto/group.ts';
import {
  answerEntry,
  ciphertextBytes,
  countMatches,
  distanceKeys,
  encryptEntry,
  entryBytes,
} from '../../crypto/hidden-distance.ts';
import { shuffled } from '../../crypto/shuffle.ts';
import { distanceBits } from '../../hash/hamming.ts';
import { concatBytes, piecesOf } from '../../util/bytes.ts';
import { bucketAsker, sample, sampledBits } from '../bucket.ts';
import type { Scan } from '../deployment.ts';
import type { Protocol, Setting } from '../protocol.ts';
import { endpoints } from '../sender.ts';
import { blob, type Packet } from '../wire.ts';
import type { Message } from '../world.ts';
import { otherVersion } from './exact.ts';

/** Sets the protocol up: the provider encrypts its list once, under a key that stays with it. */
export function privateMembership(setting: Setting): Protocol {
  const { house, world, strategy, sender, provider, reject } = setting;
  const { bucketBits, bucketRadius, bucketMemo } = world.settings;
  const width = world.list.bits / 8;
  const positions = sampledBits(world);
  const keys = distanceKeys(world.random);
  const entries = provider.entries.map(({ hash }) => ({
    sampled: sample(hash, positions),
    encrypted: encryptEntry(hash, keys.publicKey, world.random),
  }));
  const { publicKey } = keys;
  const set = house.carry(
    'provider',
    'sender',
    { type: 'device-setup', message: '', strategy, version: world.list.version },
    { publicKey, allEven: Uint8Array.of([...provider.entries].every(({ hash }) => weight(hash) % 2 === 0) ? 1 : 0) },
  );
  const deviceKey = decodePoint(blob(set, 'publicKey'));
  const refusal = otherVersion(set, world.list.version);
  const ask = bucketAsker(world, bucketMemo);
  const matched = new Set<string>();
  const handedOut = new Map<string, number>();

  /** At the provider: the encrypted entries that are near in the sampled bits. */
  const bucketFor = (query: Packet<'bucket-query'>): Packet<'encrypted-bucket'> => {
    const bits = blob(query, 'bits');
    const fits = bits.length === Math.ceil(bucketBits / 8);
    if (!fits) reject(`${query.header.message}: ${bits.length} bytes of sampled bits where ${bucketBits} bits are due`);
    const near = fits ? entries.filter(({ sampled }) => distanceBits(sampled, bits) <= bucketRadius) : [];
    handedOut.set(query.header.message, near.length);
    const draft = { type: 'encrypted-bucket', message: query.header.message } as const;
    return house.carry('provider', 'sender', draft, { entries: concatBytes(...near.map((each) => each.encrypted)) });
  };

  /** On the device: for every entry and every distance that counts, a ciphertext of 0 or of noise; in an order that tells nothing. */
  const answersOf = (hash: Uint8Array, bucket: Packet<'encrypted-bucket'>): Uint8Array[] => {
    if (!deviceKey.ok || refusal !== undefined) return [];
    const { point } = deviceKey;
    const distances = countedDistances(hash, blob(set, 'allEven')[0] === 1, world.thresholdBits);
    const answers = piecesOf(blob(bucket, 'entries'), entryBytes(width)).flatMap((entry) => {
      const answered = answerEntry(hash, entry, point, distances, world.random);
      if (!answered.ok) reject(`${bucket.header.message}: ${answered.reason}`);
      return answered.ok ? answered.answers : [];
    });
    return shuffled(answers, world.random);
  };

  /** At the provider: whether one of the answers opens to 0. */
  const judge = (reply: Packet<'blinded-distances'>): void => {
    const answers = piecesOf(blob(reply, 'answers'), ciphertextBytes);
    const fault = answersFault(answers, handedOut.get(reply.header.message) ?? 0, world.thresholdBits);
    if (fault !== undefined) {
      reject(`${reply.header.message}: ${fault}`);
      return;
    }
    const match = countMatches(answers, keys) > 0;
    house.learnt('provider', reply.header.message, match ? 'match' : 'clear');
    if (!match || matched.has(reply.header.message)) return;
    matched.add(reply.header.message);
    provider.takeMatch(reply.header);
  };

  if (!deviceKey.ok) reject(`set-up: the provider's key is no point (${deviceKey.reason}); devices answer nothing`);
  if (refusal !== undefined) reject(`set-up: ${refusal}; devices answer nothing`);
  return {
    deviceBytes: publicKey.length,
    secret: { kind: 'distance', keys },
    settle: () => matched,
    async scan(message: Message): Promise<Scan> {
      const hash = await sender.hash(message);
      // A picture without a hash is asked about as well, at random: silence would tell.
      const asked = hash ?? world.random(width);
      const about = endpoints(message, strategy);
      const bits = ask(message.sender, asked);
      const query = house.carry('sender', 'provider', { type: 'bucket-query', ...about, bits: bucketBits }, { bits });
      const answers = answersOf(asked, bucketFor(query));
      const draft = { type: 'blinded-distances', ...about } as const;
      judge(house.carry('sender', 'provider', draft, { answers: concatBytes(...answers) }));
      return { scanned: hash ? 'clear' : 'refused' };
    },
  };
}

/**
 * Distances up to the threshold that can occur. Two hashes whose numbers of ones are both even, or both odd, are an even distance apart;
 * where all entries have an even number, as PDQ's have but for ties, half of the distances need no answer.
 */
function countedDistances(hash: Uint8Array, allEven: boolean, thresholdBits: number): number[] {
  const all = Array.from({ length: Math.floor(thresholdBits) + 1 }, (_, i) => i);
  return allEven ? all.filter((distance) => (distance + weight(hash)) % 2 === 0) : all;
}

/** What is wrong with a device's answers about so many entries; it may have left out the distances that cannot occur. */
function answersFault(answers: readonly Uint8Array[], entries: number, thresholdBits: number): string | undefined {
  const all = Math.floor(thresholdBits) + 1;
  const due = [all, Math.ceil(all / 2), Math.floor(all / 2)].map((each) => each * entries);
  if (!due.includes(answers.length)) return `${answers.length} answers about ${entries} entries`;
  const isPoint = (bytes: Uint8Array): boolean => decodePoint(bytes).ok;
  return answers.every((each) => piecesOf(each, elementBytes).every(isPoint) && each.length === ciphertextBytes)
    ? undefined
    : 'an answer is no ciphertext';
}

const weight = (hash: Uint8Array): number => distanceBits(hash, new Uint8Array(hash.length));
