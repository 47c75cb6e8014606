/**
 * The end-to-end channel: X25519 key exchange (libsodium's crypto_kx), one key per message from crypto_kdf, and key-committing encryption
 * with associated data (committing-aead.ts).
 * A static Diffie–Hellman research channel: no ratchet, hence neither forward secrecy nor post-compromise security.
 */
import { utf8 } from '../util/bytes.ts';
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
  if (peer.length !== sodium.crypto_kx_PUBLICKEYBYTES)
    throw new InvalidKeyError(
      `Expected a public key of ${sodium.crypto_kx_PUBLICKEYBYTES} bytes but received ${peer.length}`,
    );
  // Both ends must agree on the "client": the end whose public key sorts first.
  const first = sodium.compare(own.publicKey, peer) < 0;
  const derive = first ? sodium.crypto_kx_client_session_keys : sodium.crypto_kx_server_session_keys;
  try {
    const { sharedTx, sharedRx } = derive(own.publicKey, own.secretKey, peer);
    return { sending: sharedTx, receiving: sharedRx };
  } catch (error) {
    // The lengths are valid, so libsodium rejects the point: its product with the own key is the identity.
    throw new InvalidKeyError('The public key is a point of small order', { cause: error });
  }
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
}

export type { Sealed };

const associatedBytes = (data: Associated): Uint8Array =>
  utf8(JSON.stringify([data.strategy, data.message, data.sender, data.recipient, data.sequence, data.sentAt]));

/** Encrypts under a key that is used for nothing else. */
export const seal = (key: Uint8Array, plaintext: Uint8Array, data: Associated): Sealed =>
  sealCommitting(key, plaintext, associatedBytes(data));

/** Decrypts the output of `seal`. Returns a reason if the key, commitment, associated data or ciphertext is wrong; never throws. */
export const open = (key: Uint8Array, sealed: Sealed, data: Associated): Opened =>
  openCommitting(key, sealed, associatedBytes(data));
