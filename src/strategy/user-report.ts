/** S3: message franking. Recipients report received messages, with a proof that the provider can check. */
import type { Strategy } from './strategy.ts';

export const userReport: Strategy = {
  id: 'S3',
  name: 'user-report',
  summary: 'recipients report messages, with a proof of what was sent; nobody scans',
  reference: 'Facebook, "Messenger Secret Conversations" (2016); Grubbs, Lu & Ristenpart, CRYPTO 2017',
  family: 'people',
  proactive: false,
  detector: 'people',
  declares: {
    provider: { content: 'reported', match: 'reported' },
    curator: { match: 'reported' },
  },
  listDisclosure: 'none',
  capacity: { kind: 'none', note: 'recipients report what they see; nothing is searched for' },
  simplified: 'how often people report is an input of the experiment, not a finding',
  design: { name: 'user-report', franking: true },
};
