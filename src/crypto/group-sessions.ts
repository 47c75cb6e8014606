/**
 * One device in groups: it gives its sender key to every other device in their sessions with a double ratchet, seals each message once for all of them, and makes a new key when
 * a device leaves, or after a number of messages. An account can have several devices; each is a member of its own, and the sender's other devices get what it sends too.
 */
import { equalBytes, utf8 } from '../util/bytes.ts';
import { type DeviceSecrets, RatchetSessions, type SealedInSession } from './ratchet-sessions.ts';
import { ReceivedSenderKey, SenderKey, senderKeyName } from './sender-key.ts';
import type { Associated } from './session.ts';
import type { Opened, RandomBytes } from './sodium.ts';
import type { Identity, PrekeyBundle } from './x3dh.ts';

/** Largest number of keys of one sender in one group that are kept; the oldest is deleted first. */
export const mostSenderKeys = 4;
/** Largest number of messages that wait for the key of their sender, in one group; the oldest is dropped first. */
export const mostWaiting = 100;

/** A device as the directory shows it. */
export interface ListedDevice {
  /** Account and device, for example 'ann/1'. */
  readonly address: string;
  /** Its public identity key. */
  readonly key: Uint8Array;
  bundle(): PrekeyBundle;
}

/** What a device sends to a group: sender keys for the devices that need one, and one message for all. */
export interface GroupSealed {
  readonly keys: ReadonlyMap<string, SealedInSession>;
  readonly message: Uint8Array;
}

/** A member's own key in a group, and who has it. */
interface Own {
  readonly key: SenderKey;
  readonly given: Set<string>;
}

/** What opened of a message, and of those that had waited for the same key. */
export type GroupOpened = { readonly ok: true; readonly plaintexts: readonly Uint8Array[] } | (Opened & { ok: false });

/** Everything secret of a device that opens what it receives. */
export interface StolenGroups {
  /** Received sender keys, by group and sender. */
  readonly received: ReadonlyMap<string, readonly ReceivedSenderKey[]>;
  readonly secrets: DeviceSecrets;
}

interface GroupOptions {
  /** Messages after which a sender key is replaced; 100 where left out. */
  readonly rotateAfter?: number | undefined;
  /** What a thief took of the device that this one pretends to be. */
  readonly stolen?: StolenGroups | undefined;
}

export class GroupSessions {
  readonly address: string;
  readonly sessions: RatchetSessions;
  readonly #random: RandomBytes;
  readonly #rotateAfter: number;
  readonly #own = new Map<string, Own>();
  /** By group and sender; the newest key last. */
  readonly #received = new Map<string, readonly ReceivedSenderKey[]>();
  /** Messages whose key has not arrived, by group. */
  readonly #waiting = new Map<string, { readonly from: string; readonly message: Uint8Array }[]>();

  constructor(
    address: string,
    identity: Identity,
    random: RandomBytes,
    { rotateAfter = 100, stolen }: GroupOptions = {},
  ) {
    this.address = address;
    this.sessions = new RatchetSessions(identity, random, stolen?.secrets);
    this.#random = random;
    this.#rotateAfter = rotateAfter;
    for (const [place, keys] of stolen?.received ?? [])
      this.#received.set(
        place,
        keys.map((key) => key.stolen()),
      );
  }

  /** Seals a message for all devices of a group but this one. Throws an InvalidKeyError if a bundle of the directory is invalid. */
  seal(group: string, members: readonly ListedDevice[], plaintext: Uint8Array): GroupSealed {
    const others = members.filter(({ address }) => address !== this.address);
    const own = this.#ownKey(group, others);
    const keys = new Map<string, SealedInSession>();
    for (const { address, bundle } of others) {
      if (own.given.has(address)) continue;
      const data = this.#distribution(group, this.address, address);
      keys.set(address, this.sessions.seal(address, bundle, own.key.distribution(), data));
      own.given.add(address);
    }
    return { keys, message: own.key.seal(plaintext, contextOf(group, this.address)) };
  }

  /** Takes a sender key from another device; returns what opens with it of the messages that waited, or why it is refused. */
  takeKey(group: string, from: Pick<ListedDevice, 'address' | 'key'>, sealed: SealedInSession): GroupOpened {
    const data = { ...this.#distribution(group, from.address, this.address), ratchet: sealed.header };
    const opened = this.sessions.open(from.address, from.key, sealed, data);
    if (!opened.ok) return opened;
    const key = ReceivedSenderKey.of(opened.plaintext);
    if (!key) return { ok: false, reason: 'the sender key is malformed' };
    const place = placeOf(group, from.address);
    const keys = (this.#received.get(place) ?? []).filter(({ name }) => !equalBytes(name, key.name));
    // A key that is there already is not replaced: its chain would go back.
    if (keys.length < (this.#received.get(place)?.length ?? 0)) return { ok: true, plaintexts: [] };
    this.#received.set(place, [...keys, key].slice(-mostSenderKeys));
    for (const old of keys.slice(0, Math.max(0, keys.length + 1 - mostSenderKeys))) old.wipe();
    return { ok: true, plaintexts: this.#openWaiting(group, from.address) };
  }

  /** Opens a message of a group. It waits if the key of its sender has not arrived; then nothing is opened yet. */
  open(group: string, from: string, message: Uint8Array): GroupOpened {
    const name = senderKeyName(message);
    if (!name) return { ok: false, reason: 'the message of the group is too short' };
    const key = this.#received.get(placeOf(group, from))?.find((each) => equalBytes(each.name, name));
    if (!key) {
      const waiting = [...(this.#waiting.get(group) ?? []), { from, message }];
      this.#waiting.set(group, waiting.slice(-mostWaiting));
      return { ok: true, plaintexts: [] };
    }
    const opened = key.open(message, contextOf(group, from));
    return opened.ok ? { ok: true, plaintexts: [opened.plaintext] } : opened;
  }

  /** A copy of all secrets that open what it receives, for experiments on stolen devices. */
  get stolen(): StolenGroups {
    const received = [...this.#received].map(([place, keys]) => [place, keys.map((key) => key.stolen())] as const);
    return { received: new Map(received), secrets: this.sessions.secrets };
  }

  /** The own key of a group; a new one if a device has left, or the old one was used often enough. */
  #ownKey(group: string, others: readonly ListedDevice[]): Own {
    const known = this.#own.get(group);
    const present = new Set(others.map(({ address }) => address));
    const isCurrent =
      known && known.key.count < this.#rotateAfter && [...known.given].every((each) => present.has(each));
    if (isCurrent) return known;
    known?.key.wipe();
    const own = { key: new SenderKey(this.#random), given: new Set<string>() };
    this.#own.set(group, own);
    return own;
  }

  #openWaiting(group: string, from: string): Uint8Array[] {
    const waiting = this.#waiting.get(group) ?? [];
    this.#waiting.set(
      group,
      waiting.filter((each) => each.from !== from),
    );
    return waiting
      .filter((each) => each.from === from)
      .flatMap(({ message }) => {
        const opened = this.open(group, from, message);
        return opened.ok ? opened.plaintexts : [];
      });
  }

  #distribution(group: string, sender: string, recipient: string): Associated {
    return { strategy: 'sender key', message: group, sender, recipient, sequence: 0, sentAt: 0 };
  }
}

/** Key of a sender in a group: what a thief's copies are looked up with. */
export const placeOf = (group: string, from: string): string => JSON.stringify([group, from]);

/** What a message of a group is bound to. */
export const contextOf = (group: string, from: string): Uint8Array => utf8(placeOf(group, from));
