/** Which strategies would find a file by its distances from the list, before and after an edit. Pure. */

import { hashFor } from '../../../client/demo/hashes.ts';
import { thresholdScore } from '../../../client/demo/world.ts';
import type { Strategy } from '../../../strategy/strategy.ts';
import type { Reading } from './protocol.ts';

/** perhaps: the strategy compares only entries that share a prefix or a noisy bucket. unknown: what it needs was not computed. */
export type Finds = 'yes' | 'no' | 'perhaps' | 'unknown';

/** Strategies that decide by the same rule. */
export interface FoundBy {
  readonly rule: string;
  readonly strategies: readonly Strategy[];
  /** What the rule looks at, in words, and whether it finds the file. */
  readonly before: Judged;
  readonly after: Judged;
}

interface Judged {
  readonly text: string;
  readonly finds: Finds;
}

/** A rule, and how it judges a reading. */
interface Rule {
  readonly text: string;
  judge(reading: Reading): Judged;
}

const { near, equality, second } = hashFor;
const bits = (distance: number | null): string => (distance === null ? 'no hash' : `${distance} bits`);
const within = (distance: number | null, threshold: number): boolean => distance !== null && distance <= threshold;
const isNear = ({ nearest }: Reading): boolean => within(nearest.near, near.threshold);
const yesNo = (finds: boolean): Finds => (finds ? 'yes' : 'no');

const byDistance: Rule = {
  text: `${near.name}: at most ${near.threshold} of ${near.bits} bits`,
  judge: (reading) => ({ text: bits(reading.nearest.near), finds: yesNo(isNear(reading)) }),
};
const preselected: Rule = {
  text: 'the same, among entries that share some bits',
  judge: (reading) => ({ text: bits(reading.nearest.near), finds: isNear(reading) ? 'perhaps' : 'no' }),
};
const twice: Rule = {
  text: `the same, and ${second.name}: at most ${second.threshold} of ${second.bits}`,
  judge: (reading) => ({
    text: `${bits(reading.nearest.near)}, ${bits(reading.nearest.second)}`,
    finds: yesNo(isNear(reading) && within(reading.nearest.second, second.threshold)),
  }),
};
const byEquality: Rule = {
  text: `${equality.name}: all ${equality.bits} bits equal`,
  judge: ({ nearest }) => ({ text: bits(nearest.equality), finds: yesNo(nearest.equality === 0) }),
};
const byScore: Rule = {
  text: `network: score of at least ${thresholdScore}`,
  judge({ score }) {
    if (score === undefined) return { text: 'not loaded', finds: 'unknown' };
    return { text: score === null ? 'no score' : score.toFixed(2), finds: yesNo((score ?? 0) >= thresholdScore) };
  },
};

/** The rule of a strategy; undefined where people decide. */
function ruleOf({ detector, design, declares }: Strategy): Rule | undefined {
  if (detector === 'people') return undefined;
  if (detector === 'classifier') return byScore;
  if (detector === 'equality') return byEquality;
  if (design.secondOpinion) return twice;
  const isPreselected = Object.values(declares).some(
    ({ prefix, bucket }) => prefix !== undefined || bucket !== undefined,
  );
  return isPreselected ? preselected : byDistance;
}

/** The rules of strategies in their order, each judged before and after an edit. Strategies in which people decide are left out. */
export function foundBy(
  strategies: readonly Strategy[],
  { before, after }: { readonly before: Reading; readonly after: Reading },
): FoundBy[] {
  const byRule = new Map<Rule, Strategy[]>();
  for (const strategy of strategies) {
    const rule = ruleOf(strategy);
    if (rule) byRule.set(rule, [...(byRule.get(rule) ?? []), strategy]);
  }
  return [byDistance, preselected, twice, byEquality, byScore]
    .filter((rule) => byRule.has(rule))
    .map((rule) => ({
      rule: rule.text,
      strategies: byRule.get(rule)!,
      before: rule.judge(before),
      after: rule.judge(after),
    }));
}
