/** The metrics of a hash-leakage run: a pure function of its rows. */
import type { HashLeakageExperiment } from '../../schema/hash-leakage.ts';
import type { HashLeakageMetrics } from '../../schema/hash-leakage-metrics.ts';
import type { HashLeakControl, HashLeakSource } from '../../schema/hash-leakage-rows.ts';
import type { Observation } from '../../schema/observation.ts';
import { UserError } from '../../util/errors.ts';
import { featureLeak, inversionControl, inversionLeak } from './hash-leakage/inversion.ts';
import { hashLeakageLimits } from './hash-leakage/limits.ts';
import { membershipLeak } from './hash-leakage/membership.ts';
import { pictureLookup, sourceCounts } from './hash-leakage/pictures.ts';
import { topicLeak } from './hash-leakage/topics.ts';
import { rounded } from './rounded.ts';

/** What the rows do not say. */
export interface HashLeakageContext {
  readonly experiment: HashLeakageExperiment;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly notes: readonly string[];
}

/** Derives everything. Throws a UserError where no picture could be used. */
export function hashLeakageMetrics(
  rows: readonly Observation[],
  { experiment, dataset, notes }: HashLeakageContext,
): HashLeakageMetrics {
  const { seed } = experiment;
  const of = <R extends Observation['row']>(kind: R) =>
    rows.filter((row): row is Extract<Observation, { row: R }> => row.row === kind);
  const pictures = of('hash-leak-pictures');
  if (!pictures.some(({ source, picture }) => source === 'dataset' && picture.length > 0))
    throw new UserError(`No picture of dataset '${dataset.name}' could be decoded`);
  const lookup = pictureLookup(pictures);
  const pictureOf = (source: HashLeakSource) => (id: string) => lookup(source, id);
  const guessed = of('hash-leak-topic');
  const tests = {
    attacks: guessed.filter(({ control }) => control === 'none').length,
    shuffled: guessed.filter(({ control }) => control === 'shuffled').length,
  };
  const dealt = of('hash-leak-inversion-control');
  const inversionControls = dealt.map((row) => inversionControl(row, dealt.length));
  const listed = of('hash-leak-membership');
  const topics = guessed.map((row) => topicLeak(row, pictureOf(row.source), seed, tests));
  const inversions = of('hash-leak-inversion').map((row) => inversionLeak(row, pictureOf(row.source), seed));
  const membership = listed.map((row) =>
    membershipLeak(row, listed.filter(({ control }) => control === 'shuffled').length),
  );
  const passes = (all: readonly { readonly control: HashLeakControl; readonly passed: boolean | null }[]) => {
    const count = (control: HashLeakControl) => {
      const controls = all.filter((each) => each.control === control);
      return { k: controls.filter(({ passed }) => passed).length, n: controls.length };
    };
    return { shuffled: count('shuffled'), identity: count('identity') };
  };
  const metrics = {
    schemaVersion: 1 as const,
    kind: 'hash-leakage' as const,
    experiment: experiment.name,
    question: experiment.question,
    seed,
    dataset: {
      ...dataset,
      sources: sourceCounts(pictures),
      refused: of('refused').map(({ picture, reason }) => ({ picture, reason })),
    },
    topics,
    inversions,
    inversionControls,
    features: of('hash-leak-features').map((row) => featureLeak(row, pictureOf(row.source), seed)),
    shown: of('hash-leak-shown').map(({ row: _, ...shown }) => shown),
    membership,
    controls: {
      topics: passes(topics),
      inversion: passes([
        ...inversions,
        ...inversionControls.map((each) => ({ ...each, control: 'shuffled' as const })),
      ]),
      membership: passes(membership),
    },
  };
  return rounded({ ...metrics, limits: [...notes, ...hashLeakageLimits(metrics, experiment)] });
}
