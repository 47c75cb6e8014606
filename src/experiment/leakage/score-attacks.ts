/** From the guesses of attacks to their success, each beside chance, its bound and its controls. */
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { rateDifference } from '../../metric/difference.ts';
import type { Interval, Proportion } from '../../metric/interval.ts';
import { attackSuccess } from '../../metric/leakage.ts';
import { pairedDifference } from '../../metric/paired-difference.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from '../../metric/proportion.ts';
import { strategies } from '../../strategy/index.ts';
import type { ChainLink, Strategy } from '../../strategy/strategy.ts';
import { countsOf } from '../../util/counts.ts';
import { seededRng } from '../../util/rng.ts';
import type { Chain, Control, Fusion, LeakAttack, Link, Membership, Scope } from './metrics.ts';
import type { Adversary, LeakAttackRow, LeakMembershipRow, LeakMessageRow, LeakViewRow, Secret } from './rows.ts';
import { valuesOf } from './score-information.ts';
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
  const found = attackSuccess(success.k, success.n, chance, tests);
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
function rateOf(context: Context, row: LeakAttackRow, trials: readonly number[]): Proportion {
  const hit = (trial: number): boolean => row.rank[trial] === 1;
  if (row.secret !== 'entry') return proportion(trials.filter(hit).length, trials.length);
  return clusteredProportion(
    trials.map((trial) => ({ cluster: messageOf(context, row, trial).group, success: hit(trial) })),
    seededRng(context.rows.experiment.seed, `bootstrap/${row.strategy}/${row.adversary}`),
  );
}

/** Success of the best guess without the view: of a label, the commonest one among the messages in question. */
function chanceOf(context: Context, row: LeakAttackRow, trials: readonly number[]): number {
  const { secret } = row;
  if (isMatch(secret)) return commonest(trials.map((trial) => String(row.truth?.[trial])));
  if (secret !== 'topic' && secret !== 'sender') return row.chance;
  return commonest(trials.map((trial) => messageOf(context, row, trial)[secret]));
}

const commonest = (labels: readonly string[]): number =>
  Math.max(0, ...countsOf(labels).values()) / Math.max(1, labels.length);

function rankMeasures(context: Context, row: LeakAttackRow, trials: readonly number[]): Partial<LeakAttack> {
  if (row.property === undefined) return {};
  const tens = trials.filter((trial) => row.rank[trial]! <= 10).length;
  const topics = trials.filter((trial) => row.property![trial] === 1).length;
  return {
    topTen: { success: proportion(tens, trials.length), chance: Math.min(1, 10 / Math.max(1, row.known)) },
    property: {
      success: proportion(topics, trials.length),
      chance: commonest(trials.map((trial) => messageOf(context, row, trial).topic)),
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
  const expected = chanceOf(context, row, trials);
  return {
    success,
    expected,
    // Below it is no leak: guesses from shuffled labels can be worse than the best blind one.
    inside: success.low <= expected,
    holds: !attackSuccess(success.k, success.n, expected, context.tests).aboveChance,
  };
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

// The data-processing inequality as an oracle: what is a function of something else gives away no more than that. Here: a voucher's
// outcome below the threshold, the list entry that a report names, an uploaded hash, the picture in the clear.

/** What each part of the provider's view is, in words; from the least to the most. */
const linkTexts: Readonly<Record<ChainLink, string>> = {
  outcome: 'a voucher opened',
  entry: 'which entry matched',
  hash: 'the hash',
  picture: 'the picture',
};

/** From the least to the most: the strategies that declare themselves a link; `observable` is what the attack rows call the part. */
const links = (Object.keys(linkTexts) as ChainLink[]).flatMap((observable) =>
  Object.values<Strategy>(strategies)
    .filter(({ chainLink }) => chainLink === observable)
    .map(({ id, name }) => ({ name: `${linkTexts[observable]} (${id})`, strategy: name, observable })),
);

/** The column of a view that is the observable. */
const columns = { outcome: 'outcome', entry: 'entry', hash: 'bits', picture: 'content' } as const;

/** Values of different sums of the same numbers differ in their last digits. */
const tolerance = 1e-9;

/** The chain of the run; null where one of its strategies was not run. */
export function chainOf(rows: LeakRows, attacks: readonly LeakAttack[]): Chain | null {
  const views = links.map(({ strategy }) => rows.view(strategy, 'provider'));
  if (views.some((view) => view === undefined)) return null;
  const shown = links.map(({ observable }, i) => namesOf(views[i]!, observable));
  const made = links.map((link, i): Link => {
    const mine = shown[i]!;
    const topics = [...mine.keys()].map((index) => rows.messages[index]!.topic);
    const values = [...mine.values()];
    return {
      ...link,
      pictures: mine.size,
      distinct: new Set(values).size,
      identityBits: entropy(values),
      topicBits: entropy(values) + entropy(topics) - entropy(values.map((value, at) => `${value} ${topics[at]}`)),
      broken: i + 1 < links.length ? broken(mine, shown[i + 1]!) : 0,
      attacks: attacks
        .filter(
          ({ strategy, observable, scope }) =>
            strategy === link.strategy && observable === link.observable && scope === 'all',
        )
        .map(({ secret, success: { k, n }, chance }) => ({ secret, success: proportion(k, n), chance })),
    };
  });
  const violations = made.slice(1).flatMap((next, i) => violationsOf(made[i]!, next));
  return { links: made, holds: violations.length === 0, violations };
}

/** What each message showed, by its place among the run's messages. */
function namesOf(view: LeakViewRow, observable: keyof typeof columns): Map<number, string> {
  const values = valuesOf(view[columns[observable]], view.messages.length);
  return new Map(view.messages.map((index, i) => [index, values[i]!]));
}

/** Entropy of the names, in bits: mutual information of which picture with what it shows, where no two pictures are likelier than others. */
function entropy(names: readonly string[]): number {
  const sum = [...countsOf(names).values()].reduce((total, count) => total + count * Math.log2(count), 0);
  return names.length === 0 ? 0 : Math.max(0, Math.log2(names.length) - sum / names.length);
}

/** Messages that show something else than most messages which the next link does not tell apart from them. */
function broken(mine: ReadonlyMap<number, string>, next: ReadonlyMap<number, string>): number {
  const groups = new Map<string, string[]>();
  for (const [index, value] of mine) {
    const key = next.get(index);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return [...groups.values()].reduce((sum, group) => sum + group.length - Math.max(...countsOf(group).values()), 0);
}

function violationsOf(less: Link, more: Link): string[] {
  const exceeds = (what: string, a: number, b: number): string[] =>
    a > b * (1 + tolerance) + tolerance ? [`${what}: ${less.name} ${a} exceeds ${more.name} ${b}`] : [];
  return [
    ...exceeds('different views', less.distinct, more.distinct),
    ...exceeds('bits on the picture', less.identityBits, more.identityBits),
    ...exceeds('bits on the topic', less.topicBits, more.topicBits),
    ...less.attacks.flatMap(({ secret, success }) => {
      const other = more.attacks.find((each) => each.secret === secret);
      return other ? exceeds(`attack on ${secret}, lower against upper bound`, success.low, other.success.high) : [];
    }),
  ];
}

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
