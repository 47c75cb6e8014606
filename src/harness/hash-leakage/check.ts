/** Checking a hash-leakage experiment beyond its schema: every name must be known, every share possible. */

import { deepHashes } from '../../classify/deep-hashes.ts';
import { loadable } from '../../classify/index.ts';
import { hashByName } from '../../hash/index.ts';
import { check } from '../../schema/check.ts';
import { HashLeakageExperiment } from '../../schema/hash-leakage.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import { means } from './means.ts';

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkHashLeakage(value: unknown, what: string): HashLeakageExperiment {
  const experiment = check(HashLeakageExperiment, value, what);
  const { topics, inversion, membership, split } = experiment;
  for (const name of [...topics.hashes, ...inversion.hashes, membership.hash, membership.equalityHash])
    hashByName(name);
  if (topics.deep) lookUp<unknown>(deepHashes, 'deep hash', topics.deep.hash);
  loadable(inversion.classifier.name);
  if (split.training + split.validation >= 1)
    throw new UserError(`${what} at /split: training and validation take everything; leave a share for the test`);
  for (const name of membership.strategies) {
    strategyByName(name);
    lookUp<unknown>(means, 'strategy whose device can look for members:', name);
  }
  const { bits } = hashByName(membership.hash);
  if (membership.thresholdBits > bits)
    throw new UserError(`${what} at /membership/thresholdBits: more than the ${bits} bits of ${membership.hash}`);
  return experiment;
}
