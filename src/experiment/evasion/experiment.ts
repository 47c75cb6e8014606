/**
 * Experiments on adversarial robustness: black-box attacks on the pictures of a dataset, within a stated budget. Their outputs are scored
 * and discarded; the numbers of pictures, queries and pixels are capped here.
 */

import { type Static, Type } from 'typebox';
import { DetectorsUsed } from '../../schema/detectors-used.ts';
import { Count, closed, DatasetSpec, experimentOf, Share, Sourced } from '../../schema/parts.ts';

const Levels = (description: string) => Type.Number({ exclusiveMinimum: 0, maximum: 64, description });

/** An attack with its settings. What it sees: nes and simba the distance or score of every query, boundary only match or no match. */
export const AttackSpec = Type.Union([
  Type.Object(
    {
      attack: Type.Literal('nes'),
      pairs: Type.Integer({ minimum: 1, maximum: 200, description: 'antithetic probes for one gradient' }),
      probe: Levels('root mean square of a probe, in grey levels'),
      step: Levels('length of a step, in grey levels'),
      momentum: Type.Number({ minimum: 0, exclusiveMaximum: 1 }),
    },
    closed,
  ),
  Type.Object(
    { attack: Type.Literal('simba'), step: Levels('change of one coefficient in the first round, in grey levels') },
    closed,
  ),
  Type.Object(
    {
      attack: Type.Literal('boundary'),
      directions: Type.Integer({ minimum: 1, maximum: 1000, description: 'random directions tried before the walk' }),
    },
    closed,
  ),
]);
export type AttackSpec = Static<typeof AttackSpec>;

const Attacks = Type.Array(AttackSpec, { minItems: 1, maxItems: 3 });
const spending = {
  frequencies: Type.Integer({
    minimum: 1,
    maximum: 32,
    description: 'perturbations are sums of up to so many half-waves across and down',
  }),
  queries: Type.Integer({ minimum: 1, maximum: 20_000, description: 'for each attack on each picture' }),
};

const Targets = Type.Array(
  Type.Object(
    { hash: Type.String({ description: 'name of a hash, or path of a detector file (.yaml)' }), ...spending },
    closed,
  ),
  { minItems: 1 },
);

/** Attacks on pictures of a dataset, scored against hashes and a classifier. */
export const Evasion = experimentOf('evasion', {
  dataset: DatasetSpec,
  detectors: DetectorsUsed,
  kinds: Type.Optional(
    Type.Array(Type.String(), { minItems: 1, description: 'kinds of picture to take; all when left out' }),
  ),
  calibrationShare: Type.Number({
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'share of groups on which the threshold of the classifier is chosen; the others are attacked',
  }),
  side: Type.Integer({
    minimum: 32,
    maximum: 512,
    description: 'longer side, in pixels, of the working copies that are attacked',
  }),
  l2: Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 0.5 }), {
    minItems: 1,
    maxItems: 10,
    description: 'budgets, ascending: root mean square of the change of a pixel, as a share of 255',
  }),
  quoted: Type.Number({ description: 'the one of /l2 at which rates are quoted' }),
  evasion: Type.Object(
    {
      pictures: Type.Integer({ minimum: 1, maximum: 500 }),
      targets: Targets,
      attacks: Attacks,
    },
    { ...closed, description: 'a listed picture is altered until its hash no longer matches its own entry' },
  ),
  collision: Type.Optional(
    Type.Object(
      {
        pairs: Type.Integer({ minimum: 1, maximum: 200 }),
        targets: Targets,
        attacks: Attacks,
      },
      { ...closed, description: "a picture is altered until its hash matches another's entry" },
    ),
  ),
  classifier: Type.Optional(
    Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        label: Type.String({
          minLength: 1,
          description: 'label of the network, and of the pictures that are attacked',
        }),
        targetFpr: Share,
        calibration: Type.Integer({ minimum: 10, maximum: 1000, description: 'at most so many other pictures' }),
        pictures: Type.Integer({ minimum: 1, maximum: 100 }),
        ...spending,
        attacks: Attacks,
      },
      { ...closed, description: 'a picture is altered until its score falls below the threshold' },
    ),
  ),
  resistance: Type.Object(
    {
      share: Share,
      attack: AttackSpec,
      listEntries: Sourced(Count, { description: 'entries on the list' }),
      photosPerDay: Sourced(Count, { description: 'photographs that are scanned a day' }),
    },
    {
      ...closed,
      description:
        'the price of a threshold at which at most this share of the pictures evades within the quoted budget, also under an attack that goes as far as it can',
    },
  ),
});
export type Evasion = Static<typeof Evasion>;

/** Every hash that is attacked. */
export const hashesOf = ({ evasion, collision }: Evasion): string[] => [
  ...new Set([...evasion.targets, ...(collision?.targets ?? [])].map(({ hash }) => hash)),
];
