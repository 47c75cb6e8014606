/** The network: carries bytes between roles, and records what each role saw. Roles have no other channel. */
import type { Role } from '../schema/vocabulary.ts';
import { utf8 } from '../util/bytes.ts';
import { GrowingView, type View, type ViewEntry } from './view.ts';
import { type Blobs, type Draft, decode, encode, type Packet } from './wire.ts';

export class Network {
  #tick = 0;
  readonly #records: boolean;
  readonly #views: Record<Role, GrowingView> = {
    sender: new GrowingView('sender'),
    relay: new GrowingView('relay'),
    provider: new GrowingView('provider'),
    recipient: new GrowingView('recipient'),
    curator: new GrowingView('curator'),
    court: new GrowingView('court'),
  };

  /** Without `records`, views stay empty: in long-running services nobody reads them. */
  constructor({ records = true } = {}) {
    this.#records = records;
  }

  get views(): Readonly<Record<Role, View>> {
    return this.#views;
  }

  /** Carries a packet: encodes it, records it in the receiver's view, and decodes those bytes. The receiver gets only the return value. */
  carry<D extends Draft>(from: Role, to: Role, draft: D, blobs: Blobs = {}): Packet<D['type']> {
    const bytes = encode(draft, blobs);
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(`The ${from} made a packet that cannot be read: ${decoded.reason}`);
    this.arrived(from, to, decoded.packet, bytes);
    return decoded.packet as unknown as Packet<D['type']>;
  }

  /** Records a packet that arrived over another channel, such as a real network. `bytes` is its encoding. */
  arrived(from: Role, to: Role, { header: { type, message } }: Packet, bytes: Uint8Array): void {
    this.#record(to, { from, message, type, bytes });
  }

  /** Records an outcome that a role computed from its own data, as text in its view. */
  learnt(role: Role, message: string, outcome: 'match' | 'clear'): void {
    this.#record(role, { from: role, message, type: 'learnt', bytes: utf8(outcome) });
  }

  /** Records that a role decrypted something with its own key: its view now includes the plaintext. */
  opened(role: Role, message: string, plaintext: Uint8Array): void {
    this.#record(role, { from: role, message, type: 'opened', bytes: plaintext });
  }

  #record(role: Role, entry: Omit<ViewEntry, 'tick'>): void {
    if (this.#records) this.#views[role].record({ tick: this.#tick++, ...entry });
  }
}
