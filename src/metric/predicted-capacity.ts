/**
 * What each design reveals by construction: multiplicative capacity of the provider's view of one message, where the secret is which
 * picture it shows. Products, since what is seen side by side multiplies at most. A measured V'/V above its line is a fault in one of them.
 */
import { logBinomialTail } from './binomial.ts';
import { noisyBitsCapacity } from './noisy-bits.ts';

/** A design with the numbers that its capacity depends on. */
export type Design =
  /** Everything is seen: as many views as pictures in the gallery. */
  | { readonly design: 'server scan'; readonly gallery: number }
  /** Ciphertext of padded length; likewise an unused escrow key, an unreported message, a device that warns only, blinded queries. */
  | { readonly design: 'end-to-end encryption'; readonly lengths: number }
  | { readonly design: 'escrow'; readonly lengths: number; readonly gallery: number; readonly used: boolean }
  | { readonly design: 'user report'; readonly lengths: number; readonly gallery: number; readonly reported: boolean }
  /** A report names the matched item; silence is one more view. */
  | { readonly design: 'client list'; readonly lengths: number; readonly matchedItems: number }
  | { readonly design: 'client warns'; readonly lengths: number }
  | { readonly design: 'hash upload'; readonly lengths: number; readonly hashes: number }
  /** Prefixes in use, of 2^bits. */
  | { readonly design: 'prefix lookup'; readonly buckets: number; readonly bits: number }
  /** Bits that are sampled, each flipped with probability `noise`. */
  | { readonly design: 'similarity bucket'; readonly bits: number; readonly noise: number }
  | { readonly design: 'private set intersection'; readonly lengths: number }
  /** Whether a voucher opens, where a share of the others opens as well. */
  | { readonly design: 'threshold PSI'; readonly synthetic: number }
  /** One bit, or the picture itself where it was flagged. */
  | { readonly design: 'client classifier'; readonly flagged: number | null };

/** The capacity, from 1. RangeError where a number is out of range. */
export function predictedCapacity(design: Design): number {
  const found = capacityOf(design);
  if (!(found >= 1)) throw new RangeError(`Expected numbers that leave a capacity from 1 but received ${found}.`);
  return found;
}

function capacityOf(design: Design): number {
  switch (design.design) {
    case 'server scan':
      return design.gallery;
    case 'end-to-end encryption':
    case 'client warns':
    case 'private set intersection':
      return design.lengths;
    case 'escrow':
      return design.used ? design.gallery : design.lengths;
    case 'user report':
      return design.reported ? design.gallery : design.lengths;
    case 'client list':
      return design.lengths * (1 + design.matchedItems);
    case 'hash upload':
      return design.lengths * design.hashes;
    case 'prefix lookup':
      return Math.min(design.buckets, 2 ** design.bits);
    case 'similarity bucket':
      return noisyBitsCapacity(design.bits, design.noise);
    case 'threshold PSI':
      return 2 - design.synthetic;
    case 'client classifier':
      return design.flagged === null ? 2 : 1 + design.flagged;
  }
}

/** The bucket that a similarity query asks for: list entries whose sampled bits differ in at most `radius` from the noisy ones sent. */
interface SimilarityBucket {
  readonly bits: number;
  readonly radius: number;
  readonly noise: number;
}

/** Probability that the bucket holds an entry whose hash differs in that share of its bits from the picture's, bits assumed independent. */
export function bucketRecall({ bits, radius, noise }: SimilarityBucket, differing: number): number {
  const flipped = differing * (1 - noise) + (1 - differing) * noise;
  return 1 - Math.exp(logBinomialTail(radius + 1, bits, flipped));
}
