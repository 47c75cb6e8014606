/** A voucher whose pairs are honest and whose share is not: what a client that was changed can send. */
import { sealBytes } from '../../src/crypto/committing-aead.ts';
import { add, basePoint, multiply, multiplyBase, randomScalar } from '../../src/crypto/group.ts';
import { pairBytes, pairKey, payloadOverhead, shareBytes, voucherContext } from '../../src/crypto/tpsi-format.ts';
import { concatBytes, u32 } from '../../src/util/bytes.ts';
import type { tpsiWorld } from './tpsi-world.ts';

/** honest: random scalars, as in a synthetic voucher. */
export function hostileVoucher(
  { table, settings, random }: Pick<ReturnType<typeof tpsiWorld>, 'table' | 'settings' | 'random'>,
  id: string,
  content: 'honest' | 'zero place' | 'unreduced' | 'short',
  account = 'alice',
): Uint8Array {
  const context = voucherContext(table.root, account, id);
  const contentKey = random(32);
  const [beta, gamma] = [randomScalar(random), randomScalar(random)];
  const q = add(multiply(beta, basePoint), multiplyBase(gamma));
  const s = add(multiply(beta, table.key), multiply(gamma, table.key));
  const pair = concatBytes(q, sealBytes(pairKey(table.root, q, s), contentKey, context));
  const scalars = Array.from({ length: shareBytes(settings) / 32 }, (): Uint8Array => randomScalar(random));
  if (content === 'zero place') scalars[0] = new Uint8Array(32);
  if (content === 'unreduced') scalars[2] = new Uint8Array(32).fill(255);
  const share = concatBytes(...scalars, random(payloadOverhead + settings.payloadBytes));
  // A voucher's length is fixed, so a short share has a tail behind its tag.
  const sealed =
    content === 'short'
      ? concatBytes(sealBytes(contentKey, share.subarray(1), context), random(1))
      : sealBytes(contentKey, share, context);
  return concatBytes(u32(table.epoch), pair, pair.slice(0, pairBytes), sealed);
}
