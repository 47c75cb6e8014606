/**
 * The client's side of threshold private set intersection: one voucher per picture. The provider can open it if the picture's hash is in
 * the table. Nobody else, including the client, can tell whether it opens. Naor & Reingold's self-reduction of Diffie–Hellman (JACM 2004)
 * makes this statistical: for a hash outside the table, a pair (Q, S) is uniform, even to the holder of α.
 *
 * Pairs are computed on decoded points (wasm/ristretto.ts), with tables of the generator's and the key's multiples: β multiplies a point
 * without one, also where that point is the generator or the key, so that a synthetic voucher takes the same steps.
 */
import { concatBytes, readU32, u32, utf8 } from '../util/bytes.ts';
import { encrypt, nonceBytes } from './aead.ts';
import { sealBytes } from './committing-aead.ts';
import { slotsOf } from './cuckoo-table.ts';
import { basePoint, type Point, randomScalar, reduceScalar, type Scalar, zero } from './group.ts';
import { pad } from './padding.ts';
import { evaluateAll, evaluatePolynomial, type Polynomial, randomPolynomial } from './shamir.ts';
import { type RandomBytes, sodium } from './sodium.ts';
import { extraElements, pairKey, payloadKey, type TpsiSettings, tpsiPoint, voucherContext } from './tpsi-format.ts';
import { type BlindedTable, slotPoint } from './tpsi-table.ts';
import { generatorTable, type Mixture, mixtures } from './wasm/ristretto.ts';

/** One account on one device in one epoch. Each new table needs a new one, and so does each other device of the user. */
export interface VoucherAccount {
  readonly name: string;
  readonly table: BlindedTable;
  readonly settings: TpsiSettings;
  /** a, then p_1 … p_s. */
  readonly polynomials: readonly Polynomial[];
  /** Key of all payloads, from a(0). */
  readonly payloadKey: Uint8Array;
  /** Key of the pseudorandom function that places the shares. */
  readonly shareKey: Uint8Array;
}

/** Inputs of a voucher. */
export interface VoucherInput {
  /** Id of the upload at the provider. */
  readonly id: string;
  /** The picture's equality hash, in the format of the list's entries. */
  readonly hash: Uint8Array;
  /** What the provider reads after detection; at most settings.payloadBytes − 4 bytes. */
  readonly payload: Uint8Array;
  /** Makes a voucher that opens for every hash, with a worthless share. */
  readonly synthetic?: boolean;
}

/** A voucher, or why the input cannot have one. */
export type MadeVoucher =
  | { readonly ok: true; readonly voucher: Uint8Array }
  | { readonly ok: false; readonly reason: string };

/** Fresh keys for an account. */
export function voucherAccount(
  name: string,
  table: BlindedTable,
  settings: TpsiSettings,
  random: RandomBytes,
): VoucherAccount {
  const polynomials = Array.from({ length: 1 + extraElements(settings) }, () =>
    randomPolynomial(settings.degree, random),
  );
  const key = payloadKey(table.root, evaluatePolynomial(polynomials[0]!, zero));
  return { name, table, settings, polynomials, payloadKey: key, shareKey: random(32) };
}

/** Pseudorandom bytes of an account for the upload id or the hash, whichever it counts by. */
const pseudorandom = (
  { settings, shareKey }: VoucherAccount,
  use: string,
  { id, hash }: Pick<VoucherInput, 'id' | 'hash'>,
): Uint8Array => {
  const counted = settings.countBy === 'upload' ? utf8(id) : hash;
  return sodium.crypto_generichash(64, concatBytes(utf8(`presend ${use}\n`), counted), shareKey);
};

/**
 * Whether an upload gets a synthetic voucher, at the given `rate`. A pseudorandom function decides, not a coin: sending the picture again
 * does not average the synthetic vouchers away.
 */
export const drawsSynthetic = (
  account: VoucherAccount,
  input: Pick<VoucherInput, 'id' | 'hash'>,
  rate: number,
): boolean => readU32(pseudorandom(account, 'synthetic draw', input), 0) < rate * 0x1_0000_0000;

/**
 * Makes a voucher, with the same steps and draws for every hash, synthetic or not. A synthetic voucher's pair is that of the base point in
 * a slot that holds L: it always opens, because L = αB relates to B as a slot to its entry.
 */
export function makeVoucher(account: VoucherAccount, input: VoucherInput, random: RandomBytes): MadeVoucher {
  const { table, settings } = account;
  if (input.payload.length + 4 > settings.payloadBytes)
    return {
      ok: false,
      reason: `a payload has at most ${settings.payloadBytes - 4} bytes, not ${input.payload.length}`,
    };
  const synthetic = input.synthetic ?? false;
  const context = voucherContext(table.root, account.name, input.id);
  const point = tpsiPoint(input.hash);
  const [first, second] = slotsOf(table.seed, table.slots, input.hash);
  const real = [
    [point, slotPoint(table, first)],
    [point, slotPoint(table, second)],
  ] as const;
  const forged = [
    [basePoint, table.key],
    // α times the entry's point is not the base point: this pair opens for nobody.
    [point, basePoint],
  ] as const;

  const contentKey = random(32);
  const mixed = (synthetic ? forged : real).flatMap(([from, to]): Mixture[] => {
    const [factor, tableFactor] = [randomScalar(random), randomScalar(random)];
    return [
      { factor, point: from, tableFactor, table: generatorTable() },
      { factor, point: to, tableFactor, table: table.keyMultiples },
    ];
  });
  const [q1, s1, q2, s2] = mixtures(mixed) as [Point, Point, Point, Point];
  const pairs = [[q1, s1] as const, [q2, s2] as const].map(([q, s]) =>
    concatBytes(q, sealBytes(pairKey(table.root, q, s), contentKey, context)),
  );
  // Shuffled; otherwise a synthetic voucher would always open at the first pair.
  if (random(1)[0]! & 1) pairs.reverse();

  const content = concatBytes(shareOf(account, input, synthetic), encryptPayload(account, input, synthetic, random));
  return {
    ok: true,
    voucher: concatBytes(u32(table.epoch), ...pairs, sealBytes(contentKey, content, context)),
  };
}

/** x, a(x), p_1(x) … p_s(x); in a synthetic voucher, pseudorandom scalars follow x. */
function shareOf(account: VoucherAccount, input: VoucherInput, synthetic: boolean): Uint8Array {
  const x = reduceScalar(pseudorandom(account, 'share', input));
  const values = evaluateAll(account.polynomials, x);
  const noise = noiseScalars(account, input);
  return concatBytes(x, ...(synthetic ? noise : values));
}

function noiseScalars(account: VoucherAccount, input: VoucherInput): Scalar[] {
  const count = 1 + extraElements(account.settings);
  const seed = pseudorandom(account, 'synthetic share', input);
  const stream = sodium.crypto_stream_xchacha20_xor(
    new Uint8Array(64 * count),
    seed.subarray(32, 56),
    seed.subarray(0, 32),
  );
  return Array.from({ length: count }, (_, i) => reduceScalar(stream.subarray(64 * i, 64 * i + 64)));
}

/**
 * Nonce and ciphertext of the padded payload, under the account's key; in a synthetic voucher, under a key that nobody stores. It has no
 * key commitment, which would be the same in all vouchers of an account except the synthetic ones. Detection derives the key only from
 * a(0).
 */
function encryptPayload(
  account: VoucherAccount,
  { id, payload }: VoucherInput,
  synthetic: boolean,
  random: RandomBytes,
): Uint8Array {
  const nonce = random(nonceBytes);
  const noKey = random(32);
  const ciphertext = encrypt(
    pad(payload, account.settings.payloadBytes),
    voucherContext(account.table.root, account.name, id),
    nonce,
    synthetic ? noKey : account.payloadKey,
  );
  return concatBytes(nonce, ciphertext);
}
