/** From the rows of a leakage run to its metrics: pure, so that a report can always be made again from the raw rows. */

import { clusteredProportion } from '../../metric/bootstrap.ts';
import { countAdvantage } from '../../metric/count-leak.ts';
import { clopperPearsonLow, proportion } from '../../metric/proportion.ts';
import { medianOrZero } from '../../metric/quantile.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import { refusedFiles } from '../../schema/row.ts';
import { rounded } from '../../score/rounded.ts';
import { strategyByName } from '../../strategy/index.ts';
import { countsOf } from '../../util/counts.ts';
import { seededRng } from '../../util/rng.ts';
import type { LeakageExperiment } from './experiment.ts';
import type {
  CountLeak,
  Endpoints,
  KnownLeak,
  LeakAttack,
  LeakageMetrics,
  LeakStrategy,
  Membership,
} from './metrics.ts';
import type { LeakageRow, LeakMessageRow } from './rows.ts';
import { fusions, leakAttacks, memberships, pooledControls, testsTried } from './score-attacks.ts';
import { chainOf } from './score-chain.ts';
import { informations, valuesOf } from './score-information.ts';
import { knownLeaks, knownMatches } from './score-known.ts';
import { type LeakRows, leakRows } from './score-rows.ts';

/** What the rows do not say. */
interface LeakageContext {
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly listEntries: number;
  /** What was noted while the pictures were assigned. */
  readonly notes: readonly string[];
  readonly experiment: LeakageExperiment;
}

/** The metrics of a finished run. */
export function leakageMetrics(observations: readonly LeakageRow[], context: LeakageContext): LeakageMetrics {
  const { experiment, dataset, listEntries, notes } = context;
  const rows = leakRows(observations, experiment);
  const tests = testsTried(rows);
  const attacks = leakAttacks(rows);
  const membership = memberships(rows, tests);
  const pictures = rows.messages.filter(({ transform }) => transform === 'none');
  const refused = refusedFiles(observations);
  const metrics: Omit<LeakageMetrics, 'limits'> = {
    schemaVersion: 1,
    kind: 'leakage',
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: {
      ...dataset,
      pictures: pictures.length,
      groups: new Set(pictures.map(({ group }) => group)).size,
      topics: new Set(pictures.map(({ topic }) => topic)).size,
      refused,
      listEntries,
      messages: rows.messages.length,
      accounts: experiment.messages.accounts,
    },
    tests,
    strategies: experiment.strategies.map((name) => strategyOf(rows, name)),
    attacks,
    known: knownLeaks(rows).map((leak) => ({ ...leak, ceiling: holdsBack(leak, attacks, tests) })),
    matches: knownMatches(rows),
    information: informations(rows),
    membership,
    fusion: fusions(rows),
    endpoints: endpointsOf(rows),
    counts: countLeaks(rows),
    chain: chainOf(rows, attacks),
    controls: controlsOf(attacks, membership),
  };
  return rounded({ ...metrics, limits: [...notes, ...leakageLimits(metrics, experiment)] });
}

/** Whether the best guess that a channel allows is a ceiling to the attacks on it. */
const holdsBack = (leak: Omit<KnownLeak, 'ceiling'>, attacks: readonly LeakAttack[], tests: number): boolean =>
  attacks
    .filter(
      ({ strategy, adversary, when, scope, secret, observable }) =>
        strategy === leak.strategy &&
        adversary === leak.adversary &&
        when === leak.when &&
        scope === leak.scope &&
        observable === 'view' &&
        (secret === 'identity' || secret === 'copy'),
    )
    .every(({ success: { k, n } }) => clopperPearsonLow(k, n, 0.05 / tests) <= leak.posterior);

/** What the strategy finds, so that what it reveals can be set beside it. On the evaluation split. */
function strategyOf(rows: LeakRows, name: string): LeakStrategy {
  const { id, summary } = strategyByName(name);
  const outcomes = rows.outcomes(name);
  const places = [...rows.messages.keys()].filter((i) => rows.messages[i]!.split === 'evaluation');
  const rate = (holds: (message: LeakMessageRow) => boolean): ClusteredRate =>
    clusteredProportion(
      places
        .filter((i) => holds(rows.messages[i]!))
        .map((i) => ({ cluster: rows.messages[i]!.group, success: outcomes?.detected[i] === 1 })),
      seededRng(rows.experiment.seed, `bootstrap/${name}`),
    );
  const aborted = outcomes?.aborted ?? [];
  return {
    id,
    name,
    summary,
    listed: rate(({ content, transform }) => content === 'listed' && transform === 'none'),
    edited: rate(({ content, transform }) => content === 'listed' && transform !== 'none'),
    innocent: rate(({ content }) => content === 'innocent'),
    aborted: proportion(aborted.filter((each) => each === 1).length, aborted.length),
  };
}

/** How often each adversary was told who sent a message. */
const endpointsOf = (rows: LeakRows): Endpoints[] =>
  rows.views
    .filter(({ when }) => when === 'end')
    .map(({ strategy, adversary, sender, messages }) => ({
      strategy,
      adversary,
      named: proportion(
        valuesOf(sender, messages.length).filter((name, i) => name === rows.messages[messages[i]!]!.sender).length,
        messages.length,
      ),
    }));

/** Numbers of matches that are told from none; those from the threshold on are opened anyway. */
const matchCounts = [1, 2, 5, 10, 20];

function countLeaks({ experiment, messages }: LeakRows): CountLeak[] {
  const { matchThreshold, syntheticShare } = experiment.messages.protocols;
  const pictures = medianOrZero([...countsOf(messages.map(({ sender }) => sender)).values()]);
  return experiment.strategies
    .map(strategyByName)
    .filter(({ threshold }) => threshold)
    .map(({ name, synthetic }) => ({
      strategy: name,
      pictures,
      syntheticShare: synthetic ? syntheticShare : 0,
      advantage: matchCounts
        .filter((matches) => matches < matchThreshold && matches <= pictures)
        .map((matches) => ({
          matches,
          value: countAdvantage(Math.round(pictures), matches, synthetic ? syntheticShare : 0),
        })),
    }));
}

/** How many controls came out as they must. */
function controlsOf(attacks: readonly LeakAttack[], membership: readonly Membership[]): LeakageMetrics['controls'] {
  const pooled = pooledControls(attacks);
  const count = (of: readonly boolean[]) => proportion(of.filter(Boolean).length, of.length);
  const name = ({ strategy, adversary, when, secret, observable, scope }: LeakAttack): string =>
    `${strategy}, ${adversary}${when === 'end' ? '' : ` (${when})`}: ${secret}${observable === 'view' ? '' : ` from ${observable}`}, ${scope}`;
  return {
    negative: {
      held: count([
        ...attacks.map(({ negative }) => negative.holds),
        ...membership.map(({ negativeHolds }) => negativeHolds),
      ]),
      inside: count(attacks.map(({ negative }) => negative.inside)),
      pooled,
    },
    positive: {
      held: count([
        ...attacks.map(({ positive }) => positive.holds),
        ...membership.map(({ positiveHolds }) => positiveHolds),
      ]),
    },
    failing: [
      ...pooled.flatMap(({ secret, holds }) =>
        holds ? [] : [`labels dealt anew, above chance, all together: ${secret}`],
      ),
      ...attacks.flatMap((each) => [
        ...(each.negative.holds ? [] : [`labels dealt anew, above chance: ${name(each)}`]),
        ...(each.positive.holds ? [] : [`label in the view, not always guessed: ${name(each)}`]),
      ]),
      ...membership.flatMap(({ strategy, means, negativeHolds, positiveHolds }) => [
        ...(negativeHolds ? [] : [`membership dealt anew, above chance: ${strategy}, ${means}`]),
        ...(positiveHolds ? [] : [`list in the clear, not read: ${strategy}, ${means}`]),
      ]),
    ],
  };
}

// What a reader must know before quoting a number of a leakage run.

/** Limits, most important first. */
function leakageLimits(metrics: Omit<LeakageMetrics, 'limits'>, { messages }: LeakageExperiment): string[] {
  const { dataset, attacks } = metrics;
  const few = attacks.filter(({ enough }) => !enough).length;
  const tested = Math.max(0, ...attacks.map(({ success }) => success.n));
  const bearing = metrics.information.filter(({ applies }) => !applies).length;
  const told = new Set(attacks.filter(({ secret }) => secret === 'match').map(({ strategy }) => strategy));
  const untold = metrics.strategies.map(({ name }) => name).filter((name) => !told.has(name));
  return [
    `An attack is a lower bound: a better attacker may find more. Of ${attacks.length} figures from attacks ${few} come from fewer messages than the method asks for (up to ${tested} tested here): they show that a view leaks, never that it does not.`,
    `Exact figures are exact for this gallery of ${dataset.pictures} pictures, all equally likely, and for the channel as it is built. A larger gallery has more pictures in every class.`,
    'Benign pictures stand in for everything, and "listed" is a label that the experiment drew.',
    'Senders are drawn at random, so that nothing but endpoints can tell who sent a message: an attack on the sender that beats chance would show a fault.',
    'The sizes of payloads are attacked, not those of headers, whose decimal counters would tell the time; times are logical, and nobody’s clock is attacked here.',
    'Whoever watches the wires is taken to know that a message was about to be sent, also where a warned sender did not send it. Reports and clear messages cross the wires with their own length, as under TLS without padding.',
    `A share of ${messages.abort} of the warned senders do not send, recipients report ${messages.userReport} of target content, a court orders ${messages.orderedAccounts} of ${messages.accounts} accounts: assumptions of the experiment.`,
    'The adversary has a gallery of all pictures that are sent, and accounts of its own to see what each looks like; whoever lacks a gallery re-identifies nothing.',
    ...(untold.length > 0
      ? [
          `Too few of the known messages matched under ${untold.join(', ')} to learn what a match looks like: there it is not attacked.`,
        ]
      : []),
    ...(metrics.counts.length > 0
      ? [
          'Whether a synthetic or a real voucher opened is not in the views of strategies with synthetic ones, so attacks there do not use it; the exact figures do.',
        ]
      : []),
    ...(bearing > 0
      ? [
          `${bearing} of ${metrics.information.length} estimates of mutual information come from fewer than 20 samples a cell; they are marked.`,
        ]
      : []),
  ];
}
