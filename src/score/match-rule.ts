/** The rule that decides a match of a strategy, by the name under which its false matches are counted. */
import type { MatchRule } from '../schema/tradeoff-inputs.ts';
import type { Strategy } from '../strategy/strategy.ts';

/** The hashes that an experiment gives the strategies. */
export interface RuleHashes {
  readonly hash: string;
  readonly equalityHash: string;
  readonly secondHash: string;
}

/** Thresholds that the strategies of a run matched with, in bits. */
export interface MatchThresholds {
  readonly near: number;
  readonly second: number;
}

/** The name of a near match. */
export const nearRule = ({ hash }: RuleHashes, { near }: MatchThresholds): string => `${hash} <= ${near}`;

/** What decides a match; null where no list does. */
export function matchRule(strategy: Strategy, hashes: RuleHashes, thresholds: MatchThresholds): MatchRule | null {
  const { detector, declares, design, name } = strategy;
  const near = nearRule(hashes, thresholds);
  if (detector === 'classifier' || detector === 'people') return null;
  const second = design.secondOpinion ? ` and ${hashes.secondHash} <= ${thresholds.second}` : '';
  if (detector === 'equality') return { name: `${hashes.equalityHash} =${second}`, subset: false };
  if (detector === 'both') return { name, subset: false };
  if (second) return { name: `${near}${second}`, subset: false };
  // Only entries with the same prefix or a near bucket are compared: part of what the rule matches.
  const preselected = Object.values(declares).some(
    ({ prefix, bucket }) => prefix !== undefined || bucket !== undefined,
  );
  return { name: near, subset: preselected };
}
