/** How many frames of an animation must match a list, so that the whole file does. Frames that are too flat do not count. */
import { unexpected } from '../util/errors.ts';

/** A rule by its name: 'any', 'all', or a share. */
export interface FrameRule {
  readonly name: string;
  /** Smallest share, 0 to 1, of the frames with enough quality that must match; at least one frame in any case. */
  readonly least: number;
}

/** The rule of that name. Throws a UserError, which names `what` was given, if it is none. */
export function frameRule(name: string, what: string): FrameRule {
  if (name === 'any') return { name, least: 0 };
  const least = name === 'all' ? 1 : Number(name);
  if (!(least > 0 && least <= 1)) throw unexpected(what, 'any, all, or a share such as 0.8', name);
  return { name, least };
}

/** Whether a file matches, of whose frames so many have enough quality, and so many of these match. */
export const fileMatches = (matched: number, usable: number, { least }: FrameRule): boolean =>
  matched > 0 && matched / usable >= least;
