/** Plans the work of a scenario with its assigned pictures: cells, picture tasks and messages. */

import type { AssignedPicture } from '../../dataset/assign.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import type { HashUse } from '../../role/world.ts';
import type { TransformSpec } from '../../schema/edit-preset.ts';
import type { Scenario } from '../../schema/scenario.ts';
import type { Split } from '../../schema/vocabulary.ts';
import { isForwarded } from '../../score/forwarded.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { idOf } from '../../util/digest.ts';
import { seededRng } from '../../util/rng.ts';
import type { DetectorsOfTask } from '../detectors/hasher.ts';

/** The edit that makes second copies for measuring re-identification: a smaller copy, as another app would forward it. */
export const copyEdit: TransformSpec = { name: 'resize', factor: 0.8 };

/**
 * Maximum number of second copies: of calibration pictures, on which the attacker chooses its method, and of evaluation pictures, which are
 * scored.
 */
export const copyLimit = { calibration: 40, evaluation: 120 } as const;

/** One picture file to send: an edit of a picture, compressed as the messenger does. */
export interface Sendable {
  /** Key within its picture: the label of the edit, 'copy' for a second copy. */
  readonly key: string;
  readonly edit: TransformSpec;
  readonly purpose: 'scored' | 'attack';
  /** Store the classifier's embedding, for the topic attack on roles that see the picture. */
  readonly embed: boolean;
  /** Classify it. The score of a copy that attackers send has no row: only a strategy that scores pictures and a trained head read it. */
  readonly classify: boolean;
}

/** All the work on one picture. */
export interface PictureTask {
  readonly index: number;
  readonly picture: AssignedPicture;
  readonly seed: number;
  readonly hashes: readonly string[];
  /** Edits to hash, in addition to the unedited picture. */
  readonly edits: readonly TransformSpec[];
  readonly sendables: readonly Sendable[];
  /** Names of the hashes that strategies match with. */
  readonly messageHashes: Readonly<Record<HashUse, string>>;
  readonly classifier: string;
  /** The program that scores files too, if one decides in the classifier strategies. */
  readonly scorer?: string;
  /** Whether to store the embeddings of all files, for a head. */
  readonly head: boolean;
  /** Whether its unedited message is the original file, byte for byte. */
  readonly forwarded: boolean;
  /** Folder for files that later phases read. */
  readonly scratch: string;
  /** The detectors among the hashes. */
  readonly detectors?: DetectorsOfTask;
}

/** One message to send. */
export interface PlannedMessage {
  readonly id: string;
  /** Index of its picture task, and key of the sendable. */
  readonly picture: number;
  readonly key: string;
  readonly purpose: 'scored' | 'attack';
  readonly sender: string;
  readonly recipient: string;
  readonly sequence: number;
  readonly sentAt: number;
}

/** Whether devices ask for a picture's score. */
const scoresPictures = ({ detector }: Strategy): boolean => detector === 'classifier' || detector === 'both';

const sent: TransformSpec = { name: 'none' };

/** Names of the hashes that strategies match with. */
export const messageHashes = ({ messages }: Scenario): Record<HashUse, string> => ({
  near: messages.hash,
  equality: messages.equalityHash,
  second: messages.secondHash,
});

/** What scores the files of a picture. */
export const scoredBy = ({ messages }: Scenario): Pick<PictureTask, 'classifier' | 'scorer' | 'head'> => ({
  classifier: messages.classifier,
  ...(messages.scorer ? { scorer: messages.scorer.name } : {}),
  head: messages.head !== undefined,
});

/** Hashes and edits of every picture. */
interface Grid {
  /** Names of hashes. */
  readonly hash: readonly string[];
  /** Edits of listed evaluation pictures; always includes 'none'. */
  readonly transform: readonly TransformSpec[];
}

/** One task per picture, in the order of the pictures. */
export function pictureTasks(
  scenario: Scenario,
  grid: Grid,
  pictures: readonly AssignedPicture[],
  scratch: string,
): PictureTask[] {
  const { messages, seed } = scenario;
  const copiesOf = (split: Split): number[] => {
    const inSplit = pictures.flatMap((picture, index) => (picture.split === split ? [index] : []));
    return seededRng(seed, `copies/${split}`).shuffle(inSplit).slice(0, copyLimit[split]);
  };
  const copied = new Set([...copiesOf('calibration'), ...copiesOf('evaluation')]);
  // A head is scored on every file.
  const isScored =
    messages.head !== undefined || scenario.strategies.some((name) => scoresPictures(strategyByName(name)));
  const edits = grid.transform.filter(({ name }) => name !== 'none');
  // A run has as many tasks as pictures: what they have in common is one object.
  const asSent: Sendable = { key: 'none', edit: sent, purpose: 'scored', embed: true, classify: true };
  const editedFiles = messages.edits.map(
    (edit): Sendable => ({ key: resolveTransform(edit).label, edit, purpose: 'scored', embed: false, classify: true }),
  );
  const copy: Sendable = { key: 'copy', edit: copyEdit, purpose: 'attack', embed: false, classify: isScored };
  const files = (isEdited: boolean) => {
    const scored = isEdited ? [asSent, ...editedFiles] : [asSent];
    return { edits: isEdited ? edits : [], scored, withCopy: [...scored, copy] };
  };
  const [edited, unedited] = [files(true), files(false)];
  const names = messageHashes(scenario);
  return pictures.map((picture, index) => {
    const { edits, scored, withCopy } =
      picture.content === 'listed' && picture.split === 'evaluation' ? edited : unedited;
    return {
      index,
      picture,
      seed,
      hashes: grid.hash,
      edits,
      sendables: copied.has(index) ? withCopy : scored,
      messageHashes: names,
      ...scoredBy(scenario),
      forwarded: isForwarded(scenario, picture.id),
      scratch,
    };
  });
}

/** Who sends what to whom, in which order: drawn once, the same for every strategy. */
export function planMessages(scenario: Scenario, tasks: readonly PictureTask[]): PlannedMessage[] {
  const rng = seededRng(scenario.seed, 'messages');
  const accounts = accountNames(scenario);
  const offending = offendingNames(scenario).length;
  const innocent = new Set(tasks.flatMap(({ index, picture }) => (picture.content === 'innocent' ? [index] : [])));
  /** Number of messages so far of each pair of accounts. */
  const sequences = new Map<number, number>();
  const all = tasks.flatMap((task) =>
    task.sendables.map(({ key, purpose }) => ({ picture: task.index, key, purpose })),
  );
  return rng.shuffle(all).map(({ picture, key, purpose }, sentAt) => {
    // The offending accounts are the first ones.
    const from = rng.int(innocent.has(picture) ? accounts.length : offending);
    // One of the others.
    const other = rng.int(accounts.length - 1);
    const to = other < from ? other : other + 1;
    const pair = from * accounts.length + to;
    const sequence = sequences.get(pair) ?? 0;
    sequences.set(pair, sequence + 1);
    const id = `m${String(sentAt).padStart(5, '0')}`;
    return { id, picture, key, purpose, sender: accounts[from]!, recipient: accounts[to]!, sequence, sentAt };
  });
}

/** Names of the accounts. */
export const accountNames = ({ messages }: Scenario): string[] =>
  Array.from({ length: messages.accounts }, (_, i) => `account-${String(i + 1).padStart(3, '0')}`);

/** Names of the accounts that may send target content: all of them where the scenario does not say how many. */
export const offendingNames = (scenario: Scenario): string[] =>
  accountNames(scenario).slice(0, scenario.messages.offendingAccounts ?? scenario.messages.accounts);

/** Names of the accounts that court orders name: the seed selects them among those that may send target content. */
export const orderedNames = (scenario: Scenario): string[] =>
  seededRng(scenario.seed, 'orders').shuffle(offendingNames(scenario)).slice(0, scenario.messages.orderedAccounts);

/** The messages with what identifies a scorer, wherever its file is. */
const withoutPath = ({ scorer, ...messages }: Scenario['messages']) =>
  scorer?.program ? { ...messages, scorer: { name: scorer.name, sha256: scorer.program.sha256 } } : messages;

/** Id of a cell of the grid: the hash of everything that determines its results; `picturesSha256` identifies the pictures. */
export function cellId(scenario: Scenario, picturesSha256: string, cell: Readonly<Record<string, unknown>>): string {
  const { seed, assignment, messages, operatingPoint, detectors } = scenario;
  const strategic = 'strategy' in cell ? { messages: withoutPath(messages), operatingPoint } : {};
  const outside = detectors ? { detectors: detectors.map(({ sha256 }) => sha256) } : {};
  return idOf({ seed, dataset: picturesSha256, assignment, ...outside, ...strategic, ...cell });
}
