/**
 * A log that shows some clients another history: when clients that compare their heads find out. A head from before the split agrees with both
 * histories; behind it, two heads of different histories contradict each other.
 */
import { gossipDetection } from './gossip.ts';

/** Who finds a contradiction with which probability. */
interface SplitView {
  /** A client that compares with a public head, of the history that everybody else is shown. */
  readonly monitored: number;
  /** Two clients that compare with each other: it takes one of either history. */
  readonly among: number;
}

/**
 * For that many clients, drawn independently: each was shown the other history with probability `share`, and has a head from before the split
 * with probability `stale`. `clients` need not be whole, for curves.
 */
export function splitView(share: number, clients: number, stale = 0): SplitView {
  const other = gossipDetection(share * (1 - stale), clients);
  const usual = gossipDetection((1 - share) * (1 - stale), clients);
  const either = gossipDetection(1 - stale, clients);
  // Both histories are among the heads; sums of powers may stray by a rounding error.
  return { monitored: other, among: Math.min(1, Math.max(0, other + usual - either)) };
}
