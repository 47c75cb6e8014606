/** S6: the device uploads the hash of every picture to the provider, which matches it. */
import type { Strategy } from './strategy.ts';

export const hashUpload: Strategy = {
  id: 'S6',
  name: 'hash-upload',
  summary: 'the perceptual hash of every picture goes to the provider, which matches it',
  reference: 'Scheffler & Mayer, "SoK: Content Moderation for End-to-End Encryption", PoPETs 2023(2)',
  family: 'server',
  proactive: true,
  detector: 'hash',
  declares: {
    provider: { hash: 'all', match: 'all' },
    curator: { hash: 'flagged', match: 'flagged' },
  },
  listDisclosure: 'none',
  capacity: {
    kind: 'unbounded',
    note: 'the provider has every hash, so it can match against any list, and against later ones',
  },
  chainLink: 'hash',
  simplified: 'nobody can look at the picture, so every match is reported unreviewed',
  design: {
    name: 'hash-upload',
    scan: async (sender, message) => ({ scanned: await sender.uploadHash(message) }),
  },
};
