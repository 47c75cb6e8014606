/** Shared parts of experiments on a network's scores: how scores are computed, and one row for each rendering of a picture. */
import { type Static, Type } from 'typebox';
import { Failed, Refused } from './parts.ts';
import { type RowOf, refusedRow, rowType } from './row.ts';

/** How pictures become scores; every number of a score depends on all of it. */
export const ScorerRow = Type.Object({
  row: Type.Literal('scorer'),
  network: Type.String(),
  sha256: Type.String({ description: 'of the weights' }),
  labels: Type.Array(Type.String()),
  backend: Type.String({ description: 'what runs the network' }),
  decoder: Type.String({ description: 'what turns files into pixels, with versions' }),
  kernel: Type.String({ description: "what turns pixels into the network's input" }),
});
export type ScorerRow = Static<typeof ScorerRow>;

/** One rendering of a picture under one network. */
export const ScoredRow = Type.Object({
  row: Type.Literal('scored'),
  picture: Type.String(),
  group: Type.String(),
  topic: Type.String(),
  kind: Type.String({ description: 'where in the dataset it comes from' }),
  set: Type.String({ description: "the set that the edit belongs to; 'none' where it belongs to none" }),
  transform: Type.String({
    description: "label of the edit, 'none' for the picture that edited ones are compared with",
  }),
  network: Type.String(),
  outcome: Type.Union([
    Type.Object({
      state: Type.Literal('scored'),
      scores: Type.Array(Type.Number(), { description: 'in the order of the labels' }),
    }),
    Refused,
    Failed,
  ]),
});
export type ScoredRow = Static<typeof ScoredRow>;

// The types of these rows, and the fields that must be unique in a run.

export const scorerRow = rowType(ScorerRow, ({ network, backend, decoder, kernel }) => [
  network,
  backend,
  decoder,
  kernel,
]);
const scoredRow = rowType(ScoredRow, ({ picture, set, transform, network }) => [picture, set, transform, network]);

/** The rows of an experiment that only uses scores. */
export const scoreRows = [refusedRow, scorerRow, scoredRow];
export type ScoreRow = RowOf<typeof scoreRows>;
