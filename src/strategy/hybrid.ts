/** S11: two detectors. Either a second hash after the first (cascade), or hash and classifier combined with "and" or "or". */

import type { Evidence, Sender } from '../role/sender.ts';
import type { Message, Scan } from '../role/world.ts';
import { clientClassifier } from './client-classifier.ts';
import type { Strategy } from './strategy.ts';

const base: Omit<Strategy, 'design'> = {
  id: 'S11',
  name: 'hybrid',
  summary:
    'the hash list is on the device; a match is reported, and reaches a reviewer only if a second, independent hash at the provider matches too',
  reference:
    'Apple, "Security Threat Model Review of Apple’s Child Safety Features" (2021), the second hash after the threshold',
  family: 'phone',
  proactive: true,
  detector: 'hash',
  declares: {
    provider: { content: 'flagged', hash: 'flagged', match: 'all' },
    curator: { hash: 'flagged', match: 'flagged' },
  },
  listDisclosure: 'all',
  capacity: {
    kind: 'auditable',
    note: 'the first list is on every device and can be checked; the second only clears, it adds nothing',
  },
  warnOnly: {},
  simplified: 'the second hash is as public as the first; Apple’s was to be kept at the server',
};

/** Combines hash and classifier, both on the device. */
const joined = (mode: 'and' | 'or'): Strategy => ({
  ...base,
  id: `S11-${mode}`,
  name: `hybrid:${mode}`,
  summary: `hash list and classifier are on the device; a picture that ${mode === 'and' ? 'both find' : 'one of them finds'} is reported`,
  reference: 'Scheffler & Mayer, "SoK: Content Moderation for End-to-End Encryption", PoPETs 2023(2)',
  detector: 'both',
  ...(mode === 'or' ? { capacity: clientClassifier.capacity } : {}),
  simplified: 'one threshold for each, chosen apart from the other',
  design: {
    name: `hybrid:${mode}`,
    listOnDevice: true,
    scan: (sender, message) => scan(sender, message, mode),
  },
});

async function scan(sender: Sender, message: Message, mode: 'and' | 'or'): Promise<Scan> {
  const matched = await sender.match(message);
  const score = await sender.score(message);
  const high = score !== undefined && score >= sender.thresholdScore;
  const near = matched.state === 'match';
  if (mode === 'and' ? near && high : near || high) {
    const evidence: Evidence = {
      reason: near ? 'hash' : 'classifier',
      ...(near ? matched : {}),
      ...(high ? { score } : {}),
    };
    await sender.flag(message, evidence);
    return { scanned: 'match' };
  }
  return { scanned: matched.state === 'refused' && score === undefined ? 'refused' : 'clear' };
}

export const hybrid: Strategy = {
  ...base,
  variants: { and: joined('and'), or: joined('or') },
  design: {
    name: 'hybrid',
    listOnDevice: true,
    secondOpinion: true,
    async scan(sender, message) {
      const matched = await sender.match(message);
      if (matched.state === 'match') await sender.flag(message, { reason: 'hash', ...matched });
      return { scanned: matched.state };
    },
  },
};
