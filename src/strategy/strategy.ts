/** The interface of a strategy. */
import type { Design } from '../role/design.ts';
import type { PacketType } from '../schema/packet.ts';
import type { Extent, Family, Knowledge, Role } from '../schema/vocabulary.ts';

/** For each role, what it learns about which messages; anything omitted is 'none'. The relay always learns sizes, times and endpoints. */
export type Declaration = Readonly<Partial<Record<Role, Readonly<Partial<Record<Knowledge, Extent>>>>>>;

/** How much of the hash list a sender's device can see. membership: it can test whether a given hash is on the list. */
export type ListDisclosure = 'none' | 'membership' | 'queried' | 'all';

/**
 * Capacity for targets that are not on the list: how many an insider could add, and who could detect it. none: nothing is searched for ·
 * auditable: the list is readable, and auditors can check a sample of its originals · slots, filter: the data on the device hides its
 * entries, so free slots or filter capacity count · model: no list limits it · unbounded: whoever sees the content or its hash can search
 * for anything.
 */
export interface Capacity {
  readonly kind: 'none' | 'auditable' | 'slots' | 'filter' | 'model' | 'unbounded';
  /** One sentence: who could use it, and how it could be detected. */
  readonly note: string;
}

/**
 * The part of a provider's view that makes a strategy a link of the data-processing chain: a voucher's outcome, the list entry in a report,
 * an uploaded hash, or an unencrypted picture. Each link is a function of the next.
 */
export type ChainLink = 'outcome' | 'entry' | 'hash' | 'picture';

/**
 * How a sender's device can test by itself whether pictures are on the list. list: it reads the list · filter: it tests hashes in the
 * filter of its set-up, with its key · outcome: it sends a message and sees whether it matched · answer: it sends a message and reads the
 * list entries of the answer · slots: it derives information about known hashes from the blinded table's slots.
 */
export type MembershipTest = {
  /** What the device does, in the words of the reports. */
  readonly text: string;
} & ({ readonly by: 'list' | 'filter' | 'outcome' | 'slots' } | { readonly by: 'answer'; readonly packet: PacketType });

/** One design under comparison: what the sender discloses, and what the provider does with it. */
export interface Strategy {
  /** Number in the strategy table, e.g. 'S4a'. */
  readonly id: string;
  /** Registry key and file name; experiment files and charts use it too. */
  readonly name: string;
  /** One sentence for readers of a table. */
  readonly summary: string;
  /** The paper, specification or practice that it follows. */
  readonly reference: string;
  /** Where a reader looks for it. */
  readonly family: Family;
  /** It scans every message without being asked, so users who know of it can try to evade it. */
  readonly proactive: boolean;
  /** What decides that a picture is target content. equality: a hash that must be identical, bit by bit. */
  readonly detector: 'hash' | 'equality' | 'classifier' | 'both' | 'people';
  readonly declares: Declaration;
  /** The setting that says how many bits of the hash it uses, which the hash must have; omitted if it works with any number of bits. */
  readonly usesBits?: 'prefixBits' | 'bucketBits' | undefined;
  /** What a sender's device learns about the list. */
  readonly listDisclosure: ListDisclosure;
  /** How many hidden targets an insider could add. If the run can count them, the protocol does (`Protocol.hiddenCapacity`). */
  readonly capacity: Capacity;
  /**
   * Below a number of matches of one account, nothing opens (`matchThreshold` of the experiment's protocol settings). `singlePicture` names
   * the strategy that makes the same decisions without a threshold; its rates are per picture.
   */
  readonly threshold?: { readonly singlePicture: string } | undefined;
  /** For a threshold strategy: devices also send synthetic vouchers (`syntheticShare`), so that counts below the threshold are noisy. */
  readonly synthetic?: true | undefined;
  /** A court order covers only messages after it is served. */
  readonly prospective?: boolean | undefined;
  /** The declaration if a match only warns the sender; omitted if the device does not learn the outcome. */
  readonly warnOnly?: Declaration | undefined;
  /** For a strategy that only warns: the strategy that one app update turns it into. */
  readonly latent?: string | undefined;
  /** The network's own label decides, even if the experiment trains a head. */
  readonly untrained?: true | undefined;
  /** Time that it takes for a message, as a multiple of what most strategies take; default 1. Runs start what takes longest first. */
  readonly weight?: number | undefined;
  /** The same strategy with another setting, by the suffix after the colon in experiment files. */
  readonly variants?: Readonly<Record<string, Strategy>> | undefined;
  /** The baseline for bytes: it sends only the encrypted message. Byte counts of all strategies are differences from it. */
  readonly bytesBaseline?: true | undefined;
  /** How a device can find out which pictures are listed; omitted if not measured. */
  readonly membershipTest?: MembershipTest | undefined;
  /** Omitted if the provider's view is not a link of the chain. */
  readonly chainLink?: ChainLink | undefined;
  /** Names of the keys that a thief could steal: the escrow key, and the provider's scanning key. If omitted, these words are used. */
  readonly keyNames?: { readonly escrow?: string; readonly scan?: string } | undefined;
  /** Simplifications compared with the real system. */
  readonly simplified: string;
  /** The part that the roles use; `deploy` of src/role/deployment.ts runs it in a world. */
  readonly design: Design;
}
