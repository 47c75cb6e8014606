/** What `presend serve --strategy` runs: the strategy's roles over the server's store, with the lists that were given. */
import { hashFor, hashOutcome } from '../client/demo/hashes.ts';
import { decode } from '../image/decode.ts';
import { type HashList, hashList } from '../match/hash-list.ts';
import type { Services } from '../role/services.ts';
import type { HashUse, Lists } from '../role/world.ts';
import { runStrategy, type StrategyOptions } from '../server/strategy.ts';
import { strategyByName } from '../strategy/index.ts';
import { UserError } from '../util/errors.ts';
import { openList } from './list-file.ts';

/** The lists of a strategy, told apart by their hash. */
interface StrategyLists {
  readonly strategy: string;
  readonly lists: Lists;
}

/** Which hashes a detector compares. */
const uses: Readonly<Record<string, readonly HashUse[]>> = {
  hash: ['near'],
  equality: ['equality'],
  both: ['near', 'second'],
};

/**
 * Reads the list files of a strategy. A UserError where the strategy is none, where it compares with a hash that no file is of, and where a
 * file is of a hash that no strategy compares with, or of one that another file is of.
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

/** The strategy's services; pictures that the provider sees are decoded and hashed here. */
export const startStrategy = (
  lists: StrategyLists,
  rest: Omit<StrategyOptions, 'strategy' | 'lists' | 'scanner'>,
): Promise<Services> =>
  runStrategy({
    ...rest,
    ...lists,
    scanner: { hash: (picture, use) => hashOutcome(decode(picture), use) },
  });
