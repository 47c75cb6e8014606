/** What a threshold implies for counted distances: rates, a curve, and inputs of the trade-off model. Pure functions. */
import { type Proportion, ruledOut } from '../../../metric/interval.ts';
import { proportion } from '../../../metric/proportion.ts';
import type { Against, Evidence } from '../../../metric/tradeoff/evidence.ts';
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
interface NumbersAt {
  readonly thresholdBits: number;
  /** Detected listed pictures, over the selected edits. */
  readonly detection: Proportion;
  /** Innocent pictures that match. */
  readonly falseAlarms: Proportion;
  /** Input of the trade-off model: a scan on the device that reports its matches with the picture. */
  readonly evidence: Evidence;
}

/** Pictures by distance: `counts[d]` at d bits; pictures without a hash come last. */
type Histogram = Float64Array;

/** Histograms of the four kinds of picture that the model distinguishes. */
interface Sample {
  readonly bits: number;
  readonly hash: string;
  /** The threshold of the scan on the server that everything is counted against: as calibrated, but no higher than the authors'. */
  readonly server: number;
  /** Entries that an innocent picture was compared with. */
  readonly listEntries: number;
  /** Edited pictures by their edit. */
  readonly byEdit: ReadonlyMap<string, Histogram>;
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
  const byEdit = new Map<string, Histogram>();
  for (const cell of scores.cells) {
    const { set: ownSet, label } = scores.edits[cell.edit]!;
    if (cell.hash !== hash || ownSet !== set) continue;
    if (topic !== undefined && scores.topics[cell.topic] !== topic) continue;
    const kind = kindOf(cell, label);
    if (edit !== undefined && kind === 'edited' && label !== edit) continue;
    const into = [sample[kind]];
    if (kind === 'edited' && edit !== 'none') {
      if (!byEdit.has(label)) byEdit.set(label, empty());
      into.push(byEdit.get(label)!);
    }
    for (const [distance, times] of cell.counts)
      for (const histogram of into) histogram[Math.min(distance, bits + 1)]! += times;
  }
  // Selected: only the unedited picture.
  if (edit === 'none') sample.edited.fill(0);
  const hasFresh = scores.kind === 'tradeoff';
  const { name, chosen, authors } = scores.hashes[hash]!;
  const server = Math.min(chosen ?? authors ?? 0, authors ?? chosen ?? 0);
  const { listEntries } = scores;
  return {
    bits,
    hash: name,
    server,
    listEntries,
    byEdit,
    ...sample,
    hasFresh,
    asSentCounts: hasFresh && (edit === undefined || edit === 'none'),
  };
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
      against: against(sample, threshold),
      // Copy detection has only a list, which finds nothing else.
      newContent: sample.hasFresh ? fresh : ruledOut,
      falsePositive: innocent,
      listEntries: sample.listEntries,
      rule: { name: `${sample.hash} <= ${threshold}`, subset: false },
      scanner: 'device',
      reviewed: true,
      exposes: 'flagged',
    },
  };
}

/** What is found of what a scan on the server finds with the same hash: at its own threshold and above, all of it. */
function against(sample: Sample, threshold: number): Evidence['against'] {
  const { server, byEdit } = sample;
  const of = (histogram: Histogram): Counted => ({
    k: within(histogram, threshold).k,
    n: within(histogram, server).k,
  });
  const edits: Against['edits'] = [...byEdit].map(([edit, histogram]) => ({ edit, ...of(histogram) }));
  const asSent = of(sample.asSent);
  const tried = [sample.asSent, ...byEdit.values()].some((histogram) => within(histogram, sample.bits + 1).n > 0);
  if (!tried) return 'not measured';
  if (threshold >= server) return 'the same comparison';
  if (asSent.n === 0 && edits.every(({ n }) => n === 0)) return 'not measured';
  return { asSent, edits, pictures: [] };
}
type Counted = { k: number; n: number };

/** The ROC: one point for every threshold from -1 (nothing matches) to all bits; null if no picture is selected. */
export const curveOf = (sample: Sample): { thresholdBits: number; tpr: number | null; fpr: number | null }[] =>
  Array.from({ length: sample.bits + 2 }, (_, i) => {
    const { detection, falseAlarms } = numbersAt(sample, i - 1);
    return { thresholdBits: i - 1, tpr: detection.estimate, fpr: falseAlarms.estimate };
  });
