/** S10: a network on the device scores every picture; a score at or above the threshold is reported. Unlike a list, it can find new content. */
import type { Strategy } from './strategy.ts';

export const clientClassifier: Strategy = {
  id: 'S10',
  name: 'client-classifier',
  summary: 'a network on the device scores every picture; a high score is reported, picture included',
  reference: 'European Commission, COM(2022) 209 (detection of unknown material)',
  proactive: true,
  detector: 'classifier',
  declares: {
    provider: { content: 'flagged', match: 'all' },
    curator: { match: 'flagged' },
  },
  listDisclosure: 'none',
  capacity: {
    kind: 'model',
    note: 'a network can be trained to know more than it says; no list bounds it, only a benchmark could show it',
  },
  warnOnly: {},
  simplified: 'the benign label "drawing" stands in for target content',
  design: {
    name: 'client-classifier',
    async scan(sender, message) {
      const score = await sender.score(message);
      if (score === undefined) return { scanned: 'refused' };
      if (score < sender.thresholdScore) return { scanned: 'clear' };
      await sender.flag(message, { reason: 'classifier', score });
      return { scanned: 'match' };
    },
  },
};
