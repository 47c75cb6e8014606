/** Where the demo's services stand: a strategy's relay, provider, curator and court for each page that asks, and what they saw. */

import type { DemoPicture } from '../../client/demo/picture.ts';
import { type RoleSighting, viewsFrame } from '../../client/demo/views-frame.ts';
import { accounts, demoLists, demoServices } from '../../client/demo/world.ts';
import { House } from '../../role/house.ts';
import { Services } from '../../role/services.ts';
import type { Lists, ServiceWorld } from '../../role/world.ts';
import { Role } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import { sha256Hex } from '../../util/digest.ts';
import { portOf, type ServicePort } from '../transport/service-port.ts';

/** The services of one page. */
export interface DemoHouse extends ServicePort {
  /** From now on reviewers confirm a picture file, named by its SHA-256: a stage direction, which no role sees. */
  know(sha256: string): Promise<void>;
  /** What the services saw since a tick, as `readViews` reads it. */
  views(since: number): Promise<Uint8Array>;
}

/** Where houses stand. */
export interface Room {
  open(id: string, strategy: string): Promise<DemoHouse>;
  end(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Houses in this thread. */
export class LocalRoom implements Room {
  readonly #scanner: ServiceWorld['scanner'];
  readonly #pictures: readonly DemoPicture[];
  readonly #houses = new Map<string, { readonly house: DemoHouse; readonly seen: House }>();
  #lists: Promise<Lists> | undefined;

  /** The pictures that there are; the listed ones among them are hashed by the scanner when the first house opens. */
  constructor(pictures: readonly DemoPicture[], scanner: ServiceWorld['scanner']) {
    this.#pictures = pictures;
    this.#scanner = scanner;
  }

  async open(id: string, strategy: string): Promise<DemoHouse> {
    this.#lists ??= demoLists(this.#pictures, this.#scanner);
    const lists = await this.#lists;
    const target = new Set(
      this.#pictures.filter(({ called }) => called !== 'innocent').map(({ bytes }) => sha256Hex(bytes)),
    );
    const world = demoServices(lists, this.#scanner, (picture) => target.has(sha256Hex(picture)));
    const seen = new House();
    const services = new Services(seen, world, strategyByName(strategy).design);
    const house: DemoHouse = {
      ...portOf(services),
      async know(sha256) {
        target.add(sha256);
      },
      views: async (since) => viewsFrame(viewsOf(seen, services, since)),
    };
    this.#houses.set(id, { house, seen });
    return house;
  }

  /** A house that is open. Throws an Error where there is none of that id. */
  house(id: string): DemoHouse {
    return this.#found(id).house;
  }

  /** What the roles of a house saw. */
  seen(id: string): House {
    return this.#found(id).seen;
  }

  async end(id: string): Promise<void> {
    this.#houses.delete(id);
  }

  async close(): Promise<void> {
    this.#houses.clear();
  }

  #found(id: string): { readonly house: DemoHouse; readonly seen: House } {
    const found = this.#houses.get(id);
    if (!found) throw new Error('There is no such house');
    return found;
  }
}

function viewsOf({ views }: House, services: Services, since: number): Parameters<typeof viewsFrame>[0] {
  const all = Role.enum.flatMap((role) => views[role].sightings.map((each): RoleSighting => ({ ...each, role })));
  const messages = new Set(all.map(({ message }) => message).filter((message) => message !== ''));
  const findings = [...messages].flatMap((message) => {
    // The page sends from its first phone alone.
    const finding = services.finding({ sender: accounts[0], message });
    return finding ? [[message, finding] as const] : [];
  });
  return {
    sightings: all.filter(({ tick }) => tick >= since),
    // Not by spreading them: small packets can make more sightings than a call takes arguments.
    next: all.reduce((next, { tick }) => Math.max(next, tick + 1), 0),
    tips: services.tips.length,
    rejected: services.rejected,
    findings: Object.fromEntries(findings),
  };
}
