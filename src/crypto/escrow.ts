/**
 * Key escrow: a message key encrypted to a public key whose holder can decrypt it at any later time. The construction is libsodium's
 * crypto_box_seal, but the caller's randomness gives the ephemeral key, so that runs are repeatable. crypto_box_seal_open decrypts it.
 */
import { concatBytes } from '../util/bytes.ts';
import { type Opened, type RandomBytes, sodium } from './sodium.ts';

/** The escrow agent's X25519 keys, 32 bytes each. */
export interface EscrowKeys {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** Fresh escrow keys from 32 random bytes. */
export function escrowKeys(random: RandomBytes): EscrowKeys {
  const { publicKey, privateKey } = sodium.crypto_box_seed_keypair(random(32));
  return { publicKey, secretKey: privateKey };
}

/** A key encrypted to the escrow agent: 48 bytes longer than the key. */
export function sealToEscrow(key: Uint8Array, agent: Uint8Array, random: RandomBytes): Uint8Array {
  const ephemeral = sodium.crypto_box_seed_keypair(random(32));
  const nonce = sodium.crypto_generichash(24, concatBytes(ephemeral.publicKey, agent), null);
  return concatBytes(ephemeral.publicKey, sodium.crypto_box_easy(key, nonce, agent, ephemeral.privateKey));
}

/** Decrypts the key with the escrow keys. */
export function openEscrow(sealed: Uint8Array, agent: EscrowKeys): Opened {
  try {
    return { ok: true, plaintext: sodium.crypto_box_seal_open(sealed, agent.publicKey, agent.secretKey) };
  } catch {
    return { ok: false, reason: 'not sealed to this escrow key' };
  }
}
