/**
 * Group commit: items that arrive during a transaction go into the next one together. A transaction costs much more than a row, so under
 * load this determines how many messages per second become durable; DeWitt et al., "Implementation techniques for main memory database
 * systems", SIGMOD 1984.
 */
import { StoreTrouble } from './trouble.ts';

/** Limits on a group. */
interface GroupLimits<Item> {
  /** Maximum number of items per transaction. */
  readonly most: number;
  /** Approximate maximum of bytes per transaction: the item that exceeds it is the last one. */
  readonly mostBytes?: number;
  readonly bytesOf?: (item: Item) => number;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/**
 * Returns a function that writes an item together with others, and resolves when they are durable. `write` gets the items of one
 * transaction in order of arrival, and returns an outcome for each. If it throws, its items are retried one by one, so that one bad item
 * fails alone.
 */
export function groupCommit<Item, Outcome>(
  write: (items: readonly Item[]) => Promise<readonly Outcome[]>,
  { most, mostBytes = Number.POSITIVE_INFINITY, bytesOf = () => 0 }: GroupLimits<Item>,
): (item: Item) => Promise<Outcome> {
  let queue: Waiting<Item, Outcome>[] = [];
  let running = false;

  const take = (): Waiting<Item, Outcome>[] => {
    let count = 0;
    for (let bytes = 0; count < queue.length && count < most && bytes < mostBytes; count++)
      bytes += bytesOf(queue[count]!.item);
    const group = queue.slice(0, count);
    queue = queue.slice(count);
    return group;
  };

  const commit = async (group: readonly Waiting<Item, Outcome>[]): Promise<void> => {
    try {
      const outcomes = await write(group.map(({ item }) => item));
      group.forEach(({ resolve }, i) => void resolve(outcomes[i]!));
    } catch (error) {
      // A database failure affects every item, so retries one by one would only take time.
      if (group.length === 1 || error instanceof StoreTrouble) for (const { reject } of group) reject(error);
      else for (const one of group) await commit([one]);
    }
  };

  const run = async (): Promise<void> => {
    running = true;
    while (queue.length > 0) await commit(take());
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (!running) void run();
    });
}
