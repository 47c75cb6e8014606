/** S9c: threshold PSI as in S9b, but the provider proves that its table is one that the curator's auditors signed. */
import { certifiedThresholdPsi as protocol } from '../role/protocol/certified-threshold-psi.ts';
import type { Strategy } from './strategy.ts';

export const certifiedThresholdPsi: Strategy = {
  id: 'S9c',
  name: 'certified-threshold-psi',
  summary:
    'as threshold-psi-synthetic, and devices take only a table that is proved to hold the list that the curator’s auditors signed',
  reference:
    'after Bartusek, Garg, Jain & Policharla, EUROCRYPT 2023; proofs by Chaum & Pedersen, CRYPTO 1992, batched as in RFC 9497',
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
    note: 'the provider can add nothing, since it proves its table to be the signed one; the auditors could, unless they open the dummies, as they do here',
  },
  threshold: { singlePicture: 'psi' },
  synthetic: true,
  keyNames: { scan: 'aα of the vouchers' },
  simplified:
    'as threshold-psi-synthetic; one authoriser, whose choice of entries nobody checks, and who together with the provider can put in anything',
  design: { name: 'certified-threshold-psi', protocol },
};
