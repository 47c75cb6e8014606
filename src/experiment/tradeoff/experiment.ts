/** Trade-off experiments: strategies compared on the same messages, and hashes on the same edits. */

import { type Static, Type } from 'typebox';
import { type ClipScene, clipSceneMembers, frameCounts } from '../../schema/clip-scene.ts';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { Count, closed, experimentHead, Source, Sourced } from '../../schema/parts.ts';
import { type Scenario, scenarioMembers } from '../../schema/scenario.ts';
import { ClipFindings, FalseMatches, ModelInput, OffendersInput } from '../../schema/tradeoff-inputs.ts';

const { version, ...head } = experimentHead;
const { dataset, assignment, detectors, strategies: strategy, operatingPoint, messages } = scenarioMembers;

/** A population too large to send message by message: the rule of a threshold strategy is applied to each of its accounts. */
export const Population = Type.Object(
  {
    accounts: Sourced(Type.Integer({ minimum: 1000, maximum: 10_000_000_000 })),
    offendingShare: Sourced(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 0.001,
        description: 'share of the accounts that send listed pictures',
      }),
    ),
    thresholds: Type.Array(Type.Integer({ minimum: 1, maximum: 200 }), {
      minItems: 1,
      uniqueItems: true,
      description: 'matches of one account from which it is opened',
    }),
    bursts: Type.Object(
      { count: Count, size: Count, source: Source },
      {
        ...closed,
        description: 'series of near-duplicates in every innocent account; a series matches completely or not at all',
      },
    ),
  },
  closed,
);
export type Population = Static<typeof Population>;

/** Clips that every strategy is given too, in a deployment of its own: the second arm of the trade-off. */
const ClipMessages = Type.Object(
  {
    clips: Type.Integer({
      minimum: 20,
      maximum: 2000,
      description: 'clips of the generated corpus; assignment and operating point are those of the pictures',
    }),
    target: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'topics of the generated corpus that stand in for target content. Left out: /assignment/target',
      }),
    ),
    frames: Type.Enum([...frameCounts], { description: 'how many frames of a clip are scanned, evenly spread' }),
    edits: clipSceneMembers.edits,
    innocentClips: clipSceneMembers.innocentClips,
    paddingBytes: Type.Optional(
      Type.Integer({ minimum: 0, description: 'of clips and frames. Left out: /messages/paddingBytes' }),
    ),
  },
  closed,
);

/** A scenario, the grid of hashes and edits that are compared beside it, and the inputs of the trade-off model. */
export const Experiment = Type.Object(
  {
    version,
    kind: Type.Optional(Type.Literal('tradeoff', { description: 'other kinds have schemas of their own' })),
    ...head,
    dataset,
    assignment,
    detectors,
    grid: Type.Object(
      {
        hash: Type.Array(Type.String(), {
          minItems: 1,
          uniqueItems: true,
          description: 'names of hashes, and paths of detector files (.yaml)',
        }),
        transform: Type.Array(TransformSpec, { minItems: 1, uniqueItems: true }),
        strategy,
      },
      closed,
    ),
    operatingPoint,
    messages: Type.Object({ ...messages.properties, clips: Type.Optional(ClipMessages) }, closed),
    model: Type.Record(Type.String(), ModelInput, {
      description: 'inputs of the trade-off model; those left out are as in experiments/tradeoff/inputs.yaml',
    }),
    offenders: Type.Optional(Type.Array(OffendersInput, { minItems: 1, description: 'the first one is used' })),
    population: Type.Optional(Population),
    falseMatches: Type.Optional(
      Type.Array(FalseMatches, { description: 'the first of a rule is used; left out: false-matches.json' }),
    ),
    clipFindings: Type.Optional(ClipFindings),
  },
  { ...closed, title: 'presend experiment' },
);
export type Experiment = Static<typeof Experiment>;

/** What is sent of pictures: the file has the strategies in its grid. */
export const scenarioOf = ({
  seed,
  dataset,
  assignment,
  detectors,
  operatingPoint,
  messages: { clips: _, ...messages },
  grid,
}: Experiment): Scenario => ({
  seed,
  dataset,
  assignment,
  ...(detectors ? { detectors } : {}),
  operatingPoint,
  messages,
  strategies: grid.strategy,
});

/** What is sent of clips; undefined where no message is one. */
export function clipSceneOf({ seed, assignment, operatingPoint, messages, grid }: Experiment): ClipScene | undefined {
  const { clips } = messages;
  if (!clips) return undefined;
  const { target, listedShare, calibrationShare } = assignment;
  return {
    seed,
    corpus: { clips: clips.clips, target: clips.target ?? target, listedShare, calibrationShare },
    frames: [clips.frames],
    hash: messages.hash,
    equalityHash: messages.equalityHash,
    secondHash: messages.secondHash,
    classifier: messages.classifier,
    label: messages.label,
    edits: clips.edits,
    strategies: grid.strategy,
    targetFpr: operatingPoint.targetFpr,
    accounts: messages.accounts,
    paddingBytes: clips.paddingBytes ?? messages.paddingBytes,
    prefixBits: messages.prefixBits,
    protocols: messages.protocols,
    ...(clips.innocentClips === undefined ? {} : { innocentClips: clips.innocentClips }),
  };
}
