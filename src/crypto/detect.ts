/**
 * Finding an account's matches among its opened vouchers, once there are enough, and their payloads. Real shares lie on common polynomials
 * of degree t, synthetic ones nowhere: without them Lagrange interpolation does; with them either Berlekamp & Welch's decoder (US patent
 * 4,633,470, 1986) or a detectable hash function, which is decoding interleaved Reed–Solomon codes (Bleichenbacher, Kiayias & Yung, ICALP
 * 2003). Its bounds were derived for this project: R real and B synthetic shares are told apart when R >= t + 2 and B <= s + 1.
 */
import { byteKey } from '../util/bytes.ts';
import { unpad } from './padding.ts';
import { kernelVector, order, residue, toInteger } from './scalar-field.ts';
import { interpolate } from './shamir.ts';
import { type RandomBytes, sodium } from './sodium.ts';
import { payloadKey, type TpsiSettings, voucherContext } from './tpsi-format.ts';
import type { OpenedShare } from './voucher-opening.ts';

/**
 * interpolate: of t + 1 shares, all real · berlekamp-welch: R >= t + 1 + B, uses a alone · kernel: R >= t + 2 and B <= s + 1, uses the
 * detectable hash function.
 */
export type DetectMethod = 'interpolate' | 'berlekamp-welch' | 'kernel';

/** Whose shares, under which table. */
interface DetectContext {
  readonly root: Uint8Array;
  readonly account: string;
  readonly settings: TpsiSettings;
}

/** The payloads of the real matches; or too few shares; or enough, but nothing decrypts under any key found. */
export type Detected =
  | { readonly ok: true; readonly matches: readonly { readonly id: string; readonly payload: Uint8Array }[] }
  | { readonly ok: false; readonly reason: 'too few shares' | 'no key found' };

/** The method that fits settings: kernel where synthetic vouchers are to be expected. */
const methodFor = (settings: TpsiSettings): DetectMethod => (settings.syntheticBudget > 0 ? 'kernel' : 'interpolate');

/** Looks for the matches among shares; of several at one place one counts, since they would make the equations singular. */
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
  // Too many synthetic shares give a wrong support, and no error: only what decrypts is a match.
  const key = payloadKey(context.root, secret.value);
  const matches = shares.flatMap((share) => decrypted(share, key, context));
  return matches.length > 0 ? { ok: true, matches } : { ok: false, reason: 'no key found' };
}

function decrypted({ id, payload }: OpenedShare, key: Uint8Array, { root, account }: DetectContext) {
  const context = voucherContext(root, account, id);
  // A voucher's payload is whatever its sender made.
  if (payload.length < 24 + sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES) return [];
  const padded = opened(payload, context, key);
  const plain = padded && unpad(padded);
  return plain?.ok ? [{ id, payload: plain.plaintext }] : [];
}

/** The plaintext, or undefined where the key does not open it: libsodium throws on that and, as the lengths are right, on nothing else. */
function opened(payload: Uint8Array, context: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  const [nonce, sealed] = [payload.subarray(0, 24), payload.subarray(24)];
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, context, nonce, key);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return undefined;
  }
}

/** Shares that lie on common polynomials, or undefined where there are too few to say. */
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

/** Rows x^0 … x^count−1 over all shares. */
function powers(xs: readonly bigint[], count: number): bigint[][] {
  const rows = [xs.map(() => 1n)];
  while (rows.length < count) rows.push(rows.at(-1)!.map((value, j) => (value * xs[j]!) % order));
  return rows;
}

/**
 * With the rows x^0 … x^t, a(x), p_1(x) … p_s(x), a column for a share: each synthetic column is independent of all others as long as there
 * are at most s + 1, so a vector of the kernel is 0 there; the real columns span t + 1 dimensions, so from t + 2 of them on there is one.
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

/** Polynomials E of degree e and N of degree t + e with N(x) = a(x) E(x) at every share: E is 0 at the synthetic ones, up to e of them. */
function berlekampWelchSupport(
  shares: readonly OpenedShare[],
  degree: number,
  random: RandomBytes,
): readonly OpenedShare[] | undefined {
  if (shares.length < degree + 1) return undefined;
  const errors = Math.floor((shares.length - degree - 1) / 2);
  const xs = shares.map(({ x }) => toInteger(x));
  const rows = powers(xs, degree + errors + 1);
  // One equation a share: its unknowns are the coefficients of N, then of E.
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
