/** An experiment on base rates: how often a classifier raises an alarm about innocent pictures, and what that means where targets are rare. */

import { type Static, Type } from 'typebox';
import { TransformSpec } from '../../schema/edit-preset.ts';
import { DatasetSpec } from '../../schema/parts.ts';

const closed = { additionalProperties: false } as const;
const Inside = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });
const Source = Type.String({
  minLength: 1,
  description: 'where the value comes from; "prior" when nobody measured it',
});

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
export const Prevalence = Type.Object({ name: Type.String({ minLength: 1 }), value: Inside, source: Source }, closed);
export type Prevalence = Static<typeof Prevalence>;

/** A number above 0 with its source; the most that it can be. */
const sourced = (maximum: number) =>
  Type.Object({ value: Type.Number({ exclusiveMinimum: 0, maximum }), source: Source }, closed);

export const BaseRate = Type.Object(
  {
    version: Type.Literal(1),
    kind: Type.Literal('base-rate'),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    question: Type.String({ minLength: 1 }),
    seed: Type.Integer({ minimum: 0 }),
    dataset: DatasetSpec,
    classifiers: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1 }),
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
    thresholds: Type.Array(Inside, { minItems: 1, uniqueItems: true }),
    edits: Type.Array(TransformSpec, { description: 'after which some innocent pictures are scored once more' }),
    editedPictures: Type.Integer({ minimum: 0, description: 'how many, drawn by the seed' }),
    prevalences: Type.Array(Prevalence, {
      minItems: 1,
      description: 'the first is the one that answers are given for',
    }),
    precisions: Type.Array(Inside, { minItems: 1, uniqueItems: true, description: 'wanted PPVs' }),
    assumedTpr: Type.Object(
      {
        value: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
        source: Source,
      },
      {
        ...closed,
        description: 'detection rate of alarms without topics, which cannot be measured on benign pictures',
      },
    ),
    accuracy: Type.Object(
      { value: Inside, source: Source },
      { ...closed, description: 'a claimed accuracy, read in every way' },
    ),
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
  },
  { ...closed, title: 'presend base-rate experiment' },
);
export type BaseRate = Static<typeof BaseRate>;
