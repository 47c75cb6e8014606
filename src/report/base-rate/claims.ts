/**
 * What is claimed of classifiers, each as it was published and where it was read: beside the measured values, never mixed with them. V: read in a
 * public source at the address; V2: read in another source that quotes it.
 */

/** One published claim. */
export interface Claim {
  readonly what: string;
  readonly claim: string;
  readonly tag: 'V' | 'V2';
  readonly source: string;
}

export const claims: readonly Claim[] = [
  {
    what: 'nsfwjs, MobileNetV2',
    claim: '~90 % on 15,000 pictures of 5 classes',
    tag: 'V',
    source: 'README of github.com/infinitered/nsfwjs',
  },
  {
    what: 'nsfw_model, Inception v3 and a newer MobileNet',
    claim: '93 %',
    tag: 'V',
    source: 'github.com/GantMan/nsfw_model; gist of mignev',
  },
  {
    what: 'AttM-CNN',
    claim: '92.72 % accuracy on 1 M adult, 1 M neutral and 5,000 real pictures; 80 % of targets in the top 8.5 %',
    tag: 'V',
    source: 'Gangwar et al., Neurocomputing 2021, abstract',
  },
  {
    what: 'explicit-content classifier on a hotline’s pictures',
    claim: '90.17 % accuracy',
    tag: 'V',
    source: 'Gutfeter, Gajewska and Pacut (NASK), arXiv 2406.14131 (2024)',
  },
  {
    what: 'Thorn Safer',
    claim: '“1 in 1000 falsely tagged”, so an FPR of 0.1 %',
    tag: 'V2',
    source: 'jmason.ie, 25 January 2024',
  },
  {
    what: 'detection of grooming',
    claim: '~90 %: 9 of 10 flagged are grooming, so a precision',
    tag: 'V2',
    source: 'answers of the Commission to Germany (2022), quoted by reclaimthenet.org',
  },
  {
    what: 'an estimate, no claim of a vendor',
    claim: 'more than 3 million wrong disclosures at an error of 10 %',
    tag: 'V2',
    source: 'P. Breyer, quoted by reclaimthenet.org',
  },
];
