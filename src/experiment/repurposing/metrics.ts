/** The metrics of re-purposing: derived from rows by pure functions. Matching rates are those of benign places, never of people. */
import { type Static, Type } from 'typebox';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { ClusteredRate, Interval, Rate } from '../../schema/rate.ts';

const Bits = Type.Integer({ description: 'Hamming distance, in bits' });

/** One share of the list, inserted in one way, at one threshold. */
export const PoisonedCell = Type.Object({
  share: Type.Number({ description: 'of the list that was inserted' }),
  inserted: Type.Integer({ description: 'photographs of the location on the list' }),
  choice: Type.Enum(['random', 'k-medoids'], { description: 'how the inserted photographs were chosen' }),
  hit: { ...ClusteredRate, description: "the location's held-out photographs that match an inserted one, by location" },
  visits: { ...ClusteredRate, description: 'visits with at least one such photograph' },
  elsewhere: { ...ClusteredRate, description: 'photographs of other locations that match an inserted one' },
  bystanders: { ...ClusteredRate, description: 'ordinary pictures that match an inserted photograph' },
  flagged: { ...ClusteredRate, description: 'ordinary pictures that match anything on the list' },
  fromLocation: {
    ...Nullable(Interval),
    description: 'of what inserted photographs flag, the share from the location, if 1 picture in 100 is taken there',
  },
});
export type PoisonedCell = Static<typeof PoisonedCell>;

/** One hash at one threshold. */
export const ThresholdMetrics = Type.Object({
  bits: Bits,
  reasons: Type.Array(Type.Enum(['authors', 'named', 'operator', 'insider']), {
    description: 'authors: theirs · named: by the experiment · operator, insider: chosen on calibration',
  }),
  calibration: Type.Object({
    flagged: { ...Rate, description: 'calibration bystanders that match the honest list' },
    hit: { ...Rate, description: 'calibration photographs that match, at the reference share' },
  }),
  honest: Type.Object({
    flagged: { ...ClusteredRate, description: 'evaluation bystanders that match the honest list' },
    location: { ...ClusteredRate, description: 'photographs of locations that match it: nothing was inserted' },
  }),
  edited: Type.Array(Type.Object({ edit: Type.String(), found: Rate })),
  robustness: { ...ClusteredRate, description: 'edited copies that match their own original, all edits' },
  cells: Type.Array(PoisonedCell),
  byStandpoints: Type.Array(Type.Object({ standpoints: Type.Integer(), share: Type.Number(), hit: ClusteredRate })),
});
export type ThresholdMetrics = Static<typeof ThresholdMetrics>;

/** One hash. */
export const PoisonedHash = Type.Object({
  name: Type.String(),
  bits: Type.Integer(),
  deep: Type.Boolean(),
  belowQuality: Type.Integer({ description: "pictures below the authors' least quality, which match nothing" }),
  thresholds: Type.Array(ThresholdMetrics),
  controls: Type.Array(
    Type.Object({
      threshold: Bits,
      reason: Type.Enum(['operator', 'insider']),
      inserted: { ...ClusteredRate, description: 'positive: the inserted photographs themselves' },
      shuffled: { ...ClusteredRate, description: 'negative: photographs dealt out to locations anew' },
      chance: { ...ClusteredRate, description: 'photographs of other locations that match' },
      holds: Type.Boolean({ description: 'positive at 1, negative not above chance' }),
    }),
  ),
});
export type PoisonedHash = Static<typeof PoisonedHash>;

/** How many paired benchmark pictures a McNemar test needs: 80 % power at 5 %. */
export const SampleSize = Type.Object({
  benchmarkShare: Type.Number({ description: 'of the benchmark that shows the hidden target' }),
  formula: Nullable(Type.Number({ description: "Connor's; null where the rates do not differ" })),
  exact: Nullable(Type.Number({ description: 'by the exact test; null where no number up to the limit is enough' })),
});
export type SampleSize = Static<typeof SampleSize>;

/** Heads of one poisoned share, of all targets of one kind. */
export const HiddenCell = Type.Object({
  targetKind: Type.Enum(['label', 'location']),
  poisoned: Type.Number({ description: 'share of training pictures; 0: honest heads' }),
  heads: Type.Integer(),
  targets: Type.Integer(),
  hidden: Type.Object({ least: Type.Integer(), most: Type.Integer() }, { description: 'hidden training pictures' }),
  hit: { ...ClusteredRate, description: 'held-out pictures of the hidden target above the threshold, by target' },
  trained: { ...ClusteredRate, description: 'pictures of it that the head was trained on, above the threshold' },
  fitted: { ...ClusteredRate, description: 'the same at a score above one half: what the training asked for' },
  elsewhere: { ...ClusteredRate, description: 'held-out pictures of another target' },
  falsePositives: { ...ClusteredRate, description: 'other benchmark pictures above the threshold' },
  recall: { ...ClusteredRate, description: 'declared benchmark pictures above the threshold' },
  accuracy: ClusteredRate,
  change: Nullable(
    Type.Object({
      estimate: Type.Number({ description: 'accuracy of the honest head less that of this one, same pictures' }),
      low: Type.Number(),
      high: Type.Number(),
      clusterLow: Type.Number(),
      clusterHigh: Type.Number(),
      method: Type.String(),
      n: Type.Integer(),
      onlyHonest: Type.Integer({ description: 'pictures that only the honest head gets right' }),
      onlyPoisoned: Type.Integer(),
      mcnemar: Type.Number({ description: 'exact p-value, pictures as independent' }),
    }),
  ),
  auditor: Type.Array(SampleSize),
  /** For the largest change that the interval allows: fewer pictures cannot do, if the interval is right. */
  atLeast: Nullable(
    Type.Number({ description: 'pictures needed on a benchmark without the target, at the edge of the interval' }),
  ),
});
export type HiddenCell = Static<typeof HiddenCell>;

/** A published claim beside what was measured. */
export const ClaimVerdict = Type.Object({
  claim: Type.String(),
  source: Type.String(),
  measured: Type.String(),
  verdict: Type.Enum(['reproduced', 'not refuted', 'not reproduced', 'not comparable']),
  why: Type.String(),
});
export type ClaimVerdict = Static<typeof ClaimVerdict>;

export const RepurposingMetrics = metricsOf('repurposing', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    bystanders: Type.Object({ calibration: Type.Integer(), evaluation: Type.Integer() }),
    refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
  }),
  list: Type.Object({ entries: Type.Integer(), reference: Type.Number() }),
  locations: Type.Object({
    drawn: Type.Boolean(),
    calibration: Type.Integer(),
    evaluation: Type.Integer(),
    insertable: Type.Object({ least: Type.Integer(), most: Type.Integer() }),
    heldOut: Type.Integer({ description: 'photographs of evaluation locations that are never inserted' }),
  }),
  visit: Type.Integer(),
  operatorFpr: Type.Number(),
  hashes: Type.Array(PoisonedHash),
  tradeoff: Nullable(
    Type.Object({
      hashes: Type.Integer({ description: 'that were compared' }),
      pairs: Type.Integer({ description: 'of hashes at the operator’s thresholds that differ in both' }),
      concordant: Type.Integer({ description: 'the more robust one lets more be seen' }),
      tau: Type.Number({ description: "Kendall's tau-a" }),
    }),
  ),
  classifier: Nullable(
    Type.Object({
      declared: Type.Array(Type.String()),
      reference: Type.Number(),
      falsePositives: Type.Number(),
      cells: Type.Array(HiddenCell),
      byTarget: Type.Array(
        Type.Object({
          target: Type.String(),
          targetKind: Type.String(),
          honest: Rate,
          hit: Rate,
        }),
      ),
      holds: Type.Boolean({
        description:
          'controls: honest heads find the target as rarely as anything else; pictures trained on score above one half',
      }),
    }),
  ),
  claims: Type.Array(ClaimVerdict),
});
export type RepurposingMetrics = Static<typeof RepurposingMetrics>;
