/** A relay in a process of its own, to be killed: the store and the services, as `presend serve` starts them. Told by one message. */
import type { AddressInfo } from 'node:net';
import { createServer } from '../../src/server/http-server.ts';
import { signingKeys } from '../../src/server/signature.ts';
import { openStore, type Store } from '../../src/server/store/store.ts';

/** What the process is to do. */
export interface RelayOrder {
  readonly place: { readonly folder?: string; readonly url?: string };
  /** Makes the relay worse on purpose, to see that it is found out. early: it acknowledges before it stores · deaf: it keeps what was acknowledged. */
  readonly mutant?: 'early' | 'deaf' | undefined;
}

process.once('message', async ({ place, mutant }: RelayOrder) => {
  const log = signingKeys(() => new Uint8Array(32));
  const store = await openStore({ ...place, logKeys: log });
  const app = createServer({
    services: {
      store: mutant === undefined ? store : worse(store, mutant),
      frankingKey: new Uint8Array(32),
      roleKeys: { provider: '1'.repeat(64), curator: '2'.repeat(64), court: '3'.repeat(64) },
      version: '0.1.0',
      perMinute: { known: 1e9, others: 1e9 },
      now: () => Math.floor(Date.now() / 1000),
    },
    log: { write: (line) => void (JSON.parse(line).level >= 50 && process.stderr.write(line)) },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.send!({ port: (app.server.address() as AddressInfo).port });
});
process.once('disconnect', () => process.exit());

function worse(store: Store, mutant: 'early' | 'deaf'): Store {
  const { messages } = store;
  const changed = Object.create(messages) as typeof messages;
  if (mutant === 'early')
    Object.defineProperty(changed, 'post', {
      value: async (packet: Parameters<typeof messages.post>[0]) => {
        setTimeout(() => void messages.post(packet), 400);
        return 'stored';
      },
    });
  else
    Object.defineProperty(changed, 'acknowledge', {
      value: async (_: string, names: readonly unknown[]) => names.length,
    });
  // Private fields belong to the real one.
  for (const name of ['post', 'page', 'acknowledge', 'waiting', 'prune', 'retained'] as const)
    if (!Object.hasOwn(changed, name)) Object.defineProperty(changed, name, { value: messages[name].bind(messages) });
  return { ...store, messages: changed };
}
