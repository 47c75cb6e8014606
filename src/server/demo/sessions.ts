/** The sessions that pages have open: so many, so large, for so long. A page that wants another one gets it, at the cost of the idlest. */

import { accounts } from '../../client/demo/world.ts';
import { systemRandom } from '../../crypto/sodium.ts';
import { memoryStore } from '../../store/memory.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../util/clock.ts';
import { UserError } from '../../util/errors.ts';
import { toHex } from '../../util/hex.ts';
import type { Deployed } from '../api/deployed.ts';
import type { DemoSession, SessionHost } from './session-host.ts';

/** How many, how large and for how long. */
export interface SessionLimits {
  /** Sessions at a time. */
  readonly most: number;
  /** Bytes that one takes in before it is ended: its roles keep all that they saw. */
  readonly bytes: number;
  /** Seconds without a request after which one is ended. */
  readonly idle: number;
}

const usual: SessionLimits = { most: 8, bytes: 96 * 2 ** 20, idle: 1800 };

/** Who asks for a session: Ed25519 public keys, 64 hex digits. */
interface NetworkKeys {
  /** Of the page itself: it sees what every role saw. */
  readonly visitor: string;
  readonly provider: string;
  readonly court: string;
}

/** A session as the routes find it. */
interface OpenSession extends Deployed {
  readonly port: DemoSession;
}

interface Kept {
  readonly deployed: OpenSession;
  /** Its accounts, and the nonces that were used. */
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

  /** Sets a strategy's services up; the id of their session. */
  async open(strategy: string, { visitor, provider, court }: NetworkKeys): Promise<string> {
    const { most, bytes: mostBytes } = this.#limits;
    await this.sweep();
    const id = toHex(systemRandom(16));
    const session = await this.#host.open(id, strategy);
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
    // Behind the set-up: others may have opened theirs meanwhile.
    while (this.#kept.size > most) await this.end(this.#idlest());
    return id;
  }

  /** A session that is open, and used from now on. */
  find(id: string): OpenSession | undefined {
    const kept = this.#kept.get(id);
    if (kept) kept.used = this.#now();
    return kept?.deployed;
  }

  /** Ends the sessions that nobody has used for long. */
  async sweep(): Promise<void> {
    const since = this.#now() - this.#limits.idle;
    for (const [id, { used, store }] of this.#kept) {
      await store.prune(this.#now());
      if (used < since) await this.end(id);
    }
  }

  /** Ends a session: what its roles saw is forgotten. */
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
