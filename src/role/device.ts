/** A user's phone: it scans pictures, encrypts what it sends, and decrypts what it receives. */

import { frank } from '../crypto/franking.ts';
import { pad, unpad } from '../crypto/padding.ts';
import {
  type DeviceKeys,
  deviceKeys,
  lastSequence,
  messageKey,
  open,
  type Session,
  seal,
  session,
} from '../crypto/session.ts';
import type { Opened } from '../crypto/sodium.ts';
import { concatBytes, equalBytes } from '../util/bytes.ts';
import type { EscrowSeal } from './escrow-agent.ts';
import { type Blobs, blob, type Packet } from './wire.ts';
import type { DeviceWorld, Message } from './world.ts';

/** The parts of the device's world that it uses. */
type Surroundings = Pick<DeviceWorld, 'random' | 'paddingBytes'>;

/** Content of an encrypted message: picture and franking key. */
interface Content {
  readonly picture: Uint8Array;
  /** 32 bytes if the strategy uses franking, otherwise empty. */
  readonly frankingKey: Uint8Array;
}

/** How the strategy encrypts messages. */
interface Sealing {
  readonly strategy: string;
  /** Also encrypts message keys to escrow, if set. */
  readonly escrow?: EscrowSeal | undefined;
  readonly franking?: boolean | undefined;
}

export class Device {
  readonly account: string;
  readonly keys: DeviceKeys;
  readonly #world: Surroundings;
  readonly #sessions = new Map<string, Session>();
  /** Opened messages, by sender and number: no message is opened twice. */
  readonly #opened = new Set<string>();

  constructor(account: string, world: Surroundings) {
    this.account = account;
    this.keys = deviceKeys(world.random);
    this.#world = world;
  }

  /** Encrypts a message to a device whose public key is known. Returns the blobs of its envelope. */
  seal(message: Message, peer: Uint8Array, sealing: Sealing): Blobs {
    const key = messageKey(this.#session(message.recipient, peer).sending, message.sequence);
    const frankingKey = sealing.franking ? this.#world.random(32) : new Uint8Array(0);
    const content = concatBytes(new Uint8Array([frankingKey.length]), frankingKey, message.picture);
    const sealed = seal(key, pad(content, this.#world.paddingBytes), {
      ...message,
      strategy: sealing.strategy,
      message: message.id,
    });
    return {
      ciphertext: sealed.ciphertext,
      commitment: sealed.commitment,
      ...(sealing.franking ? { tag: frank(message.picture, frankingKey) } : {}),
      ...(sealing.escrow ? { escrow: sealing.escrow(key, this.#world.random) } : {}),
    };
  }

  /**
   * Opens an envelope from a device whose public key is known. If the strategy uses franking, it rejects a message whose tag does not
   * commit to its picture, because the recipient could never report it (Grubbs, Lu & Ristenpart, CRYPTO 2017, "sender binding").
   */
  open(
    packet: Packet<'envelope'> | Packet<'ghost-copy'>,
    peer: Uint8Array,
    franking = false,
  ): { content: Content } | { rejected: string } {
    const { header } = packet;
    if (header.sequence > lastSequence) return { rejected: `no message of a sender has the number ${header.sequence}` };
    const number = `${header.sender} ${header.sequence}`;
    if (this.#opened.has(number)) return { rejected: `message ${header.sequence} of this sender was opened before` };
    const key = messageKey(this.#session(header.sender, peer).receiving, header.sequence);
    const result = contentOf(openPacket(key, packet));
    if (franking && 'content' in result && !isFranked(result.content, blob(packet, 'tag')))
      return { rejected: 'the franking tag does not commit to the picture' };
    if ('content' in result) this.#opened.add(number);
    return result;
  }

  #session(account: string, peer: Uint8Array): Session {
    const known = this.#sessions.get(account) ?? session(this.keys, peer);
    this.#sessions.set(account, known);
    return known;
  }
}

const isFranked = ({ picture, frankingKey }: Content, tag: Uint8Array): boolean =>
  frankingKey.length === 32 && equalBytes(frank(picture, frankingKey), tag);

/** Decrypts the ciphertext of an envelope, or of a produced message, with its message key. */
export function openPacket(
  key: Uint8Array,
  packet: Packet<'envelope'> | Packet<'ghost-copy'> | Packet<'returned'>,
): Opened {
  const sealed = { ciphertext: blob(packet, 'ciphertext'), commitment: blob(packet, 'commitment') };
  const opened = open(key, sealed, packet.header);
  return opened.ok ? unpad(opened.plaintext) : opened;
}

/** Parses a decrypted plaintext; returns its content, or why it is invalid. */
export function contentOf(opened: Opened): { content: Content } | { rejected: string } {
  if (!opened.ok) return { rejected: opened.reason };
  const [length = 0] = opened.plaintext;
  if (opened.plaintext.length < 1 + length) return { rejected: 'the plaintext ends inside its franking key' };
  return {
    content: { frankingKey: opened.plaintext.slice(1, 1 + length), picture: opened.plaintext.slice(1 + length) },
  };
}
