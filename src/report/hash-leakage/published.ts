/** What others reported of hashes that give topics and pictures away; none of it is on these pictures. */

/** One published figure. */
export interface Published {
  readonly what: string;
  readonly value: string;
  readonly source: string;
  /** How it stands to this run. */
  readonly verdict: string;
}

/** Published figures, in the order of the attacks. */
export const published: readonly Published[] = [
  {
    what: 'topic from NeuralHash, 96 bits, 1,000 ImageNet classes (a network on 1.28 million hashes)',
    value: 'top-1 4.34 ± 0.05 %, 43 × chance; top-5 12.03 %; top-10 17.75 %',
    source:
      'Struppek et al., "Learning to break deep perceptual hashing" (FAccT 2022), arXiv 2111.06628, and its repository',
    verdict: 'not comparable: other classes and data',
  },
  {
    what: 'the same, 85 groups of classes',
    value: 'top-1 8.76 %; top-5 25.85 %; top-10 38.59 %',
    source: 'the same',
    verdict: 'not comparable: other classes and data',
  },
  {
    what: 'picture from aHash, PDQ, NeuralHash and PhotoDNA, on consumer hardware',
    value: 'recognisable reconstructions with generative networks',
    source:
      'Hawkes, Weinert et al., "Perceptual hash inversion attacks on image-based sexual abuse removal tools" (IEEE S&P Magazine 2024), arXiv 2412.06056',
    verdict: 'not comparable: other decoder, pictures and measures',
  },
  {
    what: 'picture from PhotoDNA',
    value: 'recognisable thumbnails',
    source: 'Athalye, "Inverting PhotoDNA" (2021)',
    verdict: 'not comparable: the hash is not public',
  },
  {
    what: 'picture from PhotoDNA, PDQ and NeuralHash',
    value: 'first version: "original images can be reconstructed"; second version: "significant robustness"',
    source: 'Madden, Bhavsar, Dorje & Li, arXiv 2406.00918, versions 1 and 2',
    verdict: 'contradicts itself: measured here for PDQ',
  },
];
