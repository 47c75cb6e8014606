/** S7a: the device sends the first bits of the hash, receives every list entry that shares them, and compares locally. */
import type { Strategy } from './strategy.ts';

export const prefixLookup: Strategy = {
  id: 'S7a',
  name: 'prefix-lookup',
  summary:
    'the first bits of the hash fetch the list entries that share them; the device compares, a match is reported',
  reference: 'the k-anonymity look-up of Have I Been Pwned (Ali, "Validating Leaked Passwords with k-Anonymity", 2018)',
  family: 'private',
  proactive: true,
  detector: 'hash',
  usesBits: 'prefixBits',
  declares: {
    provider: { content: 'flagged', hash: 'flagged', prefix: 'all', match: 'all' },
    curator: { hash: 'flagged', match: 'flagged' },
  },
  listDisclosure: 'queried',
  capacity: {
    kind: 'auditable',
    note: 'asking for every prefix fetches the whole list, as long as everybody is answered from the same one',
  },
  warnOnly: { provider: { prefix: 'all' } },
  membershipTest: {
    by: 'answer',
    packet: 'prefix-answer',
    text: 'asks for the prefix: distance to the nearest entry of the answer',
  },
  simplified: 'an exact prefix: an edit that flips one of its bits hides the entry, and that loss is measured',
  design: {
    name: 'prefix-lookup',
    async scan(sender, message) {
      const matched = await sender.matchByPrefix(message);
      if (matched.state === 'match') await sender.flag(message, { reason: 'hash', ...matched });
      return { scanned: matched.state };
    },
  },
};
