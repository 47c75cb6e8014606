/** The part of a hash that a look-up packet discloses, and what it reveals. Analyses of views use it. */
import { distanceBits } from '../hash/hamming.ts';
import { factsOf } from '../schema/packet-facts.ts';
import { equalBytes } from '../util/bytes.ts';
import { sample, sampledBits } from './bucket.ts';
import { prefixOf } from './prefix.ts';
import { blob, type Packet } from './wire.ts';
import type { World } from './world.ts';

/** Some bits of a hash. */
export interface HashPart {
  /** prefix: its first bits, exactly · bucket: the sampled bits, some flipped deliberately. */
  readonly kind: 'prefix' | 'bucket';
  /** The bits, packed, most significant first; the last byte is padded with zeros. */
  readonly bits: Uint8Array;
  /** Number of bits. */
  readonly length: number;
}

/** Blob that holds the part, for each kind. */
const blobNames = { prefix: 'prefix', bucket: 'bits' } as const;

/** The part of a hash that a packet discloses, or undefined. */
export function hashPartOf(packet: Packet): HashPart | undefined {
  const { header } = packet;
  const kind = factsOf(header.type).hashPart;
  if (kind === undefined || !('bits' in header)) return undefined;
  return { kind, bits: blob(packet, blobNames[kind]), length: header.bits };
}

/** Compares parts with whole hashes in a world. */
export interface PartMatcher {
  /** Whether the part is consistent with that hash. Noisy bits must agree in at least three quarters; chance gives half. */
  shows(part: HashPart, hash: Uint8Array): boolean;
  /** Whether a look-up with this part fetches the list entry of that hash. */
  fetches(part: HashPart, hash: Uint8Array): boolean;
}

/** Creates the comparisons for a world. Its list and settings determine the sampled bits. */
export function partMatcher(world: Pick<World, 'list' | 'settings'>): PartMatcher {
  const positions = sampledBits(world);
  const differing = ({ bits }: HashPart, hash: Uint8Array): number => {
    const own = sample(hash, positions);
    return bits.length === own.length ? distanceBits(bits, own) : Number.POSITIVE_INFINITY;
  };
  const beginsWith = ({ bits, length }: HashPart, hash: Uint8Array): boolean =>
    equalBytes(prefixOf(hash, length), bits);
  return {
    shows: (part, hash) =>
      part.kind === 'prefix' ? beginsWith(part, hash) : differing(part, hash) <= positions.length / 4,
    fetches: (part, hash) =>
      part.kind === 'prefix' ? beginsWith(part, hash) : differing(part, hash) <= world.settings.bucketRadius,
  };
}
