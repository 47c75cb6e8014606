/** The metrics of a run on clips: derived from rows by pure functions, no wall time inside. */
import { type Static, Type } from 'typebox';
import { clipFacts, SentClips } from '../../schema/clip-metrics.ts';
import { Bits, metricsOf, Nullable } from '../../schema/parts.ts';
import { AnyRate, Rate } from '../../schema/rate.ts';

/** What frames alone decide, at a number of frames. */
export const LookedMetrics = Type.Object({
  looked: Type.Integer({ description: 'frames of a clip that are looked at' }),
  flatFrames: Type.Union(AnyRate.anyOf, { description: 'frames of evaluation clips that are too flat to be trusted' }),
  frameFalse: Type.Union(AnyRate.anyOf, { description: 'frames of innocent evaluation clips that match' }),
  rules: Type.Array(
    Type.Object({
      rule: Type.String({ description: 'near, flat or equality' }),
      item: Type.String({ description: 'any, or half: how many frames make a clip match' }),
      falsePositive: Rate,
      independent: Nullable(
        Type.Number({
          description: "innocent clips that one frame of chance each would flag: 1 − (1 − p)^n, p the frames' rate",
        }),
      ),
      edits: Type.Array(Type.Object({ edit: Type.String(), recall: Rate })),
      edited: AnyRate,
    }),
  ),
});
export type LookedMetrics = Static<typeof LookedMetrics>;

export const ClipsMetrics = metricsOf('clips', {
  dataset: clipFacts.dataset,
  list: clipFacts.list,
  operatingPoint: Type.Object({
    near: Type.Object({ bits: Bits, rule: Type.String(), calibrationFpr: Rate }),
    score: Nullable(Type.Object({ score: Type.Number(), rule: Type.String(), calibrationFpr: Rate })),
  }),
  sameFile: clipFacts.sameFile,
  sameFileInnocent: clipFacts.sameFileInnocent,
  looked: Type.Array(LookedMetrics),
  strategies: Type.Array(SentClips),
});
export type ClipsMetrics = Static<typeof ClipsMetrics>;
