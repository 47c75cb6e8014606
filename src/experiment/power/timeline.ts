/**
 * The messages on which every capability is tried: who sends what, what an insider looks for, and when the adversary gets the capability.
 */

import {
  accountNames,
  copyEdit,
  messageHashes,
  type PictureTask,
  type PlannedMessage,
  scoredBy,
} from '../../harness/scenario/plan.ts';
import type { Order } from '../../role/court.ts';
import type { HashUse } from '../../role/world.ts';
import type { Scenario } from '../../schema/scenario.ts';
import { isForwarded } from '../../score/forwarded.ts';
import { seededRng } from '../../util/rng.ts';

/** A picture that an insider looks for, with the hashes of its original file. */
export interface HiddenTarget {
  readonly id: string;
  /** Hex, for each use. */
  readonly hashes: Readonly<Record<HashUse, string>>;
}

/** Key of the insider's own copy of a hidden target, which a network can be trained with. */
export const insiderCopy = 'insider';

/** The hashes that every picture is held against the lists with. */
export const hashesOf = (scenario: Scenario): string[] => [...new Set(Object.values(messageHashes(scenario)))];

/** One task per picture, which is sent unedited. The insider also has a smaller copy of each hidden target. */
export function pictureTasksOf(
  scenario: Scenario,
  pictures: readonly PictureTask['picture'][],
  hidden: readonly HiddenTarget[],
  scratch: string,
): PictureTask[] {
  const wanted = new Set(hidden.map(({ id }) => id));
  return pictures.map((picture, index) => ({
    index,
    picture,
    seed: scenario.seed,
    hashes: hashesOf(scenario),
    edits: [],
    sendables: [
      { key: 'none', edit: { name: 'none' }, purpose: 'scored', embed: true, classify: true },
      ...(wanted.has(picture.id)
        ? [{ key: insiderCopy, edit: copyEdit, purpose: 'attack' as const, embed: true, classify: true }]
        : []),
    ],
    messageHashes: messageHashes(scenario),
    ...scoredBy(scenario),
    forwarded: isForwarded(scenario, picture.id),
    scratch,
  }));
}

/** Messages in order of sending, and the time in the middle of them at which the adversary gets the capability. */
export interface Timeline {
  readonly messages: readonly PlannedMessage[];
  /** Logical time of the first message that is sent with the capability in the adversary's hands. */
  readonly compromisedAt: number;
  /** The account that targeted capabilities are used against. */
  readonly target: string;
  readonly accounts: readonly string[];
}

/**
 * Every evaluation picture is sent once, before or after the compromise. The hidden targets are sent by two accounts, the target and another,
 * both before and after it. Drawn once, the same for every strategy.
 */
export function timelineOf(
  scenario: Scenario,
  tasks: readonly PictureTask[],
  hidden: readonly HiddenTarget[],
): Timeline {
  const rng = seededRng(scenario.seed, 'power/messages');
  const accounts = accountNames(scenario);
  const [target, other] = accounts as [string, string];
  const wanted = new Set(hidden.map(({ id }) => id));
  const once = tasks.filter(({ picture }) => picture.split === 'evaluation' && !wanted.has(picture.id));
  const ordinary = rng.shuffle(once).map(({ index }) => ({ picture: index, sender: rng.pick(accounts) }));
  const searched = tasks
    .filter(({ picture }) => wanted.has(picture.id))
    .flatMap(({ index }) => [target, other].map((sender) => ({ picture: index, sender })));
  const middle = Math.floor(ordinary.length / 2);
  const [before, after] = [ordinary.slice(0, middle), ordinary.slice(middle)].map((part) =>
    rng.shuffle([...part, ...searched]),
  ) as [typeof ordinary, typeof ordinary];
  const sequences = new Map<string, number>();
  const messages = [...before, ...after].map(({ picture, sender }, sentAt): PlannedMessage => {
    const recipient = rng.pick(accounts.filter((account) => account !== sender));
    const pair = `${sender} ${recipient}`;
    const sequence = sequences.get(pair) ?? 0;
    sequences.set(pair, sequence + 1);
    const id = `m${String(sentAt).padStart(5, '0')}`;
    return { id, picture, key: 'none', purpose: 'scored', sender, recipient, sequence, sentAt };
  });
  return { messages, compromisedAt: before.length, target, accounts };
}

/** A court order for one account's messages in the middle half of the run. It is served at the time of the compromise, which is in the middle of that. */
export function orderOf({ messages, target }: Pick<Timeline, 'messages' | 'target'>): Order {
  const count = messages.length;
  return { id: 'order', account: target, from: Math.floor(count / 4), to: Math.floor((3 * count) / 4) };
}
