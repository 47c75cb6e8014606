/** A role's view: all that crossed its boundary, as bytes, with sizes and times; nothing else counts as what it knows. */
import type { PacketType } from '../schema/packet.ts';
import type { Role } from '../schema/vocabulary.ts';

/** One thing that a role received, or opened with a key that it holds. */
export interface Sighting {
  /** Logical time, counted over all crossings of a deployment. */
  readonly tick: number;
  readonly from: Role;
  /** The message it is about; empty for lists and orders. */
  readonly message: string;
  /** What crossed; 'opened' for a plaintext that the role got by a key of its own, 'learnt' for an outcome that it computed. */
  readonly type: PacketType | 'opened' | 'learnt';
  readonly bytes: Uint8Array;
}

/** What one role saw. */
export interface View {
  readonly role: Role;
  readonly sightings: readonly Sighting[];
  /** The sightings about one message, in order of time. */
  about(message: string): readonly Sighting[];
}

/** A view that can still grow; only the house holds it. */
export class GrowingView implements View {
  readonly role: Role;
  readonly #sightings: Sighting[] = [];
  readonly #about = new Map<string, Sighting[]>();

  constructor(role: Role) {
    this.role = role;
  }

  get sightings(): readonly Sighting[] {
    return this.#sightings;
  }

  about(message: string): readonly Sighting[] {
    return this.#about.get(message) ?? [];
  }

  record(sighting: Sighting): void {
    this.#sightings.push(sighting);
    const known = this.#about.get(sighting.message);
    if (known) known.push(sighting);
    else this.#about.set(sighting.message, [sighting]);
  }
}
