/** What a deployment is given: its hash, classifier, list, randomness and people are arguments, never imports. */

import type { RandomBytes } from '../crypto/sodium.ts';
import type { HashList } from '../match/hash-list.ts';
import type { ProtocolSettings } from '../schema/protocol-settings.ts';

/** A message as the sender's app is about to send it. */
export interface Message {
  /** Unique in a run; every packet about it carries it, as a service's own message ids would be. */
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  /** Number of this message among those of its sender to its recipient, from 0. */
  readonly sequence: number;
  /** Logical time of sending. */
  readonly sentAt: number;
  /** The picture file, exactly as it is sent. */
  readonly picture: Uint8Array;
}

/** What scanning one message came to, as its sender's device or the provider knows it. */
export interface Scan {
  /** none: nobody looked. refused: somebody looked, but the picture has no usable hash or score. */
  readonly scanned: 'none' | 'match' | 'clear' | 'refused';
  /** Whether the sender was warned. */
  readonly warned?: boolean;
}

/** What hashing a picture file gave. */
export type HashOutcome =
  | { readonly state: 'hashed'; readonly hash: Uint8Array }
  | { readonly state: 'refused'; readonly reason: string };

/**
 * What a hash is for. near: matched within a distance · equality: as stable as can be, matched bit by bit, for protocols that can only
 * compare for equality · second: independent of the first, for a second opinion.
 */
export type HashUse = 'near' | 'equality' | 'second';

/** A list under one hash, and how near is near. */
export interface ListRule {
  readonly list: HashList;
  /** Largest Hamming distance, in bits, that counts as a match. */
  readonly thresholdBits: number;
}

/** Looks at picture files: on the sender's device, or at the provider where that gets to see them. */
export interface Scanner {
  /** Perceptual hash of a picture file for a use, 'near' by default; or why there is none (too flat, unreadable). */
  hash(picture: Uint8Array, use?: HashUse): Promise<HashOutcome>;
  /** The classifier's score for target content, 0 to 1, or undefined when the picture cannot be read. */
  score(picture: Uint8Array): Promise<number | undefined>;
}

/** What people do; an experiment answers for them from its inputs and its ground truth. */
export interface People {
  /** Whether a reviewer who sees the picture confirms that it is target content. */
  confirms(picture: Uint8Array): boolean;
  /** Whether the recipient of this message reports it. */
  reports(message: { readonly id: string }, picture: Uint8Array): boolean;
  /** Whether a sender who is warned about this message does not send it. */
  aborts(message: Message): boolean;
}

/** What the curator lists, under every hash. */
export interface Lists {
  readonly list: HashList;
  /** The same pictures under the equality hash, and under the second one. */
  readonly equality: ListRule;
  readonly second: ListRule;
}

/** What both sides of a deployment are given. */
interface Common {
  readonly settings: ProtocolSettings;
  readonly random: RandomBytes;
  /** Largest Hamming distance, in bits, that counts as a match. */
  readonly thresholdBits: number;
}

/** What devices are given; lists come to them in packets, if at all. */
export interface DeviceWorld extends Common {
  readonly scanner: Scanner;
  readonly accounts: readonly string[];
  readonly people: Pick<People, 'reports' | 'aborts'>;
  /** Smallest score that the classifier strategy flags. */
  readonly thresholdScore: number;
  /** Plaintexts are padded to a multiple of this many bytes; 0 = not at all. */
  readonly paddingBytes: number;
  /** Bits of the hash that a prefix look-up sends. */
  readonly prefixBits: number;
}

/** What relay, provider, curator and court are given. */
export interface ServiceWorld extends Common, Lists {
  /** The network is on devices only. */
  readonly scanner: Pick<Scanner, 'hash'>;
  readonly people: Pick<People, 'confirms'>;
}

/** Everything a strategy is deployed into. */
export interface World extends DeviceWorld, ServiceWorld {
  readonly scanner: Scanner;
  readonly people: People;
}
