/** Runs a strategy's relay, provider, curator and court over a durable store. */
import { demoServices } from '../client/demo/world.ts';
import { expandSeed } from '../crypto/expand-seed.ts';
import { systemRandom } from '../crypto/sodium.ts';
import { Network } from '../role/network.ts';
import { Services } from '../role/services.ts';
import type { Lists, ServiceWorld } from '../role/world.ts';
import type { Store } from '../store/store.ts';
import { strategyByName } from '../strategy/index.ts';
import type { Clock } from '../util/clock.ts';
import { canonicalJson, sha256Hex } from '../util/digest.ts';
import { fromHex, toHex } from '../util/hex.ts';

/** Options for running a strategy. */
export interface StrategyOptions {
  readonly store: Store;
  readonly strategy: string;
  readonly lists: Lists;
  /** Hashes pictures at the provider, if the strategy discloses them. */
  readonly scanner: ServiceWorld['scanner'];
  /** The relay's key for franking stamps, 32 bytes. */
  readonly frankingKey: Uint8Array;
  /** Seconds since 1970. */
  readonly now: Clock;
}

/**
 * Sets up a strategy, or continues it. Its keys come from a seed in the store, so the same lists give the same set-up after a restart, and
 * devices' data stay valid. Another strategy or list gives other keys. Unfinished packets are processed again. Reviewers confirm everything
 * that reaches them.
 */
export async function runStrategy(options: StrategyOptions): Promise<Services> {
  const { store, strategy, lists, scanner, frankingKey, now } = options;
  const { design } = strategyByName(strategy);
  const seed = await store.kept.once('set-up', () => systemRandom(32));
  const about = [
    toHex(seed),
    strategy,
    ...[lists.list, lists.equality.list, lists.second.list].map(({ root }) => root),
  ];
  // Keys come from the seed. Randomness for single answers must never repeat.
  let random = expandSeed(fromHex(sha256Hex(canonicalJson(about))));
  const world = { ...demoServices(lists, scanner, () => true), random: (length: number) => random(length) };
  const network = new Network({ records: false });
  const services = new Services(network, world, design, { store, frankingKey, now, forgets: true });
  random = systemRandom;
  await services.recover();
  return services;
}
