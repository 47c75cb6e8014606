/** Topics guessed from hashes: success against chance, by picture and by group. */
import { clusteredProportion } from '../../../metric/bootstrap.ts';
import { attackSuccess } from '../../../metric/leakage.ts';
import { clopperPearsonLow } from '../../../metric/proportion.ts';
import type { TopicLeak } from '../../../schema/hash-leakage-metrics.ts';
import type { HashLeakTopicRow } from '../../../schema/hash-leakage-rows.ts';
import { seededRng } from '../../../util/rng.ts';
import type { Picture } from './pictures.ts';

/** Guesses that the second figure allows. */
const five = 5;

/** One attack, or one control of it; `attacks` and `controls`: how many of each the run has, which are read side by side. */
export function topicLeak(
  row: HashLeakTopicRow,
  picture: (id: string) => Picture,
  seed: number,
  tests: { readonly attacks: number; readonly shuffled: number },
): TopicLeak {
  const { source, hash, control, bits, deep, attacker, candidates, training, validation, topics, likeliest } = row;
  const trials = row.test.map((id, i) => ({ ...picture(id), rank: row.rank[i]! }));
  const tries = (guesses: number): NonNullable<TopicLeak['five']> => {
    const common = new Set(likeliest.slice(0, guesses));
    const rng = seededRng(seed, `bootstrap/topic ${source} ${hash} ${control} ${guesses}`);
    return {
      success: clusteredProportion(
        trials.map(({ group, rank }) => ({ cluster: group, success: rank <= guesses })),
        rng,
      ),
      chance: {
        commonest: share(trials, ({ topic }) => common.has(topic)),
        uniform: Math.min(1, guesses / topics),
      },
    };
  };
  const first = tries(1);
  // One picture a group: independent trials, for which the exact bound holds.
  const seen = new Set<string>();
  const single = trials.filter(({ group }) => !seen.has(group) && seen.add(group));
  const hits = single.filter(({ rank }) => rank === 1).length;
  const chance = share(single, ({ topic }) => topic === likeliest[0]);
  const judged = attackSuccess(hits, single.length, chance, tests.attacks);
  const { estimate, low, high, clusterLow, clusterHigh } = first.success;
  // Over a chance of 0, or of no picture at all, there is no lift.
  const { commonest } = first.chance;
  const by = (rate: number): number => rate / commonest;
  const lift = estimate === null || commonest === 0 ? null : by(estimate);
  return {
    source,
    hash,
    control,
    bits,
    deep,
    attacker,
    candidates,
    training,
    validation,
    topics,
    first,
    five: topics > five ? tries(five) : null,
    lowerBound: judged.lowerBound,
    lift:
      lift === null
        ? null
        : { estimate: lift, low: by(Math.min(low, clusterLow)), high: by(Math.max(high, clusterHigh)) },
    uniformLift: estimate === null ? null : estimate * topics,
    leakedBits: lift === null ? null : Math.log2(Math.max(1, lift)),
    aboveChance: judged.aboveChance,
    passed:
      control === 'none'
        ? null
        : control === 'identity'
          ? trials.every(({ rank }) => rank === 1)
          : clopperPearsonLow(hits, single.length, 0.05 / tests.shuffled) <= chance,
  };
}

const share = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  items.length === 0 ? 0 : items.filter(holds).length / items.length;
