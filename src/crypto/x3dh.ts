/**
 * X3DH: a first message to a device that is not there, from the prekeys that it left with the directory. Marlinspike & Perrin, "The X3DH Key Agreement Protocol",
 * revision 1 (2016), https://signal.org/docs/specifications/x3dh/. Two differences: prekeys are signed with an Ed25519 key beside the X25519 identity key (there: one key for
 * both, XEdDSA), and the identity keys enter the key derivation, which binds them as the specification's associated data does. There is always a one-time key.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, readU32, u32, utf8 } from '../util/bytes.ts';
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
  /** A key for this sender alone, and its number. */
  readonly once: Uint8Array;
  readonly number: number;
}

/** Bytes of an encoded bundle. */
export const bundleBytes = 4 * 32 + 64 + 4;

/** Identity keys, prekey, signature, one-time key and its number. */
export const encodeBundle = ({ identity, prekey, signature, once, number }: PrekeyBundle): Uint8Array =>
  concatBytes(identity.key, identity.signing, prekey, signature, once, u32(number));

/** Decodes a bundle; undefined on another length. Its keys are not checked yet. */
export function decodeBundle(bytes: Uint8Array): PrekeyBundle | undefined {
  if (bytes.length !== bundleBytes) return undefined;
  return {
    identity: { key: bytes.slice(0, 32), signing: bytes.slice(32, 64) },
    prekey: bytes.slice(64, 96),
    signature: bytes.slice(96, 160),
    once: bytes.slice(160, 192),
    number: readU32(bytes, 192),
  };
}

/** Largest number of one-time keys that wait to be used; the oldest are deleted first. */
export const mostOnce = 100;

const signed = (prekey: Uint8Array): Uint8Array => concatBytes(utf8('presend prekey\n'), prekey);

/** The secret halves of a device's prekeys: what a thief finds beside the identity. */
export interface PrekeySecrets {
  readonly prekey: DeviceKeys;
  readonly once: ReadonlyMap<number, DeviceKeys>;
}

/** A device's prekeys. */
export class Prekeys {
  readonly #identity: Identity;
  readonly #random: RandomBytes;
  readonly #prekey: DeviceKeys;
  readonly #once: Map<number, DeviceKeys>;
  #next = 0;

  constructor(identity: Identity, random: RandomBytes, stolen?: PrekeySecrets) {
    this.#identity = identity;
    this.#random = random;
    this.#prekey = stolen?.prekey ?? deviceKeys(random);
    this.#once = new Map(stolen?.once);
  }

  /** A copy of the secret halves, for experiments on stolen devices. */
  get secrets(): PrekeySecrets {
    const copyOf = ({ publicKey, secretKey }: DeviceKeys): DeviceKeys => ({ publicKey, secretKey: secretKey.slice() });
    return {
      prekey: copyOf(this.#prekey),
      once: new Map([...this.#once].map(([number, keys]) => [number, copyOf(keys)])),
    };
  }

  /** A bundle for one sender, with a one-time key that is made now. */
  bundle(): PrekeyBundle {
    const number = this.#next++;
    const once = deviceKeys(this.#random);
    this.#once.set(number, once);
    const [oldest] = this.#once.keys();
    if (this.#once.size > mostOnce) this.#forget(oldest!);
    const signature = sodium.crypto_sign_detached(signed(this.#prekey.publicKey), this.#identity.signing.secretKey);
    const { publicKey: prekey } = this.#prekey;
    return { identity: publicOf(this.#identity), prekey, signature, once: once.publicKey, number };
  }

  /**
   * The secret shared with the sender of a first message, and the key pair that the ratchet starts from; undefined if that one-time key is not waiting, or a key is
   * invalid. `used` deletes the one-time key: call it when the message was opened, so that nobody can repeat it, or open it later.
   */
  accept(
    number: number,
    sender: Uint8Array,
    ephemeral: Uint8Array,
  ): { readonly secret: Uint8Array; readonly ratchet: DeviceKeys; used(): void } | undefined {
    const once = this.#once.get(number);
    if (!once) return undefined;
    const { keys } = this.#identity;
    try {
      const shared = [
        sharedPoint(this.#prekey, sender),
        sharedPoint(keys, ephemeral),
        sharedPoint(this.#prekey, ephemeral),
        sharedPoint(once, ephemeral),
      ];
      const secret = agreed(shared, sender, keys.publicKey);
      return { secret, ratchet: this.#prekey, used: () => this.#forget(number) };
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

/** What the first messages of a session say: the ephemeral key, which names the session, and the number of the one-time key. */
export interface Initiated {
  readonly secret: Uint8Array;
  readonly ephemeral: Uint8Array;
  readonly number: number;
}

/** Agrees on a secret with a device from its bundle. Throws an InvalidKeyError if a key of the bundle is invalid, or its signature wrong. */
export function initiate(own: Identity, bundle: PrekeyBundle, random: RandomBytes): Initiated {
  const { identity, prekey, signature, once, number } = bundle;
  if (!isSigned(bundle)) throw new InvalidKeyError('The prekey is not signed by its device');
  const ephemeral = deviceKeys(random);
  const shared = [
    sharedPoint(own.keys, prekey),
    sharedPoint(ephemeral, identity.key),
    sharedPoint(ephemeral, prekey),
    sharedPoint(ephemeral, once),
  ];
  sodium.memzero(ephemeral.secretKey);
  return { secret: agreed(shared, own.keys.publicKey, identity.key), ephemeral: ephemeral.publicKey, number };

  function isSigned({ identity: { signing } }: PrekeyBundle): boolean {
    return (
      signing.length === 32 &&
      signature.length === 64 &&
      sodium.crypto_sign_verify_detached(signature, signed(prekey), signing)
    );
  }
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
