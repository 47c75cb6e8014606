/**
 * Vouchers as careless implementations would make them, each with one mistake that tells matches, others and synthetic ones apart. Built from
 * the same parts as the real ones; the tests must catch every one.
 */
import { sealBytes } from '../../src/crypto/committing-aead.ts';
import {
  add,
  basePoint,
  multiply,
  multiplyBase,
  type Point,
  randomScalar,
  reduceScalar,
  zero,
} from '../../src/crypto/group.ts';
import { pad } from '../../src/crypto/padding.ts';
import { evaluateAll } from '../../src/crypto/shamir.ts';
import { sodium } from '../../src/crypto/sodium.ts';
import { extraElements, pairKey, tpsiPoint, voucherContext } from '../../src/crypto/tpsi-format.ts';
import { slotPoint } from '../../src/crypto/tpsi-table.ts';
import { concatBytes, u32 } from '../../src/util/bytes.ts';
import type { tpsiWorld } from './tpsi-world.ts';

/**
 * none: no mistake · unshuffled: the pair that opens a synthetic voucher stands first · beta: β = 0, so that every pair opens · length: the
 * payload is not padded · gamma: one γ for all synthetic vouchers of an account · counter: nonces count up
 */
export type Mutant = 'none' | 'unshuffled' | 'beta' | 'length' | 'gamma' | 'counter';

/** A maker of vouchers with that mistake. The synthetic ones are those of the paper: Q = γB, S = γL. */
export function mutantMaker(world: ReturnType<typeof tpsiWorld>, mutant: Mutant) {
  const { table, account, settings, random } = world;
  const fixed = randomScalar(random);
  let count = 0;
  return (id: string, hash: Uint8Array, synthetic: boolean, payload: Uint8Array): Uint8Array => {
    const context = voucherContext(table.root, account.name, id);
    const contentKey = random(32);
    const pairOf = (from: Point, to: Point, opens: boolean): Uint8Array => {
      const beta = synthetic && opens ? zero : mutant === 'beta' && !synthetic ? zero : randomScalar(random);
      const gamma = mutant === 'gamma' && synthetic ? fixed : randomScalar(random);
      const q = add(multiply(beta, from), multiplyBase(gamma));
      const s = add(multiply(beta, to), multiply(gamma, table.key));
      return concatBytes(q, sealBytes(pairKey(table.root, q, s), contentKey, context));
    };
    const point = tpsiPoint(hash);
    const [first, second] = world.slots(hash);
    const pairs = synthetic
      ? [pairOf(basePoint, table.key, true), pairOf(point, basePoint, false)]
      : [pairOf(point, slotPoint(table, first), false), pairOf(point, slotPoint(table, second), false)];
    if (random(1)[0]! & 1 && mutant !== 'unshuffled') pairs.reverse();

    const x = reduceScalar(random(64));
    const values = synthetic
      ? Array.from({ length: 1 + extraElements(settings) }, () => randomScalar(random))
      : evaluateAll(account.polynomials, x);
    const nonce = mutant === 'counter' ? concatBytes(new Uint8Array(20), u32(count++)) : random(24);
    const plain = mutant === 'length' ? payload : pad(payload, settings.payloadBytes);
    const key = synthetic ? random(32) : account.payloadKey;
    const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, context, null, nonce, key);
    return concatBytes(
      u32(table.epoch),
      ...pairs,
      sealBytes(contentKey, concatBytes(x, ...values, nonce, sealed), context),
    );
  };
}
