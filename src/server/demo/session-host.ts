/** Hosts the demo's services: one strategy's relay, provider, curator and court per page, and their views. */

import { type OwnEntry, withOwn } from '../../client/demo/own-entries.ts';
import type { DemoPicture } from '../../client/demo/picture.ts';
import { type RoleEntry, viewsFrame } from '../../client/demo/views-frame.ts';
import { accounts, demoLists, demoServices } from '../../client/demo/world.ts';
import { Network } from '../../role/network.ts';
import { Services } from '../../role/services.ts';
import type { Lists, ServiceWorld } from '../../role/world.ts';
import { Role } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import { sha256Hex } from '../../util/digest.ts';
import { portOf, type ServicePort } from '../api/service-port.ts';

/** The services of one page. */
export interface DemoSession extends Required<ServicePort> {
  /** From now on, reviewers confirm the picture file with this SHA-256. No role sees this instruction. */
  know(sha256: string): Promise<void>;
  /** The services' views since a tick, encoded for `readViews`. */
  views(since: number): Promise<Uint8Array>;
}

/** Where sessions run. */
export interface SessionHost {
  /** `own`: the visitor's own entries of this session's list. */
  open(id: string, strategy: string, own?: readonly OwnEntry[]): Promise<DemoSession>;
  end(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Sessions in this thread. */
export class LocalHost implements SessionHost {
  readonly #scanner: ServiceWorld['scanner'];
  readonly #pictures: readonly DemoPicture[];
  readonly #sessions = new Map<string, { readonly session: DemoSession; readonly seen: Network }>();
  #lists: Promise<Lists> | undefined;

  /** The available pictures. The scanner hashes the listed ones when the first session opens. */
  constructor(pictures: readonly DemoPicture[], scanner: ServiceWorld['scanner']) {
    this.#pictures = pictures;
    this.#scanner = scanner;
  }

  async open(id: string, strategy: string, own: readonly OwnEntry[] = []): Promise<DemoSession> {
    this.#lists ??= demoLists(this.#pictures, this.#scanner);
    const lists = withOwn(await this.#lists, own);
    const target = new Set(
      this.#pictures.filter(({ called }) => called !== 'innocent').map(({ bytes }) => sha256Hex(bytes)),
    );
    const world = demoServices(lists, this.#scanner, (picture) => target.has(sha256Hex(picture)));
    const seen = new Network();
    const services = new Services(seen, world, strategyByName(strategy).design);
    const session: DemoSession = {
      ...portOf(services),
      register: (account, publicKey) => services.register(account, publicKey),
      async know(sha256) {
        target.add(sha256);
      },
      views: async (since) => viewsFrame(viewsOf(seen, services, since)),
    };
    this.#sessions.set(id, { session, seen });
    return session;
  }

  /** An open session. Throws an Error if the id is unknown. */
  session(id: string): DemoSession {
    return this.#found(id).session;
  }

  /** The views of a session's roles. */
  seen(id: string): Network {
    return this.#found(id).seen;
  }

  async end(id: string): Promise<void> {
    this.#sessions.delete(id);
  }

  async close(): Promise<void> {
    this.#sessions.clear();
  }

  #found(id: string): { readonly session: DemoSession; readonly seen: Network } {
    const found = this.#sessions.get(id);
    if (!found) throw new Error('There is no such session');
    return found;
  }
}

function viewsOf({ views }: Network, services: Services, since: number): Parameters<typeof viewsFrame>[0] {
  const all = Role.enum.flatMap((role) => views[role].entries.map((each): RoleEntry => ({ ...each, role })));
  const messages = new Set(all.map(({ message }) => message).filter((message) => message !== ''));
  const findings = [...messages].flatMap((message) => {
    // The page sends only from its first phone.
    const finding = services.finding({ sender: accounts[0], message });
    return finding ? [[message, finding] as const] : [];
  });
  return {
    entries: all.filter(({ tick }) => tick >= since),
    // No spread: small packets can produce more entries than a call allows arguments.
    next: all.reduce((next, { tick }) => Math.max(next, tick + 1), 0),
    tips: services.tips.length,
    rejected: services.rejected,
    findings: Object.fromEntries(findings),
  };
}
