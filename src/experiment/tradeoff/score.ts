/** From the observations of a run to its metrics: pure, so that a report can always be made again from the raw rows. */

import { auditedShare } from '../../metric/audit.ts';
import { upperBound } from '../../metric/proportion.ts';
import { outlooks } from '../../metric/tradeoff/answer.ts';
import { modelInputs, originOf } from '../../metric/tradeoff/inputs.ts';
import { reportsOf } from '../../metric/tradeoff/simulate.ts';
import { rounded } from '../../score/rounded.ts';
import { bytesBaseline, strategyByName } from '../../strategy/index.ts';
import type { Experiment } from './experiment.ts';
import type { Metrics, StrategyMetrics } from './metrics.ts';
import { populationMetrics } from './score-accounts.ts';
import { classifierMetrics, headLimits } from './score-classifier.ts';
import { clipArm, ownVideos } from './score-clips.ts';
import { copyNotes } from './score-copies.ts';
import type { TradeoffCounts } from './score-counts.ts';
import { equalityGap } from './score-equality.ts';
import { type EvidenceContext, evidenceOn, type MessagesOf } from './score-evidence.ts';
import { hashMetrics } from './score-matches.ts';
import { type MeasuredStrategy, operatingPointOf, strategyMetrics } from './score-strategy.ts';

/** What the rows do not say. */
export interface MetricsContext {
  readonly experiment: Experiment;
  readonly dataset: { readonly name: string; readonly sha256: string };
  readonly listEntries: number;
  /** Bytes of the list file that strategies put on devices. */
  readonly listBytes: number;
  /** SHA-256 of the plan of the clips, where the experiment has some. */
  readonly clipsSha256?: string | undefined;
  /** What was noted while the pictures were assigned. */
  readonly notes: readonly string[];
}

/** The metrics of a finished run, from its counted rows. */
export function metricsOf(run: TradeoffCounts, context: MetricsContext): Metrics {
  const { experiment } = context;
  const { calibration, detectors, pictures } = run;
  const { deciding, untrained } = detectors;
  const bits = calibration.hashThreshold(experiment, experiment.messages.hash, true).bits;
  const second = calibration.hashThreshold(experiment, experiment.messages.secondHash, true).bits;
  const score = {
    deciding: calibration.classifierThreshold(experiment, deciding).score,
    untrained: calibration.classifierThreshold(experiment, untrained).score,
  };
  const plainBytes = run.messagesOf(bytesBaseline.name).sentBytes.median;
  const notes = [...context.notes, ...copyNotes(run.hashOf, calibration, experiment)];
  const clips = clipArm(run, experiment, { bits, sha256: context.clipsSha256 ?? '' });
  const metrics: Omit<Metrics, 'limits'> = {
    schemaVersion: 1,
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: {
      ...context.dataset,
      pictures: pictures.count,
      groups: pictures.groups,
      refused: [...run.refused],
      content: pictures.content,
      listEntries: context.listEntries,
    },
    strategies: withModel(run.messagesOf, experiment, {
      thresholds: { near: bits, second },
      listEntries: context.listEntries,
      videos: ownVideos(run.sentClips, experiment),
      measured: (name) =>
        strategyMetrics(run, name, {
          experiment,
          operatingPoint: operatingPointOf(strategyByName(name), experiment, { bits, score }),
          listBytes: context.listBytes,
          listEntries: context.listEntries,
          plainBytes,
        }),
    }),
    hashes: experiment.grid.hash.map((name) => hashMetrics(run.hashOf(name), calibration, experiment)),
    equalityGap: equalityGap(run.equality, experiment, bits),
    classifier: classifierMetrics(run.detectorOf(deciding), run, experiment),
    ...(deciding === untrained ? {} : { untrained: classifierMetrics(run.detectorOf(untrained), run, experiment) }),
    ...(clips ? { clips } : {}),
    notes,
  };
  return rounded({ ...metrics, limits: [...notes, ...limitsOf(metrics, experiment), ...headLimits(metrics)] });
}

/** What was measured of every strategy, and what the model makes of all of them together: the same function and draws as `presend tradeoff`. */
export function withModel(
  countsOf: MessagesOf,
  experiment: Experiment,
  {
    measured,
    ...context
  }: Omit<EvidenceContext, 'experiment'> & { readonly measured: (name: string) => MeasuredStrategy },
): StrategyMetrics[] {
  const contenders = experiment.grid.strategy.map((name) => ({
    name,
    evidence: evidenceOn(name, countsOf, { experiment, ...context }),
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

/** What list the model takes, in a sentence. */
function listSentence({ model }: Experiment): string {
  const { value, logUniform, uniform } = model.listEntries!;
  const range = logUniform ?? uniform;
  return `The model takes a list of ${range ? `${range[0]} to ${range[1]}` : value} entries: false matches grow with it.`;
}

/** Which messages are compressed, in a sentence. */
function compressionSentence({ dataset: { orient = false }, messages: { forwarded } }: Experiment): string {
  const turned = orient ? 'EXIF orientation is applied, and not sent' : 'EXIF orientation is neither applied nor sent';
  const rule = `compressed as a messenger does before it is scanned, and ${turned}.`;
  return forwarded
    ? `A share of ${forwarded.value} of the unedited messages is the original file, byte for byte (${forwarded.source}); every other message is ${rule}`
    : `Every message is ${rule}`;
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
    compressionSentence(experiment),
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
    ...(metrics.clips ? clipLimits(metrics.clips) : []),
    `Pictures${metrics.clips ? ' and frames of clips' : ''} are all that is scanned: text, links and grooming are out of scope.`,
    experiment.messages.session === 'ratchet'
      ? 'The sealed channel has a double ratchet; identity keys are not compared. Sizes are padded; times are logical.'
      : 'The sealed channel is a static Diffie–Hellman research channel without a ratchet. Sizes are padded; times are logical.',
    ...(assumed.length > 0 ? [`Inputs of the model that nobody published: ${assumed.join(', ')}.`] : []),
  ];
}

/** Limits of the arm of clips. */
const clipLimits = ({ dataset: { clips }, looked }: NonNullable<Metrics['clips']>): string[] => [
  `Clips are sent in a deployment of their own, beside that of the pictures, by the same strategies at the same thresholds, which were chosen on pictures: ${looked} frames of a clip are ${looked} chances to be flagged. ${clips.listed} listed and ${clips.innocent} innocent generated clips of a few seconds were scored; nobody reports or cancels any, and no order is served on them.`,
];
