/** S4a: the hash list is stored unprotected on the device, which reports its own matches. */
import type { Strategy } from './strategy.ts';

export const clientList: Strategy = {
  id: 'S4a',
  name: 'client-list',
  summary: 'the hash list is on the device in the clear; a match is reported, picture included',
  reference: 'Kulshrestha & Mayer, USENIX Security 2021 (the constructions where disclosing the list is acceptable)',
  family: 'phone',
  proactive: true,
  detector: 'hash',
  declares: {
    // Silence is a signal too: the provider learns for every message whether it matched.
    provider: { content: 'flagged', hash: 'flagged', match: 'all' },
    curator: { hash: 'flagged', match: 'flagged' },
  },
  listDisclosure: 'all',
  capacity: {
    kind: 'auditable',
    note: 'the list is on every device: an auditor who holds the originals can check entries, as long as all devices get one list',
  },
  warnOnly: {},
  membershipTest: { by: 'list', text: 'reads the list: distance to the nearest entry' },
  chainLink: 'entry',
  simplified: 'the device is honest: a modified one would simply not report',
  design: {
    name: 'client-list',
    listOnDevice: true,
    async scan(sender, message) {
      const matched = await sender.match(message);
      if (matched.state === 'match') await sender.flag(message, { reason: 'hash', ...matched });
      return { scanned: matched.state };
    },
  },
};
