/** What a run on clips measured, for the strategies of another run: videos are one arm of the trade-off model. */
import type { ClipFindings, Evidence, MatchRule } from '../schema/tradeoff-inputs.ts';

/**
 * The findings of a strategy; undefined where the run on clips had no such strategy, or it matched by another rule: a threshold of other bits, or another hash.
 * Give a strategy with an account threshold by the name of the one that opens each match by itself.
 */
export function videosOf(
  strategy: string,
  rule: MatchRule | null,
  findings: ClipFindings | undefined,
): Evidence['videos'] {
  const found = findings?.strategies.find((each) => each.strategy === strategy);
  if (!found || !rule || found.rule.name !== rule.name || found.rule.subset !== rule.subset) return undefined;
  const { against, newContent } = found;
  return { against, newContent };
}
