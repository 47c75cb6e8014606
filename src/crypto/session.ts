/**
 * The end-to-end channel: X25519 key exchange (libsodium's crypto_kx), one key per message from crypto_kdf, and key-committing encryption
 * with associated data (committing-aead.ts). X25519 is Node's where there is Node, with the same keys.
 * A static Diffie–Hellman channel: one pair of keys for ever, hence neither forward secrecy nor post-compromise security. ratchet-sessions.ts has both.
 */
import { toBase64url } from '../util/base64.ts';
import { concatBytes, utf8 } from '../util/bytes.ts';
import { nativeCrypto } from '../util/native-crypto.ts';
import { openCommitting, type Sealed, sealCommitting } from './committing-aead.ts';
import { type Opened, type RandomBytes, sodium } from './sodium.ts';

/** A device's long-term X25519 keys, 32 bytes each. */
export interface DeviceKeys {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** Fresh device keys from 32 random bytes. */
export function deviceKeys(random: RandomBytes): DeviceKeys {
  const { publicKey, privateKey } = sodium.crypto_kx_seed_keypair(random(32));
  return { publicKey, secretKey: privateKey };
}

/** The two directional keys, 32 bytes each, that two devices share. */
export interface Session {
  readonly sending: Uint8Array;
  readonly receiving: Uint8Array;
}

/** Thrown for bytes that are not an X25519 public key. */
export class InvalidKeyError extends Error {}

/**
 * Session of one device with another. Both ends derive the same two keys with swapped roles. Throws an InvalidKeyError on an invalid public
 * key.
 */
export function session(own: DeviceKeys, peer: Uint8Array): Session {
  const point = sharedPoint(own, peer);
  // Both ends must agree on the "client": the end whose public key sorts first.
  const first = sodium.compare(own.publicKey, peer) < 0;
  const [client, server] = first ? [own.publicKey, peer] : [peer, own.publicKey];
  const keys = sodium.crypto_generichash(64, concatBytes(point, client, server), null);
  const [low, high] = [keys.slice(0, 32), keys.slice(32)];
  return first ? { sending: high, receiving: low } : { sending: low, receiving: high };
}

/** X25519 of an own secret key and a public key, 32 bytes. Throws an InvalidKeyError on another length, or on a point of small order. */
export function sharedPoint(own: DeviceKeys, peer: Uint8Array): Uint8Array {
  if (peer.length !== sodium.crypto_kx_PUBLICKEYBYTES)
    throw new InvalidKeyError(
      `Expected a public key of ${sodium.crypto_kx_PUBLICKEYBYTES} bytes but received ${peer.length}`,
    );
  const privateKey = nativeKey(own);
  try {
    return nativeCrypto && privateKey
      ? nativeCrypto.diffieHellman({
          privateKey,
          publicKey: nativeCrypto.createPublicKey({ key: { ...curve, x: toBase64url(peer) }, format: 'jwk' }),
        })
      : sodium.crypto_scalarmult(own.secretKey, peer);
  } catch (error) {
    // The lengths are valid, so the point is rejected: its product with the own key is the identity.
    throw new InvalidKeyError('The public key is a point of small order', { cause: error });
  }
}

/** What all JSON Web Keys of X25519 have (RFC 8037). */
const curve = { kty: 'OKP', crv: 'X25519' };

type KeyObject = ReturnType<NonNullable<typeof nativeCrypto>['createPrivateKey']>;

/** Secret keys as Node has them: importing one takes as long as using it. */
const nativeKeys = new WeakMap<DeviceKeys, KeyObject>();

/** An own secret key as Node has it; undefined outside Node. */
function nativeKey(own: DeviceKeys): KeyObject | undefined {
  const known = nativeKeys.get(own);
  if (known || !nativeCrypto) return known;
  const { publicKey, secretKey } = own;
  const key = { ...curve, x: toBase64url(publicKey), d: toBase64url(secretKey) };
  const imported = nativeCrypto.createPrivateKey({ key, format: 'jwk' });
  nativeKeys.set(own, imported);
  return imported;
}

const keyBytes = 32;

/** Largest message number per direction for which a key is derived. */
export const lastSequence = 0x7fff_ffff;

/** The 32-byte key of one message in one direction. It is used once, so a zero nonce is safe. Throws beyond `lastSequence`. */
export const messageKey = (direction: Uint8Array, sequence: number): Uint8Array =>
  sodium.crypto_kdf_derive_from_key(keyBytes, sequence, 'presend ', direction);

/** Associated data: bound to a ciphertext, but not secret. */
export interface Associated {
  readonly strategy: string;
  /** Id of the message. */
  readonly message: string;
  readonly sender: string;
  readonly recipient: string;
  readonly sequence: number;
  /** Logical time of sending. */
  readonly sentAt: number;
  /** The header of a session with a ratchet; left out in a static session. */
  readonly ratchet?: Uint8Array | undefined;
}

export type { Sealed };

function associatedBytes({ ratchet, ...data }: Associated): Uint8Array {
  const bytes = utf8(
    JSON.stringify([data.strategy, data.message, data.sender, data.recipient, data.sequence, data.sentAt]),
  );
  return ratchet ? concatBytes(bytes, ratchet) : bytes;
}

/** Encrypts under a key that is used for nothing else. */
export const seal = (key: Uint8Array, plaintext: Uint8Array, data: Associated): Sealed =>
  sealCommitting(key, plaintext, associatedBytes(data));

/** Decrypts the output of `seal`. Returns a reason if the key, commitment, associated data or ciphertext is wrong; never throws. */
export const open = (key: Uint8Array, sealed: Sealed, data: Associated): Opened =>
  openCommitting(key, sealed, associatedBytes(data));
