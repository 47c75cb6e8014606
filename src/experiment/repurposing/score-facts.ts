/** What plan, tasks and scores of a re-purposing experiment share: hashes of both kinds, and shares as counts. */
import card from '../../../models/mobilenet-lsh/card.json' with { type: 'json' };
import { leastDeepQuality } from '../../classify/deep-hash.ts';
import type { DeepHashName } from '../../classify/deep-hashes.ts';
import { hashFactsOf, type WithDetectors } from '../../score/hash-facts.ts';

/** The deep hash, which reads the embedding that the heads read too. */
export const deepHash: DeepHashName = 'mobilenet-lsh';

/** What a hash of either kind says of itself. */
export interface HashFacts {
  readonly name: string;
  readonly deep: boolean;
  readonly bits: number;
  /** In bits: its authors', or for the deep hash that of its card. */
  readonly threshold: number;
  readonly minQuality: number;
}

/** Facts of a hash of either kind, or of a detector of the experiment. */
export function factsOf(name: string, experiment: WithDetectors = {}): HashFacts {
  if (name === deepHash)
    return {
      name,
      deep: true,
      bits: card.hyperplanes.bits,
      threshold: card.threshold.bits,
      minQuality: leastDeepQuality,
    };
  const { bits, threshold, minQuality } = hashFactsOf(name, experiment);
  return { name, deep: false, bits, threshold, minQuality };
}

/** How many entries a share of the list is. */
export const insertedAt = (share: number, entries: number): number => Math.round(share * entries);

/** How many hidden pictures make such a share of the training pictures, beside `honest` others; at least 1. */
export const hiddenAt = (share: number, honest: number): number =>
  Math.max(1, Math.round((share * honest) / (1 - share)));
