/** From attack rows to what each role's view reveals: success beside chance, by group of pictures, with its control. */
import { attackOf, chanceAmong, commonestShare, leastClusteredAbove } from '../../metric/leakage.ts';
import type { AttackRow } from '../../schema/observation.ts';
import { ofType } from '../../schema/row.ts';
import { countsOf, mostCommon } from '../../util/counts.ts';
import { groupBy } from '../../util/group-by.ts';
import { seededRng } from '../../util/rng.ts';
import type { Leakage } from './metrics.ts';
import type { TradeoffRow } from './rows.ts';

/** The tests against chance; both remember what they were asked, since many roles guess alike. */
interface Judge {
  verdict(guesses: readonly AttackRow[], chance: number): ReturnType<typeof attackOf>;
  least(guesses: readonly AttackRow[], chance: number): number | null;
}

/** Attack success for each role, moment and secret of a strategy, over both scopes. */
export function leakageOf(all: readonly TradeoffRow[], name: string, seed: number): Leakage[] {
  const rows = ofType(all, 'attack').filter((row) => row.strategy === name);
  // A role that an escrow key serves is shown after the key was used on everything: that is what the key is worth.
  const late = new Set(rows.filter(({ when }) => when === 'key-used-on-all').map(({ role }) => role));
  const kept = rows.filter(({ role, when }) => !late.has(role) || when === 'key-used-on-all');
  const judge = judgeOf(attacksTried(all), seed);
  return [...groupBy(kept, ({ role, secret }) => `${role} ${secret}`).values()].flatMap((group) =>
    (['silent', 'all'] as const).flatMap((scope) => {
      const inScope = scope === 'all' ? group : group.filter(({ handed }) => !handed);
      return inScope.length === 0 ? [] : [scored(inScope, scope, judge)];
    }),
  );
}

function judgeOf(tests: number, seed: number): Judge {
  const [verdicts, leasts] = [new Map<string, ReturnType<typeof attackOf>>(), new Map<string, number | null>()];
  const rng = () => seededRng(seed, 'bootstrap/attack');
  return {
    verdict(guesses, chance) {
      const trials = guesses.map(({ group, success }) => ({ cluster: group, success }));
      const key = JSON.stringify([chance, trials.map(({ cluster, success }) => `${success} ${cluster}`).sort()]);
      const found = verdicts.get(key) ?? attackOf(trials, chance, tests, rng);
      verdicts.set(key, found);
      return found;
    },
    least(guesses, chance) {
      // In an order that the names of groups have no part in.
      const sizes = [...countsOf(guesses.map(({ group }) => group)).values()].sort((a, b) => a - b);
      const key = JSON.stringify([chance, sizes]);
      const found = leasts.get(key) ?? leastClusteredAbove(sizes, chance, tests, rng);
      leasts.set(key, found);
      return found;
    },
  };
}

function scored(rows: readonly AttackRow[], scope: Leakage['scope'], judge: Judge): Leakage {
  const { role, secret, when } = rows[0]!;
  const guesses = rows.filter(({ control }) => !control);
  const chance = chanceOf(rows[0]!, scope, guesses);
  const { lift, ...found } = judge.verdict(guesses, chance);
  const control = judge.verdict(
    rows.filter((row) => row.control),
    chance,
  );
  const blind = guesses.filter(({ channel }) => channel === 'prior').length;
  const channel = mostCommon(guesses.map((row) => row.channel)) ?? 'none';
  return {
    role,
    secret,
    scope,
    ...found,
    // Who has nothing but the prior guesses as well as anybody does: no attack was made.
    lift: blind === guesses.length ? null : lift,
    blind,
    leastAbove: judge.least(guesses, chance),
    control: control.success,
    controlWithinChance: !control.aboveChance,
    channel: when === 'end' ? channel : `${channel}, after the key was used on every account`,
  };
}

/**
 * Success of the best guess without the view: for a topic, the commonest one among the messages in question; for a picture, any of the gallery,
 * without those that were disclosed where only other messages are in question.
 */
function chanceOf(
  { secret, chance, candidates }: AttackRow,
  scope: Leakage['scope'],
  guesses: readonly AttackRow[],
): number {
  if (secret === 'topic') return commonestShare(guesses.map(({ truth }) => truth));
  if (scope === 'all' || candidates === undefined || chance === 0) return chance;
  return chanceAmong(chance, Math.round(1 / chance), candidates);
}

/** Attacks of a run whose verdicts stand side by side: a strategy, a role and a secret each, over two scopes. */
function attacksTried(all: readonly TradeoffRow[]): number {
  const keys = all.flatMap((row) => (row.row === 'attack' ? [`${row.strategy} ${row.role} ${row.secret}`] : []));
  return 2 * new Set(keys).size;
}
