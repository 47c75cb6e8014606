/** Checking an equality experiment beyond its schema: every name known, every length possible, no two designs of one name. */
import { deepHashes } from '../../classify/deep-hashes.ts';
import { classifierNames } from '../../classify/index.ts';
import { checkSets, withPresets } from '../../harness/edit-preset.ts';
import { hashByName, hashes as hashRegistry } from '../../hash/index.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import { EqualityExperiment } from './experiment.ts';
import { designsOf, longest } from './score-designs.ts';

/** The checked experiment. Throws a UserError that names the place of the first mistake. */
export function checkEquality(value: unknown, what: string): EqualityExperiment {
  const experiment = check(EqualityExperiment, value, what);
  const { families, hashes, banded, sets, mix, unrelated, second, network } = experiment;
  const names = families.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i || Object.hasOwn(hashRegistry, name));
  if (twice !== undefined)
    throw new UserError(`${what} at /families: '${twice}' is the name of another hash; rename this one`);
  for (const [i, family] of families.entries()) {
    const most = family.of === 'frequencies' ? family.colours * family.perSide ** 2 : family.planes;
    if (most < longest(experiment))
      throw new UserError(
        `${what} at /families/${i}: '${family.name}' has ${most} candidates for bits, too few for the longest of /lengths, ${longest(experiment)}`,
      );
    if (family.of === 'embedding' && !classifierNames().includes(family.network))
      throw new UserError(
        `${what} at /families/${i}/network: there is no network '${family.network}'; expected one of ${classifierNames().join(', ')}`,
      );
  }
  for (const name of hashes) hashByName(name);
  for (const [i, { of, sampledBits }] of banded.entries()) {
    const bits = names.includes(of) ? longest(experiment) : hashByName(of).bits;
    if (sampledBits > bits)
      throw new UserError(`${what} at /banded/${i}: ${sampledBits} bits is more than the ${bits} bits of '${of}'`);
  }
  checkSets(experiment, what);
  if (!sets.some((set) => 'preset' in set)) checkMix(mix, sets as { name: string }[], what);
  hashByName(unrelated.apart.hash);
  for (const { hash } of second.checks) hashByName(hash);
  for (const spec of second.derivative) resolveTransform(spec);
  if (network) lookUp<unknown>(deepHashes, 'deep hash', network.hash);
  const designs = designsOf(experiment).map(({ name }) => name);
  const same = designs.find((name, i) => designs.indexOf(name) < i);
  if (same !== undefined) throw new UserError(`${what}: two designs are called '${same}'; keep one`);
  return experiment;
}

function checkMix(mix: EqualityExperiment['mix'], sets: readonly { readonly name: string }[], what: string): void {
  for (const place of ['asSent', 'edited'] as const)
    if (!sets.some(({ name }) => name === mix[place]))
      throw new UserError(
        `${what} at /mix/${place}: there is no set '${mix[place]}'; expected one of ${sets.map(({ name }) => name).join(', ')}`,
      );
}

/** The experiment with its presets read, and its mix checked against their names. */
export const withEdits = async (experiment: EqualityExperiment): Promise<EqualityExperiment> => {
  const read = await withPresets(experiment);
  checkMix(read.mix, read.sets as { name: string }[], `Experiment ${experiment.name}`);
  return read;
};
