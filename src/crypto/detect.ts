/**
 * Finds an account's matches among its opened vouchers, once there are enough, and decrypts their payloads. Real shares lie on common
 * polynomials of degree t; synthetic ones do not. Without synthetic ones, Lagrange interpolation suffices; with them, it takes either
 * Berlekamp & Welch's decoder (US patent 4,633,470, 1986) or a detectable hash function, which is decoding interleaved Reed–Solomon codes
 * (Bleichenbacher, Kiayias & Yung, ICALP 2003). This project derived its bounds: R real and B synthetic shares can be separated if R >= t +
 * 2 and B <= s + 1.
 */
import { byteKey } from '../util/bytes.ts';
import { decrypt, nonceBytes, tagBytes } from './aead.ts';
import { unpad } from './padding.ts';
import { kernelVector, order, residue, toInteger } from './scalar-field.ts';
import { interpolate } from './shamir.ts';
import type { RandomBytes } from './sodium.ts';
import { payloadKey, type TpsiSettings, voucherContext } from './tpsi-format.ts';
import type { OpenedShare } from './voucher-opening.ts';

/**
 * interpolate: of t + 1 shares, all real · berlekamp-welch: R >= t + 1 + B, uses a alone · kernel: R >= t + 2 and B <= s + 1, uses the
 * detectable hash function.
 */
export type DetectMethod = 'interpolate' | 'berlekamp-welch' | 'kernel';

/** Account and table that the shares belong to. */
interface DetectContext {
  readonly root: Uint8Array;
  readonly account: string;
  readonly settings: TpsiSettings;
}

/** The payloads of the real matches, or the reason: too few shares, or enough shares but no key that decrypts. */
export type Detected =
  | { readonly ok: true; readonly matches: readonly { readonly id: string; readonly payload: Uint8Array }[] }
  | { readonly ok: false; readonly reason: 'too few shares' | 'no key found' };

/** The method for these settings: kernel if synthetic vouchers are expected. */
const methodFor = (settings: TpsiSettings): DetectMethod => (settings.syntheticBudget > 0 ? 'kernel' : 'interpolate');

/** Searches the shares for matches. Of several shares at one place only one counts, because more would make the equations singular. */
export function detect(
  shares: readonly OpenedShare[],
  context: DetectContext,
  random: RandomBytes,
  method: DetectMethod = methodFor(context.settings),
): Detected {
  const { degree } = context.settings;
  const columns = [...new Map(shares.toReversed().map((share) => [byteKey(share.x), share])).values()].reverse();
  const support = supports[method](columns, degree, random);
  if (!support) return { ok: false, reason: 'too few shares' };
  const points = support.slice(0, degree + 1).map(({ x, values }) => ({ x, y: values[0]! }));
  const secret = interpolate(points);
  if (!secret.ok || points.length <= degree) return { ok: false, reason: 'no key found' };
  // With too many synthetic shares the support is wrong without an error: only decryptable payloads are matches.
  const key = payloadKey(context.root, secret.value);
  const matches = shares.flatMap((share) => decrypted(share, key, context));
  return matches.length > 0 ? { ok: true, matches } : { ok: false, reason: 'no key found' };
}

function decrypted({ id, payload }: OpenedShare, key: Uint8Array, { root, account }: DetectContext) {
  const context = voucherContext(root, account, id);
  // The sender controls a voucher's payload completely.
  if (payload.length < nonceBytes + tagBytes) return [];
  const padded = decrypt(payload.subarray(nonceBytes), context, payload.subarray(0, nonceBytes), key);
  const plain = padded && unpad(padded);
  return plain?.ok ? [{ id, payload: plain.plaintext }] : [];
}

/** Finds shares on common polynomials; undefined if there are too few to decide. */
type Support = (
  shares: readonly OpenedShare[],
  degree: number,
  random: RandomBytes,
) => readonly OpenedShare[] | undefined;

const supports: Record<DetectMethod, Support> = {
  interpolate: (shares, degree) => (shares.length > degree ? shares : undefined),
  kernel: kernelSupport,
  'berlekamp-welch': berlekampWelchSupport,
};

/** The rows x^0 … x^count−1 over all shares. */
function powers(xs: readonly bigint[], count: number): bigint[][] {
  const rows = [xs.map(() => 1n)];
  while (rows.length < count) rows.push(rows.at(-1)!.map((value, j) => (value * xs[j]!) % order));
  return rows;
}

/**
 * The rows are x^0 … x^t, a(x), p_1(x) … p_s(x), with one column per share. Up to s + 1 synthetic columns are linearly independent of all
 * others, so a kernel vector is 0 there. The real columns span t + 1 dimensions, so a kernel vector exists from t + 2 of them on.
 */
function kernelSupport(
  shares: readonly OpenedShare[],
  degree: number,
  random: RandomBytes,
): readonly OpenedShare[] | undefined {
  if (shares.length < degree + 2) return undefined;
  const values = shares[0]!.values.map((_, row) => shares.map((share) => toInteger(share.values[row]!)));
  const xs = shares.map(({ x }) => toInteger(x));
  const vector = kernelVector([...powers(xs, degree + 1), ...values], random);
  return vector && shares.filter((_, i) => vector[i] !== 0n);
}

/**
 * Finds polynomials E of degree e and N of degree t + e with N(x) = a(x) E(x) at every share. E is 0 at the synthetic shares, at most e of
 * them.
 */
function berlekampWelchSupport(
  shares: readonly OpenedShare[],
  degree: number,
  random: RandomBytes,
): readonly OpenedShare[] | undefined {
  if (shares.length < degree + 1) return undefined;
  const errors = Math.floor((shares.length - degree - 1) / 2);
  const xs = shares.map(({ x }) => toInteger(x));
  const rows = powers(xs, degree + errors + 1);
  // One equation per share: its unknowns are the coefficients of N, then of E.
  const equations = shares.map(({ values }, i) => {
    const a = toInteger(values[0]!);
    const numerator = rows.map((row) => row[i]!);
    const locator = rows.slice(0, errors + 1).map((row) => residue(-a * row[i]!));
    return [...numerator, ...locator];
  });
  const solution = kernelVector(equations, random);
  const locator = solution?.slice(degree + errors + 1);
  return (
    locator &&
    shares.filter((_, i) => residue(locator.reduce((sum, c, power) => sum + c * rows[power]![i]!, 0n)) !== 0n)
  );
}
