/** All logs of a run in one hand: does the whole know more than the best of its parts? */
import { pairedDifference } from '../../metric/paired-difference.ts';
import { proportion } from '../../metric/proportion.ts';
import type { Fusion } from '../../schema/leakage-metrics.ts';
import type { Adversary, LeakAttackRow } from '../../schema/leakage-rows.ts';
import { seededRng } from '../../util/rng.ts';
import type { LeakRows } from './leakage-rows.ts';

const roles: readonly Adversary[] = ['relay', 'provider', 'curator', 'court'];

/** One line for each strategy and secret; of all messages, since what one role was handed another was not. */
export function fusions(rows: LeakRows): Fusion[] {
  const whole = rows.attacks.filter(
    ({ control, when, observable }) => control === 'none' && when === 'end' && observable === 'view',
  );
  const all = whole.filter(({ adversary }) => adversary === 'joined');
  return all.flatMap((joined) => {
    const parts = whole.filter(
      ({ strategy, secret, adversary }) =>
        strategy === joined.strategy && secret === joined.secret && roles.includes(adversary),
    );
    const best = parts.reduce<LeakAttackRow | undefined>(
      (most, each) => (most && hits(most) >= hits(each) ? most : each),
      undefined,
    );
    if (!best) return [];
    const trials = joined.messages.map((index, i) => ({
      cluster: rows.messages[index]!.group,
      first: joined.rank[i] === 1,
      second: best.rank[i] === 1,
    }));
    const rng = seededRng(rows.experiment.seed, `bootstrap/${joined.strategy}/${joined.secret}`);
    const { estimate, clusterLow, clusterHigh, method, mcnemar } = pairedDifference(trials, rng);
    return [
      {
        strategy: joined.strategy,
        secret: joined.secret,
        joined: proportion(hits(joined), joined.rank.length),
        best: best.adversary,
        single: proportion(hits(best), best.rank.length),
        gain: estimate === null ? null : { estimate, low: clusterLow, high: clusterHigh, method },
        better: clusterLow > 0 && mcnemar < 0.05 / all.length,
      },
    ];
  });
}

const hits = ({ rank }: LeakAttackRow): number => rank.filter((each) => each === 1).length;
