/** Inputs of a deployment: its hash, classifier, list, randomness and people are arguments, never imports. */

import type { RandomBytes } from '../crypto/sodium.ts';
import type { HashList } from '../match/hash-list.ts';
import type { ProtocolSettings } from '../schema/protocol-settings.ts';
import type { PrekeySettings } from '../schema/scenario.ts';
import type { Prevention } from '../schema/vocabulary.ts';

/** A message as the sender's app is about to send it. */
export interface Message {
  /** Unique in a run. Every packet about the message carries it, like a service's own message ids. */
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  /** Index of this message among those of its sender to its recipient, from 0. */
  readonly sequence: number;
  /** Logical time of sending. */
  readonly sentAt: number;
  /** The sender's device that scans and sends it, from 1. Left out: its devices take turns. */
  readonly device?: number;
  /** The picture or clip, a file, exactly as it is sent. */
  readonly picture: Uint8Array;
}

/** Result of scanning one message, as its sender's device or the provider knows it. */
export interface Scan {
  /** none: nobody scanned it. refused: it was scanned, but the picture has no usable hash or score. */
  readonly scanned: 'none' | 'match' | 'clear' | 'refused';
  /** Whether the sender was warned. */
  readonly warned?: boolean;
}

/** Result of hashing a picture file. */
export type HashOutcome =
  | { readonly state: 'hashed'; readonly hash: Uint8Array }
  | { readonly state: 'refused'; readonly reason: string };

/**
 * Purpose of a hash. near: matched within a distance · equality: as stable as possible, matched bit by bit, for protocols that can only
 * test equality · second: independent of the first, for a second opinion.
 */
export type HashUse = 'near' | 'equality' | 'second';

/** A list under one hash, and the threshold for a match. */
export interface ListRule {
  readonly list: HashList;
  /** Largest Hamming distance, in bits, that counts as a match. */
  readonly thresholdBits: number;
}

/** Scans picture files, on the sender's device, or at the provider if it can read them. */
export interface Scanner {
  /** Perceptual hash of a picture file for a use, 'near' by default; or the reason why there is none (too flat, unreadable). */
  hash(picture: Uint8Array, use?: HashUse): Promise<HashOutcome>;
  /** The classifier's score for target content, 0 to 1; undefined if the picture is unreadable. */
  score(picture: Uint8Array): Promise<number | undefined>;
  /**
   * The pictures that are scanned in place of a file, such as sampled frames of a clip, at least one and in their order. Left out where every file
   * is one picture.
   */
  parts?(file: Uint8Array): Promise<readonly Uint8Array[]>;
}

/** The pictures of a file that are scanned: the file itself, where a scanner knows no others. */
export const partsOf = async ({ parts }: Pick<Scanner, 'parts'>, file: Uint8Array): Promise<readonly Uint8Array[]> =>
  (await parts?.(file)) ?? [file];

/** Decisions of people. An experiment derives them from its inputs and ground truth. */
export interface People {
  /** Whether a reviewer who sees the picture confirms that it is target content. */
  confirms(picture: Uint8Array): boolean;
  /** Whether the recipient of this message reports it. */
  reports(message: { readonly id: string }, picture: Uint8Array): boolean;
  /** Whether the sender cancels this message after a warning. */
  aborts(message: Message): boolean;
}

/** The curator's list under every hash. */
export interface Lists {
  readonly list: HashList;
  /** The same pictures under the equality hash and under the second hash. */
  readonly equality: ListRule;
  readonly second: ListRule;
}

/** A channel between two devices. */
export type SessionKind = 'static' | 'ratchet';

/** How much may be held back at one time, of all accounts together. */
export interface HoldLimits {
  readonly messages: number;
  /** Of their blobs. */
  readonly bytes: number;
}

/** Inputs of both sides of a deployment. */
interface Common {
  readonly settings: ProtocolSettings;
  readonly random: RandomBytes;
  /** Largest Hamming distance, in bits, that counts as a match. */
  readonly thresholdBits: number;
  /** How devices encrypt to each other: with one pair of keys for ever (default), or with a double ratchet. */
  readonly session?: SessionKind | undefined;
  /** How devices use the key service, if they do: with a ratchet only. */
  readonly prekeys?: PrekeySettings | undefined;
  /** What devices and services do with a message that they know to match before it is delivered. Left out: they deliver it. */
  readonly prevention?: Prevention | undefined;
  /** How much may be held back at one time; left out: as much as waits in one mailbox. */
  readonly holdLimits?: HoldLimits | undefined;
}

/** Inputs of devices; lists reach them only in packets. */
export interface DeviceWorld extends Common {
  readonly scanner: Scanner;
  readonly accounts: readonly string[];
  /** Devices of each account; 1 where left out. */
  readonly devices?: number | undefined;
  readonly people: Pick<People, 'reports' | 'aborts'>;
  /** Smallest score that the classifier strategy flags. */
  readonly thresholdScore: number;
  /** Plaintexts are padded to a multiple of this many bytes; 0 = no padding. */
  readonly paddingBytes: number;
  /** Bits of the hash that a prefix look-up sends. */
  readonly prefixBits: number;
}

/** Inputs of relay, provider, curator and court. */
export interface ServiceWorld extends Common, Lists {
  /** The classifier runs on devices only. */
  readonly scanner: Pick<Scanner, 'hash' | 'parts'>;
  readonly people: Pick<People, 'confirms'>;
  /**
   * How long the services keep a delivered message that an order can open, in the time by which messages arrive. Left out: what the provider can read is not
   * kept, and what is encrypted to escrow is kept for ever.
   */
  readonly retention?: number | undefined;
}

/** All inputs of a deployment. */
export interface World extends DeviceWorld, ServiceWorld {
  readonly scanner: Scanner;
  readonly people: People;
}
