/** S9b: threshold PSI as in S9a, with synthetic vouchers and a detectable hash function. The provider cannot count below the threshold. */
import { thresholdPsi as protocol } from '../role/protocol/threshold-psi.ts';
import type { Strategy } from './strategy.ts';

export const thresholdPsiSynthetic: Strategy = {
  id: 'S9b',
  name: 'threshold-psi-synthetic',
  summary:
    'as threshold-psi, and some vouchers open whatever the picture, so that the provider cannot count matches below the threshold',
  reference: 'Bhowmick, Boneh, Myers, Talwar & Tarbe, "The Apple PSI System" (2021)',
  family: 'private',
  proactive: true,
  detector: 'equality',
  declares: {
    provider: { content: 'flagged', match: 'flagged' },
    curator: { match: 'flagged' },
  },
  listDisclosure: 'none',
  capacity: {
    kind: 'slots',
    note: 'the blinded table hides its entries: others fit into its free slots, as long as everybody is given the same table',
  },
  threshold: { singlePicture: 'psi' },
  synthetic: true,
  membershipTest: { by: 'slots', text: 'logistic regression on the table’s slots for the hash' },
  keyNames: { scan: 'α of the vouchers' },
  simplified:
    'the copy behind a voucher is the whole picture; a synthetic voucher takes the place of the real one, whose match is lost',
  design: { name: 'threshold-psi-synthetic', protocol: protocol(true) },
};
