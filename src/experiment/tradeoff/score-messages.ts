/** The messages of one strategy, counted: what each came to, by content, edit, group and account. */
import { ClusterCounts } from '../../metric/cluster-counts.ts';
import type { Counts } from '../../metric/interval.ts';
import { ValueCounts } from '../../metric/value-counts.ts';
import type { MessageRow } from '../../schema/observation.ts';
import type { Content } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import { Column } from '../../util/column.ts';
import type { Numbered, Renumbering } from '../../util/numbered.ts';
import { Tally } from '../../util/tally.ts';

/** Whether a strategy decides on accounts and not on messages, so that the messages of one account are one trial. */
export const decidesByAccount = ({ threshold, declares }: Strategy): boolean =>
  threshold !== undefined || Object.values(declares).some(({ content }) => content === 'ordered');

/** The names that are counted under numbers, shared by all strategies of a run. */
export interface MessageNames {
  readonly groups: Numbered;
  /** Accounts that sent a message. */
  readonly accounts: Numbered;
  /** Listed pictures of the evaluation. */
  readonly listed: Numbered;
}

/** New numbers for all of them. */
export type MessageNumbers = Readonly<Record<keyof MessageNames, Renumbering>>;

type Facts = Extract<MessageRow['outcome'], { state: 'scored' }>;

/** Successes of trials. */
class Share implements Counts {
  k = 0;
  n = 0;

  add(success: boolean): void {
    this.n++;
    if (success) this.k++;
  }

  merge({ k, n }: Counts): void {
    this.k += k;
    this.n += n;
  }
}

/** What a listed picture after one edit came to: nothing sent is 0. */
const sent = 1;
const tipped = 2;

/** Two to three bytes for each group and rate, two for each listed picture and edit, and some for each account. */
export class MessageCounts {
  readonly strategy: Strategy;
  readonly #byAccount: boolean;
  messages = 0;
  failed = 0;

  // Of the messages that are scored, of both splits.
  readonly delivered = new Share();
  refused = 0;

  // Of those of the evaluation.
  readonly sentBytes = new ValueCounts();
  readonly receivedBytes = new ValueCounts();
  readonly warned = new Share();
  readonly warnedOf: Partial<Record<Content, Share>> = {};
  /** Detected, of listed pictures, by edit in the order in which they were sent; 'none' is one of them. */
  readonly listed = new Map<string, ClusterCounts>();
  readonly fresh = new ClusterCounts();
  readonly near = new ClusterCounts();
  readonly innocent = new ClusterCounts();
  readonly exposedInnocent = new ClusterCounts();
  readonly innocentByTopic = new Map<string, Share>();
  readonly flaggedInnocent = new Share();
  readonly tippedFresh = new Share();
  /** What every listed picture came to, by edit. */
  readonly #outcomes = new Map<string, Tally>();
  /** Listed pictures with an edited message, in the order in which they were sent. */
  readonly edited = new Column(Uint32Array);
  readonly #isEdited = new Tally();

  // By account, of all messages.
  readonly #sent = new Tally();
  readonly #scored = new Tally();
  readonly #matched = new Tally();
  readonly #opened = new Tally();
  readonly #offending = new Tally();

  constructor(name: string) {
    this.strategy = strategyByName(name);
    this.#byAccount = decidesByAccount(this.strategy);
  }

  add(row: MessageRow, names: MessageNames): void {
    const { outcome } = row;
    const account = names.accounts.of(row.sender);
    this.messages++;
    this.#sent.add(account);
    if (outcome.state === 'failed') this.failed++;
    if (outcome.state !== 'scored') return;
    const { scanned, flagged, exposed, delivered } = outcome;
    this.#scored.add(account);
    if (scanned === 'match') this.#matched.add(account);
    if (outcome.tipped || (this.strategy.threshold ? exposed : flagged)) this.#opened.set(account, 1);
    if (row.content !== 'innocent') this.#offending.set(account, 1);
    if (row.purpose !== 'scored') return;
    this.delivered.add(delivered);
    if (scanned === 'refused') this.refused++;
    if (row.split === 'evaluation')
      this.#evaluate(row, outcome, this.#byAccount ? account : names.groups.of(row.group), names);
  }

  #evaluate(row: MessageRow, facts: Facts, cluster: number, names: MessageNames): void {
    const { content, transform, topic } = row;
    const { detected } = facts;
    this.sentBytes.add(facts.sentBytes);
    this.receivedBytes.add(facts.receivedBytes);
    this.warned.add(facts.warned);
    this.#warnedShare(content).add(facts.warned);
    if (content === 'near') this.near.add(cluster, detected);
    if (content === 'new') {
      this.fresh.add(cluster, detected);
      this.tippedFresh.add(facts.tipped);
    }
    if (content === 'innocent') {
      this.innocent.add(cluster, detected);
      this.exposedInnocent.add(cluster, facts.exposed);
      this.flaggedInnocent.add(facts.flagged);
      entry(this.innocentByTopic, topic, () => new Share()).add(detected);
    }
    if (content !== 'listed') return;
    entry(this.listed, transform, () => new ClusterCounts()).add(cluster, detected);
    const picture = names.listed.of(row.picture);
    entry(this.#outcomes, transform, () => new Tally()).set(picture, facts.tipped ? tipped : sent);
    if (transform !== 'none') this.#addEdited(picture);
  }

  /** Whether a report came of a listed picture after an edit; undefined where it was not sent. */
  isTipped(picture: number, transform: string): boolean | undefined {
    const outcome = this.#outcomes.get(transform)?.of(picture) ?? 0;
    return outcome === 0 ? undefined : outcome === tipped;
  }

  /** The listed pictures that were sent after an edit and reported. */
  *tippedAfter(transform: string): Generator<number> {
    for (const [picture, outcome] of this.#outcomes.get(transform)?.entries() ?? [])
      if (outcome === tipped) yield picture;
  }

  /** Pictures that each account sent. */
  picturesByAccount(): ValueCounts {
    const pictures = new ValueCounts();
    for (const [, count] of this.#sent.entries()) pictures.add(count);
    return pictures;
  }

  /** Every account with a scored message: whether it was opened, and whether it sent target content. */
  *accounts(): Generator<{ readonly account: number; readonly isOpened: boolean; readonly isOffending: boolean }> {
    for (const [account] of this.#scored.entries())
      yield { account, isOpened: this.#opened.of(account) > 0, isOffending: this.#offending.of(account) > 0 };
  }

  /** Messages of an account that matched. */
  matchesOf = (account: number): number => this.#matched.of(account);

  merge(following: MessageCounts, numbers: MessageNumbers): void {
    const clusters = this.#byAccount ? numbers.accounts : numbers.groups;
    this.messages += following.messages;
    this.failed += following.failed;
    this.refused += following.refused;
    for (const key of ['delivered', 'warned', 'flaggedInnocent', 'tippedFresh'] as const)
      this[key].merge(following[key]);
    for (const key of ['sentBytes', 'receivedBytes'] as const) this[key].merge(following[key]);
    for (const key of ['fresh', 'near', 'innocent', 'exposedInnocent'] as const)
      this[key].merge(following[key], clusters);
    for (const [content, share] of Object.entries(following.warnedOf))
      this.#warnedShare(content as Content).merge(share);
    for (const [topic, share] of following.innocentByTopic)
      entry(this.innocentByTopic, topic, () => new Share()).merge(share);
    for (const [transform, counts] of following.listed)
      entry(this.listed, transform, () => new ClusterCounts()).merge(counts, clusters);
    for (const [transform, outcomes] of following.#outcomes) {
      const own = entry(this.#outcomes, transform, () => new Tally());
      for (const [picture, outcome] of outcomes.entries()) own.set(numbers.listed[picture]!, outcome);
    }
    for (let i = 0; i < following.edited.length; i++) this.#addEdited(numbers.listed[following.edited.at(i)]!);
    this.#sent.merge(following.#sent, numbers.accounts);
    this.#scored.merge(following.#scored, numbers.accounts);
    this.#matched.merge(following.#matched, numbers.accounts);
    this.#opened.merge(following.#opened, numbers.accounts);
    this.#offending.merge(following.#offending, numbers.accounts);
  }

  #warnedShare(content: Content): Share {
    const share = this.warnedOf[content] ?? new Share();
    this.warnedOf[content] = share;
    return share;
  }

  #addEdited(picture: number): void {
    if (this.#isEdited.of(picture) > 0) return;
    this.#isEdited.set(picture, 1);
    this.edited.push(picture);
  }
}

/** The value of a key, made where there is none. */
function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
