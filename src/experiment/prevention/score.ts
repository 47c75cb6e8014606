/** From rows to what each form of prevention stops, and tells. */
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { proportion } from '../../metric/proportion.ts';
import { median } from '../../metric/quantile.ts';
import type { ClusteredRate, Rate } from '../../schema/rate.ts';
import { rounded } from '../../score/rounded.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { groupBy } from '../../util/group-by.ts';
import { seededRng } from '../../util/rng.ts';
import { messagesBetweenReviews, type PreventionExperiment } from './experiment.ts';
import type { PreventedMetrics, PreventionMetrics } from './metrics.ts';
import type { Action, PreventedRow, TurnedAwayRow } from './rows.ts';
import { obstacle } from './score-obstacle.ts';

const limits = [
  'A picture stands in for content; whether a stop protects anybody is not measured.',
  'Nobody gives up or changes over: a real sender who is stopped tries another file, or another messenger. The evasion experiment measures what another file takes.',
  'How many warned senders go on, how often reviewers come and how often they err are inputs. The share of warned senders is the same for target content and for innocent pictures.',
  'A reviewer who sees a file again decides as before. What reviewers see of a conversation is the picture alone.',
  'Probes come from one account, after everybody else, and the picture is the file itself; an account that is suspended ends them, which is not played.',
  'Times are logical, one message at each; how many an hour is an assumption of the experiment.',
];

/** Metrics of a run on prevention: a pure function of its rows and its experiment. */
export function preventionMetrics(
  all: readonly (PreventedRow | TurnedAwayRow)[],
  experiment: PreventionExperiment,
  { name: dataset, sha256 }: { readonly name: string; readonly sha256: string },
): PreventionMetrics {
  const rows = all.filter((row): row is PreventedRow => row.row === 'prevented');
  const away = all.filter((row): row is TurnedAwayRow => row.row === 'turned-away');
  if (rows.length === 0) throw new UserError(`The run of '${experiment.name}' has no rows of messages`);
  const { name, question, seed, strategies, messages, prevention } = experiment;
  const { messagesPerHour, review, abortSource } = prevention;
  const cells = groupBy(rows, ({ strategy, action }) => JSON.stringify([strategy, action]));
  const actions: Action[] = ['none', ...prevention.actions];
  const first = [...cells.values()][0]!;
  return rounded({
    schemaVersion: 1,
    kind: 'prevention',
    experiment: name,
    question,
    seed,
    dataset: { name: dataset, sha256 },
    accounts: messages.accounts,
    messages: first.filter(({ purpose }) => purpose === 'scored').length,
    betweenReviews: messagesBetweenReviews(experiment),
    inputs: {
      abort: { value: messages.abort, source: abortSource },
      messagesPerHour,
      everyHours: review.everyHours,
      sensitivity: review.sensitivity,
      specificity: review.specificity,
    },
    prevented: strategies.flatMap((strategy) =>
      actions.flatMap((action) => {
        const of = cells.get(JSON.stringify([strategy, action]));
        const turnedAway =
          away.find((each) => each.strategy === strategy && each.action === action)?.reasons.length ?? 0;
        return of ? [{ ...preventedMetrics(of, experiment), turnedAway }] : [];
      }),
    ),
    impossible: strategies.flatMap((strategy) =>
      prevention.actions.flatMap((action) => {
        const reason = obstacle(strategyByName(strategy), action);
        return reason === undefined ? [] : [{ strategy, id: strategyByName(strategy).id, action, reason }];
      }),
    ),
    limits,
  } satisfies PreventionMetrics);
}

function preventedMetrics(
  rows: readonly PreventedRow[],
  experiment: PreventionExperiment,
): Omit<PreventedMetrics, 'turnedAway'> {
  const { strategy: name, action } = rows[0]!;
  const strategy = strategyByName(name);
  const scored = rows.filter(({ purpose, split }) => purpose === 'scored' && split === 'evaluation');
  const listed = scored.filter(({ content, transform }) => content === 'listed' && transform === 'none');
  const innocent = scored.filter(({ content }) => content === 'innocent');
  const rng = () => seededRng(experiment.seed, `bootstrap/${name}/${action}`);
  // Below a threshold an account's messages pass together.
  const clusterOf = ({ sender, group }: PreventedRow): string => (strategy.threshold ? sender : group);
  const share = (of: readonly PreventedRow[], holds: (row: PreventedRow) => boolean): ClusteredRate =>
    clusteredProportion(
      of.map((row) => ({ cluster: clusterOf(row), success: holds(row) })),
      rng(),
    );
  const counted = (of: readonly PreventedRow[], holds: (row: PreventedRow) => boolean): Rate =>
    proportion(of.filter(holds).length, of.length);
  const isStopped = ({ delivered }: PreventedRow): boolean => !delivered;
  const isLate = ({ delivered, prompt }: PreventedRow): boolean => delivered && !prompt;
  const isReported = ({ reported }: PreventedRow): boolean => reported;
  const probes = rows.filter(({ purpose }) => purpose === 'probe');
  const ofContent = (content: PreventedRow['content']): PreventedRow[] =>
    probes.filter((each) => each.content === content);
  const hours = rows.filter(isLate).map(({ delay }) => delay! / experiment.prevention.messagesPerHour.value);
  const isHindered = ({ prompt }: PreventedRow): boolean => !prompt;
  return {
    strategy: name,
    id: strategy.id,
    action,
    deviceKnows: strategy.warnOnly !== undefined || strategy.design.warnOnly === true,
    stopped: {
      listed: share(listed, isStopped),
      edited: share(
        scored.filter(({ content, transform }) => content === 'listed' && transform !== 'none'),
        isStopped,
      ),
      near: share(
        scored.filter(({ content }) => content === 'near'),
        isStopped,
      ),
      fresh: share(
        scored.filter(({ content }) => content === 'new'),
        isStopped,
      ),
      innocent: share(innocent, isStopped),
    },
    late: { listed: counted(listed, isLate), innocent: counted(innocent, isLate) },
    reported: { listed: share(listed, isReported), innocent: share(innocent, isReported) },
    warned: rows.filter(({ warned }) => warned).length,
    notices: rows.filter(({ notice }) => notice).length,
    delayHours:
      hours.length === 0 ? null : { messages: hours.length, median: median(hours), longest: Math.max(...hours) },
    oracle: {
      listed: counted(ofContent('listed'), isHindered),
      others: counted(ofContent('innocent'), isHindered),
      notices: counted(probes, ({ notice }) => notice),
      reports: counted(probes, isReported),
    },
  };
}
