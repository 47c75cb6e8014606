/** S2b: exceptional access with a split key. A court order opens messages only if a quorum of the holders takes part. */
import type { Strategy } from './strategy.ts';

export const splitEscrow: Strategy = {
  id: 'S2b',
  name: 'split-escrow',
  summary:
    'every message key is also sealed to an escrow key that court, provider and curator hold in parts; a quorum opens',
  reference: 'Abelson et al., "Keys Under Doormats" (2015), on split keys; Desmedt & Frankel, CRYPTO 1989',
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
    note: 'a quorum of the holders reads the message, and can look for anything in it; the sender does not see it',
  },
  keyNames: { escrow: 'a quorum of shares' },
  simplified:
    'a dealer draws the key and splits it; the holders comply with every order, which is a choice of theirs and no mathematics',
  design: { name: 'split-escrow', escrow: 'split' },
};
