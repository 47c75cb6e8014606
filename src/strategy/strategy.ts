/** The interface of a strategy. */
import type { Design } from '../role/design.ts';
import type { PacketType } from '../schema/packet.ts';
import type { Extent, Knowledge, Role } from '../schema/vocabulary.ts';

/** For each role, of which messages it learns what; anything omitted is 'none'. Sizes, times and endpoints go to the relay always. */
export type Declaration = Readonly<Partial<Record<Role, Readonly<Partial<Record<Knowledge, Extent>>>>>>;

/** How much of the hash list a sender's device gets to see. membership: it can find out whether a hash that it has is on the list. */
export type ListDisclosure = 'none' | 'membership' | 'queried' | 'all';

/**
 * Room for targets that are not on the list, for an insider: how much of it, and who could find out. none: nothing is searched for ·
 * auditable: the list can be read, and a sample of its originals checked · slots, filter: what is on the device hides its entries, so
 * free slots or filter room count · model: no list bounds it · unbounded: whoever sees the content or its hash can look for anything.
 */
export interface Capacity {
  readonly kind: 'none' | 'auditable' | 'slots' | 'filter' | 'model' | 'unbounded';
  /** One sentence: who could use it, and what would show it. */
  readonly note: string;
}

/**
 * The part of a provider's view by which a strategy is a link of the data-processing chain: a voucher's outcome, the list entry that a
 * report names, an uploaded hash, a picture in the clear. Each link is a function of the next.
 */
export type ChainLink = 'outcome' | 'entry' | 'hash' | 'picture';

/**
 * What a sender's device can do by itself to tell which pictures are on the list. list: it reads the list · filter: it tries hashes in the
 * filter of its set-up, under a key that it has · outcome: it sends a message and sees whether it matched · answer: it sends a message and
 * reads the list entries of the answer · slots: it learns from the blinded table's slots for hashes that it knows about.
 */
export type MembershipTest = {
  /** What the device does, as reports say it. */
  readonly text: string;
} & ({ readonly by: 'list' | 'filter' | 'outcome' | 'slots' } | { readonly by: 'answer'; readonly packet: PacketType });

/** One design compared: what the sender discloses, and what the provider does with it. */
export interface Strategy {
  /** Number in the strategy table, e.g. 'S4a'. */
  readonly id: string;
  /** Registry key, file name, and name in experiment files and charts. */
  readonly name: string;
  /** One sentence for the reader of a table. */
  readonly summary: string;
  /** Paper, specification or practice that it follows. */
  readonly reference: string;
  /** It looks at every message by itself, so that whoever knows of it can try to evade it. */
  readonly proactive: boolean;
  /** What decides that a picture is target content. equality: a hash that must be the same, bit by bit. */
  readonly detector: 'hash' | 'equality' | 'classifier' | 'both' | 'people';
  readonly declares: Declaration;
  /** What a sender's device learns of the list. */
  readonly listDisclosure: ListDisclosure;
  /** How many hidden targets an insider could add; where the run can count them, its protocol does (`Protocol.hiddenCapacity`). */
  readonly capacity: Capacity;
  /**
   * Nothing opens below a number of matches of one account (`matchThreshold` of the experiment's protocol settings). `singlePicture`: name of
   * the strategy that decides alike without a threshold, whose rates are those of single pictures.
   */
  readonly threshold?: { readonly singlePicture: string } | undefined;
  /** Of a threshold strategy: devices also send synthetic vouchers (`syntheticShare`), so that counts below the threshold are noisy. */
  readonly synthetic?: true | undefined;
  /** A court order works from when it is served, not on what was sent before. */
  readonly prospective?: boolean | undefined;
  /** What is still declared when a match only warns the sender; omitted if the device does not learn the outcome. */
  readonly warnOnly?: Declaration | undefined;
  /** Of a strategy that only warns: the one that it becomes by one update of the app. */
  readonly latent?: string | undefined;
  /** The network's own label decides, though the experiment trains a head. */
  readonly untrained?: true | undefined;
  /** The same strategy with another setting, by the word that follows a colon in experiment files. */
  readonly variants?: Readonly<Record<string, Strategy>> | undefined;
  /** The bytes of all strategies are given as what they send beyond this one, which sends the sealed message and nothing else. */
  readonly bytesBaseline?: true | undefined;
  /** How a device can find out which pictures are listed; left out where that is not measured. */
  readonly membershipTest?: MembershipTest | undefined;
  /** Left out where its provider's view is no link of the chain. */
  readonly chainLink?: ChainLink | undefined;
  /** What the keys are called that a thief could steal: the escrow key, and the provider's key of the scan. Left out: by these words. */
  readonly keyNames?: { readonly escrow?: string; readonly scan?: string } | undefined;
  /** What was simplified against the real thing. */
  readonly simplified: string;
  /** The part that the roles know; `deploy` of src/role/deployment.ts runs it in a world. */
  readonly design: Design;
}
