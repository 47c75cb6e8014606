/** The network: carries bytes between the roles, and records what each of them saw. There is no other way to cross. */
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

  /** Without `records`, nobody's view grows: services that run for long have nobody who reads them. */
  constructor({ records = true } = {}) {
    this.#records = records;
  }

  get views(): Readonly<Record<Role, View>> {
    return this.#views;
  }

  /** Carries a packet: encoded, seen by the receiver, and decoded from those bytes. What it returns is all the receiver has. */
  carry<D extends Draft>(from: Role, to: Role, draft: D, blobs: Blobs = {}): Packet<D['type']> {
    const bytes = encode(draft, blobs);
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(`The ${from} made a packet that cannot be read: ${decoded.reason}`);
    this.arrived(from, to, decoded.packet, bytes);
    return decoded.packet as unknown as Packet<D['type']>;
  }

  /** Notes that a packet arrived which crossed by other means, a network say: `bytes` are those that it was read from. */
  arrived(from: Role, to: Role, { header: { type, message } }: Packet, bytes: Uint8Array): void {
    this.#record(to, { from, message, type, bytes });
  }

  /** Notes what a role found out by computing on what it has: its outcome goes into its view as text. */
  learnt(role: Role, message: string, outcome: 'match' | 'clear'): void {
    this.#record(role, { from: role, message, type: 'learnt', bytes: utf8(outcome) });
  }

  /** Notes that a role opened something with a key that it holds: from now on its view has the plaintext. */
  opened(role: Role, message: string, plaintext: Uint8Array): void {
    this.#record(role, { from: role, message, type: 'opened', bytes: plaintext });
  }

  #record(role: Role, entry: Omit<ViewEntry, 'tick'>): void {
    if (this.#records) this.#views[role].record({ tick: this.#tick++, ...entry });
  }
}
