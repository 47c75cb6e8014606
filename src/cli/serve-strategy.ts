/** Runs the strategy of `presend serve --strategy`: its roles over the server's store, with the given lists. */
import { hashFor, hashOutcome } from '../client/demo/hashes.ts';
import { decode } from '../image/decode.ts';
import { type HashList, hashList } from '../match/hash-list.ts';
import type { Services } from '../role/services.ts';
import type { HashUse, Lists } from '../role/world.ts';
import { runStrategy, type StrategyOptions } from '../server/strategy.ts';
import { strategyByName } from '../strategy/index.ts';
import { UserError } from '../util/errors.ts';
import { openList } from './list-file.ts';

/** The lists of a strategy, distinguished by their hash. */
interface StrategyLists {
  readonly strategy: string;
  readonly lists: Lists;
}

/** Hashes that each detector compares. */
const uses: Readonly<Record<string, readonly HashUse[]>> = {
  hash: ['near'],
  equality: ['equality'],
  both: ['near', 'second'],
};

/**
 * Reads the list files of a strategy. Throws a UserError if the strategy is unknown, if it needs a hash that no file has, if a file's hash
 * is not used by any strategy, or if two files have the same hash.
 */
export async function strategyLists(strategy: string, files: readonly string[]): Promise<StrategyLists> {
  const { detector } = strategyByName(strategy);
  const given = new Map<string, HashList>();
  for (const file of files) {
    const { list } = await openList(file, {});
    const known = Object.values(hashFor).map(({ name }) => name);
    if (!known.includes(list.algorithm))
      throw new UserError(`${file} is a list of ${list.algorithm}; expected one of ${known.join(', ')}`);
    if (given.has(list.algorithm))
      throw new UserError(`${file} is a second list of ${list.algorithm}; give one of each`);
    given.set(list.algorithm, list);
  }
  for (const use of uses[detector] ?? []) {
    const { name } = hashFor[use];
    if (!given.has(name)) throw new UserError(`${strategy} compares with a list of ${name}; give one with --list`);
  }
  const listFor = (use: HashUse): HashList => {
    const { name, bits } = hashFor[use];
    return given.get(name) ?? hashList({ name: 'none', algorithm: name, bits }, []);
  };
  const lists = {
    list: listFor('near'),
    equality: { list: listFor('equality'), thresholdBits: 0 },
    second: { list: listFor('second'), thresholdBits: hashFor.second.threshold },
  };
  return { strategy, lists };
}

/** Starts the strategy's services. They decode and hash pictures that the provider sees. */
export const startStrategy = (
  lists: StrategyLists,
  rest: Omit<StrategyOptions, 'strategy' | 'lists' | 'scanner'>,
): Promise<Services> =>
  runStrategy({
    ...rest,
    ...lists,
    scanner: { hash: (picture, use) => hashOutcome(decode(picture), use) },
  });
