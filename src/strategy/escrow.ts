/** S2a: exceptional access. Every message key is also encrypted to an escrow key; a court order opens one account and period. */
import type { Strategy } from './strategy.ts';

export const escrow: Strategy = {
  id: 'S2a',
  name: 'escrow',
  summary: 'every message key is also sealed to an escrow key; a court order opens one account for one period',
  reference: 'Abelson et al., "Keys Under Doormats", Journal of Cybersecurity 1(1), 2015',
  family: 'people',
  proactive: false,
  detector: 'people',
  declares: {
    court: { content: 'ordered', match: 'ordered' },
    curator: { match: 'ordered' },
  },
  listDisclosure: 'none',
  capacity: {
    kind: 'unbounded',
    note: 'whoever uses the key reads the message, and can look for anything in it; the sender does not see it',
  },
  simplified: 'one escrow agent holds one key for ever; people read what an order opens, nothing is hashed',
  design: { name: 'escrow', escrow: 'sole' },
};
