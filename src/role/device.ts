/** A user's phone: it scans pictures, encrypts what it sends, and decrypts what it receives. */

import { frank } from '../crypto/franking.ts';
import { pad, unpad } from '../crypto/padding.ts';
import { type DeviceSecrets, RatchetSessions } from '../crypto/ratchet-sessions.ts';
import {
  type Associated,
  type DeviceKeys,
  deviceKeys,
  InvalidKeyError,
  lastSequence,
  messageKey,
  open,
  type Sealed,
  type Session,
  seal,
  session,
} from '../crypto/session.ts';
import { type Opened, sodium } from '../crypto/sodium.ts';
import {
  decodeBundle,
  encodeBundle,
  type Identity,
  identityOf,
  type PrekeyBundle,
  type PublishedPrekeys,
} from '../crypto/x3dh.ts';
import { concatBytes, equalBytes } from '../util/bytes.ts';
import { deviceAddress, sendingDevice } from './address.ts';
import type { EscrowSeal } from './escrow-agent.ts';
import { type Blobs, blob, type Packet } from './wire.ts';
import type { DeviceWorld, Message } from './world.ts';

/** The parts of the device's world that it uses. */
type Surroundings = Pick<DeviceWorld, 'random' | 'paddingBytes' | 'session'>;

/** Another device as the directory shows it. */
export interface Peer {
  readonly publicKey: Uint8Array;
  /** Its Ed25519 key, which its prekey has to be signed with; left out where only the other key is known. */
  readonly signing?: Uint8Array | undefined;
  /** A prekey bundle of it, encoded; asked for where a session with a ratchet begins. */
  bundle(): Uint8Array;
}

/** Content of an encrypted message: picture and franking key. */
interface Content {
  readonly picture: Uint8Array;
  /** 32 bytes if the strategy uses franking, otherwise empty. */
  readonly frankingKey: Uint8Array;
}

/** What is encrypted: padded content, and the franking tag that commits to it, if the strategy uses one. */
export interface Composed {
  readonly plaintext: Uint8Array;
  readonly tag: Uint8Array | undefined;
}

/** A packet that a device opens. */
type Sealable = Packet<'envelope'> | Packet<'device-copy'> | Packet<'ghost-copy'>;

/** How the strategy encrypts messages. */
interface Sealing {
  readonly strategy: string;
  /** Also encrypts message keys to escrow, if set. */
  readonly escrow?: EscrowSeal | undefined;
  readonly franking?: boolean | undefined;
}

export class Device {
  readonly account: string;
  /** From 1. */
  readonly number: number;
  readonly keys: DeviceKeys;
  readonly #world: Surroundings;
  readonly #identity: Identity | undefined;
  /** Sessions with a ratchet; undefined where the channel is static. */
  readonly #ratchets: RatchetSessions | undefined;
  readonly #sessions = new Map<string, Session>();
  /** Opened messages, by sender and number: no message is opened twice. */
  readonly #opened = new Set<string>();

  constructor(account: string, world: Surroundings, number = 1) {
    this.account = account;
    this.number = number;
    this.keys = deviceKeys(world.random);
    this.#world = world;
    const { random } = world;
    this.#identity = world.session === 'ratchet' ? identityOf(this.keys, random) : undefined;
    this.#ratchets = this.#identity && new RatchetSessions(this.#identity, random);
  }

  /** Its name in the directory and at the relay. */
  get address(): string {
    return deviceAddress(this.account, this.number);
  }

  /** The same as fields of a header. */
  get name(): { readonly sender: string; readonly device?: number } {
    return { sender: this.account, ...(this.number > 1 ? { device: this.number } : {}) };
  }

  /** Its Ed25519 public key; undefined where the channel is static. */
  get signing(): Uint8Array | undefined {
    return this.#identity?.signing.publicKey;
  }

  /** Its signed prekey, and so many fresh one-time prekeys. Throws where the channel is static. */
  publishPrekeys(count: number): PublishedPrekeys {
    return this.#turning.publish(count);
  }

  /** Renews its signed prekey; returns the generation of the old one. Throws where the channel is static. */
  rotatePrekey(): number {
    return this.#turning.rotate();
  }

  /** Deletes the secret half of an old signed prekey. Throws where the channel is static. */
  deletePrekey(generation: number): void {
    this.#turning.deletePrekey(generation);
  }

  get #turning(): RatchetSessions {
    if (!this.#ratchets) throw new Error('Devices have prekeys only where their channel has a ratchet');
    return this.#ratchets;
  }

  /** A prekey bundle for one sender, encoded; empty where the channel is static. */
  bundle(): Uint8Array {
    return this.#ratchets ? encodeBundle(this.#ratchets.bundle()) : new Uint8Array(0);
  }

  /** A copy of all secrets of its sessions, for experiments on stolen devices; undefined where the channel is static. */
  get secrets(): DeviceSecrets | undefined {
    return this.#ratchets?.secrets;
  }

  /** What a message says: the same for every device that it is encrypted to. */
  compose(picture: Uint8Array, franking = false): Composed {
    const frankingKey = franking ? this.#world.random(32) : new Uint8Array(0);
    const content = concatBytes(new Uint8Array([frankingKey.length]), frankingKey, picture);
    const tag = franking ? frank(picture, frankingKey) : undefined;
    return { plaintext: pad(content, this.#world.paddingBytes), tag };
  }

  /** Whether it has a session with another device, and needs no bundle of it. */
  knows(address: string): boolean {
    return this.#ratchets?.has(address) ?? true;
  }

  /**
   * Encrypts a message to another device; `recipient` is that device. Returns the blobs of its envelope. Throws an InvalidKeyError if the directory's keys of it are invalid.
   */
  seal(
    message: Message,
    peer: Peer,
    sealing: Sealing,
    composed: Composed = this.compose(message.picture, sealing.franking),
  ): Blobs {
    const data = { ...message, strategy: sealing.strategy, message: message.id, sender: sendingDevice(message) };
    const { key, header, ciphertext, commitment } = this.#sealed(composed.plaintext, data, peer);
    const blobs = {
      ciphertext,
      commitment,
      ...(header ? { ratchet: header } : {}),
      ...(composed.tag ? { tag: composed.tag } : {}),
      ...(sealing.escrow ? { escrow: sealing.escrow(key, this.#world.random) } : {}),
    };
    sodium.memzero(key);
    return blobs;
  }

  /**
   * Opens an envelope from a device whose public key is known. If the strategy uses franking, it rejects a message whose tag does not
   * commit to its picture, because the recipient could never report it (Grubbs, Lu & Ristenpart, CRYPTO 2017, "sender binding").
   */
  open(packet: Sealable, peer: Uint8Array, franking = false): { content: Content } | { rejected: string } {
    const { header } = packet;
    const from = sendingDevice(header);
    if (this.#ratchets) {
      const data = { ...header, sender: from, ratchet: blob(packet, 'ratchet') };
      const opened = this.#ratchets.open(from, peer, sealedOf(packet), data);
      return checked(contentOf(opened.ok ? unpad(opened.plaintext) : opened), franking, packet);
    }
    if (header.sequence > lastSequence) return { rejected: `no message of a sender has the number ${header.sequence}` };
    const number = `${from} ${header.sequence}`;
    if (this.#opened.has(number)) return { rejected: `message ${header.sequence} of this sender was opened before` };
    const key = messageKey(this.#session(from, peer).receiving, header.sequence);
    const result = checked(contentOf(openPacket(key, packet)), franking, packet);
    if ('content' in result) this.#opened.add(number);
    return result;
  }

  #sealed(
    plaintext: Uint8Array,
    data: Associated,
    peer: Peer,
  ): Sealed & { readonly key: Uint8Array; readonly header?: Uint8Array } {
    if (this.#ratchets) return this.#ratchets.seal(data.recipient, () => bundleOf(peer), plaintext, data);
    const key = messageKey(this.#session(data.recipient, peer.publicKey).sending, data.sequence);
    return { ...seal(key, plaintext, data), key };
  }

  #session(account: string, peer: Uint8Array): Session {
    const known = this.#sessions.get(account) ?? session(this.keys, peer);
    this.#sessions.set(account, known);
    return known;
  }
}

/** The bundle of a device. Throws an InvalidKeyError if it is malformed, or of other identity keys than those that are known. */
function bundleOf({ bundle, publicKey, signing }: Peer): PrekeyBundle {
  const decoded = decodeBundle(bundle());
  const isOther =
    !decoded ||
    !equalBytes(decoded.identity.key, publicKey) ||
    (signing !== undefined && !equalBytes(decoded.identity.signing, signing));
  if (isOther) throw new InvalidKeyError('The prekey bundle is not of that device');
  return decoded;
}

/** An opened message, unless its franking tag does not fit where one is due. */
const checked = (
  result: ReturnType<typeof contentOf>,
  franking: boolean,
  packet: Pick<Packet, 'blobs'>,
): ReturnType<typeof contentOf> =>
  franking && 'content' in result && !isFranked(result.content, blob(packet, 'tag'))
    ? { rejected: 'the franking tag does not commit to the picture' }
    : result;

const isFranked = ({ picture, frankingKey }: Content, tag: Uint8Array): boolean =>
  frankingKey.length === 32 && equalBytes(frank(picture, frankingKey), tag);

/** Decrypts the ciphertext of an envelope, or of a produced message, with its message key. */
export function openPacket(key: Uint8Array, packet: Sealable | Packet<'returned'>): Opened {
  const { header, blobs } = packet;
  const opened = open(key, sealedOf(packet), { ...header, sender: sendingDevice(header), ratchet: blobs.ratchet });
  return opened.ok ? unpad(opened.plaintext) : opened;
}

const sealedOf = (packet: Pick<Packet, 'blobs'>): Sealed => ({
  ciphertext: blob(packet, 'ciphertext'),
  commitment: blob(packet, 'commitment'),
});

/** Parses a decrypted plaintext; returns its content, or why it is invalid. */
export function contentOf(opened: Opened): { content: Content } | { rejected: string } {
  if (!opened.ok) return { rejected: opened.reason };
  const [length = 0] = opened.plaintext;
  if (opened.plaintext.length < 1 + length) return { rejected: 'the plaintext ends inside its franking key' };
  return {
    content: { frankingKey: opened.plaintext.slice(1, 1 + length), picture: opened.plaintext.slice(1 + length) },
  };
}
