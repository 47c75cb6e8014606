/** From the observations of a run to its metrics: pure, so that a report can always be made again from the raw rows. */

import { hashByName } from '../../hash/index.ts';
import { auditedShare } from '../../metric/audit.ts';
import { clusteredProportion } from '../../metric/bootstrap.ts';
import { pairedDifference } from '../../metric/paired-difference.ts';
import { proportion, upperBound } from '../../metric/proportion.ts';
import { largestDistance, rocOfDistances } from '../../metric/roc.ts';
import { outlooks } from '../../metric/tradeoff/answer.ts';
import { modelInputs, originOf } from '../../metric/tradeoff/inputs.ts';
import { reportsOf } from '../../metric/tradeoff/simulate.ts';
import type { EqualityRow, MatchRow } from '../../schema/observation.ts';
import type { ClusteredRate } from '../../schema/rate.ts';
import { ofType } from '../../schema/row.ts';
import { rounded } from '../../score/rounded.ts';
import {
  classifierDetectors,
  classifierThreshold,
  distanceOf,
  hashThreshold,
  innocents,
  matchRows,
} from '../../score/thresholds.ts';
import { bytesBaseline, strategyByName } from '../../strategy/index.ts';
import { seededRng } from '../../util/rng.ts';
import type { Experiment } from './experiment.ts';
import type { EqualityGap, HashMetrics, Metrics, StrategyMetrics } from './metrics.ts';
import type { TradeoffRow } from './rows.ts';
import { populationMetrics } from './score-accounts.ts';
import { classifierMetrics, headLimits } from './score-classifier.ts';
import { copyNotes } from './score-copies.ts';
import { type EvidenceContext, evidenceOn } from './score-evidence.ts';
import { type MeasuredStrategy, medianSentBytes, operatingPointOf, strategyMetrics } from './score-strategy.ts';

/** What the rows do not say. */
export interface MetricsContext {
  readonly experiment: Experiment;
  readonly dataset: { readonly name: string; readonly sha256: string };
  /** Index of the classifier's label among its scores. */
  readonly label: number;
  readonly listEntries: number;
  /** Bytes of the list file that strategies put on devices. */
  readonly listBytes: number;
  /** What was noted while the pictures were assigned. */
  readonly notes: readonly string[];
}

/** The metrics of a finished run. */
export function metricsOf(rows: readonly TradeoffRow[], context: MetricsContext): Metrics {
  const { experiment, label } = context;
  const bits = hashThreshold(rows, experiment, experiment.messages.hash, true).bits;
  const { deciding, untrained } = classifierDetectors(experiment.messages, label);
  const score = {
    deciding: classifierThreshold(rows, experiment, deciding).score,
    untrained: classifierThreshold(rows, experiment, untrained).score,
  };
  const plainBytes = medianSentBytes(rows, bytesBaseline.name);
  const pictures = ofType(rows, 'match').filter(
    (row) => row.transform === 'none' && row.hash === experiment.grid.hash[0],
  );
  const refused = ofType(rows, 'refused');
  const content: Metrics['dataset']['content'] = {};
  for (const row of pictures) {
    content[row.content] ??= { calibration: 0, evaluation: 0 };
    content[row.content]![row.split]++;
  }
  const notes = [...context.notes, ...copyNotes(rows, experiment)];
  const metrics: Omit<Metrics, 'limits'> = {
    schemaVersion: 1,
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: {
      ...context.dataset,
      pictures: pictures.length,
      groups: new Set(pictures.map(({ group }) => group)).size,
      refused: refused.map(({ picture, reason }) => ({ picture, reason })),
      content,
      listEntries: context.listEntries,
    },
    strategies: withModel(rows, experiment, {
      thresholds: { near: bits, second: hashThreshold(rows, experiment, experiment.messages.secondHash, true).bits },
      listEntries: context.listEntries,
      measured: (name) =>
        strategyMetrics(rows, name, {
          experiment,
          operatingPoint: operatingPointOf(strategyByName(name), experiment, { bits, score }),
          listBytes: context.listBytes,
          listEntries: context.listEntries,
          plainBytes,
        }),
    }),
    hashes: experiment.grid.hash.map((name) => hashMetrics(rows, experiment, name)),
    equalityGap: equalityGap(rows, experiment, bits),
    classifier: classifierMetrics(rows, experiment, deciding),
    ...(deciding === untrained ? {} : { untrained: classifierMetrics(rows, experiment, untrained) }),
    notes,
  };
  return rounded({ ...metrics, limits: [...notes, ...limitsOf(metrics, experiment), ...headLimits(metrics)] });
}

/** What was measured of every strategy, and what the model makes of all of them together: the same function and draws as `presend tradeoff`. */
export function withModel(
  rows: readonly TradeoffRow[],
  experiment: Experiment,
  {
    measured,
    ...context
  }: Omit<EvidenceContext, 'experiment'> & { readonly measured: (name: string) => MeasuredStrategy },
): StrategyMetrics[] {
  const messages = ofType(rows, 'message');
  const contenders = experiment.grid.strategy.map((name) => ({
    name,
    evidence: evidenceOn(name, messages, { experiment, ...context }),
  }));
  const inputs = modelInputs({ ...experiment, inputs: experiment.model });
  const { reportsLost, reportsTotal } = experiment.model;
  const totals = { lost: reportsLost!.value, total: reportsTotal!.value };
  return outlooks(contenders, inputs, { seed: experiment.seed }).map(({ name, model, beats }, i) => {
    const { exposed, threshold, ...rest } = measured(name);
    const opens = inputs.inputs.matchThreshold?.value;
    const population = populationMetrics(contenders[i]!, inputs, experiment);
    return {
      ...rest,
      ...(population ? { population } : {}),
      ...(threshold ? { threshold: { ...threshold, ...(opens === undefined ? {} : { modelled: opens }) } } : {}),
      exposed: { innocent: exposed, perBillion: model.exposedPerBillion },
      evidence: contenders[i]!.evidence as NonNullable<StrategyMetrics['evidence']>,
      recovered: reportsOf(model.recovered, totals),
      innocentAccounts: model.innocentAccounts,
      reviewHours: model.reviewHours,
      beats: [...beats],
    };
  });
}

// From match rows to what a hash does on this dataset.

/** False-positive rates at which the detection rate is quoted. */
const quotedFprs = [0.001, 0.01, 0.1] as const;

/** Recall per edit, ROC, and false positives of one hash, on the evaluation split. */
export function hashMetrics(all: readonly TradeoffRow[], experiment: Experiment, name: string): HashMetrics {
  const { bits, threshold: authors } = hashByName(name);
  const rows = matchRows(all, name);
  const chosen = hashThreshold(all, experiment, name, false);
  const listed = rows.filter((row) => row.content === 'listed' && row.split === 'evaluation');
  const negatives = innocents(rows, 'evaluation');
  const distances = (of: readonly MatchRow[]): number[] => of.map((row) => distanceOf(row, bits));
  const rate = (of: readonly MatchRow[], threshold: number): ClusteredRate =>
    clusteredProportion(
      of.map((row) => ({ cluster: row.group, success: distanceOf(row, bits) <= threshold })),
      seededRng(experiment.seed, `bootstrap/${name}/${threshold}`),
    );
  const calibration = distances(innocents(rows, 'calibration'));
  const fprAt = (threshold: number) =>
    proportion(calibration.filter((each) => each <= threshold).length, calibration.length);
  const roc = rocOfDistances(distances(listed), distances(negatives), bits, {
    positives: listed.map(({ group }) => group),
    negatives: negatives.map(({ group }) => group),
  });
  const labels = [...new Set(listed.map(({ transform }) => transform))];
  return {
    name,
    bits,
    authorsThreshold: authors,
    threshold: chosen,
    positives: listed.length,
    negatives: negatives.length,
    refused: rows.filter(({ outcome }) => outcome.state === 'refused').length,
    failed: all.filter((row) => row.row === 'match' && row.hash === name && row.outcome.state === 'failed').length,
    auc: roc.auc,
    roc: [...roc.points],
    tprAtFpr: quotedFprs.map((fpr) => {
      // Chosen where it is not scored, like every threshold.
      const threshold = largestDistance(calibration, fpr, bits);
      return { fpr, threshold, tpr: rate(listed, threshold), calibrationFpr: fprAt(threshold) };
    }),
    fpr: rate(negatives, chosen.bits),
    fprAtAuthors: rate(negatives, authors),
    recall: labels.map((transform) => {
      const edited = listed.filter((row) => row.transform === transform);
      const own = edited.flatMap(({ outcome }) => (outcome.state === 'scored' ? (outcome.ownBits ?? []) : []));
      return {
        transform,
        calibrated: rate(edited, chosen.bits),
        atAuthors: rate(edited, authors),
        meanOwnBits: own.length === 0 ? null : own.reduce((sum, each) => sum + each, 0) / own.length,
      };
    }),
  };
}

// What protocols lose that can only compare for equality: on the same pictures, as they are sent, how many the near hash finds within its
// threshold in the clear, and how many the equality hash finds by being the same. The gap is a result of its own.

/** The gap on the evaluation split, at the threshold that strategies match with; null when nothing was compared. */
export function equalityGap(
  all: readonly TradeoffRow[],
  experiment: Experiment,
  thresholdBits: number,
): EqualityGap | null {
  const rows = ofType(all, 'equality').filter((row) => row.split === 'evaluation');
  if (rows.length === 0) return null;
  const near = ({ near: { outcome } }: EqualityRow): boolean =>
    outcome.state === 'scored' && outcome.distanceBits <= thresholdBits;
  const equal = ({ equality: { outcome } }: EqualityRow): boolean =>
    outcome.state === 'scored' && outcome.equal !== null;
  const side = (of: readonly EqualityRow[], stream: string): EqualityGap['allEdits'] => {
    const rng = (what: string) => seededRng(experiment.seed, `bootstrap/equality/${what}/${stream}`);
    const rate = (holds: (row: EqualityRow) => boolean) =>
      of.map((row) => ({ cluster: row.group, success: holds(row) }));
    return {
      near: clusteredProportion(rate(near), rng('near')),
      equality: clusteredProportion(rate(equal), rng('equality')),
      lost: pairedDifference(
        of.map((row) => ({ cluster: row.group, first: near(row), second: equal(row) })),
        rng('lost'),
      ),
    };
  };
  const listed = rows.filter(({ content }) => content === 'listed');
  const edits = [...new Set(listed.map(({ transform }) => transform))].sort(
    // As sent first; edits stay in the order of the experiment, in which the rows are.
    (a, b) => Number(b === 'none') - Number(a === 'none'),
  );
  const { hash, equalityHash } = experiment.messages;
  return {
    near: { hash, thresholdBits },
    equality: { hash: equalityHash, bits: hashByName(equalityHash).bits },
    listed: edits.map((transform) => ({
      transform,
      ...side(
        listed.filter((row) => row.transform === transform),
        transform,
      ),
    })),
    allEdits: side(
      listed.filter(({ transform }) => transform !== 'none'),
      'edits',
    ),
    innocent: side(
      rows.filter(({ content, transform }) => content === 'innocent' && transform === 'none'),
      'innocent',
    ),
  };
}

/** What list the model takes, in a sentence. */
function listSentence({ model }: Experiment): string {
  const { value, logUniform, uniform } = model.listEntries!;
  const range = logUniform ?? uniform;
  return `The model takes a list of ${range ? `${range[0]} to ${range[1]}` : value} entries: false matches grow with it.`;
}

const withoutEdits = (against: NonNullable<StrategyMetrics['evidence']>['against']): boolean =>
  typeof against !== 'string' && against.asSent.n > 0 && against.edits.every(({ n }) => n === 0);

// What a reader must know before quoting a number of a run: computed from it where it depends on it.

/** Limits of a run, most important first. */
export function limitsOf(metrics: Omit<Metrics, 'limits'>, experiment: Experiment): string[] {
  const innocents = metrics.dataset.content.innocent?.evaluation ?? 0;
  const listed = metrics.dataset.content.listed?.evaluation ?? 0;
  const threshold = metrics.strategies.find((each) => each.threshold)?.threshold;
  const assumed = Object.entries(experiment.model)
    .filter(([, input]) => originOf(input) === 'assumed')
    .map(([name]) => name);
  return [
    `Benign pictures stand in for everything: "listed" and "target" are labels that the experiment drew (${experiment.assignment.target.join(', ')}). Detection rates on them are a proxy.`,
    innocents === 0
      ? 'No innocent picture was scored, so nothing is known of false positives.'
      : `${innocents} innocent pictures were scored. With no false positive among them the rate can still be ${(upperBound(0, innocents) * 100).toFixed(2)} % (one-sided 95 %); what the model says of innocent people rests on the counts of photographs instead, where the rule was counted.`,
    `${listed} listed pictures were scored, against a list of ${metrics.dataset.listEntries} entries. ${listSentence(experiment)}`,
    `Attack success is a lower bound on leakage: a better attacker may find more. Known to the attacker are ${metrics.dataset.content.innocent?.calibration ?? 0} innocent and all other calibration pictures.`,
    'Every message is compressed as a messenger does before it is scanned, and EXIF orientation is neither applied nor sent.',
    'People who review confirm perfectly. Reports, court orders and aborted sendings follow the rates in the experiment file; they are assumptions.',
    `Room for hidden targets: of a list that can be read, an auditor is assumed to check the originals of ${auditedShare * 100} % of the entries; of one that cannot, free room is counted, and that entries may be swapped is not.`,
    ...(metrics.strategies.some(({ evidence }) => evidence && withoutEdits(evidence.against))
      ? [
          'No edited picture of the list was scored: in the trade-off model edited content counts as found like content as it was sent.',
        ]
      : []),
    ...(threshold && threshold.pictures !== null
      ? [
          `Threshold strategies open from ${threshold.matches} matches of an account on, because an account of this run sends only about ${Math.round(threshold.pictures)} pictures; Apple announced 30.`,
        ]
      : []),
    'The sealed channel is a static Diffie–Hellman research channel without a ratchet. Sizes are padded; times are logical.',
    ...(assumed.length > 0 ? [`Inputs of the model that nobody published: ${assumed.join(', ')}.`] : []),
  ];
}
