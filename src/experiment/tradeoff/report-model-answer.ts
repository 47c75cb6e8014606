/** The answer of `presend tradeoff`: the model on one set of evidence, under every description that the inputs file gives. */
import {
  type Counts,
  type Interval,
  isCounted,
  isRuledOut,
  isUntried,
  type Proportion,
} from '../../metric/interval.ts';
import { proportion } from '../../metric/proportion.ts';
import { type Answer, answers, type Contender, type Flip, flips } from '../../metric/tradeoff/answer.ts';
import { inputNames, type TradeoffInputs } from '../../metric/tradeoff/inputs.ts';
import { drawOutcomes, drawWorlds, scaled, summarise } from '../../metric/tradeoff/simulate.ts';
import type { OffendersInput, TradeoffEvidence, TradeoffInputsFile } from '../../schema/tradeoff-inputs.ts';
import { UserError } from '../../util/errors.ts';

/** What the model says of one strategy, with what was measured of it. */
export interface StrategyAnswer extends Answer {
  readonly id: string;
  readonly summary: string;
  /** Reports recovered, of each total; null: not measured. */
  readonly recovered: readonly { readonly of: number; readonly reports: Interval | null }[];
  /** The attacker at the provider names the picture; null where nothing was tried. */
  readonly named: Proportion | null;
}

/** The share of flagged pictures that are target content, or why there is none. */
export type PpvInterval = Interval | 'nothing is flagged' | 'not measured';

/** One number of every strategy under another description of the world. */
export interface Scenario {
  readonly name: string;
  readonly source: string;
  readonly strategies: readonly {
    readonly name: string;
    readonly recovered: Interval | null;
    readonly innocentAccounts: Interval | null;
    readonly reviewers: Interval | null;
    readonly ppv: PpvInterval;
  }[];
}

/** The whole answer; everything in it repeats with the seed. */
export interface TradeoffAnswer {
  readonly schemaVersion: 1;
  readonly question: string;
  readonly seed: number;
  readonly draws: number;
  readonly evidence: TradeoffEvidence['run'];
  readonly totals: { readonly lost: number; readonly total: number };
  readonly offenders: string;
  readonly strategies: readonly StrategyAnswer[];
  /** Where two strategies change places. */
  readonly flips: readonly Flip[];
  /** Threshold strategies under each description of offenders. */
  readonly offenderScenarios: readonly Scenario[];
  /** Every strategy that scans, under false-positive rates that others claim. */
  readonly claimScenarios: readonly Scenario[];
  readonly downstream: readonly (TradeoffInputsFile['downstream'][number] & { readonly share: Proportion })[];
  readonly inputs: TradeoffInputsFile;
  readonly limits: readonly string[];
}

export interface AnswerOptions {
  readonly draws?: number | undefined;
  /** Name of a description of offenders; the first unless told. */
  readonly offenders?: string | undefined;
  readonly seed?: number | undefined;
}

/** Works the answer out. A UserError where no description of offenders has that name. */
export function tradeoffAnswer(
  file: TradeoffInputsFile,
  evidence: TradeoffEvidence,
  given: AnswerOptions = {},
): TradeoffAnswer {
  const { draws = 20_000, seed = file.seed } = given;
  const wanted = given.offenders ?? file.offenders[0]!.name;
  const offenders = file.offenders.find(({ name }) => name === wanted);
  if (!offenders)
    throw new UserError(
      `Unknown description of offenders '${wanted}'. The inputs have: ${file.offenders.map(({ name }) => name).join('; ')}`,
    );
  const lost = file.inputs.reportsLost!.value;
  const total = file.inputs.reportsTotal!.value;
  const inputs = modelInputs(file, offenders);
  const options = { seed, draws };
  const contenders: Contender[] = evidence.strategies;
  const byStrategy = answers(contenders, inputs, lost, options);
  const scenario = (name: string, source: string, of: readonly Contender[], world = inputs): Scenario => {
    const worlds = drawWorlds(world, options);
    return {
      name,
      source,
      strategies: of.map((each) => {
        const outcomes = drawOutcomes(each.evidence, world, worlds, seed);
        const model = summarise(outcomes);
        const { recovered, innocentAccounts, reviewers } = model;
        return {
          name: each.name,
          recovered: recovered && scaled(recovered, lost),
          innocentAccounts,
          reviewers,
          ppv: ppvOf(model),
        };
      }),
    };
  };
  const claimed = (counts: Counts): Contender[] =>
    contenders
      .filter(({ evidence: { evadable, falsePositive } }) => evadable && !isRuledOut(falsePositive))
      .map((each) => ({ ...each, evidence: { ...each.evidence, falsePositive: counts } }));
  return {
    schemaVersion: 1,
    question: 'What would scanning have brought back?',
    seed,
    draws,
    evidence: evidence.run,
    totals: { lost, total },
    offenders: offenders.name,
    strategies: evidence.strategies.map(({ id, summary, named }, i) => ({
      id,
      summary,
      ...byStrategy[i]!,
      recovered: [lost, total].map((of) => {
        const { recovered } = byStrategy[i]!.model;
        return { of, reports: recovered && scaled(recovered, of) };
      }),
      named: named ? proportion(named.k, named.n) : null,
    })),
    flips: flips(contenders, inputs),
    offenderScenarios: file.offenders.map((each) =>
      scenario(
        each.name,
        each.source,
        contenders.filter(({ evidence: { threshold } }) => threshold),
        modelInputs(file, each),
      ),
    ),
    claimScenarios: file.falsePositiveClaims.map(({ name, source, k, n }) => scenario(name, source, claimed({ k, n }))),
    downstream: file.downstream.map((each) => ({ ...each, share: proportion(each.k, each.n) })),
    inputs: file,
    limits: limitsOf(evidence),
  };
}

const limitsOf = ({ run, strategies }: TradeoffEvidence): string[] => [
  `Detection rates come from ${run.dataset.pictures} benign pictures (${run.dataset.name}) with edits made by programs: a proxy for the content that the letter is about.`,
  ...(strategies.some(({ evidence: { falsePositive } }) => isCounted(falsePositive) && falsePositive.k === 0)
    ? ['Where no false positive was seen, the small number of innocent pictures determines the posterior of the rate.']
    : []),
  'The 12 million reports were found by scanning on the server. The line of server-scan is lower, because of the assumptions on listed content, edits and evasion. Compare designs by their share of that line; the numbers of reports assume that the letter’s number is correct.',
  ...(strategies.some(
    ({ evidence: { listedAsSent, listedEdited } }) => isCounted(listedAsSent) && isUntried(listedEdited),
  )
    ? ['The run sent no edited picture of the list, so edited content counts as found as often as unedited content.']
    : []),
  'Nobody measured what an order finds and what users report wrongly; an escrow key exposes what the experiment orders.',
  'Priors are inputs that nobody measured; the sources say which ones. Another inputs file gives another answer.',
  'The model assumes the same evasion for all strategies, although some are easier to evade than others.',
  'A report is not a case. What became of reports in three countries is listed separately; these numbers cannot be added.',
  'The model covers one year and one service; it leaves out people who leave the service, and what they do elsewhere.',
];

/** The share of flagged pictures that are target content, of what the model says of a strategy. */
export const ppvOf = ({ ppv, scanned, innocentImages }: Answer['model']): PpvInterval =>
  ppv ?? (scanned && innocentImages ? 'nothing is flagged' : 'not measured');

/** The inputs as the model takes them, under one description of offenders. */
export const modelInputs = ({ inputs }: TradeoffInputsFile, offenders?: OffendersInput): TradeoffInputs => ({
  inputs: Object.fromEntries(inputNames.flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : []))),
  offenders,
});
