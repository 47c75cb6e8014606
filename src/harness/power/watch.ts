/** Into whose hands pictures came, and which messages were known to match: read off the views, message by message. */
import type { Deployment } from '../../role/deployment.ts';
import type { Sighting } from '../../role/view.ts';
import type { Role } from '../../schema/vocabulary.ts';
import { holdsBytes } from './packets.ts';

/** Whose hands something can come into: the provider runs the relay and reads its view too. */
export type Hands = 'provider' | 'curator' | 'court';
const views: Readonly<Record<Hands, readonly Role[]>> = {
  provider: ['provider', 'relay'],
  curator: ['curator'],
  court: ['court'],
};

/** Looks at what crossed since it last looked. */
export class Watch {
  readonly opened: Record<Hands, Map<string, number>> = {
    provider: new Map(),
    curator: new Map(),
    court: new Map(),
  };
  readonly matched = new Map<string, number>();
  readonly tipped = new Set<string>();
  readonly #deployment: Deployment;
  readonly #pictures: ReadonlyMap<string, Uint8Array>;
  readonly #read = new Map<Role, number>();
  readonly #ids: readonly string[];

  /** `pictures`: by message id, in the order of sending. */
  constructor(deployment: Deployment, pictures: ReadonlyMap<string, Uint8Array>) {
    this.#deployment = deployment;
    this.#pictures = pictures;
    this.#ids = [...pictures.keys()];
  }

  /** After the message of that index. */
  look(index: number): void {
    for (const hands of ['provider', 'curator', 'court'] as const)
      for (const role of views[hands]) for (const sighting of this.#fresh(role)) this.#note(hands, sighting, index);
    for (const id of this.#ids.slice(0, index + 1)) {
      const { scanned, warned } = this.#deployment.fate(id);
      if (scanned === 'match' && !warned && !this.matched.has(id)) this.matched.set(id, index);
    }
  }

  #fresh(role: Role): readonly Sighting[] {
    const { sightings } = this.#deployment.views[role];
    const from = this.#read.get(role) ?? 0;
    this.#read.set(role, sightings.length);
    return sightings.slice(from);
  }

  #note(hands: Hands, { type, message, bytes }: Sighting, index: number): void {
    const picture = this.#pictures.get(message);
    if (!picture) return;
    if (!this.opened[hands].has(message) && holdsBytes(bytes, picture)) this.opened[hands].set(message, index);
    if (type === 'tip') this.tipped.add(message);
    const tells = type === 'learnt' ? Buffer.from(bytes).toString() === 'match' : type === 'tip' || type === 'flag';
    if (tells && !this.matched.has(message)) this.matched.set(message, index);
  }
}
