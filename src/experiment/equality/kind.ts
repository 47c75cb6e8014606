/** Experiments on hashes that are compared for equality. */
import { deepHashes } from '../../classify/deep-hashes.ts';
import { classifierNames } from '../../classify/index.ts';
import { checkSets, editCount, setFacts, withPresets } from '../../harness/hashes/choose.ts';
import type { Kind } from '../../harness/kind.ts';
import { hashByName, hashes as hashRegistry } from '../../hash/index.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import { check } from '../../schema/check.ts';
import { UserError } from '../../util/errors.ts';
import { lookUp } from '../../util/registry.ts';
import { designsOf, longest } from './designs.ts';
import { EqualityExperiment } from './experiment.ts';
import type { EqualityMetrics } from './metrics.ts';
import { runEquality } from './run.ts';
import { equalityMetrics } from './score.ts';

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
const complete = async (experiment: EqualityExperiment): Promise<EqualityExperiment> => {
  const read = await withPresets(experiment);
  checkMix(read.mix, read.sets as { name: string }[], `Experiment ${experiment.name}`);
  return read;
};

/** Files whose kind is 'equality'. */
export const equality: Kind<EqualityExperiment, EqualityMetrics> = {
  onPictures: true,
  check: checkEquality,
  run: async (options) => runEquality({ ...options, experiment: await complete(options.experiment) }),
  metrics: (rows, { experiment, record: { dataset, notes = [] } }) =>
    equalityMetrics(rows, { experiment, dataset, notes }),
  async extent(experiment) {
    const read = await complete(experiment);
    const designs = designsOf(experiment);
    const edits = editCount(read);
    const { miniatures, table } = experiment.unrelated;
    return {
      facts: [
        ['kind', experiment.kind],
        ['designs', `${designs.length}: ${designs.map(({ name }) => name).join(', ')}`],
        ...setFacts(read).map((set): [string, string] => [
          'edits',
          `${set.name}: ${set.edits.map(({ title }) => title).join(', ')}`,
        ]),
        ['unrelated', `${miniatures} miniatures${table === undefined ? '' : `, ${table}`}`],
        ['list sizes', experiment.sizes.join(', ')],
      ],
      json: {
        kind: experiment.kind,
        designs: designs.map(({ name }) => name),
        edits,
        miniatures,
        sizes: experiment.sizes,
      },
      hashes: designs.length,
      edits,
      strategies: 0,
    };
  },
};
