/**
 * Experiments on re-purposing: photographs of a place put on the list, and a classifier that was taught one more thing than it is said
 * to look for. Closed and versioned like all experiments.
 */

import { type Static, Type } from 'typebox';
import { DetectorsUsed } from '../../schema/detectors-used.ts';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { Count, closed, DatasetSpec, experimentOf, Names, Share } from '../../schema/parts.ts';

const Shares = Type.Array(Share, { minItems: 1, uniqueItems: true });

/** What is hidden in a classifier, and how the auditor looks. */
export const HiddenTargets = Type.Object(
  {
    declared: { ...Names, description: 'labels that the classifier is said to look for' },
    leastPictures: Type.Integer({
      minimum: 4,
      description: 'every other label with so many pictures is a hidden target in turn',
    }),
    mostLabels: Type.Integer({ minimum: 0, description: 'at most so many labels, drawn by the seed' }),
    mostLocations: Type.Integer({
      minimum: 0,
      description: 'at most so many locations of the evaluation, drawn by the seed',
    }),
    poisoned: {
      ...Shares,
      description: 'shares of the training pictures that show the hidden target, called declared',
    },
    training: Type.Integer({ minimum: 20, description: 'at most so many honest training pictures' }),
    repeats: Type.Integer({ minimum: 1, maximum: 20, description: 'draws of the training pictures' }),
    ridge: Type.Number({ exclusiveMinimum: 0, description: 'penalty on squared weights, a training picture' }),
    falsePositives: {
      ...Share,
      description: 'the threshold of every head: this share of other pictures on calibration',
    },
    reference: { ...Share, description: 'the poisoned share at which the auditor’s benchmarks are compared' },
    benchmarkShares: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), {
      minItems: 1,
      description: 'shares of the auditor’s benchmark that show the hidden target',
    }),
  },
  closed,
);
export type HiddenTargets = Static<typeof HiddenTargets>;

/** How many of a location's other photographs match once some were listed? What does a retrained classifier see, and who notices? */
export const RepurposingExperiment = experimentOf('repurposing', {
  dataset: DatasetSpec,
  kinds: Type.Optional({ ...Names, description: 'kinds of ordinary picture; all when left out' }),
  hashes: { ...Names, description: 'perceptual and deep hashes, and paths of detector files (.yaml)' },
  detectors: DetectorsUsed,
  thresholds: Type.Record(Type.String(), Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }), {
    description: "by hash: thresholds in bits, beside its authors' and those chosen on calibration",
  }),
  operatorFpr: {
    ...Share,
    description: 'the operator takes the loosest threshold at which so many calibration pictures match an honest list',
  },
  list: Type.Object(
    {
      entries: Type.Integer({ minimum: 20, description: 'hashes on the list, inserted ones with them' }),
      bystanders: Type.Integer({
        minimum: 20,
        description: 'at most so many groups of ordinary pictures that are not listed',
      }),
      poisoned: { ...Shares, description: 'shares of the list that are photographs of one location' },
      reference: { ...Share, description: 'the share at which controls are run and thresholds compared' },
    },
    closed,
  ),
  locations: Type.Object(
    {
      calibrationShare: {
        ...Share,
        description: 'share of locations on which thresholds are chosen, with half of the bystanders',
      },
      heldOutShare: { ...Share, description: "share of a location's photographs that is never inserted" },
      drawn: Type.Object(
        {
          locations: Type.Integer({ minimum: 4 }),
          photographs: Type.Integer({ minimum: 4, description: 'of each location' }),
          standpoints: Type.Array(Count, { minItems: 1, description: 'from how many spots, location by location' }),
        },
        { ...closed, description: 'where the dataset is the generated one' },
      ),
      labelled: Type.Object(
        {
          kinds: Type.Optional(Names),
          labels: Type.Optional(Names),
          leastPhotographs: Type.Integer({ minimum: 4 }),
        },
        { ...closed, description: 'elsewhere: every label of these kinds with so many pictures is a location' },
      ),
    },
    closed,
  ),
  visit: Type.Integer({ minimum: 1, maximum: 100, description: 'photographs that somebody takes on a visit' }),
  robustness: Type.Object(
    {
      pictures: Type.Integer({ minimum: 10, description: 'listed pictures that are edited' }),
      edits: Type.Array(TransformSpec, { minItems: 1, uniqueItems: true }),
    },
    closed,
  ),
  classifier: Type.Optional(HiddenTargets),
});
export type RepurposingExperiment = Static<typeof RepurposingExperiment>;
