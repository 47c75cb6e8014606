/** From the guesses of attacks to their success, each beside chance, its bound and its controls. */
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { rateDifference } from '../../metric/difference.ts';
import type { Interval, Proportion } from '../../metric/interval.ts';
import { attackSuccess } from '../../metric/leakage.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from '../../metric/proportion.ts';
import type { Control, LeakAttack, Scope } from '../../schema/leakage-metrics.ts';
import type { LeakAttackRow, LeakMessageRow, Secret } from '../../schema/leakage-rows.ts';
import { countsOf } from '../../util/counts.ts';
import { seededRng } from '../../util/rng.ts';
import type { LeakRows } from './leakage-rows.ts';

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
export const advantageOf = (hits: { k: number; n: number }, alarms: { k: number; n: number }): Interval | null =>
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
