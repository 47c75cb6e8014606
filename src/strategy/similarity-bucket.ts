/** S7b: the device sends noisy bits of the hash, receives every entry near those bits, and compares locally. */
import { similarityBucket as bucket } from '../role/protocol/similarity-bucket.ts';
import type { Strategy } from './strategy.ts';

const base: Strategy = {
  id: 'S7b',
  name: 'similarity-bucket',
  summary:
    'a few bits of the hash, some flipped on purpose, fetch the near entries; the device compares, a match is reported',
  reference: 'Hua, Namavari, Cheng, Naaman & Ristenpart, USENIX Security 2022',
  family: 'private',
  proactive: true,
  detector: 'hash',
  usesBits: 'bucketBits',
  declares: {
    provider: { content: 'flagged', hash: 'flagged', bucket: 'all', match: 'all' },
    curator: { hash: 'flagged', match: 'flagged' },
  },
  listDisclosure: 'queried',
  capacity: {
    kind: 'auditable',
    note: 'asking for every bucket fetches the whole list, as long as everybody is answered from the same one',
  },
  warnOnly: { provider: { bucket: 'all' } },
  membershipTest: {
    by: 'answer',
    packet: 'bucket-answer',
    text: 'asks for the bucket: distance to the nearest entry of the answer',
  },
  simplified:
    'the sampled bits are the same for every query; the second stage compares in the clear on the device, not by 2PC',
  design: { name: 'similarity-bucket', protocol: bucket() },
};

/** With new coins for every query, the provider can average the noise away over repeated queries. */
const fresh: Strategy = {
  ...base,
  id: 'S7b-fresh',
  name: 'similarity-bucket:fresh',
  summary: `${base.summary}; the coins are new for every query`,
  variants: undefined,
  design: { name: 'similarity-bucket:fresh', protocol: bucket(false) },
};

export const similarityBucket: Strategy = { ...base, variants: { fresh } };
