/** S9a: Apple-style threshold private set intersection, without synthetic vouchers. */
import { thresholdPsi as protocol } from '../role/protocol/threshold-psi.ts';
import type { Strategy } from './strategy.ts';

export const thresholdPsi: Strategy = {
  id: 'S9a',
  name: 'threshold-psi',
  summary:
    'a voucher goes with every message; those of matches open, and their pictures only once an account has enough of them',
  reference: 'Bhowmick, Boneh, Myers, Talwar & Tarbe, "The Apple PSI System" (2021)',
  proactive: true,
  detector: 'equality',
  declares: {
    // It sees immediately which vouchers open, but only the pictures of accounts over the threshold.
    provider: { content: 'flagged', match: 'all' },
    curator: { match: 'flagged' },
  },
  listDisclosure: 'none',
  capacity: {
    kind: 'slots',
    note: 'the blinded table hides its entries: others fit into its free slots, as long as everybody is given the same table',
  },
  threshold: { singlePicture: 'psi' },
  membershipTest: { by: 'slots', text: 'logistic regression on the table’s slots for the hash' },
  chainLink: 'outcome',
  keyNames: { scan: 'α of the vouchers' },
  simplified: 'the copy behind a voucher is the whole picture; the provider counts matches below the threshold',
  design: { name: 'threshold-psi', protocol: protocol(false) },
};
