/** From attack rows to what each role's view reveals: success beside chance, by group of pictures, with its control. */
import type { ClusterClass } from '../../metric/bootstrap.ts';
import { ClusterCounts, sumOfCounts } from '../../metric/cluster-counts.ts';
import { attackOnClasses, chanceAmong, leastClusteredAbove, shareOfCommonest } from '../../metric/leakage.ts';
import type { AttackRow } from '../../schema/observation.ts';
import { addCounts, commonest } from '../../util/counts.ts';
import { Numbered, type Renumbering } from '../../util/numbered.ts';
import { seededRng } from '../../util/rng.ts';
import type { Leakage } from './metrics.ts';

/** Guesses of messages that were disclosed to the role, or of those that were not. */
class Guesses {
  rows = 0;
  readonly guesses = new ClusterCounts();
  readonly controls = new ClusterCounts();
  readonly channels = new Map<string, number>();
  /** Right answers of the guesses of a topic. */
  readonly topics = new Map<string, number>();

  add({ control, success, channel, secret, truth }: AttackRow, group: number): void {
    this.rows++;
    (control ? this.controls : this.guesses).add(group, success);
    if (control) return;
    addCounts(this.channels, [[channel, 1]]);
    if (secret === 'topic') addCounts(this.topics, [[truth, 1]]);
  }

  merge(following: Guesses, groups: Renumbering): void {
    this.rows += following.rows;
    this.guesses.merge(following.guesses, groups);
    this.controls.merge(following.controls, groups);
    addCounts(this.channels, following.channels);
    addCounts(this.topics, following.topics);
  }
}

/** The chance that a row states. */
type Stated = Pick<AttackRow, 'chance' | 'candidates'>;
const statedIn = ({ chance, candidates }: Stated): Stated =>
  candidates === undefined ? { chance } : { chance, candidates };

/** The guesses of one role at one secret, at one moment. */
class Attack {
  readonly about: Pick<AttackRow, 'role' | 'when' | 'secret'>;
  readonly handed = new Guesses();
  readonly silent = new Guesses();
  /** As the first row states it, and the first row of a message that was not disclosed. */
  readonly first: Stated;
  firstSilent: Stated | undefined;

  constructor(about: Attack['about'], first: Stated) {
    this.about = about;
    this.first = first;
  }

  add(row: AttackRow, group: number): void {
    (row.handed ? this.handed : this.silent).add(row, group);
    if (!row.handed) this.firstSilent ??= statedIn(row);
  }

  merge(following: Attack, groups: Renumbering): void {
    this.handed.merge(following.handed, groups);
    this.silent.merge(following.silent, groups);
    this.firstSilent ??= following.firstSilent;
  }
}

/** The attacks of a run, by strategy: two bytes for each group and attack. */
export class AttackCounts {
  /** Groups of the messages that were attacked, which can be a sample of all. */
  readonly #groups = new Numbered();
  readonly #attacks = new Map<string, Map<string, Attack>>();

  add(row: AttackRow): void {
    this.#attackOf(row.strategy, row, row).add(row, this.#groups.of(row.group));
  }

  merge(following: AttackCounts): void {
    const groups = this.#groups.merge(following.#groups);
    for (const [strategy, attacks] of following.#attacks)
      for (const attack of attacks.values()) this.#attackOf(strategy, attack.about, attack.first).merge(attack, groups);
  }

  /** The attacks on one strategy, in the order of their first rows. */
  on(strategy: string): Attack[] {
    return [...(this.#attacks.get(strategy)?.values() ?? [])];
  }

  /** Attacks whose verdicts stand side by side: a strategy, a role and a secret each, over two scopes. */
  get tried(): number {
    const keys = [...this.#attacks].flatMap(([strategy, attacks]) =>
      [...attacks.values()].map(({ about: { role, secret } }) => `${strategy} ${role} ${secret}`),
    );
    return 2 * new Set(keys).size;
  }

  #attackOf(strategy: string, { role, when, secret }: Attack['about'], first: Stated): Attack {
    const attacks = this.#attacks.get(strategy) ?? new Map<string, Attack>();
    this.#attacks.set(strategy, attacks);
    const key = `${role} ${secret} ${when}`;
    const attack = attacks.get(key) ?? new Attack({ role, when, secret }, statedIn(first));
    attacks.set(key, attack);
    return attack;
  }
}

/** The tests against chance; both remember what they were asked, since many roles guess alike. */
export interface Judge {
  verdict(guesses: ClusterCounts, chance: number): ReturnType<typeof attackOnClasses>;
  least(guesses: ClusterCounts, chance: number): number | null;
}

/** Attack success for each role, moment and secret of a strategy, over both scopes. */
export function leakageOf(attacks: AttackCounts, name: string, judge: Judge): Leakage[] {
  const all = attacks.on(name);
  // A role that an escrow key serves is shown after the key was used on everything: that is what the key is worth.
  const late = new Set(all.filter(({ about }) => about.when === 'key-used-on-all').map(({ about }) => about.role));
  const kept = all.filter(({ about: { role, when } }) => !late.has(role) || when === 'key-used-on-all');
  return kept.flatMap((attack) =>
    (['silent', 'all'] as const).flatMap((scope) => {
      const parts = scope === 'all' ? [attack.silent, attack.handed] : [attack.silent];
      return parts.every(({ rows }) => rows === 0) ? [] : [scored(attack, parts, scope, judge)];
    }),
  );
}

/** The tests of a run in which so many attacks were tried. */
export function judgeOf(tests: number, seed: number): Judge {
  const [verdicts, leasts] = [new Map<string, ReturnType<Judge['verdict']>>(), new Map<string, number | null>()];
  const rng = () => seededRng(seed, 'bootstrap/attack');
  return {
    verdict(guesses, chance) {
      const classes = guesses.classes();
      const key = JSON.stringify([chance, classes]);
      const found = verdicts.get(key) ?? attackOnClasses(classes, chance, tests, rng);
      verdicts.set(key, found);
      return found;
    },
    least(guesses, chance) {
      // In an order that the names of groups have no part in.
      const sizes = sizesOf(guesses.classes());
      const key = JSON.stringify([chance, sizes]);
      const found = leasts.has(key) ? leasts.get(key)! : leastClusteredAbove(sizes, chance, tests, rng);
      leasts.set(key, found);
      return found;
    },
  };
}

/** Trials of each cluster, in ascending order. */
const sizesOf = (classes: readonly ClusterClass[]): number[] =>
  classes.flatMap(({ clusters, n }) => new Array<number>(clusters).fill(n)).sort((a, b) => a - b);

function scored(attack: Attack, parts: readonly Guesses[], scope: Leakage['scope'], judge: Judge): Leakage {
  const { role, secret, when } = attack.about;
  const guesses = sumOfCounts(parts.map((part) => part.guesses));
  const chance = chanceOf(attack, parts, scope);
  const { lift, ...found } = judge.verdict(guesses, chance);
  const control = judge.verdict(sumOfCounts(parts.map((part) => part.controls)), chance);
  const channels = joined(parts.map((part) => part.channels));
  const blind = channels.get('prior') ?? 0;
  const channel = commonest(channels) ?? 'none';
  return {
    role,
    secret,
    scope,
    ...found,
    // Who has nothing but the prior guesses as well as anybody does: no attack was made.
    lift: blind === guesses.n ? null : lift,
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
function chanceOf({ about, first, firstSilent }: Attack, parts: readonly Guesses[], scope: Leakage['scope']): number {
  if (about.secret === 'topic') return shareOfCommonest(joined(parts.map(({ topics }) => topics)));
  const { chance, candidates } = scope === 'all' ? first : firstSilent!;
  if (scope === 'all' || candidates === undefined || chance === 0) return chance;
  return chanceAmong(chance, Math.round(1 / chance), candidates);
}

/** The sum of counts. */
function joined(parts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const part of parts) addCounts(sum, part);
  return sum;
}
