/** S0: no end-to-end encryption; the provider scans every message. The practice behind the 16.8 million reports of 2018. */
import type { Strategy } from './strategy.ts';

export const serverScan: Strategy = {
  id: 'S0',
  name: 'server-scan',
  summary: 'no end-to-end encryption; the provider hashes every picture and matches it',
  reference: 'Facebook’s practice as the open letter of 4 October 2019 describes it',
  family: 'server',
  proactive: true,
  detector: 'hash',
  declares: {
    relay: { content: 'all', match: 'all' },
    provider: { content: 'all', match: 'all' },
    curator: { hash: 'flagged', match: 'flagged' },
  },
  listDisclosure: 'none',
  capacity: {
    kind: 'unbounded',
    note: 'the provider has every picture, so it can look for anything, and look again later in what it kept',
  },
  chainLink: 'picture',
  simplified: 'transport encryption between device and provider is left out: the provider ends it anyway',
  design: { name: 'server-scan', clear: true },
};
