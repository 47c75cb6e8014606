/** Compromise windows: the same theft under a static channel and under a double ratchet. What opens of before it, of after it, and for how long. */
import { deviceAddress } from '../../role/address.ts';
import { groupBy } from '../../util/group-by.ts';
import { baselineRun } from './capabilities.ts';
import {
  type Pictures,
  verified,
  withDeviceKeys,
  withEscrowKey,
  withGhostKeys,
  withShares,
  withStolenGhost,
  withStolenSessions,
} from './keys.ts';
import type { WindowRow } from './rows.ts';
import type { ExecutedRun, LabelledMessage, Setup } from './setup.ts';

/** A secret, when it is stolen, and which messages it could be good for. */
interface Theft {
  readonly secret: WindowRow['secret'];
  readonly at: WindowRow['at'];
  readonly opened: Pictures;
  readonly scope: (message: LabelledMessage) => boolean;
}

/** Steals what the strategy has to steal, under both channels. `baseline`: the run under the scenario's own channel. */
export async function compromiseWindows(setup: Setup, baseline: ExecutedRun): Promise<WindowRow[]> {
  if (setup.strategy.design.clear) return [];
  const own = setup.task.scenario.messages.session ?? 'static';
  const rows: WindowRow[] = [];
  for (const session of ['static', 'ratchet'] as const) {
    const run = session === own ? baseline : await baselineRun({ ...setup, session });
    if (run.deployment.rejected.length > 0)
      throw new Error(`An honest packet was rejected: ${run.deployment.rejected[0]}`);
    const { cell, strategy } = setup.task;
    for (const theft of theftsOf(run, session))
      rows.push({ row: 'window', cell, strategy, session, ...counted(run, theft) });
  }
  return rows;
}

function theftsOf(run: ExecutedRun, session: WindowRow['session']): Theft[] {
  const { design } = run.setup.strategy;
  const { target } = run.setup.task.timeline;
  const { escrow, ghostSessions } = run.deployment.secrets;
  const ofDevice = (secret: Theft['secret'], address: string): Theft => ({
    secret,
    at: 'middle',
    opened:
      session === 'static'
        ? withDeviceKeys(run, address)
        : withStolenSessions(run, address, run.stolen.sessions.get(address)!),
    scope: ({ planned }) => planned.sender === target || planned.recipient === target,
  });
  const thefts: Theft[] = [ofDevice('device', target)];
  if ((run.world.devices ?? 1) > 1) thefts.push(ofDevice('second device', deviceAddress(target, 2)));
  if (design.escrow)
    thefts.push({
      secret: 'escrow',
      at: 'middle',
      opened: escrow?.kind === 'split' ? withShares(run, escrow.escrow.quorum) : withEscrowKey(run),
      scope: () => true,
    });
  if (design.ghost)
    thefts.push({
      secret: 'hidden device',
      at: 'end',
      opened: session === 'static' ? withGhostKeys(run) : withStolenGhost(run, ghostSessions!),
      scope: ({ planned }) => run.opened.court.has(planned.id),
    });
  return thefts;
}

/** Counts what was opened. A theft at the end has everything before it. */
function counted(
  run: ExecutedRun,
  { secret, at, opened, scope }: Theft,
): Omit<WindowRow, 'row' | 'cell' | 'strategy' | 'session'> {
  const { messages, task } = run.setup;
  const ids = verified(opened, messages);
  const inScope = messages.filter(scope);
  const isOpen = ({ planned }: LabelledMessage): boolean => ids.has(planned.id);
  const time = at === 'end' ? Number.POSITIVE_INFINITY : task.timeline.compromisedAt;
  const [before, after] = [
    inScope.filter(({ planned }) => planned.sentAt < time),
    inScope.filter(({ planned }) => planned.sentAt >= time),
  ];
  return {
    secret,
    at,
    before: { k: before.filter(isOpen).length, n: before.length },
    after: { k: after.filter(isOpen).length, n: after.length },
    ...perConversation(after, isOpen),
    outside: ids.size - inScope.filter(isOpen).length,
  };
}

/** For how long the thief reads a conversation of two accounts: a session turns with a message in each direction. */
function perConversation(
  after: readonly LabelledMessage[],
  isOpen: (message: LabelledMessage) => boolean,
): Pick<WindowRow, 'window' | 'closed'> {
  const conversations = groupBy(after, ({ planned }) => [planned.sender, planned.recipient].sort().join(' '));
  const windows = [...conversations.values()].map((each) => ({
    of: each.length,
    open: each.findLastIndex(isOpen) + 1,
  }));
  return {
    window: Math.max(0, ...windows.map(({ open }) => open)),
    closed: { k: windows.filter(({ of, open }) => open < of).length, n: windows.length },
  };
}
