/** The metrics of new-content runs: derived from observations by pure functions, no wall time inside. */

import { type Static, Type } from 'typebox';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { ClusteredRate, MeasuredInterval, PairedDifference, Rate } from '../../schema/rate.ts';
import { ScorerRow } from '../../schema/scored.ts';

/** What is asked: listed as sent, listed after an edit, a new picture of a known source, one of a source held out, innocent. */
export const AskedContent = Type.Enum(['listed', 'edited', 'known source', 'new source', 'innocent']);
export type AskedContent = Static<typeof AskedContent>;

/** A detector, by what it puts together. */
export const DetectorName = Type.Enum([
  'hash-authors',
  'hash',
  'label',
  'head',
  'hash-and-head',
  'hash-or-head',
  'cascade',
  'confirmed',
]);
export type DetectorName = Static<typeof DetectorName>;

/** One detector. */
export const DetectorMetrics = Type.Object({
  name: DetectorName,
  title: Type.String(),
  rule: Type.String({ description: 'how its operating point is chosen' }),
  operating: Type.Array(
    Type.Object({
      held: Type.String(),
      bits: Nullable(Type.Number({ description: 'match when the distance is at most this; -1: nothing matches' })),
      score: Nullable(Type.Number({ description: 'flagged when the score is at least this' })),
      secondBits: Nullable(Type.Number()),
      calibration: Rate,
    }),
  ),
  rates: Type.Array(Type.Object({ content: AskedContent, rate: ClusteredRate })),
  byEdit: Type.Array(Type.Object({ transform: Type.String(), rate: ClusteredRate })),
  bySource: Type.Array(Type.Object({ source: Type.String(), known: Rate, fresh: Rate })),
  newness: PairedDifference,
});
export type DetectorMetrics = Static<typeof DetectorMetrics>;

/** Two detectors on the same pictures. */
const DetectorPair = Type.Object({
  first: DetectorName,
  second: DetectorName,
  differences: Type.Array(Type.Object({ content: AskedContent, difference: PairedDifference })),
});

/** How well one measure tells one kind of content from innocent pictures, whatever the threshold. */
export const ContentCurve = Type.Object({
  detector: DetectorName,
  content: AskedContent,
  auc: MeasuredInterval,
  points: Type.Array(Type.Object({ fpr: Type.Number(), tpr: Type.Number() })),
});
export type ContentCurve = Static<typeof ContentCurve>;

export const NewContentMetrics = metricsOf('new-content', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    refused: Type.Array(Type.Object({ picture: Type.String(), reason: Type.String() })),
  }),
  scorer: ScorerRow,
  hashes: Type.Object({ first: Type.String(), second: Type.String() }),
  label: Type.String(),
  targetFpr: Type.Number(),
  sources: Type.Array(
    Type.Object({
      name: Type.String(),
      labels: Type.Array(Type.String()),
      training: Type.Integer(),
      listed: Type.Integer({ description: 'listed pictures of the evaluation part' }),
      fresh: Type.Integer({ description: 'unlisted ones' }),
    }),
  ),
  innocent: Type.Object({ training: Type.Integer(), calibration: Type.Integer(), evaluation: Type.Integer() }),
  detectors: Type.Array(DetectorMetrics),
  pairs: Type.Array(DetectorPair),
  curves: Type.Array(ContentCurve),
});
export type NewContentMetrics = Static<typeof NewContentMetrics>;
