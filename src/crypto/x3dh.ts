/**
 * X3DH: a first message to a device that is not there, from the prekeys that it left with the directory. Marlinspike & Perrin, "The X3DH Key Agreement Protocol",
 * revision 1 (2016), https://signal.org/docs/specifications/x3dh/. Two differences: prekeys are signed with an Ed25519 key beside the X25519 identity key (there: one key for
 * both, XEdDSA), and the identity keys enter the key derivation, which binds them as the specification's associated data does.
 * A signed prekey is replaced now and then; its secret half is kept for messages on their way, and then deleted. Where a directory has no one-time key left, the first
 * message is made without.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, readU32, u32, utf8 } from '../util/bytes.ts';
import { toHex } from '../util/hex.ts';
import { type DeviceKeys, deviceKeys, InvalidKeyError, sharedPoint } from './session.ts';
import { type RandomBytes, sodium } from './sodium.ts';

/** A device's long-term keys: X25519 for key agreement, Ed25519 (32 and 64 bytes) for signatures. */
export interface Identity {
  readonly keys: DeviceKeys;
  readonly signing: DeviceKeys;
}

/** The public half of an identity. */
export interface PublicIdentity {
  readonly key: Uint8Array;
  readonly signing: Uint8Array;
}

/** A fresh identity on X25519 keys. */
export function identityOf(keys: DeviceKeys, random: RandomBytes): Identity {
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(random(32));
  return { keys, signing: { publicKey, secretKey: privateKey } };
}

export const publicOf = ({ keys, signing }: Identity): PublicIdentity => ({
  key: keys.publicKey,
  signing: signing.publicKey,
});

/** What the directory gives to a sender who has no session with a device yet. */
export interface PrekeyBundle {
  readonly identity: PublicIdentity;
  readonly prekey: Uint8Array;
  /** The device's signature on the prekey, 64 bytes. */
  readonly signature: Uint8Array;
  /** A key for this sender alone; left out where none is left. */
  readonly once?: Uint8Array | undefined;
  /** Which signed prekey and which one-time key: see `keyNumber`. */
  readonly number: number;
}

/** Number of a one-time key that stands for none. */
export const noOnce = 0xff_ffff;

/** A prekey's generation (modulo 256, in the high 8 bits) and a one-time key's number (in the low 24) as one number, which the first messages of a session say. */
export const keyNumber = (generation: number, once = noOnce): number => (((generation & 0xff) << 24) | once) >>> 0;

const generationOf = (number: number): number => number >>> 24;
const onceOf = (number: number): number => number & noOnce;

/** Bytes of an encoded bundle, without and with a one-time key. */
const [shortBundle, fullBundle] = [3 * 32 + 64 + 4, 4 * 32 + 64 + 4];

/** Identity keys, prekey, signature, one-time key if there is one, and their number. */
export const encodeBundle = ({ identity, prekey, signature, once, number }: PrekeyBundle): Uint8Array =>
  concatBytes(identity.key, identity.signing, prekey, signature, once ?? new Uint8Array(0), u32(number));

/** Decodes a bundle; undefined on another length, or if its length and its number disagree on whether it has a one-time key. Its keys are not checked yet. */
export function decodeBundle(bytes: Uint8Array): PrekeyBundle | undefined {
  if (bytes.length !== fullBundle && bytes.length !== shortBundle) return undefined;
  const [hasOnce, number] = [bytes.length === fullBundle, readU32(bytes, bytes.length - 4)];
  if (hasOnce !== (onceOf(number) !== noOnce)) return undefined;
  return {
    identity: { key: bytes.slice(0, 32), signing: bytes.slice(32, 64) },
    prekey: bytes.slice(64, 96),
    signature: bytes.slice(96, 160),
    ...(hasOnce ? { once: bytes.slice(160, 192) } : {}),
    number,
  };
}

/** Largest number of one-time keys that wait to be used; the oldest are deleted first. */
export const mostOnce = 100;

/** Largest number of signed prekeys whose secret halves are kept, the current one included; the oldest is deleted first. */
export const mostPrekeys = 100;

/** Largest number of sessions that may begin under one signed prekey without a one-time key: each is remembered, so that none begins twice. */
export const mostWithoutOnce = 1000;

const signed = (prekey: Uint8Array): Uint8Array => concatBytes(utf8('presend prekey\n'), prekey);

/** Whether a prekey is signed by an Ed25519 key. Values of wrong length are not. */
export const isSignedPrekey = (prekey: Uint8Array, signature: Uint8Array, signing: Uint8Array): boolean =>
  signing.length === 32 &&
  signature.length === 64 &&
  sodium.crypto_sign_verify_detached(signature, signed(prekey), signing);

/** The secret halves of a device's prekeys: what a thief finds beside the identity. */
export interface PrekeySecrets {
  /** The current signed prekey, and its generation. */
  readonly prekey: DeviceKeys;
  readonly generation: number;
  /** Earlier ones that are kept for messages on their way, by generation. */
  readonly earlier: ReadonlyMap<number, DeviceKeys>;
  readonly once: ReadonlyMap<number, DeviceKeys>;
}

/** What a device puts into a directory: its signed prekey, and more one-time keys, numbered from `first`. */
export interface PublishedPrekeys {
  readonly identity: PublicIdentity;
  readonly prekey: Uint8Array;
  readonly signature: Uint8Array;
  readonly generation: number;
  readonly first: number;
  readonly once: readonly Uint8Array[];
}

/** A signed prekey, and the ephemeral keys, in hex, of sessions that began with it alone. */
interface SignedPrekey {
  readonly keys: DeviceKeys;
  readonly begun: Set<string>;
}

/** A device's prekeys. */
export class Prekeys {
  readonly #identity: Identity;
  readonly #random: RandomBytes;
  /** By generation; the current one last. */
  readonly #prekeys: Map<number, SignedPrekey>;
  #generation: number;
  readonly #once: Map<number, DeviceKeys>;
  #next = 0;

  constructor(identity: Identity, random: RandomBytes, stolen?: PrekeySecrets) {
    this.#identity = identity;
    this.#random = random;
    this.#generation = stolen?.generation ?? 0;
    const all = [...(stolen?.earlier ?? []), [this.#generation, stolen?.prekey ?? deviceKeys(random)] as const];
    this.#prekeys = new Map(all.map(([generation, keys]) => [generation, { keys, begun: new Set() }]));
    this.#once = new Map(stolen?.once);
  }

  /** A copy of the secret halves, for experiments on stolen devices. */
  get secrets(): PrekeySecrets {
    const copyOf = ({ publicKey, secretKey }: DeviceKeys): DeviceKeys => ({ publicKey, secretKey: secretKey.slice() });
    const earlier = [...this.#prekeys].filter(([generation]) => generation !== this.#generation);
    return {
      prekey: copyOf(this.#current.keys),
      generation: this.#generation,
      earlier: new Map(earlier.map(([generation, { keys }]) => [generation, copyOf(keys)])),
      once: new Map([...this.#once].map(([number, keys]) => [number, copyOf(keys)])),
    };
  }

  /** A bundle for one sender, with a one-time key that is made now. */
  bundle(): PrekeyBundle {
    const { first, once, generation, ...bundle } = this.publish(1);
    return { ...bundle, once: once[0]!, number: keyNumber(generation, first) };
  }

  /** The current signed prekey, with so many one-time keys that are made now. At most `mostOnce` wait; the oldest are deleted first. */
  publish(count: number): PublishedPrekeys {
    const first = this.#next;
    const once = Array.from({ length: count }, () => {
      const keys = deviceKeys(this.#random);
      this.#once.set(this.#next++, keys);
      const [oldest] = this.#once.keys();
      if (this.#once.size > mostOnce) this.#forget(oldest!);
      return keys.publicKey;
    });
    const { publicKey: prekey } = this.#current.keys;
    const signature = sodium.crypto_sign_detached(signed(prekey), this.#identity.signing.secretKey);
    return { identity: publicOf(this.#identity), prekey, signature, generation: this.#generation, first, once };
  }

  /** Replaces the signed prekey. Messages for the earlier one still open, until it is deleted. Returns the earlier one's generation. */
  rotate(): number {
    const earlier = this.#generation++;
    this.#prekeys.set(this.#generation, { keys: deviceKeys(this.#random), begun: new Set() });
    const [oldest] = this.#prekeys.keys();
    if (this.#prekeys.size > mostPrekeys) this.deletePrekey(oldest!);
    return earlier;
  }

  /** Deletes the secret half of an earlier signed prekey: no first message for it opens any more, whoever has the device. Throws for the current one. */
  deletePrekey(generation: number): void {
    if (generation === this.#generation) throw new Error('The current signed prekey is in use');
    const earlier = this.#prekeys.get(generation);
    if (earlier) sodium.memzero(earlier.keys.secretKey);
    this.#prekeys.delete(generation);
  }

  get #current(): SignedPrekey {
    return this.#prekeys.get(this.#generation)!;
  }

  /**
   * The secret shared with the sender of a first message, and the key pair that the ratchet starts from; undefined if that one-time key is not waiting, the signed prekey
   * was deleted, a key is invalid, or the same session began before without a one-time key. `used` deletes the one-time key: call it when the message was opened, so that
   * nobody can repeat it, or open it later.
   */
  accept(
    number: number,
    sender: Uint8Array,
    ephemeral: Uint8Array,
  ): { readonly secret: Uint8Array; readonly ratchet: DeviceKeys; used(): void } | undefined {
    // A message names its prekey modulo 256; a device keeps fewer.
    const prekey = [...this.#prekeys].find(([generation]) => (generation & 0xff) === generationOf(number))?.[1];
    const once = this.#once.get(onceOf(number));
    const isWithout = onceOf(number) === noOnce;
    const name = toHex(ephemeral);
    if (!prekey || (!isWithout && !once)) return undefined;
    if (isWithout && (prekey.begun.has(name) || prekey.begun.size >= mostWithoutOnce)) return undefined;
    const { keys } = this.#identity;
    try {
      const shared = [
        sharedPoint(prekey.keys, sender),
        sharedPoint(keys, ephemeral),
        sharedPoint(prekey.keys, ephemeral),
        ...(once ? [sharedPoint(once, ephemeral)] : []),
      ];
      const secret = agreed(shared, sender, keys.publicKey);
      const used = (): void => {
        if (isWithout) prekey.begun.add(name);
        else this.#forget(onceOf(number));
      };
      return { secret, ratchet: prekey.keys, used };
    } catch (error) {
      if (!(error instanceof InvalidKeyError)) throw error;
      return undefined;
    }
  }

  #forget(number: number): void {
    const once = this.#once.get(number);
    if (once) sodium.memzero(once.secretKey);
    this.#once.delete(number);
  }
}

/** What the first messages of a session say: the ephemeral key, which names the session, and the number of its prekeys. */
export interface Initiated {
  readonly secret: Uint8Array;
  readonly ephemeral: Uint8Array;
  readonly number: number;
}

/** Agrees on a secret with a device from its bundle. Throws an InvalidKeyError if a key of the bundle is invalid, or its signature wrong. */
export function initiate(own: Identity, bundle: PrekeyBundle, random: RandomBytes): Initiated {
  const { identity, prekey, signature, once, number } = bundle;
  if (!isSignedPrekey(prekey, signature, identity.signing))
    throw new InvalidKeyError('The prekey is not signed by its device');
  const ephemeral = deviceKeys(random);
  const shared = [
    sharedPoint(own.keys, prekey),
    sharedPoint(ephemeral, identity.key),
    sharedPoint(ephemeral, prekey),
    ...(once ? [sharedPoint(ephemeral, once)] : []),
  ];
  sodium.memzero(ephemeral.secretKey);
  return { secret: agreed(shared, own.keys.publicKey, identity.key), ephemeral: ephemeral.publicKey, number };
}

const info = utf8('presend x3dh');
/** 32 bytes of 0xFF before the shared points, as the specification separates X25519 from signatures, and the zero salt of its HKDF. */
const [prefix, salt] = [new Uint8Array(32).fill(255), new Uint8Array(32)];

function agreed(shared: readonly Uint8Array[], initiator: Uint8Array, responder: Uint8Array): Uint8Array {
  const input = concatBytes(prefix, ...shared);
  const secret = hkdf(sha256, input, salt, concatBytes(info, initiator, responder), 32);
  for (const bytes of [input, ...shared]) sodium.memzero(bytes);
  return secret;
}
