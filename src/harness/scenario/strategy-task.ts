/** One strategy of a trade-off, in a worker thread: runs it on the messages, then reads and attacks its views. */

import type { Connect } from '../../role/connection.ts';
import { covers } from '../../role/court.ts';
import type { Deployment } from '../../role/deployment.ts';
import type { AttackRow, DeploymentRow, MessageRow, ViewRow } from '../../schema/observation.ts';
import type { Row } from '../../schema/row.ts';
import type { Role } from '../../schema/vocabulary.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { attackViews } from './attack-views.ts';
import { runDeployment, type StrategyTask } from './run-deployment.ts';
import type { MessageMillis } from './timings.ts';
import { examineViews, type Sent, ViewReader } from './view-reader.ts';

/** A worker's result for a strategy. */
export interface StrategyResult {
  readonly rows: readonly Row[];
  /** Set if messages were timed. */
  readonly millis?: MessageMillis;
}

/**
 * Runs a strategy on the messages of a task: sends, delivers, reviews, serves orders, then reads the views. Attacks on them are made in the
 * first cohort only: it has the messages that they need.
 */
export async function runStrategy(task: StrategyTask, connect?: Connect): Promise<StrategyResult> {
  const { scenario, messages, cohort } = task;
  // Of several cohorts, one worker takes many, and what is left of the messages before would be hundreds of megabytes beside those to come.
  if (cohort) collectGarbage();
  const isAttacked = cohort === undefined || cohort.number === 1;
  const { strategy, world, deployment, store, sent, reported, orders, traffic, millis } = await runDeployment(task, {
    connect,
  });
  const context = { cell: task.cell, strategy, world, deployment, sent, reported, isPart: cohort !== undefined };
  const rows: Row[] = [];
  const views = (when: ViewRow['when'], ordered: ReadonlySet<string>): ViewRow[] =>
    examineViews({ ...context, when, ordered });

  const ordered = new Set<string>();
  // Orders that cover only later messages were already served at their time.
  const viewRows = strategy.prospective ? [] : views('before-order', ordered);
  for (const order of orders) {
    if (!strategy.prospective) await deployment.serve(order);
    for (const message of messages) if (covers(order, message)) ordered.add(message.id);
  }
  traffic.ends('order');
  const about = { cell: task.cell, strategy: strategy.name };
  rows.push(...messageRows(task, deployment, sent, reported));
  const ofCohort = cohort && cohort.number > 1 ? { cohort: cohort.number } : {};
  const inCohort = <R extends Row>(of: readonly R[]): R[] => of.map((row) => ({ ...row, ...ofCohort }));
  rows.push(...inCohort<Row>([deploymentRow(deployment, about), ...traffic.rows(about)]));
  viewRows.push(...views('end', ordered));
  const attacks = (when: AttackRow['when'], roles?: readonly Role[]): AttackRow[] =>
    isAttacked ? attackViews({ ...context, seed: scenario.seed, store, when, ...(roles ? { roles } : {}) }) : [];
  const attackRows = attacks('end');
  if (strategy.declares.court?.content === 'ordered' && !strategy.prospective) {
    // Measures the escrow key's power: uses it on all stored messages.
    for (const account of cohort?.senders ?? world.accounts)
      await deployment.serve({ id: `all/${account}`, account, from: 0, to: cohort?.total ?? messages.length });
    const all = new Set(messages.map(({ id }) => id));
    viewRows.push(...views('key-used-on-all', all));
    attackRows.push(...attacks('key-used-on-all', ['court']));
  }
  rows.push(...inCohort(viewRows), ...attackRows);
  await deployment.close();
  return { rows, millis };
}

const deploymentRow = (
  { listBytes, hiddenCapacity, rejected }: Deployment,
  about: Pick<DeploymentRow, 'cell' | 'strategy'>,
): DeploymentRow => ({
  row: 'deployment',
  ...about,
  deviceBytes: listBytes,
  ...(hiddenCapacity === undefined ? {} : { hiddenCapacity }),
  rejected: rejected.length,
});

/** The outcome of every message: the rows from which a strategy's rates are counted. */
export function messageRows(
  task: Pick<StrategyTask, 'cell' | 'strategy'>,
  deployment: Deployment,
  sent: readonly Sent[],
  reported: ReadonlySet<string>,
): MessageRow[] {
  const tipped = new Set(deployment.tips.map(({ reportId }) => reportId.slice(reportId.indexOf('/') + 1)));
  const reader = new ViewReader(deployment.views);
  return sent.map(({ planned, picture, bytes }): MessageRow => {
    const outcome = deployment.outcome(planned.id);
    const flagged = outcome.scanned === 'match' && outcome.warned === undefined;
    return {
      row: 'message',
      cell: task.cell,
      picture: picture.id,
      group: picture.group,
      topic: picture.topic,
      content: picture.content,
      split: picture.split,
      transform: planned.key,
      strategy: task.strategy,
      message: planned.id,
      purpose: planned.purpose,
      sender: planned.sender,
      recipient: planned.recipient,
      outcome: {
        state: 'scored',
        scanned: outcome.scanned,
        detected:
          (outcome.scanned === 'match' && !outcome.dismissed) || reported.has(planned.id) || tipped.has(planned.id),
        delivered: outcome.delivered,
        warned: outcome.warned ?? false,
        flagged: flagged || reported.has(planned.id),
        exposed: reader.holdsContent(['relay', 'provider', 'curator', 'court'], planned.id, bytes),
        tipped: tipped.has(planned.id),
        pictureBytes: bytes.length,
        sentBytes: reader.bytesFromSender(planned.id),
        receivedBytes: reader.bytesToSender(planned.id),
      },
    };
  });
}
