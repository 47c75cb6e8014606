/** What a worker thread of a run on prevention does: sends all messages under a strategy, once for each form of prevention, and reads the views. */
import { fileId, fileKey, MessageStore } from '../../harness/scenario/message-store.ts';
import { accountNames } from '../../harness/scenario/plan.ts';
import { type StrategyTask, scenarioWorld } from '../../harness/scenario/run-deployment.ts';
import type { StrategyResult } from '../../harness/scenario/strategy-task.ts';
import { type Deployment, deploy } from '../../role/deployment.ts';
import type { ViewEntry } from '../../role/view.ts';
import { blob, decoded } from '../../role/wire.ts';
import type { World } from '../../role/world.ts';
import type { Prevention } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import { equalBytes } from '../../util/bytes.ts';
import { seededRng } from '../../util/rng.ts';
import { messagesBetweenReviews, type PreventionExperiment, probing } from './experiment.ts';
import type { Action, PreventedRow, TurnedAwayRow } from './rows.ts';
import { blind, obstacle } from './score-obstacle.ts';

export { hashOriginal, workOnPicture } from '../../harness/scenario/picture-task.ts';
export { trainHead } from '../../train/target-head.ts';

/** A strategy with the forms of prevention to try. */
export interface PreventionTask extends StrategyTask {
  readonly prevention: PreventionExperiment['prevention'];
  /** So many of the messages are those of people; the rest are probes. */
  readonly scored: number;
}

/** The forms that are tried: all but those that need a reviewer where none can look. */
export const actionsOf = ({ strategy, prevention }: Pick<PreventionTask, 'strategy' | 'prevention'>): Action[] => {
  const design = strategyByName(strategy);
  // Where nobody knows before delivery, a run shows that nothing is stopped.
  const isTried = (each: Prevention): boolean => blind(design) !== undefined || obstacle(design, each) === undefined;
  const possible = prevention.actions.filter(isTried);
  return ['none', ...possible];
};

/** Runs the strategy with every form of prevention. */
export async function preventMessages(task: PreventionTask): Promise<StrategyResult> {
  const only = new Set(task.messages.map(({ picture, key }) => fileKey(picture, key)));
  const indices = [...new Set(task.messages.map(({ picture }) => picture))];
  const store = await MessageStore.open(task.scratch, indices, {
    head: task.scenario.messages.head !== undefined,
    only,
  });
  const rows: (PreventedRow | TurnedAwayRow)[] = [];
  for (const action of actionsOf(task)) rows.push(...(await prevented(task, action, store)));
  return { rows };
}

/** The rows of one form of prevention. */
async function prevented(
  task: PreventionTask,
  action: Action,
  store: MessageStore,
): Promise<(PreventedRow | TurnedAwayRow)[]> {
  const deployment = await deploy(await worldOf(task, action, store), strategyByName(task.strategy).design);
  const deliveries = new DeliveryReader(
    deployment,
    new Map(task.messages.map(({ id, picture, key }) => [id, store.file(picture, key).bytes])),
  );
  const between = messagesBetweenReviews(task);
  for (const [i, planned] of task.messages.entries()) {
    await deployment.send({ ...planned, picture: store.file(planned.picture, planned.key).bytes });
    await deployment.deliver();
    deliveries.read(i);
    if ((i + 1) % between > 0 && i + 1 < task.messages.length) continue;
    await deployment.review();
    await deployment.deliver();
    deliveries.read(i + 1);
  }
  await deployment.close();
  // Everybody is honest, but an account can have more synthetic vouchers than their budget.
  const away: TurnedAwayRow = {
    row: 'turned-away',
    strategy: task.strategy,
    action,
    reasons: [...deployment.rejected],
  };
  return [...rowsOf(task, action, deployment, deliveries), away];
}

async function worldOf(task: PreventionTask, action: Action, store: MessageStore): Promise<World> {
  const { seed } = task.scenario;
  const { review } = task.prevention;
  const accounts = [...accountNames(task.scenario), probing.sender, probing.recipient];
  const world = await scenarioWorld(task, accounts, store, new Set());
  const { confirms } = world.people;
  return {
    ...world,
    prevention: action === 'none' ? undefined : action,
    people: {
      ...world.people,
      // Whoever sees a file again decides as before.
      confirms(picture) {
        const share = confirms(picture) ? review.sensitivity.value : 1 - review.specificity.value;
        return seededRng(seed, `prevention/review/${fileId(picture)}`).next() < share;
      },
    },
  };
}

/** Notes when a recipient got a message as it was sent. */
class DeliveryReader {
  readonly #deployment: Deployment;
  /** Message id → the picture that was sent. */
  readonly #sent: ReadonlyMap<string, Uint8Array>;
  #at = 0;
  readonly #times = new Map<string, number>();

  constructor(deployment: Deployment, sent: ReadonlyMap<string, Uint8Array>) {
    this.#deployment = deployment;
    this.#sent = sent;
  }

  /** Reads on, at a logical time. */
  read(time: number): void {
    const { entries } = this.#deployment.views.recipient;
    for (; this.#at < entries.length; this.#at++) {
      const entry = entries[this.#at]!;
      const [picture, sent] = [pictureOf(entry), this.#sent.get(entry.message)];
      if (picture && sent && equalBytes(picture, sent)) this.#times.set(entry.message, time);
    }
  }

  of(message: string): number | undefined {
    return this.#times.get(message);
  }
}

/** The picture that an entry of a recipient's view shows. */
function pictureOf({ type, bytes }: ViewEntry): Uint8Array | undefined {
  if (type === 'opened') return bytes;
  return type === 'clear' ? blob(decoded(bytes), 'picture') : undefined;
}

function rowsOf(
  { cell, strategy, messages, pictures, scored }: PreventionTask,
  action: Action,
  deployment: Deployment,
  deliveries: DeliveryReader,
): PreventedRow[] {
  const { sender, curator } = deployment.views;
  const has = (view: typeof sender, message: string, type: ViewEntry['type']): boolean =>
    view.about(message).some((entry) => entry.type === type);
  return messages.map((planned, i): PreventedRow => {
    const { id, group, topic, content, split } = pictures[planned.picture]!;
    const outcome = deployment.outcome(planned.id);
    const at = deliveries.of(planned.id);
    return {
      row: 'prevented',
      ...{ cell, strategy, action },
      message: planned.id,
      purpose: i < scored ? 'scored' : 'probe',
      sender: planned.sender,
      picture: id,
      ...{ group, topic, content, split },
      transform: planned.key,
      scanned: outcome.scanned,
      notice: has(sender, planned.id, 'held'),
      warned: outcome.warned ?? false,
      prompt: at === planned.sentAt,
      delivered: at !== undefined,
      delay: at === undefined ? null : at - planned.sentAt,
      reported: has(curator, planned.id, 'tip'),
    };
  });
}
