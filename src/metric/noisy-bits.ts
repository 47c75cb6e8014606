/**
 * What noisy bits reveal, exactly: a view shows `bits` bits of the secret, each flipped with probability γ, as in similarity-based
 * bucketization (Hua et al., "Increasing Adversarial Uncertainty to Scale Private Similarity Testing", USENIX Security 2022), and beside
 * them something without noise, which puts the secrets into classes. All secrets are equally likely. Sums over the 2^bits views are taken
 * one bit at a time, so that a view costs `bits` steps, however many secrets there are.
 */

/** Everything that has no free parameter. */
export interface NoisyBitsLeakage {
  /** Σ_y max_x C_xy: under uniform secrets V' / V. */
  readonly capacity: number;
  /** One-guess success. */
  readonly posterior: number;
  /** Mutual information of secret and view, in bits. */
  readonly shannonBits: number;
}

/** More bits would take 2^bits numbers at once. */
const mostBits = 20;

/**
 * `classes` holds, for each class, the bits of every secret in it as a number below 2^bits. RangeError if there are no secrets, or bits
 * or γ are out of range.
 */
export function noisyBitsLeakage(
  classes: readonly (readonly number[])[],
  bits: number,
  gamma: number,
): NoisyBitsLeakage {
  if (!Number.isInteger(bits) || bits < 1 || bits > mostBits)
    throw new RangeError(`Expected a whole number of bits from 1 to ${mostBits} but received ${bits}.`);
  if (!(gamma >= 0 && gamma <= 0.5)) throw new RangeError(`Expected noise from 0 to 0.5 but received ${gamma}.`);
  const secrets = classes.reduce((sum, each) => sum + each.length, 0);
  if (secrets === 0) throw new RangeError('Expected at least one secret but received none.');
  const likelihood = Array.from({ length: bits + 1 }, (_, flips) => gamma ** flips * (1 - gamma) ** (bits - flips));
  const flip = gamma === 0 ? 0 : -gamma * Math.log2(gamma) - (1 - gamma) * Math.log2(1 - gamma);
  let [capacity, entropy] = [0, 0];
  for (const words of classes) {
    if (words.length === 0) continue;
    // The class alone names the secret: its noise is all that is left.
    if (words.length === 1) {
      capacity += 1;
      entropy += (Math.log2(secrets) + bits * flip) / secrets;
      continue;
    }
    for (const flips of fewestFlips(words, bits)) capacity += likelihood[flips]!;
    for (const sum of likelihoods(words, bits, gamma)) {
      const share = sum / secrets;
      if (share > 0) entropy -= share * Math.log2(share);
    }
  }
  return { capacity, posterior: capacity / secrets, shannonBits: Math.max(0, entropy - bits * flip) };
}

/** The same over all 2^bits possible secrets, in one class: (2 (1 − γ))^bits. */
export const noisyBitsCapacity = (bits: number, gamma: number): number => (2 * (1 - gamma)) ** bits;

/** For each view, how many of its bits would have to be flipped for the likeliest secret. */
function fewestFlips(words: readonly number[], bits: number): Uint8Array {
  const fewest = new Uint8Array(2 ** bits).fill(bits);
  for (const word of words) fewest[word] = 0;
  for (let bit = 1; bit < fewest.length; bit *= 2)
    for (let y = 0; y < fewest.length; y++) {
      if ((y & bit) !== 0) continue;
      const [low, high] = [fewest[y]!, fewest[y | bit]!];
      fewest[y] = Math.min(low, high + 1);
      fewest[y | bit] = Math.min(high, low + 1);
    }
  return fewest;
}

/** For each view, the sum of its likelihoods over the secrets. */
function likelihoods(words: readonly number[], bits: number, gamma: number): Float64Array {
  const sums = new Float64Array(2 ** bits);
  for (const word of words) sums[word]! += 1;
  for (let bit = 1; bit < sums.length; bit *= 2)
    for (let y = 0; y < sums.length; y++) {
      if ((y & bit) !== 0) continue;
      const [low, high] = [sums[y]!, sums[y | bit]!];
      sums[y] = (1 - gamma) * low + gamma * high;
      sums[y | bit] = (1 - gamma) * high + gamma * low;
    }
  return sums;
}
