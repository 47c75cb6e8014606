/** What all powers are tried on: who sends what, what an insider looks for, and the moment at which the power is got. */

import {
  accountNames,
  copyEdit,
  messageHashes,
  type PictureTask,
  type PlannedMessage,
} from '../../harness/scenario/plan.ts';
import type { Order } from '../../role/court.ts';
import type { HashUse } from '../../role/world.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from '../tradeoff/experiment.ts';
import type { PowerExperiment } from './experiment.ts';

/** The experiment in the words of a trade-off: what the shared phases read. */
export function scanOf(experiment: PowerExperiment): Experiment {
  const { version, name, question, seed, dataset, assignment, operatingPoint, messages, strategies } = experiment;
  const grid = {
    hash: [...new Set([messages.hash, messages.equalityHash, messages.secondHash])],
    transform: [{ name: 'none' }],
    strategy: strategies,
  };
  return { version, name, question, seed, dataset, assignment, grid, operatingPoint, messages, model: {} };
}

/** A picture that an insider looks for, with the hashes of its original file. */
export interface HiddenTarget {
  readonly id: string;
  /** Hex, for each use. */
  readonly hashes: Readonly<Record<HashUse, string>>;
}

/** Key of the insider's own copy of a hidden target, which a network can be trained with. */
export const insiderCopy = 'insider';

/** One task a picture: it is sent as it is; of a hidden target the insider has a smaller copy. */
export function sceneTasks(
  scan: Experiment,
  pictures: readonly PictureTask['picture'][],
  hidden: readonly HiddenTarget[],
  scratch: string,
): PictureTask[] {
  const wanted = new Set(hidden.map(({ id }) => id));
  return pictures.map((picture, index) => ({
    index,
    picture,
    seed: scan.seed,
    hashes: scan.grid.hash,
    edits: [],
    sendables: [
      { key: 'none', edit: { name: 'none' }, purpose: 'scored', embed: true },
      ...(wanted.has(picture.id)
        ? [{ key: insiderCopy, edit: copyEdit, purpose: 'attack' as const, embed: true }]
        : []),
    ],
    messageHashes: messageHashes(scan),
    classifier: scan.messages.classifier,
    scratch,
  }));
}

/** Messages in order of sending, and the moment between two halves of them. */
export interface Scene {
  readonly messages: readonly PlannedMessage[];
  /** Logical time of the first message behind the moment. */
  readonly moment: number;
  /** Account that powers are aimed at. */
  readonly target: string;
  readonly accounts: readonly string[];
}

/**
 * Every evaluation picture is sent once, in either half. The hidden targets are sent by two accounts, the target and another, in both
 * halves. Drawn once, the same for every strategy.
 */
export function sceneOf(scan: Experiment, tasks: readonly PictureTask[], hidden: readonly HiddenTarget[]): Scene {
  const rng = seededRng(scan.seed, 'power/messages');
  const accounts = accountNames(scan);
  const [target, other] = accounts as [string, string];
  const wanted = new Set(hidden.map(({ id }) => id));
  const once = tasks.filter(({ picture }) => picture.split === 'evaluation' && !wanted.has(picture.id));
  const ordinary = rng.shuffle(once).map(({ index }) => ({ picture: index, sender: rng.pick(accounts) }));
  const searched = tasks
    .filter(({ picture }) => wanted.has(picture.id))
    .flatMap(({ index }) => [target, other].map((sender) => ({ picture: index, sender })));
  const middle = Math.floor(ordinary.length / 2);
  const halves = [ordinary.slice(0, middle), ordinary.slice(middle)].map((half) => rng.shuffle([...half, ...searched]));
  const sequences = new Map<string, number>();
  const messages = halves.flat().map(({ picture, sender }, sentAt): PlannedMessage => {
    const recipient = rng.pick(accounts.filter((account) => account !== sender));
    const pair = `${sender} ${recipient}`;
    const sequence = sequences.get(pair) ?? 0;
    sequences.set(pair, sequence + 1);
    const id = `m${String(sentAt).padStart(5, '0')}`;
    return { id, picture, key: 'none', purpose: 'scored', sender, recipient, sequence, sentAt };
  });
  return { messages, moment: halves[0]!.length, target, accounts };
}

/** The court orders one account's messages of the middle half of the run; it does so at the moment, in the middle of that. */
export function orderOf({ messages, target }: Pick<Scene, 'messages' | 'target'>): Order {
  const count = messages.length;
  return { id: 'order', account: target, from: Math.floor(count / 4), to: Math.floor((3 * count) / 4) };
}
