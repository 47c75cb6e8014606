/** What a run measures of a strategy that scans clips by their frames. */
import { type Static, Type } from 'typebox';
import { Nullable } from './parts.ts';
import { AnyRate, Rate } from './rate.ts';
import { Against, MatchRule } from './tradeoff-inputs.ts';

/** The clips of a run, and what an exact hash of the file finds of them. */
export const clipFacts = {
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
  sameFile: Type.Array(Type.Object({ edit: Type.String(), recall: Rate }), {
    description: 'listed clips whose file is byte for byte the listed one: what MD5 and SHA-256 find',
  }),
  sameFileInnocent: Rate,
};
const ClipFacts = Type.Object(clipFacts);
export type ClipFacts = Static<typeof ClipFacts>;

/** One strategy at a number of frames. */
export const SentClips = Type.Object({
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
export type SentClips = Static<typeof SentClips>;
