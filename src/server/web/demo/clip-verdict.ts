/** What the frames of a file say together, by the rule of `presend match --frames`. Pure. */
import { type FrameRule, fileMatches } from '../../../match/frame-rule.ts';

/** What was found of one frame. */
export interface FrameFinding {
  /** To the nearest list entry, in bits of PDQ. */
  readonly distanceBits: number;
  /** Name of that entry. */
  readonly entry: string;
  /** Quality of the frame's hash, 0 to 100. */
  readonly quality: number;
  /** flat: the quality is too low for the hash to be used. */
  readonly state: 'match' | 'clear' | 'flat';
}

/** The verdict on a file. `damaged`: frames that could not be decoded. */
export interface ClipVerdict {
  readonly isMatch: boolean;
  readonly sentence: string;
}

export function clipVerdict(frames: readonly FrameFinding[], damaged: number, rule: FrameRule): ClipVerdict {
  const count = (state: FrameFinding['state']): number => frames.filter((each) => each.state === state).length;
  const [matched, flat] = [count('match'), count('flat')];
  const usable = frames.length - flat;
  const isMatch = fileMatches(matched, usable, rule);
  const rest = [
    ...(flat > 0 ? [`${flat} too flat to be hashed`] : []),
    ...(damaged > 0 ? [`${damaged} that cannot be decoded`] : []),
  ];
  const share =
    rule.name === 'any'
      ? 'one frame is enough'
      : rule.name === 'all'
        ? 'all must match'
        : `${100 * rule.least} % must match`;
  return {
    isMatch,
    sentence: `${matched} of ${usable} usable ${usable === 1 ? 'frame matches' : 'frames match'} (${share}): the file ${isMatch ? 'matches' : 'does not match'}.${rest.length > 0 ? ` Not counted: ${rest.join(', ')}.` : ''}`,
  };
}
