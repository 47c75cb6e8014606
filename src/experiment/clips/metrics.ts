/** The metrics of a run on clips: derived from rows by pure functions, no wall time inside. */
import { type Static, Type } from 'typebox';
import { Bits, metricsOf, Nullable } from '../../schema/parts.ts';
import { AnyRate, Rate } from '../../schema/rate.ts';
import { Against, MatchRule } from '../../schema/tradeoff-inputs.ts';

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

/** One strategy at a number of frames. */
export const SentMetrics = Type.Object({
  strategy: Type.String(),
  synthetic: Type.Boolean({
    description: 'devices also send synthetic vouchers, of which detection bears a number per account',
  }),
  looked: Type.Integer(),
  asSent: Rate,
  edited: AnyRate,
  newContent: AnyRate,
  innocent: Rate,
  findings: Type.Union(
    [
      Type.Object({
        rule: MatchRule,
        against: Against,
        newContent: Type.Object(
          { k: Type.Integer({ minimum: 0 }), n: Type.Integer({ minimum: 0 }) },
          { description: 'clips of target content on no list that match as sent' },
        ),
      }),
      Type.Null(),
    ],
    {
      description:
        'found of the clips that server scanning found, for the trade-off model; null where no list decides, or nothing was scanned on the server',
    },
  ),
  reportsPerFound: Nullable(Type.Number({ description: 'reports that reach the curator for each clip that is found' })),
  packets: Type.Number({ description: 'median of a clip, from sender to services, for the scan alone' }),
  sentBytes: Type.Number({ description: 'of these packets, median of a clip' }),
  receivedBytes: Type.Number({ description: 'of the answers, median of a clip' }),
  clipBytes: Type.Number({ description: 'of the packet with the clip, median' }),
});
export type SentMetrics = Static<typeof SentMetrics>;

export const ClipsMetrics = metricsOf('clips', {
  dataset: Type.Object({
    name: Type.String(),
    sha256: Type.String(),
    clips: Type.Object({
      calibration: Type.Integer({ description: 'innocent ones, on which thresholds are chosen' }),
      innocent: Type.Integer({ description: 'evaluated' }),
      listed: Type.Integer({ description: 'evaluated' }),
      new: Type.Integer({ description: 'evaluated' }),
    }),
    seconds: Type.Number({ description: 'median of a clip' }),
    bytes: Type.Number({ description: 'median of a clip' }),
  }),
  list: Type.Object({ clips: Type.Integer(), near: Type.Integer(), equality: Type.Integer() }),
  operatingPoint: Type.Object({
    near: Type.Object({ bits: Bits, rule: Type.String(), calibrationFpr: Rate }),
    score: Nullable(Type.Object({ score: Type.Number(), rule: Type.String(), calibrationFpr: Rate })),
  }),
  sameFile: Type.Array(Type.Object({ edit: Type.String(), recall: Rate }), {
    description: 'listed clips whose file is byte for byte the listed one: what MD5 and SHA-256 find',
  }),
  sameFileInnocent: Rate,
  looked: Type.Array(LookedMetrics),
  strategies: Type.Array(SentMetrics),
});
export type ClipsMetrics = Static<typeof ClipsMetrics>;
