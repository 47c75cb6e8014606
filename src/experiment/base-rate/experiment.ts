/** An experiment on base rates: how often a classifier raises an alarm about innocent pictures, and what that means where targets are rare. */

import { type Static, Type } from 'typebox';
import { scoreProgramMembers } from '../../schema/detector-file.ts';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { closed, DatasetSpec, experimentOf, Share, Source, Sourced } from '../../schema/parts.ts';

/** What counts as an alarm: the scores of these labels together reach a threshold. */
export const Alarm = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    labels: Type.Array(Type.String(), { minItems: 1, uniqueItems: true }),
    topics: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'topics for which the alarm is right: they are not innocent, and their detection rate is measured',
      }),
    ),
  },
  closed,
);
export type Alarm = Static<typeof Alarm>;

/** A share of pictures that are target content. */
export const Prevalence = Type.Object({ name: Type.String({ minLength: 1 }), value: Share, source: Source }, closed);
export type Prevalence = Static<typeof Prevalence>;

/** A number above 0 with its source; the most that it can be. */
const sourced = (maximum: number) => Sourced(Type.Number({ exclusiveMinimum: 0, maximum }), { source: Source });

export const BaseRate = experimentOf('base-rate', {
  dataset: DatasetSpec,
  classifiers: Type.Array(
    Type.Object(
      {
        ...scoreProgramMembers('name of a classifier, or '),
        pictures: Type.Optional(
          Type.Integer({
            minimum: 20,
            description:
              'at most so many pictures, drawn in whole groups and not edited: a large network takes its time',
          }),
        ),
      },
      closed,
    ),
    { minItems: 1, description: 'the first is the one that answers are given for' },
  ),
  alarms: Type.Array(Alarm, { minItems: 1, description: 'the first is the one that answers are given for' }),
  thresholds: Type.Array(Share, { minItems: 1, uniqueItems: true }),
  edits: Type.Array(TransformSpec, { description: 'after which some innocent pictures are scored once more' }),
  editedPictures: Type.Integer({ minimum: 0, description: 'how many, drawn by the seed' }),
  prevalences: Type.Array(Prevalence, {
    minItems: 1,
    description: 'the first is the one that answers are given for',
  }),
  precisions: Type.Array(Share, { minItems: 1, uniqueItems: true, description: 'wanted PPVs' }),
  assumedTpr: Sourced(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), {
    source: Source,
    description: 'detection rate of alarms without topics, which cannot be measured on benign pictures',
  }),
  accuracy: Sourced(Share, { source: Source, description: 'a claimed accuracy, read in every way' }),
  volume: Type.Object(
    {
      picturesPerDay: sourced(1e15),
      prevalence: sourced(1),
      tpr: sourced(1),
      secondsPerReview: sourced(86_400),
      hoursPerYear: sourced(8784),
    },
    { ...closed, description: 'the service that false alarms are counted for' },
  ),
});
export type BaseRate = Static<typeof BaseRate>;
