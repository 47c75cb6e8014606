/** S8b: finds near matches under encryption; the provider learns the outcome, the device does not. */
import { privateMembership as protocol } from '../role/protocol/private-membership.ts';
import type { Strategy } from './strategy.ts';

export const privateMembership: Strategy = {
  id: 'S8b',
  name: 'private-membership',
  summary:
    'noisy bits of the hash fetch encrypted entries, the distance is computed under encryption, and the provider opens only whether it is near',
  reference: 'Kulshrestha & Mayer, USENIX Security 2021',
  family: 'private',
  proactive: true,
  detector: 'hash',
  usesBits: 'bucketBits',
  declares: {
    provider: { bucket: 'all', match: 'all' },
    curator: { match: 'flagged' },
  },
  listDisclosure: 'none',
  capacity: {
    kind: 'unbounded',
    note: 'the provider answers with encrypted entries of its choice; only how many there are shows',
  },
  keyNames: { scan: 'key of the list' },
  simplified:
    'ElGamal in ristretto255 in the place of lattice encryption; both sides follow the protocol, and nobody can look at the picture',
  // A message costs thousands of operations on points.
  weight: 6,
  design: { name: 'private-membership', protocol },
};
