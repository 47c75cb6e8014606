/** What finished runs say of each detector that finds copies, in one form whatever the kind of run. Nothing is computed here: every figure is one of metrics.json. */
import type { ChallengeMetrics } from '../challenge/metrics.ts';
import type { CopyDetectionMetrics, SetMetrics } from '../experiment/copy-detection/metrics.ts';
import type {
  FalsePositiveTailMetrics,
  ListSizeRow,
  TailThreshold,
} from '../experiment/false-positive-tail/metrics.ts';
import type { HashMetrics, Metrics } from '../experiment/tradeoff/metrics.ts';
import type { Compared } from '../report/distance.ts';
import { rare } from '../report/format.ts';
import type { CurvePoint } from '../report/page/curves.ts';
import type { PairRate } from '../schema/hashed.ts';
import type { ClusteredRate, Rate } from '../schema/rate.ts';
import { type DetectorIdentity, identityOf } from './identity.ts';
import type { FinishedRun } from './open-run.ts';

/** False positives of a picture against a list of one size: as a tail measured or extrapolated it, as a challenge bounds it, or of the run's own list. */
export type ListFigure =
  | ListSizeRow
  | {
      readonly size: number;
      readonly status: 'bounded';
      /** Null: bounds only. */
      readonly estimate: number | null;
      readonly low: number;
      readonly high: number;
      readonly why: string;
    };

/** A detector at one threshold. */
export interface OperatingPoint {
  /** Where the threshold comes from. */
  readonly rule: string;
  /** A match is distance <= threshold; null: decisions, or nothing matches. */
  readonly threshold: number | null;
  /** Whether it is the threshold that the detector comes with. */
  readonly own: boolean;
  /** Copies found, over all edits; null: the run has no edits. */
  readonly recall: Rate | ClusteredRate | null;
  readonly edits: readonly { readonly title: string; readonly recall: Rate | ClusteredRate }[];
  /** Pairs of unrelated pictures that match; null: not measured. */
  readonly pairs: PairRate | Rate | ClusteredRate | null;
  readonly lists: readonly ListFigure[];
  readonly hard: readonly TailThreshold['hard'][number][];
}

/** One detector in one run, on one set of edits. */
export interface DetectorResult extends DetectorIdentity {
  readonly run: string;
  readonly kind: string;
  /** Name of the set of edits; null where nothing is edited. */
  readonly set: string | null;
  readonly seed: number;
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** How the run compared vectors; undefined where it compared bits. */
  readonly vector: Compared['vector'];
  readonly points: readonly OperatingPoint[];
  /** ROC over pairs, with the copies and pairs behind it; null: the run has none. */
  readonly curve: {
    readonly points: readonly CurvePoint[];
    readonly positives: number;
    readonly negatives: number;
  } | null;
}

const nothing = { recall: null, edits: [], pairs: null, lists: [], hard: [] } as const;

/** Every detector of a run, in its order; empty for kinds that measure no copies. */
export function detectorsOf(run: FinishedRun): DetectorResult[] {
  const { metrics } = run;
  if (!('kind' in metrics)) return metrics.hashes.map((hash) => ofTradeoff(run, metrics, hash));
  if (metrics.kind === 'copy-detection') return metrics.hashes.flatMap((hash) => ofCopies(run, hash));
  if (metrics.kind === 'false-positive-tail') return metrics.hashes.map((hash) => ofTail(run, hash));
  if (metrics.kind === 'challenge') return [ofChallenge(run, metrics)];
  return [];
}

const about = (
  run: FinishedRun,
  { name, bits, vector }: { readonly name: string; readonly bits: number | null; readonly vector?: Compared['vector'] },
  set: string | null,
) => ({
  ...identityOf(run, name, bits),
  vector,
  run: run.name,
  kind: run.kind,
  set,
  seed: run.record.seed,
  dataset: { name: run.record.dataset.name, sha256: run.record.dataset.sha256 },
});

function ofTradeoff(run: FinishedRun, { dataset }: Metrics, hash: HashMetrics): DetectorResult {
  const { authorsThreshold, threshold, recall, fpr, fprAtAuthors, roc, positives, negatives } = hash;
  const edited = recall.filter(({ transform }) => transform !== 'none');
  const list = (rate: Rate): ListFigure[] => [{ size: dataset.listEntries, status: 'measured', rate, wilson: rate }];
  const edits = (of: (each: HashMetrics['recall'][number]) => ClusteredRate) =>
    edited.map((each) => ({ title: each.transform, recall: of(each) }));
  return {
    ...about(run, hash, 'trade-off'),
    points: [
      {
        ...nothing,
        rule: own,
        own: true,
        threshold: authorsThreshold,
        edits: edits(({ atAuthors }) => atAuthors),
        lists: list(fprAtAuthors),
      },
      {
        ...nothing,
        rule: threshold.rule,
        own: false,
        threshold: threshold.bits,
        edits: edits(({ calibrated }) => calibrated),
        lists: list(fpr),
      },
    ],
    curve: { points: roc, positives, negatives },
  };
}

/** The threshold that a detector comes with. */
const own = 'its own';

const ofCopies = (run: FinishedRun, hash: CopyDetectionMetrics['hashes'][number]): DetectorResult[] =>
  hash.sets.map((on) => ({
    ...about(run, hash, on.set),
    points: copyPoints(on),
    curve: curveOf(on),
  }));

function copyPoints({ atAuthors, atPairFpr, corrected, edits }: SetMetrics): OperatingPoint[] {
  const byEdit = (of: (edit: SetMetrics['edits'][number]) => Rate | ClusteredRate | null) =>
    edits.flatMap((edit) => {
      const recall = of(edit);
      return recall === null ? [] : [{ title: edit.title, recall }];
    });
  return [
    ...(atAuthors === null
      ? []
      : [
          {
            ...nothing,
            rule: own,
            own: true,
            threshold: atAuthors.threshold,
            recall: atAuthors.recall,
            edits: byEdit((edit) => edit.atAuthors),
            pairs: atAuthors.fpr,
          },
        ]),
    ...atPairFpr.map(({ target, threshold, fpr, recall }, i) => ({
      ...nothing,
      rule: pairRule(target),
      own: false,
      threshold,
      recall,
      edits: byEdit((edit) => edit.atPairFpr[i] ?? null),
      pairs: fpr,
    })),
    {
      ...nothing,
      rule: `precision, ${corrected.rule}`,
      own: false,
      threshold: corrected.threshold,
      recall: corrected.recall,
      edits: byEdit((edit) => edit.corrected),
    },
  ];
}

const pairRule = (target: number): string => `${rare(target)} of calibration pairs`;

const curveOf = (on: SetMetrics): DetectorResult['curve'] => ({
  points: on.roc,
  positives: on.copies,
  negatives: on.unrelated.pairs,
});

const ofTail = (run: FinishedRun, hash: FalsePositiveTailMetrics['hashes'][number]): DetectorResult => ({
  ...about(run, hash, null),
  points: [...hash.thresholds]
    .sort((a, b) => Number(b.authors) - Number(a.authors))
    .map(({ bits, authors, rows, hard }) => ({
      ...nothing,
      rule: authors ? own : 'named by the experiment',
      own: authors,
      threshold: bits,
      lists: rows,
      hard,
    })),
  curve: null,
});

/** Listed pairs; where the answers are hashes, the whole copy detection on them is the same as that of a run. */
function ofChallenge(run: FinishedRun, metrics: ChallengeMetrics): DetectorResult {
  const { detector, pairs, edits, copyDetection } = metrics;
  const hash = copyDetection?.hashes[0];
  const copies = hash?.sets[0];
  return {
    ...about(run, { name: detector, bits: hash?.bits ?? null }, edits),
    points: [
      ...(copies ? copyPoints(copies) : []),
      ...pairs.points.map(({ target, threshold, fpr, recall, edits: byEdit, lists, unrelated }) => ({
        ...nothing,
        rule: target === null ? 'its own decisions' : `${rare(target)} of listed calibration pairs`,
        own: target === null,
        threshold,
        recall,
        edits: byEdit.map(({ title, recall: found }) => ({ title, recall: found })),
        pairs: fpr,
        lists: lists.map(
          ({ size, state, estimate, low, high }): ListFigure =>
            state === 'not known'
              ? { size, status: 'not supported', reason: 'bounded by 0 and 1 only' }
              : {
                  size,
                  status: 'bounded',
                  estimate,
                  low,
                  high,
                  why:
                    state === 'bounded'
                      ? 'upper and lower bound of 95 %'
                      : `measured among ${unrelated ?? 0} unrelated pictures`,
                },
        ),
      })),
    ],
    curve: copies
      ? curveOf(copies)
      : {
          points: pairs.roc,
          positives: pairs.genuine,
          negatives: pairs.impostors - pairs.unanswered.impostors,
        },
  };
}

/** The point that headlines are about: the detector's own threshold, else the first that was chosen. */
export const headlineOf = ({ points }: DetectorResult): OperatingPoint | undefined =>
  points.find((each) => each.own) ?? points[0];

/** The size of list at which rates are quoted; a tail has them up to where it can extrapolate. */
export const quotedSizes = [1e3, 1e4, 1e5, 1e6, 1e7] as const;
