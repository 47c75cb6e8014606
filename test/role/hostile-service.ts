/** A service with three accounts, each sending two listed pictures and two others: who of them is still served when something is attacked. */

import { expect } from 'vitest';
import { type Deployment, deploy } from '../../src/role/deployment.ts';
import type { Protocol } from '../../src/role/protocol.ts';
import type { Message } from '../../src/role/world.ts';
import type { ProtocolSettings } from '../../src/schema/protocol-settings.ts';
import { type StrategyName, strategies } from '../../src/strategy/index.ts';
import { type PlainWorld, plainWorld, sendAll } from '../helpers/plain-world.ts';

export interface Attacked {
  readonly world: PlainWorld;
  readonly deployment: Deployment;
  readonly messages: readonly Message[];
  /** Messages with a listed picture. */
  readonly listed: readonly Message[];
}

export interface Attack {
  readonly settings?: Partial<ProtocolSettings>;
  /** In the place of the strategy's own protocol. */
  readonly protocol?: Protocol;
  /** Messages beside the twelve: behind them, or before them where `early`. */
  readonly early?: boolean;
  more?(world: PlainWorld, messages: readonly Message[]): readonly Message[];
}

/** Runs a strategy while it is attacked: eve's messages are p10008 to p10011. */
export async function attacked(
  name: StrategyName,
  { settings, protocol, early, more }: Attack = {},
): Promise<Attacked> {
  const world = plainWorld({
    listed: 6,
    settings: { matchThreshold: 2, syntheticShare: 0, bucketNoise: 0, ...settings },
  });
  const listed: Message[] = [];
  const messages = ['ann', 'ben', 'eve'].flatMap((account, i) =>
    [world.listed[2 * i]!, world.stranger(), world.listed[2 * i + 1]!, world.stranger()].map((picture, j) => {
      const message = world.message(account, picture);
      if (j % 2 === 0) listed.push(message);
      return message;
    }),
  );
  const others = more?.(world, messages) ?? [];
  if (early) messages.unshift(...others);
  else messages.push(...others);
  const deployment = await (protocol ? deploy(world, { name, protocol }) : deploy(world, strategies[name].design));
  await sendAll(deployment, messages);
  return { world, deployment, messages, listed };
}

const idsOf = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);

/** Ids of the messages that were found to match. */
export const found = ({ deployment, messages }: Attacked): string[] =>
  idsOf(messages).filter((id) => deployment.outcome(id).scanned === 'match');

/** Nothing was lost: all messages delivered, and all matches found but those of the accounts that the attack may cost theirs. */
export function expectUnharmed(run: Attacked, costs: readonly string[] = []): void {
  const { deployment, messages, listed } = run;
  expect(idsOf(messages).filter((id) => !deployment.outcome(id).delivered)).toEqual([]);
  const honest = (all: readonly Message[]): Message[] => all.filter(({ sender }) => !costs.includes(sender));
  const matches = new Set(found(run));
  expect(idsOf(honest(messages)).filter((id) => matches.has(id))).toEqual(idsOf(honest(listed)));
}

/** What was turned away, without the message that it was about. */
export const reasons = ({ deployment }: Attacked): string[] =>
  deployment.rejected.map((each) => each.slice(each.indexOf(': ') + 2));
