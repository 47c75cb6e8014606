/**
 * From measured rates to the letter's numbers: how many of the lost reports a strategy would bring back, and at what price to people
 * who did nothing. A Monte Carlo model: every measured rate is drawn from its Beta posterior (Jeffreys' prior, Beta(½, ½)), every
 * assumption from its stated distribution. The detection rates come from edits of benign pictures, a proxy for the content that the
 * letter is about; say so wherever these numbers are printed.
 */
import { type Rng, seededRng } from '../util/rng.ts';
import type { Counts, Interval } from './interval.ts';
import { quantileOfSorted } from './quantile.ts';
import { betaVariate } from './random.ts';

/** An assumption: a fixed value or, where `beta` is given, a draw from Beta(a, b). */
export interface Draw {
  readonly value: number;
  readonly beta?: readonly [number, number] | undefined;
}

/** The model's assumptions, each to be shown with its source. */
export interface TradeoffInputs {
  /** Share of target content that is on the list. */
  readonly onList: Draw;
  /** Share of target senders who evade a strategy that can be evaded. */
  readonly evasion: Draw;
  /** Share of listed files that are sent unedited. */
  readonly unedited: Draw;
  readonly filesPerReport: Draw;
  /** Images sent in a year, by everybody. */
  readonly imagesPerYear: Draw;
  /** Images sent in a year, by one account. */
  readonly imagesPerAccountYear: Draw;
  readonly accounts: Draw;
  /** Share of images that are target content. */
  readonly prevalence: Draw;
  readonly secondsPerReview: Draw;
}

/** What a run measured of one strategy; { k: 0, n: 0 } where a question does not arise, which counts as a rate of exactly 0. */
export interface Evidence {
  /** Listed content found as sent, and after edits. */
  readonly listedAsSent: Counts;
  readonly listedEdited: Counts;
  /** Target content found that is not on the list. */
  readonly newContent: Counts;
  /** Innocent messages flagged. */
  readonly falsePositive: Counts;
  /** Innocent messages whose picture somebody other than sender and recipient got. */
  readonly exposedInnocent: Counts;
  /** Whether a sender who wants to can get around it. */
  readonly evadable: boolean;
  /** Whether people look at what it flags. */
  readonly reviewed: boolean;
}

/** What would follow, a year. */
export interface Tradeoff {
  /** Reports brought back, of each total. */
  readonly recovered: readonly { readonly of: number; readonly reports: Interval }[];
  /** Innocent messages exposed, of 10^9. */
  readonly exposedPerBillion: Interval;
  /** Innocent accounts flagged at least once in a year. */
  readonly innocentAccounts: Interval;
  /** Hours of human review in a year. */
  readonly reviewHours: Interval;
}

/**
 * Medians with 95 % intervals. Give every strategy a fresh stream of the same seed: assumptions are then drawn alike for all, so that
 * strategies differ by what was measured and not by luck.
 */
export function tradeoff(
  evidence: Evidence,
  inputs: TradeoffInputs,
  totals: readonly number[],
  rng: Rng,
  draws = 20_000,
): Tradeoff {
  // A stream for each quantity: rejection sampling takes more of one stream for one strategy than for another.
  const stream = (): Rng => seededRng(rng.uint32(), 'draws');
  const assumed = (draw: Draw): Float64Array => {
    const own = stream();
    const beta = draw.beta;
    return new Float64Array(draws).map(() => (beta ? betaVariate(beta[0], beta[1], own) : draw.value));
  };
  const measured = ({ k, n }: Counts): Float64Array => {
    const own = stream();
    return new Float64Array(draws).map(() => (n === 0 ? 0 : betaVariate(k + 0.5, n - k + 0.5, own)));
  };
  const onList = assumed(inputs.onList);
  const evasion = assumed(inputs.evasion);
  const unedited = assumed(inputs.unedited);
  const filesPerReport = assumed(inputs.filesPerReport);
  const imagesPerYear = assumed(inputs.imagesPerYear);
  const imagesPerAccountYear = assumed(inputs.imagesPerAccountYear);
  const accounts = assumed(inputs.accounts);
  const prevalence = assumed(inputs.prevalence);
  const seconds = assumed(inputs.secondsPerReview);
  const asSent = measured(evidence.listedAsSent);
  const edited = evidence.listedEdited.n === 0 ? asSent : measured(evidence.listedEdited);
  const unlisted = measured(evidence.newContent);
  const falsePositive = measured(evidence.falsePositive);
  const exposed = measured(evidence.exposedInnocent);

  const share = new Float64Array(draws);
  const flaggedAccounts = new Float64Array(draws);
  const hours = new Float64Array(draws);
  for (let i = 0; i < draws; i++) {
    const listed = unedited[i]! * asSent[i]! + (1 - unedited[i]!) * edited[i]!;
    const reached = evidence.evadable ? 1 - evasion[i]! : 1;
    // A report comes back when at least one of its files is found; files of a report are taken as found independently.
    const found = (rate: number): number => -Math.expm1(filesPerReport[i]! * Math.log1p(-rate));
    share[i] = reached * (onList[i]! * found(listed) + (1 - onList[i]!) * found(unlisted[i]!));
    flaggedAccounts[i] = accounts[i]! * -Math.expm1(-falsePositive[i]! * imagesPerAccountYear[i]!);
    const hits = prevalence[i]! * reached * (onList[i]! * listed + (1 - onList[i]!) * unlisted[i]!);
    const misses = (1 - prevalence[i]!) * falsePositive[i]!;
    hours[i] = evidence.reviewed ? (imagesPerYear[i]! * (hits + misses) * seconds[i]!) / 3600 : 0;
  }
  const method = `median and 95 % of ${draws} draws; Jeffreys posteriors`;
  const summary = (values: Float64Array, scale = 1): Interval => {
    const sorted = values.toSorted();
    const at = (p: number): number => scale * quantileOfSorted(sorted, p);
    return { estimate: at(0.5), low: at(0.025), high: at(0.975), method };
  };
  return {
    recovered: totals.map((of) => ({ of, reports: summary(share, of) })),
    exposedPerBillion: summary(exposed, 1e9),
    innocentAccounts: summary(flaggedAccounts),
    reviewHours: summary(hours),
  };
}
