/** The provider's side of a voucher: tries to open it. The provider learns neither which entry matched nor which of the two pairs opened. */
import { byteKey, readU32 } from '../util/bytes.ts';
import { openBytes } from './committing-aead.ts';
import { decodeScalar, elementBytes, multiplyEncoded, type Scalar } from './group.ts';
import { pairBytes, pairKey, shareBytes, type TpsiSettings, voucherBytes, voucherContext } from './tpsi-format.ts';

/** The provider's key material for testing vouchers. */
export interface VoucherTester {
  readonly alpha: Scalar;
  readonly epoch: number;
  /** Root of the table. */
  readonly root: Uint8Array;
  readonly settings: TpsiSettings;
}

/** Contents of an opened voucher. Only detection can show whether it is genuine. */
export interface OpenedShare {
  /** Id of the upload. */
  readonly id: string;
  readonly x: Scalar;
  /** a(x), then p_1(x) … p_s(x). */
  readonly values: readonly Scalar[];
  /** Nonce and ciphertext. */
  readonly payload: Uint8Array;
}

/**
 * What is wrong with a voucher. epoch: made for another table · point: a Q is not a point · share: a pair opens, but its contents are not
 * what an honest client puts there (or the relay replaced them).
 */
export type VoucherFault = 'length' | 'epoch' | 'point' | 'share';

/** closed: the provider learns nothing else. */
export type TestedVoucher =
  | { readonly state: 'closed' }
  | { readonly state: 'opened'; readonly share: OpenedShare }
  | { readonly state: 'rejected'; readonly reason: VoucherFault };

/** Tests one voucher that an account sent under an id. Never throws on malformed input. */
export function testVoucher(tester: VoucherTester, account: string, id: string, voucher: Uint8Array): TestedVoucher {
  const { alpha, epoch, root, settings } = tester;
  if (voucher.length !== voucherBytes(settings)) return { state: 'rejected', reason: 'length' };
  if (readU32(voucher, 0) !== epoch) return { state: 'rejected', reason: 'epoch' };
  const context = voucherContext(root, account, id);
  let contentKey: Uint8Array | undefined;
  for (const at of [4, 4 + pairBytes]) {
    const q = voucher.subarray(at, at + elementBytes);
    const s = multiplyEncoded(alpha, q);
    if (!s.ok) return { state: 'rejected', reason: 'point' };
    // Both pairs open if the two slots of a hash coincide.
    const opened = openBytes(pairKey(root, q, s.point), voucher.subarray(at + elementBytes, at + pairBytes), context);
    if (opened.ok) contentKey ??= opened.plaintext;
  }
  if (!contentKey) return { state: 'closed' };
  const content = openBytes(contentKey, voucher.subarray(4 + 2 * pairBytes), context);
  const share = content.ok ? decodeShare(content.plaintext, id, settings) : undefined;
  return share ? { state: 'opened', share } : { state: 'rejected', reason: 'share' };
}

function decodeShare(content: Uint8Array, id: string, settings: TpsiSettings): OpenedShare | undefined {
  const scalars: Scalar[] = [];
  for (let at = 0; at < shareBytes(settings); at += elementBytes) {
    const decoded = decodeScalar(content.subarray(at, at + elementBytes));
    if (!decoded.ok) return undefined;
    scalars.push(decoded.scalar);
  }
  const [x, ...values] = scalars as [Scalar, ...Scalar[]];
  // A share at 0 would be the key itself.
  if (x.every((byte) => byte === 0)) return undefined;
  return { id, x, values, payload: content.subarray(shareBytes(settings)) };
}

/** The provider's records of one account. */
export interface VoucherLedger {
  /** Tests a voucher and stores its share if it opens. Refuses a second voucher under the same id. */
  receive(id: string, voucher: Uint8Array): TestedVoucher | { readonly state: 'rejected'; readonly reason: 'replayed' };
  /** Shares so far, in order of arrival. */
  readonly shares: readonly OpenedShare[];
  /** Number of opened vouchers at different places: an upper bound of matches. */
  distinct(): number;
}

/** An empty ledger for an account. */
export function voucherLedger(tester: VoucherTester, account: string): VoucherLedger {
  const seen = new Set<string>();
  const shares: OpenedShare[] = [];
  return {
    shares,
    receive(id, voucher) {
      if (seen.has(id)) return { state: 'rejected', reason: 'replayed' };
      const tested = testVoucher(tester, account, id, voucher);
      // A rejected voucher may have been altered in transit; the honest one may still arrive.
      if (tested.state !== 'rejected') seen.add(id);
      if (tested.state === 'opened') shares.push(tested.share);
      return tested;
    },
    distinct: () => new Set(shares.map(({ x }) => byteKey(x))).size,
  };
}
