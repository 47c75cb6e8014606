/** The open sessions of pages, with limits on number, size and idle time. At the limit, a new session evicts the least recently used one. */

import type { OwnEntry } from '../../client/demo/own-entries.ts';
import { accounts } from '../../client/demo/world.ts';
import { systemRandom } from '../../crypto/sodium.ts';
import { memoryStore } from '../../store/memory.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { UserError } from '../../util/errors.ts';
import { toHex } from '../../util/hex.ts';
import type { Deployed } from '../api/deployed.ts';
import type { DemoSession, SessionHost } from './session-host.ts';

/** Limits on sessions. */
export interface SessionLimits {
  /** Maximum number of open sessions. */
  readonly most: number;
  /** Received bytes after which a session ends, because its roles store all that they saw. */
  readonly bytes: number;
  /** Seconds without a request after which a session ends. */
  readonly idle: number;
}

const usual: SessionLimits = { most: 8, bytes: 96 * 2 ** 20, idle: 1800 };

/** Keys of a page that requests a session: Ed25519 public keys, 64 hex digits. */
interface NetworkKeys {
  /** Key of the page itself: it sees what every role saw. */
  readonly visitor: string;
  readonly provider: string;
  readonly court: string;
}

/** A session, as the routes use it. */
interface OpenSession extends Deployed {
  readonly port: DemoSession;
}

interface Kept {
  readonly deployed: OpenSession;
  /** Its accounts, and its used nonces. */
  readonly store: Store;
  used: number;
}

export class DemoSessions {
  readonly #host: SessionHost;
  readonly #now: Clock;
  readonly #limits: SessionLimits;
  readonly #kept = new Map<string, Kept>();

  /** `now` in seconds. */
  constructor(host: SessionHost, now: Clock, limits = usual) {
    this.#host = host;
    this.#now = now;
    this.#limits = limits;
  }

  /** Sets up a strategy's services, with own entries on their list; returns the id of their session. */
  async open(
    strategy: string,
    { visitor, provider, court }: NetworkKeys,
    own: readonly OwnEntry[] = [],
  ): Promise<string> {
    const { most, bytes: mostBytes } = this.#limits;
    await this.sweep();
    const id = toHex(systemRandom(16));
    const session = await this.#host.open(id, strategy, own);
    let taken = 0;
    const port: DemoSession = {
      ...session,
      take: async (endpoint, bytes) => {
        taken += bytes.length;
        if (taken <= mostBytes) return await session.take(endpoint, bytes);
        await this.end(id);
        throw new UserError(`A session accepts at most ${mostBytes} bytes, and this one has ended; open another`);
      },
    };
    const roles: Deployed['roles'] = new Map([
      [visitor, 'visitor'],
      [provider, 'provider'],
      [court, 'court'],
    ]);
    const store = memoryStore({ limits: { accounts: accounts.length } });
    const deployed = { port, accounts: store.accounts, nonces: store.nonces, roles };
    this.#kept.set(id, { deployed, store, used: this.#now() });
    // After the set-up: other sessions may have opened meanwhile.
    while (this.#kept.size > most) await this.end(this.#idlest());
    return id;
  }

  /** Finds an open session and marks it as used. */
  find(id: string): OpenSession | undefined {
    const kept = this.#kept.get(id);
    if (kept) kept.used = this.#now();
    return kept?.deployed;
  }

  /** Ends idle sessions. */
  async sweep(): Promise<void> {
    const since = this.#now() - this.#limits.idle;
    for (const [id, { used, store }] of this.#kept) {
      await store.prune(this.#now());
      if (used < since) await this.end(id);
    }
  }

  /** Ends a session and deletes its roles' views. */
  async end(id: string): Promise<void> {
    if (this.#kept.delete(id)) await this.#host.end(id);
  }

  close(): Promise<void> {
    this.#kept.clear();
    return this.#host.close();
  }

  #idlest(): string {
    const [first] = [...this.#kept].sort(([, a], [, b]) => a.used - b.used);
    return first![0];
  }
}
