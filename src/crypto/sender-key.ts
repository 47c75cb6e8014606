/**
 * Sender keys: a member of a group encrypts a message once for all others, with a chain of keys that it gave to each of them in their sessions, and signs it, so that no other
 * member can speak in its name. As in Signal and WhatsApp (WhatsApp Encryption Overview, 2016; Balbás, Collins & Gajland, "WhatsUp with Sender Keys?", ASIACRYPT 2023).
 * A chain only goes forward: a thief opens nothing from before, but everything until the member makes a new key.
 */
import { concatBytes, readU32, u32, utf8 } from '../util/bytes.ts';
import { openBytes, sealBytes, sealedOverhead } from './committing-aead.ts';
import { type Chain, chainStep, chainTo, mostKept, mostSkipped } from './double-ratchet.ts';
import type { DeviceKeys } from './session.ts';
import { type Opened, type RandomBytes, sodium } from './sodium.ts';

const [nameBytes, signatureBytes] = [16, 64];

/** Bytes of what a member gives to another: name, number, chain key, and the key that its signatures are checked with. */
export const distributionBytes = nameBytes + 4 + 32 + 32;

/** Bytes by which a message of a group is longer than its plaintext. */
export const senderKeyOverhead = nameBytes + 4 + sealedOverhead + signatureBytes;

const signed = (associated: Uint8Array, message: Uint8Array): Uint8Array =>
  concatBytes(utf8('presend sender key\n'), u32(associated.length), associated, message);

/** A member's own key. */
export class SenderKey {
  readonly #name: Uint8Array;
  readonly #signing: DeviceKeys;
  #chain: Chain;

  constructor(random: RandomBytes) {
    this.#name = random(nameBytes);
    const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(random(32));
    this.#signing = { publicKey, secretKey: privateKey };
    this.#chain = { key: random(32), next: 0 };
  }

  /** Number of messages that were sealed with it. */
  get count(): number {
    return this.#chain.next;
  }

  /** What another member needs for the messages from now on. Secret: only for a session with that member. */
  distribution(): Uint8Array {
    const { key, next } = this.#chain;
    return concatBytes(this.#name, u32(next), key, this.#signing.publicKey);
  }

  /** Encrypts and signs the next message: name, number, commitment, ciphertext, signature. */
  seal(plaintext: Uint8Array, associated: Uint8Array): Uint8Array {
    const { message, chain } = chainStep(this.#chain);
    const head = concatBytes(this.#name, u32(this.#chain.next));
    sodium.memzero(this.#chain.key);
    this.#chain = chain;
    const sealed = concatBytes(head, sealBytes(message, plaintext, concatBytes(head, associated)));
    sodium.memzero(message);
    return concatBytes(sealed, sodium.crypto_sign_detached(signed(associated, sealed), this.#signing.secretKey));
  }

  /** Overwrites its secrets; it cannot be used afterwards. */
  wipe(): void {
    sodium.memzero(this.#chain.key);
    sodium.memzero(this.#signing.secretKey);
  }
}

/** Name of the key that a message was sealed with; undefined if it is too short. */
export const senderKeyName = (message: Uint8Array): Uint8Array | undefined =>
  message.length >= senderKeyOverhead ? message.slice(0, nameBytes) : undefined;

/** Another member's key, as it was given. */
export class ReceivedSenderKey {
  readonly name: Uint8Array;
  readonly #verifying: Uint8Array;
  #chain: Chain;
  /** Keys of messages that have not arrived, by number, oldest first. */
  readonly #skipped: Map<number, Uint8Array>;

  private constructor(name: Uint8Array, verifying: Uint8Array, chain: Chain, skipped: ReadonlyMap<number, Uint8Array>) {
    this.name = name;
    this.#verifying = verifying;
    this.#chain = chain;
    this.#skipped = new Map(skipped);
  }

  /** Reads what a member gave; undefined on another length. */
  static of(distribution: Uint8Array): ReceivedSenderKey | undefined {
    if (distribution.length !== distributionBytes) return undefined;
    const chain = { key: distribution.slice(20, 52), next: readU32(distribution, nameBytes) };
    return new ReceivedSenderKey(distribution.slice(0, nameBytes), distribution.slice(52), chain, new Map());
  }

  /** A copy with all its secrets: what a thief of the device has. */
  stolen(): ReceivedSenderKey {
    const skipped = new Map([...this.#skipped].map(([number, key]) => [number, key.slice()]));
    return new ReceivedSenderKey(this.name, this.#verifying, { ...this.#chain, key: this.#chain.key.slice() }, skipped);
  }

  /** Checks and decrypts a message. Returns why it is refused; a refused message changes nothing. */
  open(message: Uint8Array, associated: Uint8Array): Opened {
    if (message.length < senderKeyOverhead) return { ok: false, reason: 'the message of the group is too short' };
    const sealed = message.subarray(0, -signatureBytes);
    const signature = message.subarray(-signatureBytes);
    if (!sodium.crypto_sign_verify_detached(signature, signed(associated, sealed), this.#verifying))
      return { ok: false, reason: 'the message of the group is not signed by its sender' };
    const number = readU32(message, nameBytes);
    const head = concatBytes(message.subarray(0, nameBytes + 4), associated);
    const kept = this.#skipped.get(number);
    if (kept) {
      const opened = openBytes(kept, sealed.subarray(nameBytes + 4), head);
      if (opened.ok) this.#forget(number);
      return opened;
    }
    const missing = number - this.#chain.next;
    if (missing < 0)
      return { ok: false, reason: `message ${number} of this key was opened before, or its key was deleted` };
    if (missing > mostSkipped)
      return {
        ok: false,
        reason: `${missing} messages of the key are missing before this one, and at most ${mostSkipped} may be`,
      };
    const { passed, chain: there } = chainTo(this.#chain, number);
    const { message: key, chain } = chainStep(there);
    const opened = openBytes(key, sealed.subarray(nameBytes + 4), head);
    sodium.memzero(key);
    if (there !== this.#chain) sodium.memzero(there.key);
    if (!opened.ok) {
      for (const secret of [chain.key, ...passed.map(([, each]) => each)]) sodium.memzero(secret);
      return opened;
    }
    sodium.memzero(this.#chain.key);
    this.#chain = chain;
    for (const [each, secret] of passed) this.#skipped.set(each, secret);
    for (const each of this.#skipped.keys()) {
      if (this.#skipped.size <= mostKept) break;
      this.#forget(each);
    }
    return opened;
  }

  /** Overwrites its secrets; it cannot be used afterwards. */
  wipe(): void {
    for (const secret of [this.#chain.key, ...this.#skipped.values()]) sodium.memzero(secret);
  }

  #forget(number: number): void {
    const key = this.#skipped.get(number);
    if (key) sodium.memzero(key);
    this.#skipped.delete(number);
  }
}
