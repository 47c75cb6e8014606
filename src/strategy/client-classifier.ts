/** S10: a network on the device scores every picture; a score at or above the threshold is reported. Unlike a list, it can find new content. */
import type { Strategy } from './strategy.ts';

const base: Strategy = {
  id: 'S10',
  name: 'client-classifier',
  summary: 'a network on the device scores every picture; a high score is reported, picture included',
  reference: 'European Commission, COM(2022) 209 (detection of unknown material)',
  family: 'phone',
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
  simplified: 'a class of benign pictures stands in for target content',
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

/** The same with a label that the network came with, and that nobody trained for this content. */
const untrained: Strategy = {
  ...base,
  id: 'S10u',
  name: 'client-classifier:untrained',
  summary: 'a network on the device scores every picture by a label of its own, untrained for the target content',
  untrained: true,
  design: { ...base.design, name: 'client-classifier:untrained' },
};

export const clientClassifier: Strategy = { ...base, variants: { untrained } };
