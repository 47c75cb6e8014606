/** Operating points: chosen on calibration innocents, never on the pictures they are scored on. */
import {
  chooseDistanceThreshold,
  chooseScoreThreshold,
  type DistanceThreshold,
  type ScoreThreshold,
} from '../metric/operating-point.ts';
import { type Fold, folded } from '../schema/fold.ts';
import type { ClassifyRow, MatchRow } from '../schema/observation.ts';
import type { Row, RowSource } from '../schema/row.ts';
import type { Scenario } from '../schema/scenario.ts';
import type { Split } from '../schema/vocabulary.ts';
import { Column } from '../util/column.ts';
import { UserError } from '../util/errors.ts';
import { hashFactsOf, type WithDetectors } from './hash-facts.ts';

/** What an experiment says of its operating point, and of its detectors. */
interface Operating extends WithDetectors {
  readonly operatingPoint: { readonly targetFpr: number };
}

/** Whether a row is of a picture that a hash looked at. Failed pictures, which only old runs have, are left out: no strategy got them either. */
export const isMatch = (row: Row): row is MatchRow =>
  row.row === 'match' && (row as MatchRow).outcome.state !== 'failed';

/** Whether a row is of a picture that a classifier or a head looked at, but for failed ones. */
export const isClassified = (row: Row): row is ClassifyRow =>
  row.row === 'classify' && (row as ClassifyRow).outcome.state !== 'failed';

/** Classify rows of a classifier or a head, but for failed ones. */
export const classifyRows = (rows: readonly Row[], classifier: string): ClassifyRow[] =>
  rows.filter(isClassified).filter((row) => row.classifier === classifier);

/** Distance to the nearest entry; a picture that the hash refuses is farther than any distance, so it never matches. */
export const distanceOf = ({ outcome }: MatchRow, bits: number): number =>
  outcome.state === 'scored' ? outcome.distanceBits : bits + 1;

/** Score of a label; a refused picture scores nothing. A UserError where the row has no number for it: none is not 0. */
export function scoreOf({ outcome, picture, classifier }: ClassifyRow, label: number): number {
  if (outcome.state !== 'scored') return 0;
  const score: unknown = outcome.scores[label];
  if (typeof score !== 'number' || !Number.isFinite(score))
    throw new UserError(
      `The rows of the run have no score of ${classifier} for label ${label} of picture ${picture}, but ${String(score)}; run the experiment again with a classifier whose scores are numbers`,
    );
  return score;
}

/** Whether a row is of an innocent picture of a split, unedited. */
export const isInnocent = ({ content, split, transform }: MatchRow | ClassifyRow, of: Split): boolean =>
  content === 'innocent' && split === of && transform === 'none';

/** What gives a score: a classifier or a head by its name in rows, and the place of the label among its scores. */
export interface Detector {
  readonly classifier: string;
  readonly label: number;
}

/** The name in rows of the head that is trained on a classifier's embeddings. */
export const headName = (classifier: string): string => `${classifier}:head`;

/** What decides in the classifier strategies: a program or a head where there is one, else the classifier's own label, which `untrained` is. */
export function classifierDetectors(
  { classifier, head, scorer }: Pick<Scenario['messages'], 'classifier' | 'head' | 'scorer'>,
  label: number,
): { readonly deciding: Detector; readonly untrained: Detector } {
  const untrained = { classifier, label };
  const other = scorer?.name ?? (head && headName(classifier));
  return { untrained, deciding: other === undefined ? untrained : { classifier: other, label: 0 } };
}

/** What thresholds are chosen on: the distances and scores of innocent calibration pictures, unedited. Two bytes a distance, eight a score. */
export class Calibration implements Fold<Row> {
  readonly #distances = new Map<string, Column<Uint16Array>>();
  readonly #scores: { readonly of: Detector; readonly scores: Column<Float64Array> }[] = [];
  readonly #experiment: WithDetectors;

  /**
   * `detectors`: those whose thresholds will be asked for. A head has calibration rows only of pictures that it was not trained on. The experiment
   * states hashes that are not presend's own.
   */
  constructor(detectors: readonly Detector[], experiment: WithDetectors = {}) {
    this.#experiment = experiment;
    for (const of of detectors) if (!this.#find(of)) this.#scores.push({ of, scores: new Column(Float64Array) });
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) {
      if (isMatch(row)) {
        if (isInnocent(row, 'calibration'))
          this.#distancesOf(row.hash).push(distanceOf(row, hashFactsOf(row.hash, this.#experiment).bits));
      } else if (isClassified(row) && isInnocent(row, 'calibration')) {
        for (const { of, scores } of this.#scores)
          if (of.classifier === row.classifier) scores.push(scoreOf(row, of.label));
      }
    }
  }

  merge(following: Calibration): void {
    for (const [hash, distances] of following.#distances) this.#distancesOf(hash).merge(distances);
    for (const { of, scores } of following.#scores) this.#find(of)?.scores.merge(scores);
  }

  /** The distances of a hash, in bits; refused pictures are one bit farther than any. */
  distances(hash: string): Uint16Array {
    return this.#distances.get(hash)?.toArray() ?? new Uint16Array(0);
  }

  /** The threshold of a hash: capped at its authors' for strategies and for exact hashes, free up to all bits for charts. */
  hashThreshold(experiment: Operating, name: string, capped: boolean): DistanceThreshold {
    const { bits, threshold, exact } = hashFactsOf(name, experiment);
    const options = capped || exact ? { cap: true as const } : { cap: false as const, maxBits: bits };
    return chooseDistanceThreshold(this.distances(name), experiment.operatingPoint.targetFpr, threshold, options);
  }

  /** The score from which on a detector flags. */
  classifierThreshold({ operatingPoint: { targetFpr } }: Operating, detector: Detector): ScoreThreshold {
    const found = this.#find(detector);
    if (!found) throw new Error(`The scores of ${detector.classifier}, label ${detector.label}, were not collected`);
    return chooseScoreThreshold(found.scores.toArray(), targetFpr);
  }

  #find({ classifier, label }: Detector) {
    return this.#scores.find(({ of }) => of.classifier === classifier && of.label === label);
  }

  #distancesOf(hash: string): Column<Uint16Array> {
    const found = this.#distances.get(hash) ?? new Column(Uint16Array);
    this.#distances.set(hash, found);
    return found;
  }
}

/** The calibration of a run's rows, read once. */
export const calibrationOf = (
  rows: RowSource,
  detectors: readonly Detector[],
  experiment: WithDetectors,
): Promise<Calibration> => folded(rows, new Calibration(detectors, experiment), 'match', 'classify');

/** Ids of the pictures that a classifier could use. */
export async function usedPictures(rows: RowSource, classifier: string): Promise<Set<string>> {
  const used = new Set<string>();
  for await (const batch of rows.of('classify'))
    for (const { picture } of classifyRows(batch, classifier)) used.add(picture);
  return used;
}
