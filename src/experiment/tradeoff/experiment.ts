/** An experiment file: closed, versioned data that asks a question. Unknown keys are refused. */

import { type Static, Type } from 'typebox';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { Orient } from '../../schema/orient.ts';
import { ProtocolSettings } from '../../schema/protocol-settings.ts';
import { ModelInput } from '../../schema/tradeoff-inputs.ts';

const closed = { additionalProperties: false } as const;
const Share = Type.Number({ minimum: 0, maximum: 1 });

export const Experiment = Type.Object(
  {
    version: Type.Literal(1),
    kind: Type.Optional(Type.Literal('tradeoff', { description: 'other kinds have schemas of their own' })),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    question: Type.String({ minLength: 1 }),
    seed: Type.Integer({ minimum: 0 }),
    dataset: Type.Object(
      {
        name: Type.String({ minLength: 1, description: "'generated', or the path of a folder or manifest" }),
        pictures: Type.Optional(Type.Integer({ minimum: 20, description: 'how many, for the generated corpus' })),
        orient: Orient,
        sha256: Type.Optional(
          Type.String({ pattern: '^[0-9a-f]{64}$', description: 'refuse to run on any other pictures' }),
        ),
      },
      closed,
    ),
    assignment: Type.Object(
      {
        target: Type.Array(Type.String(), { minItems: 1, description: 'labels that stand in for target content' }),
        listedShare: Type.Number({
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          description: 'share of target groups that are listed',
        }),
        calibrationShare: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      },
      closed,
    ),
    grid: Type.Object(
      {
        hash: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
        transform: Type.Array(TransformSpec, { minItems: 1, uniqueItems: true }),
        strategy: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
      },
      closed,
    ),
    operatingPoint: Type.Object(
      {
        targetFpr: Type.Number({
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          description: 'largest false-positive rate on calibration; hash thresholds never exceed their authors',
        }),
      },
      closed,
    ),
    messages: Type.Object(
      {
        hash: Type.String({ description: 'the hash that strategies match with' }),
        equalityHash: Type.String({
          description: 'the stable hash that protocols compare bit by bit, which can only compare for equality',
        }),
        secondHash: Type.String({ description: 'the independent hash of a second opinion; one of the grid' }),
        classifier: Type.String(),
        label: Type.String({ description: 'the label whose score the classifier strategy thresholds' }),
        edits: Type.Array(TransformSpec, {
          description: 'edits before sending; every message then passes `messenger`',
        }),
        accounts: Type.Integer({ minimum: 2 }),
        paddingBytes: Type.Integer({
          minimum: 0,
          description: 'plaintexts are padded to a multiple of this; 0 = not at all',
        }),
        prefixBits: Type.Integer({ minimum: 1, maximum: 32 }),
        orderedAccounts: Type.Integer({ minimum: 0, description: 'accounts that a court order names' }),
        userReport: Share,
        falseReport: Share,
        abort: Type.Number({ minimum: 0, maximum: 1, description: 'share of warned senders who do not send' }),
        protocols: ProtocolSettings,
      },
      closed,
    ),
    model: Type.Record(Type.String(), ModelInput),
  },
  { ...closed, title: 'presend experiment' },
);
export type Experiment = Static<typeof Experiment>;
