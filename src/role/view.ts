/** A role's view: all that crossed its boundary, as bytes, with sizes and times; nothing else counts as what it knows. */
import type { PacketType } from '../schema/packet.ts';
import type { Role } from '../schema/vocabulary.ts';

/** One thing that a role received, or opened with a key that it holds. */
export interface ViewEntry {
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
  readonly entries: readonly ViewEntry[];
  /** The entries about one message, in order of time. */
  about(message: string): readonly ViewEntry[];
}

/** A view that can still grow; only the network holds it. */
export class GrowingView implements View {
  readonly role: Role;
  readonly #entries: ViewEntry[] = [];
  readonly #about = new Map<string, ViewEntry[]>();

  constructor(role: Role) {
    this.role = role;
  }

  get entries(): readonly ViewEntry[] {
    return this.#entries;
  }

  about(message: string): readonly ViewEntry[] {
    return this.#about.get(message) ?? [];
  }

  record(entry: ViewEntry): void {
    this.#entries.push(entry);
    const known = this.#about.get(entry.message);
    if (known) known.push(entry);
    else this.#about.set(entry.message, [entry]);
  }
}
