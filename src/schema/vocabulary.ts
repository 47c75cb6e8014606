/** Words that records, wire messages and reports share. */
import { type Static, Type } from 'typebox';

/** Who takes part. A role's view is all that crossed its boundary. */
export const Role = Type.Enum(['sender', 'relay', 'provider', 'recipient', 'curator', 'court']);
export type Role = Static<typeof Role>;

/**
 * What a picture is *called* in an experiment. listed: on the curator's list · near: another picture of a listed one's group (a burst) ·
 * new: target content that is not listed · innocent: everything else.
 */
export const Content = Type.Enum(['listed', 'near', 'new', 'innocent']);
export type Content = Static<typeof Content>;

/** Thresholds are chosen on calibration and scored on evaluation; groups never straddle the two. */
export const Split = Type.Enum(['calibration', 'evaluation']);
export type Split = Static<typeof Split>;

/** How far a role learns something: of no message, of flagged, user-reported or court-ordered ones, or of all. */
export const Extent = Type.Enum(['none', 'flagged', 'reported', 'ordered', 'all']);
export type Extent = Static<typeof Extent>;

/**
 * What can be learnt of one message. content: the picture · hash: its perceptual hash · prefix: the first bits of it · bucket: some bits of
 * it, a few of them wrong on purpose · match: whether it matched.
 */
export const Knowledge = Type.Enum(['content', 'hash', 'prefix', 'bucket', 'match']);
export type Knowledge = Static<typeof Knowledge>;
