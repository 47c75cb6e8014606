/** S5a: a keyed filter of the list is stored on the device, which reports its own matches. */
import { clientFilter as protocol } from '../role/protocol/client-filter.ts';
import type { Strategy } from './strategy.ts';

export const clientFilter: Strategy = {
  id: 'S5a',
  name: 'client-filter',
  summary:
    'a keyed filter of the list is on the device, which compares for equality; a match is reported, picture included',
  reference:
    'Graf & Lemire, "Binary Fuse Filters", ACM JEA 2022 (the filter); Kulshrestha & Mayer, USENIX Security 2021 (the setting)',
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
    note: 'the filter hides what is in it: entries fit into its free room, and any of its own can stand for something else',
  },
  warnOnly: {},
  membershipTest: { by: 'filter', text: 'tries the hash in the filter, under the key that the app carries' },
  keyNames: { scan: 'key of the filter' },
  simplified: 'the key is in the app: whoever extracts it can try any hash against the list, as often as wanted',
  design: { name: 'client-filter', protocol },
};
