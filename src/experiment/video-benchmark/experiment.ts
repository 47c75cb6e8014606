/** Experiments on videos: edited clips against a list of clips. */
import { type Static, Type } from 'typebox';
import { Count, experimentOf, Names, Share } from '../../schema/parts.ts';

/** How often is an edited clip found in a list of clips, at a fixed rate of false matches? */
export const VideoBenchmark = experimentOf('video-benchmark', {
  clips: Type.Integer({ minimum: 4, maximum: 10_000, description: 'generated clips, all of them listed' }),
  edits: Names,
  framesPerSecond: Type.Integer({ minimum: 1, maximum: 30, description: 'frames that vPDQ hashes a second' }),
  calibrationShare: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'share of clips on which thresholds are chosen; they are scored on the others',
  }),
  fpr: {
    ...Share,
    description: 'rate of false matches, over pairs of a sent and another listed clip, that a threshold may have',
  },
  bootstrap: { ...Count, description: 'resamples of clips for an interval' },
});
export type VideoBenchmark = Static<typeof VideoBenchmark>;
