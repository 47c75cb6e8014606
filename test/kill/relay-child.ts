/**
 * A relay in a process of its own, to be killed: the store and the services, as `presend serve` starts them. Told by one message what to
 * do; every later one is an aim, which it answers at that moment, without an answer to the request that is to be cut off.
 */
import type { AddressInfo } from 'node:net';
import { hashFor } from '../../src/client/demo/hashes.ts';
import { signingKeys } from '../../src/client/signature.ts';
import { hashList } from '../../src/match/hash-list.ts';
import type { HashUse, ListRule, Lists } from '../../src/role/world.ts';
import { createServer } from '../../src/server/http-server.ts';
import { openStore } from '../../src/server/store/store.ts';
import { runStrategy } from '../../src/server/strategy.ts';
import type { Store } from '../../src/store/store.ts';
import { unixSeconds } from '../../src/util/clock.ts';
import { toHex } from '../../src/util/hex.ts';
import type { Aim } from './falls.ts';
import { roleKey } from './role-key.ts';

/** What the process is to do. */
export interface RelayOrder {
  readonly place: { readonly folder?: string; readonly url?: string };
  /** Makes the relay worse on purpose, to see that it is found out. early: it acknowledges before it stores · deaf: it keeps what was acknowledged. */
  readonly mutant?: 'early' | 'deaf' | undefined;
  /** A strategy whose roles run over the store. */
  readonly strategy?: string | undefined;
}

const emptyLists = (): Lists => {
  const rule = (use: HashUse): ListRule => {
    const { name, bits, threshold } = hashFor[use];
    return { list: hashList({ name: 'none', algorithm: name, bits }, []), thresholdBits: threshold };
  };
  return { list: rule('near').list, equality: rule('equality'), second: rule('second') };
};

async function serve({ place, mutant, strategy }: RelayOrder): Promise<void> {
  const log = signingKeys(() => new Uint8Array(32));
  const store = await openStore({ ...place, logKeys: log });
  const watched = signalling(mutant === undefined ? store : worse(store, mutant));
  const frankingKey = new Uint8Array(32);
  const scanner = { hash: async () => ({ state: 'refused', reason: 'no picture' }) as const };
  const running =
    strategy === undefined
      ? undefined
      : await runStrategy({ store: watched, strategy, lists: emptyLists(), scanner, frankingKey, now: unixSeconds });
  const publicKey = (role: 'provider' | 'curator' | 'court'): string => toHex(roleKey(role).publicKey);
  const app = createServer({
    services: {
      store: watched,
      running,
      frankingKey,
      roleKeys: { provider: publicKey('provider'), curator: publicKey('curator'), court: publicKey('court') },
      version: '0.1.0',
      perMinute: { known: 1e9, others: 1e9 },
      now: unixSeconds,
    },
    log: { write: (line) => void (JSON.parse(line).level >= 50 && process.stderr.write(line)) },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.send!({ port: (app.server.address() as AddressInfo).port });
}

process.once('message', (order: RelayOrder) => void serve(order));
process.once('disconnect', () => process.exit());

type Messages = Store['messages'];
type Changes = Partial<Pick<Messages, 'post' | 'acknowledge'>>;

/** A store that tells when its messages come to the moment that is aimed at. What is committed then is never answered. */
function signalling(store: Store): Store {
  let aim: Aim = 'any';
  process.on('message', (message: { aim?: Aim }) => {
    aim = message.aim ?? aim;
  });
  const reached = (moment: Aim): boolean => {
    if (aim !== moment) return false;
    aim = 'any';
    process.send!({ reached: moment });
    return true;
  };
  const watched =
    <Parameters extends unknown[], Result>(
      [before, after]: readonly [Aim, Aim],
      act: (...parameters: Parameters) => Promise<Result>,
      isNew: (result: Result) => boolean,
    ) =>
    async (...parameters: Parameters): Promise<Result> => {
      reached(before);
      const result = await act(...parameters);
      if (isNew(result) && reached(after)) await new Promise(() => undefined);
      return result;
    };
  const { messages } = store;
  return changed(store, {
    post: watched(
      ['posting', 'posted'],
      (packet) => messages.post(packet),
      (posted) => posted === 'stored',
    ),
    acknowledge: watched(
      ['acknowledging', 'acknowledged'],
      (...all) => messages.acknowledge(...all),
      (count) => count > 0,
    ),
  });
}

function worse(store: Store, mutant: 'early' | 'deaf'): Store {
  const { messages } = store;
  return changed(
    store,
    mutant === 'early'
      ? {
          post: async (packet) => {
            setTimeout(() => void messages.post(packet), 400);
            return 'stored';
          },
        }
      : { acknowledge: async (_, names) => names.length },
  );
}

/** The store with other ways of posting or acknowledging messages. */
function changed(store: Store, changes: Changes): Store {
  const { messages } = store;
  const other = Object.create(messages) as Messages;
  for (const [name, value] of Object.entries(changes)) Object.defineProperty(other, name, { value });
  // Private fields belong to the real one.
  for (const name of ['post', 'page', 'acknowledge', 'waiting', 'stored', 'retained'] as const)
    if (!Object.hasOwn(other, name)) Object.defineProperty(other, name, { value: messages[name].bind(messages) });
  return { ...store, messages: other };
}
