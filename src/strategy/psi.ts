/** S8a: private set intersection by Diffie–Hellman; the device learns the outcome. */
import { psi as protocol } from '../role/protocol/psi.ts';
import type { Strategy } from './strategy.ts';

const base: Omit<Strategy, 'design'> = {
  id: 'S8a',
  name: 'psi',
  summary:
    'the list under the provider’s key is on the device, which asks about its own hash blinded; a match is reported',
  reference: 'Meadows, IEEE S&P 1986; Huberman, Franklin & Hogg, EC 1999',
  family: 'private',
  proactive: true,
  detector: 'equality',
  declares: {
    // Silence is a signal too: the provider learns for every message whether it matched.
    provider: { content: 'flagged', match: 'all' },
    curator: { match: 'flagged' },
  },
  listDisclosure: 'membership',
  capacity: {
    kind: 'slots',
    note: 'the set is as long as the list, so nothing fits beside it; but nobody outside can tell what any of its entries stands for',
  },
  warnOnly: {},
  membershipTest: { by: 'outcome', text: 'asks for the hash, and compares the answer with its set' },
  keyNames: { scan: 'PSI key' },
  simplified: 'one hash at a time, no batch; the provider is trusted to use one key, without a proof',
};

/** A match reaches a reviewer only if a second, independent hash of the picture, computed by the provider, matches too. */
const checked: Strategy = {
  ...base,
  id: 'S8a-checked',
  name: 'psi:checked',
  summary: `${base.summary}, and reaches a reviewer only if a second, independent hash at the provider matches too`,
  design: { name: 'psi:checked', protocol, secondOpinion: true },
};

export const psi: Strategy = { ...base, variants: { checked }, design: { name: 'psi', protocol } };
