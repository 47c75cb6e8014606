/**
 * A device's sessions with other devices: X3DH agrees on a secret, the double ratchet renews it. Two devices that write to each other at the same time start two sessions;
 * both are kept, and the one that was received in last is used for sending (Marlinspike & Perrin, "The Sesame Algorithm", 2017, in its simplest form).
 */
import { concatBytes, equalBytes, readU32, u32 } from '../util/bytes.ts';
import { fromHex, toHex } from '../util/hex.ts';
import { headerBytes, Ratchet, type RatchetState } from './double-ratchet.ts';
import { type Associated, open, type Sealed, seal } from './session.ts';
import { type Opened, type RandomBytes, sodium } from './sodium.ts';
import {
  type Identity,
  initiate,
  type PrekeyBundle,
  type PrekeySecrets,
  Prekeys,
  type PublishedPrekeys,
} from './x3dh.ts';

/** Largest number of sessions that are kept with one device; the one that was unused longest is deleted first. */
export const mostSessions = 4;

/** Bytes of what travels with every message: the ephemeral key that names the session, the number of the one-time key, and the ratchet's header. */
export const sessionHeaderBytes = 32 + 4 + headerBytes;

/** The parts of a session's header: the session's name, the number of the one-time key, and the ratchet's header. */
export const sessionHeaderOf = (
  header: Uint8Array,
): { readonly name: Uint8Array; readonly number: number; readonly ratchet: Uint8Array } | undefined =>
  header.length === sessionHeaderBytes
    ? { name: header.slice(0, 32), number: readU32(header, 32), ratchet: header.subarray(36) }
    : undefined;

/** A session: its name, the one-time key with which it began, and its ratchet. */
interface Named {
  readonly name: Uint8Array;
  readonly number: number;
  readonly ratchet: Ratchet;
}

/** Everything secret on a device, for experiments on stolen ones. */
export interface DeviceSecrets {
  readonly identity: Identity;
  readonly prekeys: PrekeySecrets;
  /** By the other device, then by the name of the session in hex. */
  readonly sessions: ReadonlyMap<string, ReadonlyMap<string, RatchetState>>;
}

/** A sealed message. The caller needs the key for escrow alone, and wipes it. */
export interface SealedInSession extends Sealed {
  readonly header: Uint8Array;
  readonly key: Uint8Array;
}

export class RatchetSessions {
  readonly #identity: Identity;
  readonly #random: RandomBytes;
  readonly #prekeys: Prekeys;
  /** By the other device; the session in use first. */
  readonly #sessions = new Map<string, readonly Named[]>();

  constructor(identity: Identity, random: RandomBytes, stolen?: DeviceSecrets) {
    this.#identity = identity;
    this.#random = random;
    this.#prekeys = new Prekeys(identity, random, stolen?.prekeys);
    for (const [peer, sessions] of stolen?.sessions ?? [])
      this.#sessions.set(
        peer,
        [...sessions].map(([name, state]) => ({
          name: fromHex(name),
          number: 0,
          ratchet: Ratchet.restored(state, random),
        })),
      );
  }

  /** A copy of all secrets, for experiments on stolen devices. */
  get secrets(): DeviceSecrets {
    const sessions = [...this.#sessions].map(
      ([peer, each]) => [peer, new Map(each.map(({ name, ratchet }) => [toHex(name), ratchet.state]))] as const,
    );
    return { identity: this.#identity, prekeys: this.#prekeys.secrets, sessions: new Map(sessions) };
  }

  /** What the directory gives to a device that has no session with this one. */
  bundle(): PrekeyBundle {
    return this.#prekeys.bundle();
  }

  /** Whether there is a session with another device. */
  has(peer: string): boolean {
    return this.#sessions.has(peer);
  }

  /** Its signed prekey and so many fresh one-time keys, for a directory. */
  publish(count: number): PublishedPrekeys {
    return this.#prekeys.publish(count);
  }

  /** Replaces the signed prekey; returns the earlier one's generation, under which it is to be deleted. */
  rotate(): number {
    return this.#prekeys.rotate();
  }

  /** Deletes the secret half of an earlier signed prekey. */
  deletePrekey(generation: number): void {
    this.#prekeys.deletePrekey(generation);
  }

  /**
   * Encrypts to another device. `directory` gives its bundle if there is no session yet. Throws an InvalidKeyError if a key of the bundle is invalid.
   */
  seal(peer: string, directory: () => PrekeyBundle, plaintext: Uint8Array, data: Associated): SealedInSession {
    const { name, number, ratchet } = this.#sessions.get(peer)?.[0] ?? this.#start(peer, directory());
    const { header: inner, key } = ratchet.send();
    const header = concatBytes(name, u32(number), inner);
    return { ...seal(key, plaintext, { ...data, ratchet: header }), header, key };
  }

  /** Opens a message of another device, whose identity key is known. Returns why it is refused; a refused message changes nothing. */
  open(
    peer: string,
    identity: Uint8Array,
    sealed: Sealed,
    data: Associated & { readonly ratchet: Uint8Array },
  ): Opened {
    const header = sessionHeaderOf(data.ratchet);
    if (!header)
      return { ok: false, reason: `a session header has ${sessionHeaderBytes} bytes, not ${data.ratchet.length}` };
    const { name, number, ratchet: inner } = header;
    const known = this.#sessions.get(peer)?.find((each) => equalBytes(each.name, name));
    const opening = (key: Uint8Array): Opened => open(key, sealed, data);
    if (known) {
      const opened = known.ratchet.receive(inner, opening);
      if (opened.ok) this.#use(peer, known);
      return opened;
    }
    const accepted = this.#prekeys.accept(number, identity, name);
    if (!accepted) return { ok: false, reason: 'its session is unknown, and its prekeys are not waiting' };
    const ratchet = Ratchet.responder(accepted.secret, accepted.ratchet, this.#random);
    sodium.memzero(accepted.secret);
    const opened = ratchet.receive(inner, opening);
    if (opened.ok) {
      accepted.used();
      this.#use(peer, { name, number, ratchet });
    }
    return opened;
  }

  #start(peer: string, bundle: PrekeyBundle): Named {
    const { secret, ephemeral, number } = initiate(this.#identity, bundle, this.#random);
    const ratchet = Ratchet.initiator(secret, bundle.prekey, this.#random);
    sodium.memzero(secret);
    const started = { name: ephemeral, number, ratchet };
    this.#use(peer, started);
    return started;
  }

  /** Puts a session first; it is the one that the next message is sent in. */
  #use(peer: string, session: Named): void {
    const others = (this.#sessions.get(peer) ?? []).filter((each) => each !== session);
    const all = [session, ...others];
    this.#sessions.set(peer, all.slice(0, mostSessions));
    for (const { ratchet } of all.slice(mostSessions)) ratchet.wipe();
  }
}
