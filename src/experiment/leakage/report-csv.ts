/** Every number of a leakage run as CSV, long form. */

import { csvOf, csvTable, type Field, intervalFields, numberColumns, rateFields } from '../../report/csv.ts';
import type { Endpoints, KnownLeak, LeakAttack, LeakageMetrics, Scope } from './metrics.ts';
import type { Adversary, Secret } from './rows.ts';

/** File name → CSV text. */
export const leakageCsv = (metrics: LeakageMetrics): Record<string, string> => ({
  'attacks.csv': csvOf(
    metrics.attacks.flatMap(attackLines),
    [
      'strategy',
      'adversary',
      'when',
      'secret',
      'scope',
      'observable',
      'control',
      'measure',
      'chance',
      'aboveChance',
      'attacker',
      'known',
      ['askedKnown', ({ asked }) => asked.known],
      ['askedTested', ({ asked }) => asked.tested],
    ],
    ({ numbers }) => numbers,
  ),
  'known.csv': csvOf(metrics.known, [
    'strategy',
    'adversary',
    'when',
    'scope',
    'standing',
    'view',
    'pictures',
    'capacity',
    'posterior',
    'shannonBits',
    'minEntropyBits',
    ['predicted', ({ predicted }) => predicted?.value],
    ['formula', ({ predicted }) => predicted?.formula],
    'within',
    ['observed', ({ observed }) => observed?.distinct],
    ['expected', ({ observed }) => observed?.expected],
    ['same', ({ observed }) => observed?.same],
    'ceiling',
  ]),
  'matches.csv': csvOf(metrics.matches, [
    'strategy',
    'channel',
    'prior',
    'shannonBits',
    'advantage',
    'capacity',
    'maxLiftBits',
  ]),
  'information.csv': csvOf(
    metrics.information,
    [
      'strategy',
      'adversary',
      'when',
      'secret',
      'observable',
      'standing',
      ['samples', ({ n }) => n],
      'asked',
      'applies',
      'plugInBits',
      'permutation',
      'chiSquare',
      'aboveZero',
    ],
    ({ bits }) => intervalFields(bits),
  ),
  'membership.csv': csvTable(
    ['strategy', 'means', 'measure', ...numberColumns],
    metrics.membership.flatMap(({ strategy, means, members, others, advantage, negative, positive }): Field[][] => [
      [strategy, means, 'members', ...rateFields(members)],
      [strategy, means, 'others', ...rateFields(others)],
      [strategy, means, 'advantage', ...intervalFields(advantage)],
      [strategy, means, 'advantage, dealt anew', ...intervalFields(negative)],
      [strategy, means, 'advantage, list in the clear', ...intervalFields(positive)],
    ]),
  ),
  'fusion.csv': csvTable(
    ['strategy', 'secret', 'best', 'measure', ...numberColumns],
    metrics.fusion.flatMap(({ strategy, secret, best, joined, single, gain }): Field[][] => [
      [strategy, secret, best, 'joined', ...rateFields(joined)],
      [strategy, secret, best, 'single', ...rateFields(single)],
      [strategy, secret, best, 'gain', ...intervalFields(gain)],
    ]),
  ),
  'endpoints.csv': csvOf(metrics.endpoints, ['strategy', 'adversary'], ({ named }) => rateFields(named)),
  'chain.csv': csvOf(metrics.chain?.links ?? [], [
    ['link', ({ name }) => name],
    'strategy',
    'observable',
    'pictures',
    'distinct',
    'identityBits',
    'topicBits',
    'broken',
  ]),
});

/** An attack, with one of its measures. */
interface AttackLine extends Omit<LeakAttack, 'chance' | 'aboveChance'> {
  readonly control: string;
  readonly measure: string;
  readonly chance: number | null;
  readonly aboveChance: boolean | null;
  readonly numbers: readonly Field[];
}

/** One line for each measure of an attack, and one for each of its controls. */
function attackLines(attack: LeakAttack): AttackLine[] {
  const line = (
    control: string,
    measure: string,
    chance: number | null,
    aboveChance: boolean | null,
    numbers: Field[],
  ): AttackLine => ({ ...attack, control, measure, chance, aboveChance, numbers });
  const { success, chance, aboveChance, match, topTen, property, negative, positive } = attack;
  return [
    line('none', 'success', chance, aboveChance, rateFields(success)),
    ...(topTen ? [line('none', 'topTen', topTen.chance, null, rateFields(topTen.success))] : []),
    ...(property ? [line('none', 'topic of the guess', property.chance, null, rateFields(property.success))] : []),
    ...(match
      ? [
          line('none', 'truePositives', null, null, rateFields(match.truePositives)),
          line('none', 'falsePositives', null, null, rateFields(match.falsePositives)),
          line('none', 'advantage', 0, aboveChance, intervalFields(match.advantage)),
          line('none', 'accusation', match.accusation?.prior ?? null, null, [
            null,
            null,
            match.accusation?.posterior ?? null,
            null,
            null,
            'gain',
            null,
            null,
            null,
          ]),
        ]
      : []),
    line(
      'shuffled',
      'success',
      negative.expected,
      !negative.holds,
      negative.advantage === undefined ? rateFields(negative.success) : intervalFields(negative.advantage),
    ),
    line('planted', 'success', positive.expected, null, rateFields(positive.success)),
  ];
}

// Finding figures of a leakage run: which of them stands for a strategy, an adversary and a secret.

/** Adversaries in the order of tables and plots, as a heading calls them. */
export const adversaryNames: Readonly<Record<Adversary, string>> = {
  network: 'Network observer',
  relay: 'Relay',
  provider: 'Provider, with the relay',
  curator: 'Curator',
  court: 'Court',
  joined: 'All logs combined',
};
export const adversaries = Object.keys(adversaryNames) as readonly Adversary[];

/** Secrets in the order of tables and plots, as a column calls them. */
export const secretNames: Readonly<Record<Secret, string>> = {
  topic: 'topic',
  identity: 'which picture',
  copy: 'which picture, from a copy',
  sender: 'sender',
  entry: 'list entry',
  match: 'match',
  traffic: 'match, from traffic',
};

/** Whether what is asked is if a message matched: then success is an advantage. */
export const asksMatch = (secret: Secret): boolean => secret === 'match' || secret === 'traffic';

/** What an adversary learns of silent messages; of curator and court, who see nothing of those, of all. */
const scopeOf = (adversary: Adversary, secret: Secret): Scope =>
  asksMatch(secret) || adversary === 'curator' || adversary === 'court' ? 'all' : 'silent';

/** The attack that stands for a place: of a court that holds a key, after it was used on everything. */
export function attackAt(
  { attacks }: Pick<LeakageMetrics, 'attacks'>,
  strategy: string,
  adversary: Adversary,
  secret: Secret,
): LeakAttack | undefined {
  const scope = scopeOf(adversary, secret);
  const there = attacks.filter(
    (each) =>
      each.strategy === strategy &&
      each.adversary === adversary &&
      each.secret === secret &&
      each.scope === scope &&
      each.observable === 'view',
  );
  return there.find(({ when }) => when === 'key-used-on-all') ?? there[0];
}

/** The known channel that stands for a place. */
export function knownAt(
  { known }: Pick<LeakageMetrics, 'known'>,
  strategy: string,
  adversary: Adversary,
): KnownLeak | undefined {
  const scope = scopeOf(adversary, 'identity');
  const there = known.filter(
    (each) => each.strategy === strategy && each.adversary === adversary && each.scope === scope,
  );
  return there.find(({ when }) => when === 'key-used-on-all') ?? there[0];
}

/** Whether an adversary was told who sent messages. */
export const endpointsAt = (
  { endpoints }: LeakageMetrics,
  strategy: string,
  adversary: Adversary,
): Endpoints | undefined => endpoints.find((each) => each.strategy === strategy && each.adversary === adversary);

/** How much of what was to be guessed an attack got: 0 at chance, 1 when every guess was right; 0 where it is not above chance. */
export function shareGained({ aboveChance, match, success, chance }: LeakAttack): number {
  if (!aboveChance) return 0;
  // Above chance, so it was tried; where chance is certain nothing can be above it.
  const gained = match ? match.advantage!.estimate : (success.estimate! - chance) / (1 - chance);
  return Math.min(1, Math.max(0, gained));
}
