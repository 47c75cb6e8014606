/** What a threshold implies for counted distances: rates, a curve, and inputs of the trade-off model. Pure functions. */
import { type Proportion, ruledOut } from '../../../metric/interval.ts';
import { proportion } from '../../../metric/proportion.ts';
import type { Evidence } from '../../../metric/tradeoff/simulate.ts';
import type { ScoreCell, Scores } from '../../../schema/scores.ts';

/** Selects some of the counted pictures; undefined: all. */
export interface Filter {
  /** Index of the hash. */
  readonly hash: number;
  /** Set of edits, '' in a trade-off. */
  readonly set: string;
  /** Label of an edit. */
  readonly edit?: string | undefined;
  readonly topic?: string | undefined;
}

/** All numbers at one threshold. */
export interface NumbersAt {
  readonly thresholdBits: number;
  /** Detected listed pictures, over the selected edits. */
  readonly detection: Proportion;
  /** Innocent pictures that match. */
  readonly falseAlarms: Proportion;
  /** Input of the trade-off model: a scan that reports its matches with the picture, and that senders can evade. */
  readonly evidence: Evidence;
}

/** Pictures by distance: `counts[d]` at d bits; pictures without a hash come last. */
type Histogram = Float64Array;

/** Histograms of the four kinds of picture that the model distinguishes. */
export interface Sample {
  readonly bits: number;
  readonly asSent: Histogram;
  readonly edited: Histogram;
  readonly fresh: Histogram;
  readonly innocent: Histogram;
  /** Whether unedited copies count for detection. In copy detection, an unedited picture is its own original, at distance 0. */
  readonly asSentCounts: boolean;
  /** Whether the run has target content that is not listed; copy detection has none. */
  readonly hasFresh: boolean;
}

/** Sums the cells that match a filter. A selected edit excludes the other edits. False alarms only count unedited pictures. */
export function sampleOf(scores: Scores, { hash, set, edit, topic }: Filter): Sample {
  const bits = scores.hashes[hash]!.bits;
  const empty = (): Histogram => new Float64Array(bits + 2);
  const sample = { asSent: empty(), edited: empty(), fresh: empty(), innocent: empty() };
  for (const cell of scores.cells) {
    const { set: ownSet, label } = scores.edits[cell.edit]!;
    if (cell.hash !== hash || ownSet !== set) continue;
    if (topic !== undefined && scores.topics[cell.topic] !== topic) continue;
    const kind = kindOf(cell, label);
    if (edit !== undefined && kind === 'edited' && label !== edit) continue;
    for (const [distance, times] of cell.counts) sample[kind][Math.min(distance, bits + 1)]! += times;
  }
  // Selected: only the unedited picture.
  if (edit === 'none') sample.edited.fill(0);
  const hasFresh = scores.kind === 'tradeoff';
  return { bits, ...sample, hasFresh, asSentCounts: hasFresh && (edit === undefined || edit === 'none') };
}

const kindOf = ({ content }: ScoreCell, label: string): 'asSent' | 'edited' | 'fresh' | 'innocent' =>
  content === 'innocent' ? 'innocent' : content === 'new' ? 'fresh' : label === 'none' ? 'asSent' : 'edited';

const within = (histogram: Histogram, threshold: number): { k: number; n: number } => ({
  k: histogram.slice(0, Math.max(0, threshold + 1)).reduce((sum, each) => sum + each, 0),
  n: histogram.reduce((sum, each) => sum + each, 0),
});

/** The numbers at a threshold in bits: a match is a distance of at most that. At -1 nothing matches. */
export function numbersAt(sample: Sample, thresholdBits: number): NumbersAt {
  const threshold = Math.min(thresholdBits, sample.bits);
  const [asSent, edited, fresh, innocent] = [sample.asSent, sample.edited, sample.fresh, sample.innocent].map((each) =>
    within(each, threshold),
  ) as [Counted, Counted, Counted, Counted];
  const found = {
    k: edited.k + (sample.asSentCounts ? asSent.k : 0),
    n: edited.n + (sample.asSentCounts ? asSent.n : 0),
  };
  return {
    thresholdBits,
    detection: proportion(found.k, found.n),
    falseAlarms: proportion(innocent.k, innocent.n),
    evidence: {
      listedAsSent: asSent,
      listedEdited: edited,
      // Copy detection has only a list, which finds nothing else.
      newContent: sample.hasFresh ? fresh : ruledOut,
      falsePositive: innocent,
      exposedInnocent: innocent,
      evadable: true,
      reviewed: true,
    },
  };
}
type Counted = { k: number; n: number };

/** The ROC: one point for every threshold from -1 (nothing matches) to all bits; null if no picture is selected. */
export const curveOf = (sample: Sample): { thresholdBits: number; tpr: number | null; fpr: number | null }[] =>
  Array.from({ length: sample.bits + 2 }, (_, i) => {
    const { detection, falseAlarms } = numbersAt(sample, i - 1);
    return { thresholdBits: i - 1, tpr: detection.estimate, fpr: falseAlarms.estimate };
  });
