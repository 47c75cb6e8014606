/** The answer of `presend tradeoff`: the model on one set of evidence, under every description that the inputs file gives. */
import { falseMatchRate, type ListRate } from '../../metric/false-matches.ts';
import { type Counts, type Interval, isRuledOut, type Proportion } from '../../metric/interval.ts';
import { proportion } from '../../metric/proportion.ts';
import { type Answer, answers, type Contender, type Flip, flips } from '../../metric/tradeoff/answer.ts';
import { type Draw, drawOf, modelInputs } from '../../metric/tradeoff/inputs.ts';
import {
  type Bounded,
  drawOutcomes,
  drawWorlds,
  reportsOf,
  scaled,
  summarise,
  type Tradeoff,
} from '../../metric/tradeoff/simulate.ts';
import { si } from '../../report/format.ts';
import type { MetadataFindings } from '../../schema/metadata-findings.ts';
import {
  listOf,
  type ModelInput,
  type TradeoffEvidence,
  type TradeoffInputsFile,
} from '../../schema/tradeoff-inputs.ts';
import { UserError } from '../../util/errors.ts';
import { tooFew } from './report-sample.ts';

/** What the model says of one strategy, with what was measured of it. */
export interface StrategyAnswer extends Answer {
  readonly id: string;
  readonly summary: string;
  /** Reports that come back of those that would be lost, and all that are left; null: not measured. */
  readonly recovered: readonly { readonly of: number; readonly reports: Interval | null }[];
  /** The attacker at the provider names the picture; null where nothing was tried. */
  readonly named: Proportion | null;
  /** Where its rates of videos come from, in words. */
  readonly ratesOfVideos: string;
  /** Innocent clips that it flags, each by itself; null where nobody counted. */
  readonly innocentVideos: Proportion | null;
  /** It opens nothing below so many matches of one account. */
  readonly matchThreshold?: number | undefined;
}

/** The share of flagged pictures that are target content, or why there is none. */
export type PpvInterval = Bounded | 'nothing is flagged' | 'not measured';

/** One number of every strategy under another description of the world. */
export interface Scenario {
  readonly name: string;
  readonly source: string;
  readonly strategies: readonly {
    readonly name: string;
    readonly recovered: Interval | null;
    readonly innocentAccounts: Bounded | null;
    readonly reviewers: Bounded | null;
    readonly ppv: PpvInterval;
  }[];
}

/** False-positive rate of a rule at sizes of a list. */
export interface RuleRates {
  readonly rule: string;
  readonly population: string;
  readonly rates: readonly (ListRate & { readonly size: number })[];
}

/** The whole answer; everything in it repeats with the seed. */
export interface TradeoffAnswer {
  readonly schemaVersion: 2;
  readonly question: string;
  readonly seed: number;
  readonly draws: number;
  readonly evidence: TradeoffEvidence['run'];
  /** The run on clips behind the rates of videos; left out where there is none. */
  readonly clips?: TradeoffEvidence['clips'];
  readonly totals: { readonly lost: number; readonly total: number };
  readonly offenders: string;
  /** Entries on the list that the answer is for. */
  readonly listEntries: string;
  /** Why the evidence is too small to compare strategies; left out where it is not. */
  readonly tooFew?: string;
  readonly strategies: readonly StrategyAnswer[];
  /** Where two strategies change places. */
  readonly flips: readonly Flip[];
  /** Threshold strategies under each description of offenders. */
  readonly offenderScenarios: readonly Scenario[];
  /** Every strategy, at sizes of a list. */
  readonly listScenarios: readonly Scenario[];
  /** What was counted of false matches, and what follows at those sizes. */
  readonly falseMatches: readonly RuleRates[];
  /** Every strategy that scans, under false-positive rates that others claim. */
  readonly claimScenarios: readonly Scenario[];
  readonly downstream: readonly (TradeoffInputsFile['downstream'][number] & { readonly share: Proportion })[];
  readonly inputs: TradeoffInputsFile;
  /** What was measured of the strategy that decides on accounts, which no run on messages has; left out where it is not given. */
  readonly accountSignals?: MetadataFindings;
  readonly limits: readonly string[];
}

export interface AnswerOptions {
  readonly draws?: number | undefined;
  /** Name of a description of offenders; the first one unless given. */
  readonly offenders?: string | undefined;
  readonly seed?: number | undefined;
  /** Of runs on metadata. */
  readonly accountSignals?: MetadataFindings | undefined;
}

/** Sizes of lists that tables show: that of the default run, then those of public lists. */
export const listSizes = [71, 10_000, 1_000_000, 3_500_000, 57_000_000] as const;

/** The inputs with another list, fixed. */
export function withListEntries<F extends { readonly inputs: Readonly<Record<string, ModelInput>> }>(
  file: F,
  entries: number,
): F {
  return { ...file, inputs: { ...file.inputs, listEntries: listOf(entries) } };
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
  const totals = { lost: file.inputs.reportsLost!.value, total: file.inputs.reportsTotal!.value };
  const inputs = modelInputs(file, offenders);
  const options = { seed, draws };
  const contenders: Contender[] = evidence.strategies;
  const byStrategy = answers(contenders, inputs, options);
  const scenario = (name: string, source: string, of: readonly Contender[], world = inputs): Scenario => {
    const worlds = drawWorlds(world, options);
    // Strategies that measured alike are worked out once.
    const known = new Map<string, Tradeoff>();
    return {
      name,
      source,
      strategies: of.map((each) => {
        const key = JSON.stringify(each.evidence);
        const model = known.get(key) ?? summarise(drawOutcomes(each.evidence, world, worlds, seed));
        known.set(key, model);
        const { recovered, innocentAccounts, reviewers } = model;
        return {
          name: each.name,
          recovered: recovered && scaled(recovered, totals.lost),
          innocentAccounts,
          reviewers,
          ppv: ppvOf(model),
        };
      }),
    };
  };
  // A claim is of a rate on somebody's list: it stands for every list.
  const claimed = (counts: Counts): Contender[] =>
    contenders
      .filter(({ evidence: { scanner, falsePositive } }) => scanner !== 'nobody' && !isRuledOut(falsePositive))
      .map((each) => ({ ...each, evidence: { ...each.evidence, falsePositive: counts, atEveryList: true } }));
  const threshold = inputs.inputs.matchThreshold?.value;
  const few = tooFew(evidence.run.dataset.scored);
  return {
    schemaVersion: 2,
    question: 'What would scanning have brought back?',
    seed,
    draws,
    evidence: evidence.run,
    ...(evidence.clips ? { clips: evidence.clips } : {}),
    totals,
    offenders: offenders.name,
    listEntries: writtenRange(drawOf(inputs, 'listEntries')),
    ...(few === undefined ? {} : { tooFew: few }),
    strategies: evidence.strategies.map(({ id, summary, named, evidence: own }, i) => ({
      id,
      summary,
      ...byStrategy[i]!,
      recovered: reportsOf(byStrategy[i]!.model.recovered, totals),
      named: named ? proportion(named.k, named.n) : null,
      ratesOfVideos: ratesOfVideos(own),
      innocentVideos: own.videos?.innocent ? proportion(own.videos.innocent.k, own.videos.innocent.n) : null,
      ...(own.threshold && threshold !== undefined ? { matchThreshold: threshold } : {}),
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
    listScenarios: listSizes.map((size) =>
      scenario(si(size), `a list of ${size} entries`, contenders, modelInputs(withListEntries(file, size), offenders)),
    ),
    falseMatches: (file.falseMatches ?? []).map(({ rule, population, matches }) => ({
      rule,
      population,
      rates: listSizes.map((size) => ({ size, ...falseMatchRate(matches, size) })),
    })),
    claimScenarios: file.falsePositiveClaims.map(({ name, source, k, n }) => scenario(name, source, claimed({ k, n }))),
    downstream: file.downstream.map((each) => ({ ...each, share: proportion(each.k, each.n) })),
    inputs: file,
    ...(given.accountSignals ? { accountSignals: given.accountSignals } : {}),
    limits: limitsOf(evidence),
  };
}

/** Where the rates of videos of a strategy come from. */
const ratesOfVideos = ({ against, videos, scanner }: TradeoffEvidence['strategies'][number]['evidence']): string =>
  scanner === 'server'
    ? 'by construction'
    : videos
      ? videos.against === 'the same comparison'
        ? 'the same comparison'
        : 'measured on clips'
      : against === 'the same comparison'
        ? 'as pictures: the same comparison'
        : 'as pictures';

/** The size of a list, or its range, in words. */
const writtenRange = (draw: Draw): string => {
  const [low, high] = draw.logUniform ?? draw.uniform ?? [draw.value, draw.value];
  return low === high ? si(low) : `${si(low)} to ${si(high)}`;
};

const limitsOf = ({ run, strategies }: TradeoffEvidence): string[] => [
  `Rates come from ${run.dataset.pictures} benign pictures (${run.dataset.name}) with edits made by programs: a proxy for the content that the letter is about.`,
  'The anchor is what scanning on the server found: server-scan is the letter’s number by construction, and every other row is that number changed by what differs. What server scanning missed is not in it: an equality hash that finds a cropped picture which a near match misses gets nothing for it here.',
  'False matches are counted on photographs, which people send beside screenshots, memes and documents; a list is taken to be of the same kind. Beyond the 8,806 entries that were counted only bounds are given, and they too rest on entries and pictures drawn alike.',
  'Where nobody looks at a picture that is flagged (hash-upload, private-membership), it goes to the curator unreviewed: no hours of review and no exposed pictures, because nobody could clear it either.',
  ...(strategies.some(
    ({ evidence: { against } }) =>
      typeof against !== 'string' && against.asSent.n > 0 && against.edits.every(({ n }) => n === 0),
  )
    ? [
        'After no edit did server scanning find a picture of the list: edited content counts as found like content as it was sent.',
      ]
    : []),
  'What an order finds and what users report wrongly nobody measured; what an escrow key exposes is what the experiment orders.',
  'What is assumed nobody published. Another inputs file gives another answer, and the bounds show how far.',
  'All scanners on a device are given the same evasion, although some are easier to evade than others.',
  'Videos are scanned by their frames. Their rates come from a few generated clips of a few seconds; a clip counts as one match of an account, although each of its frames is one. Where the run on clips did not have the strategy, videos are taken to be found as pictures are; the bounds show what is left if no video is scanned. Innocent accounts and the hours of review rest on false matches of pictures only: those of innocent clips are counted where a run has clips, and stand beside them.',
  'A report that comes back is not a case: what became of reports in three countries stands apart, and the three do not add up.',
  'Pictures, and frames of videos, are all that is scanned: text, links and grooming are out of scope.',
  'The model is of one year and one service: people who leave it, and what they would do elsewhere, are not in it.',
];

/** The share of flagged pictures that are target content, of what the model says of a strategy. */
export const ppvOf = ({ ppv, scanned, innocentImages }: Answer['model']): PpvInterval =>
  ppv ?? (scanned && innocentImages ? 'nothing is flagged' : 'not measured');
