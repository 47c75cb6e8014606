/** A strategy run through a small world from the first message to the last report, with its views examined as a run does. */
import { examineViews, type Sent } from '../../src/harness/scenario/view-reader.ts';
import type { Order } from '../../src/role/court.ts';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import type { ViewRow } from '../../src/schema/observation.ts';
import type { Strategy } from '../../src/strategy/strategy.ts';
import { equalityHexOf, hexOf, type SmallWorld } from './world.ts';

export interface Run {
  readonly deployment: Deployment;
  readonly reported: ReadonlySet<string>;
  /** Messages that the order names. */
  readonly ordered: ReadonlySet<string>;
  readonly before: readonly ViewRow[];
  readonly end: readonly ViewRow[];
  /** How many entries each view had before the order. */
  readonly courtBefore: number;
}

/** One account, for the middle of the run. */
export const order: Order = { id: 'order-1', account: 'ben', from: 13, to: 30 };

/** Sends everything, delivers, reviews, serves the order, and examines the views before and after it. */
export async function runThrough(strategy: Strategy, world: SmallWorld, by = deploy): Promise<Run> {
  const deployment = await by(world, strategy.design);
  for (const message of world.messages) {
    if (strategy.prospective && message.sentAt === order.from) await deployment.serve(order);
    await deployment.send(message);
    await deployment.deliver();
  }
  await deployment.review();
  const sent = world.messages.map((message, index): Sent => {
    const { picture, ...rest } = message;
    return {
      planned: { ...rest, picture: index, key: 'none', purpose: 'scored' },
      picture: { id: message.id, group: message.id, topic: 'test', content: 'innocent', split: 'evaluation' },
      bytes: picture,
      hex: hexOf(world, message),
      equalityHex: equalityHexOf(world, message),
    };
  });
  const reported = new Set(
    deployment.views.provider.entries.filter(({ type }) => type === 'user-report').map(({ message }) => message),
  );
  const examine = (when: ViewRow['when'], ordered: ReadonlySet<string>): ViewRow[] =>
    examineViews({ cell: 'cell', strategy, world, deployment, sent, reported: world.reporting, ordered, when });
  const before = strategy.prospective ? [] : examine('before-order', new Set());
  const courtBefore = deployment.views.court.entries.length;
  if (!strategy.prospective) await deployment.serve(order);
  const ordered = new Set(
    world.messages
      .filter(({ sender, sentAt }) => sender === order.account && sentAt >= order.from && sentAt <= order.to)
      .map(({ id }) => id),
  );
  return { deployment, reported, ordered, before, end: examine('end', ordered), courtBefore };
}
