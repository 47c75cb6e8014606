/** Words that records, wire messages and reports share. */
import { type Static, Type } from 'typebox';

/** The participants. A role's view is everything that crossed its boundary. */
export const Role = Type.Enum(['sender', 'relay', 'provider', 'recipient', 'curator', 'court']);
export type Role = Static<typeof Role>;

/**
 * What a picture is *called* in an experiment. listed: on the curator's list · near: another picture of a listed one's group (a burst) ·
 * new: target content that is not listed · innocent: everything else.
 */
export const Content = Type.Enum(['listed', 'near', 'new', 'innocent']);
export type Content = Static<typeof Content>;

/**
 * What is done with a message that is known to match before it is delivered. block: it is not delivered · quarantine: it waits for a reviewer ·
 * warn: its sender is asked, and may go on.
 */
export const Prevention = Type.Enum(['block', 'quarantine', 'warn']);
export type Prevention = Static<typeof Prevention>;

/** Thresholds are chosen on calibration and scored on evaluation; a group is never in both. */
export const Split = Type.Enum(['calibration', 'evaluation']);
export type Split = Static<typeof Split>;

/** About which messages a role learns something: none, flagged, user-reported or court-ordered ones, or all. */
export const Extent = Type.Enum(['none', 'flagged', 'reported', 'ordered', 'all']);
export type Extent = Static<typeof Extent>;

/**
 * What can be learnt about one message. content: the picture · hash: its perceptual hash · prefix: its first bits · bucket: some of its
 * bits, a few of them deliberately wrong · match: whether it matched.
 */
export const Knowledge = Type.Enum(['content', 'hash', 'prefix', 'bucket', 'match']);
export type Knowledge = Static<typeof Knowledge>;

/**
 * Where a reader looks for a strategy. server: the provider scans · phone: a list or a network on the device · private: matching in which neither side shows its
 * hashes, or only a part of them · people: what users report and courts order, and plain end-to-end encryption, which leaves everything to them.
 */
export const Family = Type.Enum(['server', 'phone', 'private', 'people']);
export type Family = Static<typeof Family>;
