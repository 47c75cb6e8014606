/** Operating points: chosen on calibration innocents, never on the pictures they are scored on. */
import { hashByName } from '../hash/index.ts';
import {
  chooseDistanceThreshold,
  chooseScoreThreshold,
  type DistanceThreshold,
  type ScoreThreshold,
} from '../metric/operating-point.ts';
import type { ClassifyRow, MatchRow } from '../schema/observation.ts';
import type { Row } from '../schema/row.ts';
import type { Split } from '../schema/vocabulary.ts';
import { UserError } from '../util/errors.ts';

/** What an experiment says of its operating point. */
interface Operating {
  readonly operatingPoint: { readonly targetFpr: number };
}

/** Match rows of one hash. Rows of failed pictures, which only old runs have, are left out: no strategy got these pictures either. */
export const matchRows = (rows: readonly Row[], hash: string): MatchRow[] =>
  rows.filter(isMatch).filter((row) => row.hash === hash && row.outcome.state !== 'failed');
const isMatch = (row: Row): row is MatchRow => row.row === 'match';

/** Classify rows of a classifier or a head, but for failed ones. */
export const classifyRows = (rows: readonly Row[], classifier: string): ClassifyRow[] =>
  rows.filter(isClassify).filter((row) => row.classifier === classifier && row.outcome.state !== 'failed');
const isClassify = (row: Row): row is ClassifyRow => row.row === 'classify';

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

/** Innocent pictures of a split, unedited. */
export const innocents = <R extends MatchRow | ClassifyRow>(rows: readonly R[], split: Split): R[] =>
  rows.filter((row) => row.content === 'innocent' && row.split === split && row.transform === 'none');

/** The threshold of a hash: capped at its authors' for strategies, free up to all bits for charts. */
export function hashThreshold(
  rows: readonly Row[],
  { operatingPoint: { targetFpr } }: Operating,
  name: string,
  capped: boolean,
): DistanceThreshold {
  const { bits, threshold } = hashByName(name);
  const negatives = innocents(matchRows(rows, name), 'calibration').map((row) => distanceOf(row, bits));
  return chooseDistanceThreshold(
    negatives,
    targetFpr,
    threshold,
    capped ? { cap: true } : { cap: false, maxBits: bits },
  );
}

/** What gives a score: a classifier or a head by its name in rows, and the place of the label among its scores. */
export interface Detector {
  readonly classifier: string;
  readonly label: number;
}

/** The name in rows of the head that is trained on a classifier's embeddings. */
export const headName = (classifier: string): string => `${classifier}:head`;

/** What decides in the classifier strategies: the head where one is trained, else the classifier's own label, which `untrained` is. */
export function classifierDetectors(
  { classifier, head }: { readonly classifier: string; readonly head?: unknown },
  label: number,
): { readonly deciding: Detector; readonly untrained: Detector } {
  const untrained = { classifier, label };
  return { untrained, deciding: head === undefined ? untrained : { classifier: headName(classifier), label: 0 } };
}

/** The score from which on a detector flags. A head has calibration rows only of pictures that it was not trained on. */
export function classifierThreshold(
  rows: readonly Row[],
  { operatingPoint: { targetFpr } }: Operating,
  { classifier, label }: Detector,
): ScoreThreshold {
  const negatives = innocents(classifyRows(rows, classifier), 'calibration').map((row) => scoreOf(row, label));
  return chooseScoreThreshold(negatives, targetFpr);
}
