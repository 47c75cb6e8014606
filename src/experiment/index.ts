/** Every kind of experiment: the one list. All else about a kind is derived from its value. */
import type { RowOf } from '../schema/row.ts';
import { baseRate } from './base-rate/kind.ts';
import { clips } from './clips/kind.ts';
import { copyDetection } from './copy-detection/kind.ts';
import { equality } from './equality/kind.ts';
import { evasion } from './evasion/kind.ts';
import { falsePositiveTail } from './false-positive-tail/kind.ts';
import { hashLeakage } from './hash-leakage/kind.ts';
import { leakage } from './leakage/kind.ts';
import { metadata } from './metadata/kind.ts';
import { newContent } from './new-content/kind.ts';
import { orders } from './orders/kind.ts';
import { power } from './power/kind.ts';
import { prevention } from './prevention/kind.ts';
import { reports } from './reports/kind.ts';
import { repurposing } from './repurposing/kind.ts';
import { scoreDrift } from './score-drift/kind.ts';
import { threshold } from './threshold/kind.ts';
import { tradeoff } from './tradeoff/kind.ts';
import { videoBenchmark } from './video-benchmark/kind.ts';

/** The kinds by their names, in the order in which they are listed. An experiment file that names none is a trade-off. */
export const kinds = {
  tradeoff,
  'copy-detection': copyDetection,
  'false-positive-tail': falsePositiveTail,
  threshold,
  'new-content': newContent,
  'base-rate': baseRate,
  'score-drift': scoreDrift,
  power,
  orders,
  metadata,
  prevention,
  reports,
  evasion,
  leakage,
  'hash-leakage': hashLeakage,
  repurposing,
  equality,
  'video-benchmark': videoBenchmark,
  clips,
};
export type KindName = keyof typeof kinds;

/** An experiment of any kind. */
export type AnyExperiment = ReturnType<(typeof kinds)[KindName]['check']>;

/** Metrics of a run of any kind. */
export type AnyMetrics = Awaited<ReturnType<(typeof kinds)[KindName]['score']>>;

/** A raw row of a run of any kind. */
export type AnyRow = RowOf<(typeof kinds)[KindName]['rows']>;
