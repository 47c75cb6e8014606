/** An experiment on content that no list has: whole sources of target content are held out, so that they are new to list and classifier. */

import { type Static, Type } from 'typebox';
import { DetectorsUsed } from '../../schema/detectors-used.ts';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { closed, DatasetSpec, experimentOf, Share } from '../../schema/parts.ts';

export const NewContent = experimentOf('new-content', {
  dataset: DatasetSpec,
  detectors: DetectorsUsed,
  kinds: Type.Optional(
    Type.Array(Type.String(), { minItems: 1, description: 'kinds of picture to use; all when left out' }),
  ),
  sources: Type.Record(Type.String({ minLength: 1 }), Type.Array(Type.String(), { minItems: 1 }), {
    description: 'sources of target content by name: the labels of their pictures. Each is held out once',
  }),
  innocent: Type.Optional(
    Type.Array(Type.String(), { minItems: 1, description: 'labels of innocent pictures; all others when left out' }),
  ),
  shares: Type.Object(
    {
      training: Share,
      calibration: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: 'of innocent groups; of target groups they belong to training. The rest is for evaluation',
      }),
      listed: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: "share of a source's evaluation groups that is listed; all of its training groups are",
      }),
    },
    closed,
  ),
  hash: Type.String({ description: 'the hash that the list is made of: a name, or a detector file (.yaml)' }),
  secondHash: Type.String({ description: 'an independent hash, or a detector file, that confirms its matches' }),
  classifier: Type.String({ description: 'the network: its label is a detector, its embedding feeds the head' }),
  label: Type.String({ description: 'the label of the network that stands for target content' }),
  head: Type.Enum(['logistic', 'mlp'], {
    description: 'what is trained on embeddings, anew for each source held out',
  }),
  edits: Type.Array(TransformSpec, { minItems: 1, description: 'edits of listed pictures' }),
  targetFpr: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'largest false-positive rate of every detector on calibration pictures',
  }),
});
export type NewContent = Static<typeof NewContent>;
