/** How the reports of attacks name what they show. */

import type { AttackMetrics, EvasionMetrics, TargetMetrics } from '../../schema/evasion-metrics.ts';
import { si } from '../format.ts';

/** Names of attacks. */
export const attackName = {
  nes: 'NES',
  simba: 'SimBA',
  boundary: 'boundary',
  any: 'best of all',
} as const satisfies Record<AttackMetrics['attack'], string>;

/** What an attack sees of a target. */
export const seen = ({ sees }: AttackMetrics, { type }: TargetMetrics): string =>
  sees === 'decision' ? 'match or not' : type === 'hash' ? 'distance' : 'score';

/** A target as lines of tables have it. */
export const targetName = ({ goal, target }: TargetMetrics): string =>
  goal === 'collision' ? `${target}, collision` : target;

/** The attack that is quoted for a target: the best of all, or the only one. */
export const quotedAttack = ({ attacks }: TargetMetrics): AttackMetrics => attacks.at(-1)!;

/** An L2 with what it is in grey levels: '0.04 (10 of 255 levels)'. */
export const l2Words = (l2: number): string => `${l2} (${Number((255 * l2).toPrecision(2))} of 255 levels)`;

/** Success of an attack at the budget of L2 that is quoted. */
export const atQuoted = ({ byL2 }: AttackMetrics, { quoted }: EvasionMetrics) => byL2.find(({ l2 }) => l2 === quoted)!;

/** Numbers of photographs: '1.1 billion', '390 million', or as other numbers are written. */
export function photographs(count: number): string {
  for (const [size, word] of [
    [1e9, 'billion'],
    [1e6, 'million'],
  ] as const)
    if (count >= size) return `${Number((count / size).toPrecision(2))} ${word}`;
  return si(count);
}

/** Targets under one goal. */
export const under = ({ targets }: EvasionMetrics, goal: TargetMetrics['goal']): TargetMetrics[] =>
  targets.filter((target) => target.goal === goal);
