/** S5b: the device learns the provider’s pseudorandom function of its hash, obliviously, and compares with a filter. */
import { oprfLookup as protocol } from '../role/protocol/oprf-lookup.ts';
import type { Strategy } from './strategy.ts';

export const oprfLookup: Strategy = {
  id: 'S5b',
  name: 'oprf-lookup',
  summary:
    'the device asks for a pseudorandom function of its hash, which the provider computes blindly, and compares with a filter; a match is reported',
  reference: 'Davidson, Faz-Hernandez, Sullivan & Wood, RFC 9497 (2023), VOPRF mode',
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
    kind: 'filter',
    note: 'the filter hides what is in it, even from who holds it: entries fit into its free room, and any of its own can stand for something else',
  },
  warnOnly: {},
  membershipTest: { by: 'outcome', text: 'asks for the hash, and compares the answer with its filter' },
  keyNames: { scan: 'OPRF key' },
  simplified:
    'nobody limits how often a device asks; the public key is taken on trust, without a log that all devices see',
  design: { name: 'oprf-lookup', protocol },
};
