/** From the guesses of attacks to their success, each beside chance, its bound and its controls. */
import { type ClusteredProportion, clusteredProportion } from '../../metric/bootstrap.ts';
import { rateDifference } from '../../metric/difference.ts';
import type { Interval, Proportion } from '../../metric/interval.ts';
import {
  type AttackSuccess,
  attackSuccess,
  chanceAmong,
  clusteredAttackSuccess,
  commonestShare,
  leastAbove,
} from '../../metric/leakage.ts';
import { pairedDifference } from '../../metric/paired-difference.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from '../../metric/proportion.ts';
import { studentQuantile } from '../../metric/special.ts';
import { seededRng } from '../../util/rng.ts';
import type { Control, Fusion, LeakAttack, Membership, PooledControl, Scope } from './metrics.ts';
import type { Adversary, LeakAttackRow, LeakMembershipRow, LeakMessageRow, Secret } from './rows.ts';
import { shownMessages } from './score-information.ts';
import type { LeakRows } from './score-rows.ts';

/** Sample sizes that the method asks for: private-matching reference, section 2.2; of a match, the two-sample test's. */
const asked: Readonly<Record<Secret, { known: number; tested: number }>> = {
  topic: { known: 50_000, tested: 10_000 },
  sender: { known: 50_000, tested: 10_000 },
  identity: { known: 50_000, tested: 2000 },
  copy: { known: 50_000, tested: 2000 },
  entry: { known: 50_000, tested: 2000 },
  match: { known: 2000, tested: 4000 },
  traffic: { known: 2000, tested: 4000 },
};

/** Whether silence is part of what is asked: then there is nothing to look at without it. */
const isMatch = (secret: Secret): boolean => secret === 'match' || secret === 'traffic';

/** Attacks whose verdicts stand side by side: a place, a secret and an observable each, over two scopes. */
export const testsTried = ({ attacks }: LeakRows): number =>
  attacks.reduce((sum, { control, secret }) => sum + (control === 'none' ? (isMatch(secret) ? 1 : 2) : 0), 0);

/** Every attack of the run, in the order of the rows. */
export function leakAttacks(rows: LeakRows): LeakAttack[] {
  const tests = testsTried(rows);
  const key = ({ strategy, adversary, when, secret, observable }: LeakAttackRow): string =>
    [strategy, adversary, when, secret, observable].join(' ');
  const byKey = new Map(rows.attacks.map((row) => [`${key(row)} ${row.control}`, row]));
  return rows.attacks
    .filter(({ control }) => control === 'none')
    .flatMap((row) => {
      const [shuffled, planted] = [byKey.get(`${key(row)} shuffled`), byKey.get(`${key(row)} planted`)];
      if (!shuffled || !planted) return [];
      const scopes: readonly Scope[] = isMatch(row.secret) ? ['all'] : ['silent', 'all'];
      return scopes.map((scope) => scored({ rows, tests, scope }, row, shuffled, planted));
    });
}

interface Context {
  readonly rows: LeakRows;
  readonly tests: number;
  readonly scope: Scope;
}

function scored(context: Context, row: LeakAttackRow, shuffled: LeakAttackRow, planted: LeakAttackRow): LeakAttack {
  const { rows, tests, scope } = context;
  const trials = trialsOf(context, row);
  const chance = chanceOf(context, row, trials);
  const success = rateOf(context, row, trials);
  const found = successOf(success, chance, tests);
  const match = isMatch(row.secret) ? matchOf(row, rows.experiment.attacks.falseAccusationCost, tests) : undefined;
  const { known, tested } = asked[row.secret];
  const { strategy, adversary, when, secret, observable } = row;
  const ranks = rankMeasures(context, row, trials);
  return {
    strategy,
    adversary,
    when,
    secret,
    scope,
    observable,
    success,
    lowerBound: found.lowerBound,
    chance,
    lift: found.lift,
    leastAbove: match ? null : leastAbove(success.n, chance, tests),
    bits: chance > 0 && found.lowerBound > chance ? Math.log2(found.lowerBound / chance) : 0,
    aboveChance: match ? match.leaks : found.aboveChance,
    ...ranks,
    ...(match ? { match: match.measured } : {}),
    attacker: row.attacker,
    known: row.known,
    asked: { known, tested },
    enough: row.known >= known && success.n >= tested,
    negative: negativeControl(context, shuffled),
    positive: positiveControl(context, planted),
  };
}

/** Places of a row's guesses in the scope. */
const trialsOf = ({ scope }: Context, row: LeakAttackRow): number[] =>
  [...row.rank.keys()].filter((i) => scope === 'all' || row.handed[i] === 0);

const messageOf = ({ rows }: Context, row: LeakAttackRow, trial: number): LeakMessageRow =>
  rows.messages[row.messages[trial]!]!;

/** Edits of one picture come together as a cluster; everything else was sent once for each group. */
function rateOf(context: Context, row: LeakAttackRow, trials: readonly number[]): Proportion | ClusteredProportion {
  const hit = (trial: number): boolean => row.rank[trial] === 1;
  if (row.secret !== 'entry') return proportion(trials.filter(hit).length, trials.length);
  return clusteredProportion(
    trials.map((trial) => ({ cluster: messageOf(context, row, trial).group, success: hit(trial) })),
    seededRng(context.rows.experiment.seed, `bootstrap/${row.strategy}/${row.adversary}`),
  );
}

/** Against chance: by cluster where messages come in clusters. */
const successOf = (success: Proportion | ClusteredProportion, chance: number, tests: number): AttackSuccess =>
  'clusters' in success
    ? clusteredAttackSuccess(success, chance, tests)
    : attackSuccess(success.k, success.n, chance, tests);

/** Success of the best guess without the view: of a label, the commonest one among the messages in question. */
function chanceOf(context: Context, row: LeakAttackRow, trials: readonly number[]): number {
  const { secret } = row;
  if (secret === 'identity' || secret === 'copy' || secret === 'entry') return chanceOfPicture(context, row);
  if (isMatch(secret)) return commonestShare(trials.map((trial) => String(row.truth?.[trial])));
  return commonestShare(
    trials.map((trial) => messageOf(context, row, trial)[secret === 'sender' ? 'sender' : 'topic']),
  );
}

/** Of the pictures of a gallery: of silent messages those that were disclosed are no candidates, which the best blind guess knows. */
function chanceOfPicture({ rows, scope }: Context, { strategy, secret, known, chance }: LeakAttackRow): number {
  if (scope === 'all') return chance;
  const silent = shownMessages(rows, strategy).filter(
    ({ handed, message }) => !handed && (secret !== 'entry' || message.content === 'listed'),
  );
  const candidates = new Set(silent.map(({ message }) => message.picture)).size;
  return chanceAmong(chance, known, candidates);
}

function rankMeasures(context: Context, row: LeakAttackRow, trials: readonly number[]): Partial<LeakAttack> {
  if (row.property === undefined) return {};
  const tens = trials.filter((trial) => row.rank[trial]! <= 10).length;
  const topics = trials.filter((trial) => row.property![trial] === 1).length;
  return {
    topTen: { success: proportion(tens, trials.length), chance: Math.min(1, 10 / Math.max(1, row.known)) },
    property: {
      success: proportion(topics, trials.length),
      chance: commonestShare(trials.map((trial) => messageOf(context, row, trial).topic)),
    },
  };
}

/** Advantage in telling matches from others, and what it is worth to somebody who accuses. */
function matchOf(row: LeakAttackRow, cost: number, tests: number) {
  const count = (truth: number): { k: number; n: number } => {
    const of = [...row.rank.keys()].filter((i) => row.truth?.[i] === truth);
    // Of those that did not match a wrong guess is an accusation.
    return { k: of.filter((i) => (row.rank[i] === 1) === (truth === 1)).length, n: of.length };
  };
  const [hits, alarms] = [count(1), count(0)];
  const advantage = advantageOf(hits, alarms);
  const tail = 0.05 / (2 * tests);
  const messages = hits.n + alarms.n;
  const prior = hits.n / messages;
  const blind = Math.max(0, prior - cost * (1 - prior));
  // What each kind of message has no part in weighs nothing.
  const seen = (hits.k - cost * alarms.k) / messages;
  return {
    // Two bounds, each at half of the error, that do not meet.
    leaks: clopperPearsonLow(hits.k, hits.n, tail) > clopperPearsonHigh(alarms.k, alarms.n, tail),
    measured: {
      truePositives: proportion(hits.k, hits.n),
      falsePositives: proportion(alarms.k, alarms.n),
      advantage,
      accusation: messages === 0 ? null : { prior: blind, posterior: Math.max(blind, seen) },
    },
  };
}

/** TPR − FPR with its interval; null where one of the two was never tried. */
const advantageOf = (hits: { k: number; n: number }, alarms: { k: number; n: number }): Interval | null =>
  hits.n > 0 && alarms.n > 0 ? rateDifference(hits, alarms) : null;

function negativeControl(context: Context, row: LeakAttackRow): Control {
  const trials = trialsOf(context, row);
  const success = rateOf(context, row, trials);
  if (isMatch(row.secret)) {
    const { leaks, measured } = matchOf(row, 0, context.tests);
    const { advantage } = measured;
    return {
      success,
      expected: 0,
      advantage,
      inside: advantage === null || advantage.low <= 0,
      holds: !leaks,
    };
  }
  // Labels are dealt among the messages that are tested, so whoever guesses one of theirs is right as often as the commonest.
  const dealt = trials.map((trial) => messageOf(context, row, trial).picture);
  const ranked = row.secret === 'identity' || row.secret === 'copy' || row.secret === 'entry';
  const expected = Math.max(chanceOf(context, row, trials), ranked ? commonestShare(dealt) : 0);
  return {
    success,
    expected,
    // Below it is no leak: guesses from shuffled labels can be worse than the best blind one.
    inside: success.low <= expected,
    holds: !successOf(success, expected, context.tests).aboveChance,
  };
}

/**
 * All controls with shuffled labels of one secret together: how far their success exceeds chance, by strategy. One control alone is held to
 * the error of all of the run, and can hardly fail; together they do, where labels get into the views.
 */
export function pooledControls(attacks: readonly LeakAttack[]): PooledControl[] {
  const secrets = [...new Set(attacks.map(({ secret }) => secret))].filter((secret) => !isMatch(secret));
  return secrets.flatMap((secret): PooledControl[] => {
    const of = attacks.filter((each) => each.secret === secret && each.scope === 'all' && each.negative.success.n > 0);
    const excess = excessOf(of, 0.05 / secrets.length);
    if (!excess) return [];
    const sum = (value: (each: LeakAttack) => number): number => of.reduce((total, each) => total + value(each), 0);
    return [
      {
        secret,
        controls: of.length,
        k: sum(({ negative }) => negative.success.k),
        n: sum(({ negative }) => negative.success.n),
        expected: sum(({ negative }) => negative.success.n * negative.expected),
        excess,
        holds: excess.low <= 0,
      },
    ];
  });
}

/** Success less chance, a guess: a ratio of sums by strategy with its t interval, of which `tail` lies below. Undefined for one strategy. */
function excessOf(attacks: readonly LeakAttack[], tail: number): Interval | undefined {
  const sums = new Map<string, [excess: number, guesses: number]>();
  for (const { strategy, negative } of attacks) {
    const { success, expected } = negative;
    const [excess, guesses] = sums.get(strategy) ?? [0, 0];
    sums.set(strategy, [excess + success.k - success.n * expected, guesses + success.n]);
  }
  const clusters = sums.size;
  if (clusters < 2) return undefined;
  const all = [...sums.values()];
  const guesses = all.reduce((sum, each) => sum + each[1], 0);
  const estimate = all.reduce((sum, each) => sum + each[0], 0) / guesses;
  const squares = all.reduce((sum, each) => sum + (each[0] - estimate * each[1]) ** 2, 0);
  const half = (studentQuantile(1 - tail, clusters - 1) * Math.sqrt((squares * clusters) / (clusters - 1))) / guesses;
  const method = `t interval by strategy, ${clusters} of them, ${Number((100 * tail).toPrecision(2))} % to each side`;
  return { estimate, low: estimate - half, high: estimate + half, method };
}

/** Every guess must be right where the label is in the view. */
function positiveControl(context: Context, row: LeakAttackRow): Control {
  const success = rateOf({ ...context, scope: 'all' }, row, [...row.rank.keys()]);
  return { success, expected: 1, inside: success.high >= 1, holds: success.n > 0 && success.k === success.n };
}

// All logs of a run in one hand: does the whole know more than the best of its parts?

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
    const rng = seededRng(rows.experiment.seed, `bootstrap/${joined.strategy}/${joined.secret}`);
    // Against each role, since the best of them on these messages would be picked by their chance (intersection–union test).
    const against = parts.map((part) => ({
      part,
      difference: pairedDifference(
        joined.messages.map((index, i) => ({
          cluster: rows.messages[index]!.group,
          first: joined.rank[i] === 1,
          second: part.rank[i] === 1,
        })),
        rng,
      ),
    }));
    const least = against.reduce<(typeof against)[number] | undefined>(
      (most, each) => (most && (most.difference.estimate ?? 0) <= (each.difference.estimate ?? 0) ? most : each),
      undefined,
    );
    if (!least) return [];
    const { part, difference } = least;
    const { estimate, clusterLow, clusterHigh, method } = difference;
    return [
      {
        strategy: joined.strategy,
        secret: joined.secret,
        joined: proportion(hits(joined), joined.rank.length),
        best: part.adversary,
        single: proportion(hits(part), part.rank.length),
        gain: estimate === null ? null : { estimate, low: clusterLow, high: clusterHigh, method },
        better: against.every(({ difference: each }) => each.clusterLow > 0 && each.mcnemar < 0.05 / all.length),
      },
    ];
  });
}

const hits = ({ rank }: LeakAttackRow): number => rank.filter((each) => each === 1).length;

// From what a device would say of pictures to what it can find out about the list.

/** One line for each strategy and means, each with its controls. */
export function memberships(rows: LeakRows, tests: number): Membership[] {
  const find = (row: LeakMembershipRow, control: LeakMembershipRow['control']): LeakMembershipRow | undefined =>
    rows.membership.find(
      (each) => each.strategy === row.strategy && each.means === row.means && each.control === control,
    );
  return rows.membership
    .filter(({ control }) => control === 'none')
    .flatMap((row) => {
      const [shuffled, planted] = [find(row, 'shuffled'), find(row, 'planted')];
      if (!shuffled || !planted) return [];
      const found = membershipCounts(row);
      const [negative, positive] = [membershipCounts(shuffled), membershipCounts(planted)];
      const tail = 0.05 / (2 * Math.max(1, tests));
      const above = (of: typeof found): boolean =>
        clopperPearsonLow(of.members.k, of.members.n, tail) > clopperPearsonHigh(of.others.k, of.others.n, tail);
      return [
        {
          strategy: row.strategy,
          means: row.means,
          members: proportion(found.members.k, found.members.n),
          others: proportion(found.others.k, found.others.n),
          advantage: advantageOf(found.members, found.others),
          negative: advantageOf(negative.members, negative.others),
          negativeHolds: !above(negative),
          positive: advantageOf(positive.members, positive.others),
          // A picture of which there is no hash cannot be found, whatever lies on the device.
          positiveHolds: positive.members.k >= found.members.k && positive.members.k > 0,
        },
      ];
    });
}

function membershipCounts({ member, said }: LeakMembershipRow) {
  const count = (wanted: number): { k: number; n: number } => {
    const of = [...member.keys()].filter((i) => member[i] === wanted);
    return { k: of.filter((i) => said[i] === 1).length, n: of.length };
  };
  return { members: count(1), others: count(0) };
}
