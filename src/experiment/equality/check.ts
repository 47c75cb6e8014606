/** Checking an equality experiment beyond its schema: every name known, every length possible, no two designs of one name. */
import { deepHashes } from '../../classify/deep-hashes.ts';
import { classifierNames } from '../../classify/index.ts';
import { checkAnyHashName, checkHashName, isDetectorFile, withDetectors } from '../../harness/detectors/detectors.ts';
import { checkSets, withPresets } from '../../harness/edit-preset.ts';
import { hashes as hashRegistry } from '../../hash/index.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { hashFactsOf } from '../../score/hash-facts.ts';
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
  const named = [...banded.map(({ of }) => of), unrelated.apart.hash, ...second.checks.map(({ hash }) => hash)];
  for (const name of hashes) if (!names.includes(name)) checkAnyHashName(name, experiment.detectors);
  for (const name of named) if (!names.includes(name)) checkHashName(name, experiment.detectors);
  // The length of a detector's hash is known when its file is read.
  if (![...hashes, ...named].some(isDetectorFile)) checkDesigns(experiment, what);
  checkSets(experiment, what);
  if (!sets.some((set) => 'preset' in set)) checkMix(mix, sets as { name: string }[], what);
  for (const spec of second.derivative) resolveTransform(spec);
  if (network) lookUp<unknown>(deepHashes, 'deep hash', network.hash);
  return experiment;
}

/** Checks what depends on the lengths of hashes. */
function checkDesigns(experiment: EqualityExperiment, what: string): void {
  const { families, banded, detectors = [] } = experiment;
  const names = families.map(({ name }) => name);
  const both = detectors.find(({ name }) => names.includes(name));
  if (both) throw new UserError(`${what} at /families: '${both.name}' is the name of a detector; rename this one`);
  for (const [i, { of, sampledBits }] of banded.entries()) {
    const bits = names.includes(of) ? longest(experiment) : hashFactsOf(of, experiment).bits;
    if (sampledBits > bits)
      throw new UserError(`${what} at /banded/${i}: ${sampledBits} bits is more than the ${bits} bits of '${of}'`);
  }
  const designs = designsOf(experiment).map(({ name }) => name);
  const same = designs.find((name, i) => designs.indexOf(name) < i);
  if (same !== undefined) throw new UserError(`${what}: two designs are called '${same}'; keep one`);
}

function checkMix(mix: EqualityExperiment['mix'], sets: readonly { readonly name: string }[], what: string): void {
  for (const place of ['asSent', 'edited'] as const)
    if (!sets.some(({ name }) => name === mix[place]))
      throw new UserError(
        `${what} at /mix/${place}: there is no set '${mix[place]}'; expected one of ${sets.map(({ name }) => name).join(', ')}`,
      );
}

/** The experiment with its presets and detector files read, and its mix and designs checked against what they contain. */
export const withEdits = async (experiment: EqualityExperiment): Promise<EqualityExperiment> => {
  const read = await withDetectors(await withPresets(experiment), (each, nameOf) => ({
    ...each,
    hashes: each.hashes.map(nameOf),
    banded: each.banded.map((banding) => ({ ...banding, of: nameOf(banding.of) })),
    unrelated: { ...each.unrelated, apart: { ...each.unrelated.apart, hash: nameOf(each.unrelated.apart.hash) } },
    second: { ...each.second, checks: each.second.checks.map((one) => ({ ...one, hash: nameOf(one.hash) })) },
  }));
  checkDesigns(read, `Experiment ${experiment.name}`);
  checkMix(read.mix, read.sets as { name: string }[], `Experiment ${experiment.name}`);
  return read;
};
