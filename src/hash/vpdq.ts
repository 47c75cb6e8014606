/**
 * vPDQ: the PDQ hash, quality and time of a clip's frames, and the comparison of two clips by the shares of their frames that have a near
 * frame in the other. Facebook, vPDQ (2022), https://github.com/facebook/ThreatExchange/tree/main/vpdq; the rule and its defaults are those
 * of `python-threatexchange/threatexchange/extensions/vpdq/` (`vpdq_util.py`, `vpdq_brute_matcher.py`, `vpdq.py`) in that repository. Its
 * C++ program differs in two points: it requires a distance below the limit, and counts equal frames each.
 */
import type { Raster } from '../image/raster.ts';
import { byteKey } from '../util/bytes.ts';
import { distanceBits } from './hamming.ts';
import { pdqOfFrame } from './pdq.ts';
import type { HashResult } from './perceptual-hash.ts';

/** The hash of one frame; 32 bytes, quality 0 to 100. */
export interface VpdqFrame extends HashResult {
  /** When the frame is shown, in seconds from the start of the clip. */
  readonly timeSeconds: number;
}

/** When two clips match. */
export interface VpdqRule {
  /** Largest Hamming distance of two frames that match, in bits of 256. */
  readonly distanceBits: number;
  /** Smallest quality, 0 to 100, of a frame that counts. */
  readonly minQuality: number;
  /** Smallest share, 0 to 1, of the query's frames that have a match in the target. */
  readonly queryShare: number;
  /** Smallest share, 0 to 1, of the target's frames that have a match in the query. */
  readonly targetShare: number;
}

/** The defaults of ThreatExchange. */
export const vpdqRule: VpdqRule = { distanceBits: 31, minQuality: 50, queryShare: 0.8, targetShare: 0 };

/** Frames per second that ThreatExchange hashes by default (`hash_file_compact`). */
export const vpdqFramesPerSecond = 1;

/** Frames with a match, of how many. */
export interface FrameShare {
  readonly matched: number;
  readonly of: number;
}

/** The comparison of two clips. Frames count once if their hashes are equal, and not if their quality is too low. */
export interface VpdqComparison {
  readonly query: FrameShare;
  readonly target: FrameShare;
  /** Whether both shares reach the rule's; never if no frame of one of the clips counts. */
  readonly match: boolean;
}

/** The hash of a frame. */
export const vpdqOf = (image: Raster, timeSeconds: number): VpdqFrame => ({ timeSeconds, ...pdqOfFrame(image) });

/** The frames of a clip that count: those of sufficient quality, the first of each hash. */
export function countedFrames(frames: readonly VpdqFrame[], { minQuality }: Pick<VpdqRule, 'minQuality'>): VpdqFrame[] {
  const seen = new Set<string>();
  return frames.filter(({ hash, quality }) => {
    const key = byteKey(hash);
    if (quality < minQuality || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Compares two clips. */
export function compareVpdq(
  query: readonly VpdqFrame[],
  target: readonly VpdqFrame[],
  rule: VpdqRule = vpdqRule,
): VpdqComparison {
  const ours = countedFrames(query, rule);
  const theirs = countedFrames(target, rule);
  const matchedIn = (frames: readonly VpdqFrame[], others: readonly VpdqFrame[]): FrameShare => ({
    matched: frames.filter(({ hash }) => others.some((other) => distanceBits(hash, other.hash) <= rule.distanceBits))
      .length,
    of: frames.length,
  });
  const shares = { query: matchedIn(ours, theirs), target: matchedIn(theirs, ours) };
  const reaches = ({ matched, of }: FrameShare, share: number): boolean => matched >= share * of;
  return {
    ...shares,
    match:
      ours.length > 0 &&
      theirs.length > 0 &&
      reaches(shares.query, rule.queryShare) &&
      reaches(shares.target, rule.targetShare),
  };
}
