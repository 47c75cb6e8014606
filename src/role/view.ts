/** A role's view: every byte string that crossed its boundary, with sizes and times. Nothing else counts as its knowledge. */
import type { PacketType } from '../schema/packet.ts';
import type { Role } from '../schema/vocabulary.ts';

/** One item that a role received, or decrypted with its own key. */
export interface ViewEntry {
  /** Logical time, counted over all crossings of a deployment. */
  readonly tick: number;
  readonly from: Role;
  /** The message it concerns; empty for lists and orders. */
  readonly message: string;
  /** Type of packet; 'opened' for a plaintext that the role decrypted with its own key, 'learnt' for an outcome that it computed. */
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

/** A view that can still grow; only the network holds a reference to it. */
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
