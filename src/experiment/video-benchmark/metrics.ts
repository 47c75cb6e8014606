/** The metrics of a video benchmark: derived from rows by pure functions, no wall time inside. */
import { type Static, Type } from 'typebox';
import { metricsOf, Nullable } from '../../schema/parts.ts';
import { ClusteredRate, Rate } from '../../schema/rate.ts';

/** One detector. Rates are those of the evaluation clips. */
export const VideoDetector = Type.Object({
  name: Type.String(),
  score: Type.String({ description: 'what is compared with the threshold' }),
  threshold: Type.Number({ description: 'a score above it is a match' }),
  calibration: Type.Object({ ...Rate.properties }, { description: 'false matches among the calibration clips' }),
  fpr: ClusteredRate,
  recall: Type.Object({ ...ClusteredRate.properties }, { description: 'of all edits together' }),
  authors: Nullable(
    Type.Object({
      threshold: Type.Number({ description: 'a score of at least it is a match' }),
      fpr: ClusteredRate,
      recall: ClusteredRate,
    }),
  ),
  edits: Type.Array(Type.Object({ edit: Type.String(), recall: Rate, atAuthors: Nullable(Rate) })),
});
export type VideoDetector = Static<typeof VideoDetector>;

export const VideoBenchmarkMetrics = metricsOf('video-benchmark', {
  clips: Type.Object({
    calibration: Type.Integer(),
    evaluation: Type.Integer(),
    kinds: Type.Record(Type.String(), Type.Integer()),
  }),
  frames: Type.Object({ decoded: Type.Integer(), hashed: Type.Integer(), belowQuality: Type.Integer() }),
  framesPerSecond: Type.Integer(),
  target: Type.Number({ description: 'rate of false matches that thresholds may have on the calibration clips' }),
  decoder: Type.String(),
  edits: Type.Array(Type.Object({ edit: Type.String(), summary: Type.String() })),
  detectors: Type.Array(VideoDetector),
});
export type VideoBenchmarkMetrics = Static<typeof VideoBenchmarkMetrics>;
