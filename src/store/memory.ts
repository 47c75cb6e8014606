/** A store in memory: experiments and the demo keep what they keep in one, and nothing of it outlives them. */
import {
  type LoggedList,
  type LogKeys,
  logKeys,
  type MerkleLog,
  merkleLog,
  type TreeHead,
} from '../crypto/merkle-log.ts';
import { systemRandom } from '../crypto/sodium.ts';
import type { Tip } from '../schema/tip.ts';
import { canonicalJson } from '../util/digest.ts';
import { mailboxLimits, noLimits, providerLimits, type StoreLimits } from './limits.ts';
import { MemoryBox } from './memory-box.ts';
import {
  type Accounts,
  type Intake,
  type KeptBytes,
  type ListLog,
  type Nonces,
  type NumberedTip,
  nameOfReport,
  type Orders,
  type Publication,
  type Registration,
  type Reports,
  type ServedOrder,
  type Store,
  type UsedNonce,
} from './store.ts';

/** What may be set about it. */
interface MemoryOptions {
  /** Keys of the log of lists; fresh ones unless told. */
  readonly keys?: LogKeys;
  /** How much it keeps, of whom; what is left out has no limit. */
  readonly limits?: Partial<StoreLimits> | undefined;
}

/** An empty store in memory. */
export function memoryStore({ keys, limits: told }: MemoryOptions = {}): Store {
  const limits = { ...noLimits, ...told };
  const nonces = new MemoryNonces();
  const messages = new MemoryBox(mailboxLimits(limits));
  const vouchers = new MemoryBox(providerLimits(limits));
  return {
    kind: 'memory',
    accounts: new MemoryAccounts(limits.accounts),
    nonces,
    messages,
    vouchers,
    lists: new MemoryLists(keys),
    orders: new MemoryOrders(),
    reports: new MemoryReports(limits.reports),
    kept: new MemoryBytes(),
    ping: async () => undefined,
    async prune(now, arrivals = now) {
      nonces.prune(now);
      messages.prune(arrivals);
      vouchers.prune(arrivals);
    },
    close: async () => undefined,
  };
}

class MemoryAccounts implements Accounts {
  readonly #most: number;
  readonly #byKey = new Map<string, string>();
  /** Keys for messages, where there are such, by account. */
  readonly #sealing = new Map<string, string | undefined>();

  constructor(most: number) {
    this.#most = most;
  }

  async register(account: string, key: string, _: number, sealing?: string): Promise<Registration> {
    if (this.#byKey.get(key) === account) {
      const there = this.#sealing.get(account);
      this.#sealing.set(account, there ?? sealing);
      return sealing === undefined || (there ?? sealing) === sealing ? 'known' : 'taken';
    }
    if (this.#byKey.has(key) || this.#sealing.has(account)) return 'taken';
    if (this.#sealing.size >= this.#most) return 'full';
    this.#byKey.set(key, account);
    this.#sealing.set(account, sealing);
    return 'new';
  }

  async ofKey(key: string): Promise<string | undefined> {
    return this.#byKey.get(key);
  }

  async has(account: string): Promise<boolean> {
    return this.#sealing.has(account);
  }

  async sealingKey(account: string): Promise<string | undefined> {
    return this.#sealing.get(account);
  }
}

class MemoryNonces implements Nonces {
  /** When each is forgotten, by key and nonce. */
  readonly #used = new Map<string, number>();

  async use({ key, nonce, expires }: UsedNonce): Promise<boolean> {
    const name = `${key} ${nonce}`;
    if (this.#used.has(name)) return false;
    this.#used.set(name, expires);
    return true;
  }

  prune(now: number): void {
    for (const [name, expires] of this.#used) if (expires < now) this.#used.delete(name);
  }
}

class MemoryLists implements ListLog {
  readonly #keys: LogKeys;
  readonly #log: MerkleLog;
  readonly #lists: { readonly list: LoggedList; readonly packet: Uint8Array }[] = [];

  constructor(keys: LogKeys | undefined) {
    this.#keys = keys ?? logKeys(systemRandom);
    this.#log = merkleLog(this.#keys);
  }

  get publicKey(): Uint8Array {
    return this.#keys.publicKey;
  }

  async publish(list: LoggedList, packet: Uint8Array): Promise<Publication> {
    const place = this.#lists.findIndex((each) => each.list.name === list.name && each.list.version === list.version);
    if (place >= 0) return this.#lists[place]!.list.root === list.root ? { state: 'known', place } : { state: 'taken' };
    this.#lists.push({ list, packet });
    this.#log.append(list);
    return { state: 'new', place: this.#lists.length - 1 };
  }

  async head(): Promise<TreeHead> {
    return this.#log.head();
  }

  async inclusion(place: number, size: number): Promise<Uint8Array[]> {
    return this.#log.inclusion(place, size);
  }

  async consistency(first: number, second: number): Promise<Uint8Array[]> {
    return this.#log.consistency(first, second);
  }

  async entries(from: number, most: number): Promise<LoggedList[]> {
    return this.#lists.slice(from, from + most).map(({ list }) => list);
  }

  async packet(place: number): Promise<Uint8Array | undefined> {
    return this.#lists[place]?.packet;
  }
}

class MemoryOrders implements Orders {
  readonly #orders = new Map<string, ServedOrder>();

  async serve({ order, account, from, to }: ServedOrder): Promise<'new' | 'known' | 'taken'> {
    const there = this.#orders.get(order);
    if (there) return there.account === account && there.from === from && there.to === to ? 'known' : 'taken';
    this.#orders.set(order, { order, account, from, to });
    return 'new';
  }

  async get(order: string): Promise<ServedOrder | undefined> {
    return this.#orders.get(order);
  }

  async cover(account: string, arrived: number): Promise<boolean> {
    return [...this.#orders.values()].some(
      (each) => each.account === account && each.from <= arrived && arrived <= each.to,
    );
  }
}

class MemoryReports implements Reports {
  readonly #most: number;
  readonly #tips: NumberedTip[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  async add({ tip, received }: { readonly tip: Tip; readonly received: number }): Promise<Intake> {
    const name = nameOfReport(tip);
    const number = this.#numbers.get(name);
    if (number !== undefined)
      return canonicalJson(this.#tips[number - 1]!.tip) === canonicalJson(tip)
        ? { state: 'known', number }
        : { state: 'taken' };
    if (this.#tips.length >= this.#most) return { state: 'full' };
    const next = this.#tips.length + 1;
    this.#tips.push({ number: next, received, tip });
    this.#numbers.set(name, next);
    return { state: 'new', number: next };
  }

  async page(after: number, most: number): Promise<NumberedTip[]> {
    return this.#tips.slice(after, after + most);
  }

  async count(): Promise<number> {
    return this.#tips.length;
  }
}

class MemoryBytes implements KeptBytes {
  readonly #kept = new Map<string, Uint8Array>();

  async once(name: string, make: () => Uint8Array): Promise<Uint8Array> {
    const bytes = this.#kept.get(name) ?? make();
    this.#kept.set(name, bytes);
    return bytes;
  }
}
