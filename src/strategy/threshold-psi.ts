/** S9a: Apple-style threshold private set intersection, without synthetic vouchers. */
import { thresholdPsi as protocol } from '../role/protocol/threshold-psi.ts';
import type { Strategy } from './strategy.ts';

const base: Omit<Strategy, 'design'> = {
  id: 'S9a',
  name: 'threshold-psi',
  summary:
    'a voucher goes with every message; those of matches open, and their pictures only once an account has enough of them',
  reference: 'Bhowmick, Boneh, Myers, Talwar & Tarbe, "The Apple PSI System" (2021)',
  family: 'private',
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
};

/**
 * With the second check that Apple described: of an opened account, only the pictures that match under an independent hash too reach a
 * reviewer. It protects against accidental and forged matches of the first hash; the provider has the opened pictures all the same.
 */
const checked: Strategy = {
  ...base,
  id: 'S9a-checked',
  name: 'threshold-psi:checked',
  summary: `${base.summary}; a reviewer sees those that a second, independent hash at the provider matches too`,
  reference:
    'Apple, "Security Threat Model Review of Apple’s Child Safety Features" (2021), the second hash after the threshold',
  threshold: { singlePicture: 'psi:checked' },
  simplified: `${base.simplified}; the second hash is as public as the first, and of the whole picture; Apple’s was of a small copy, and was to be kept at the server`,
  design: { name: 'threshold-psi:checked', protocol: protocol(false), secondOpinion: true },
};

export const thresholdPsi: Strategy = {
  ...base,
  variants: { checked },
  design: { name: 'threshold-psi', protocol: protocol(false) },
};
