/** What experiments on a network's scores share: their dataset, how the scores came about, and one row for each rendering of a picture. */
import { type Static, Type } from 'typebox';
import { Orient } from './orient.ts';
import { closed } from './parts.ts';

/** How pictures become scores: every number of a score depends on all of it. */
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
    Type.Object({ state: Type.Literal('refused'), reason: Type.String() }),
    Type.Object(
      { state: Type.Literal('failed'), error: Type.String() },
      { description: 'only in old runs: now a run stops at what is not the fault of the picture' },
    ),
  ]),
});
export type ScoredRow = Static<typeof ScoredRow>;

export const scoredDataset = Type.Object(
  {
    name: Type.String({ minLength: 1, description: "'generated', 'photographs', or the path of a folder or manifest" }),
    pictures: Type.Optional(Type.Integer({ minimum: 20, description: 'how many, for a generated dataset' })),
    orient: Orient,
    sha256: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'refuse to run on any other pictures' }),
    ),
  },
  closed,
);
