/**
 * From rates to the letter's numbers, for one setting of all inputs. Anchored: what server scanning found in the year is given, and a strategy changes it by what
 * it changes against server scanning: equality in the place of a near match, an account threshold, a scanner in the sender's hands that can be evaded, is not
 * everywhere, or scans no video. Every service also has what comes without scanning. Pictures and videos are two arms: they repeat, and are found, at rates of their own. Without chance in it; `simulate` draws the settings. Rates come from edits of benign pictures, a proxy for the content that the
 * letter is about; say so wherever these numbers are printed.
 */
import { logOverdispersedTail, logPoissonTail } from '../binomial.ts';
import { logGamma } from '../special.ts';
import { flaggedPictures, type Held } from '../threshold-model.ts';
import type { Setting } from './inputs.ts';

/** A number of the model; null where it depends on something that nobody measured. */
export type Known = number | null;

/** Rates of one strategy; null where nobody measured. */
export interface Rates {
  /** Of the pictures that server scanning finds as they were sent, and of those that it finds after an edit, the share that this strategy finds. */
  readonly asSent: Known;
  readonly edited: Known;
  /** Target pictures found that are on no list. */
  readonly newContent: Known;
  /** The same of videos; left out where they count as found as pictures are. */
  readonly videoAsSent?: Known | undefined;
  readonly videoEdited?: Known | undefined;
  readonly videoNewContent?: Known | undefined;
  /** Innocent messages flagged, at the setting's list. */
  readonly falsePositive: Known;
}
export const foundNames = ['asSent', 'edited', 'newContent'] as const;
export type FoundName = (typeof foundNames)[number];
export const videoFoundNames = ['videoAsSent', 'videoEdited', 'videoNewContent'] as const;
export type VideoFoundName = (typeof videoFoundNames)[number];

/** What sets a strategy apart in the model. */
export interface StrategyFacts {
  /** Who holds the scanner; nobody where nothing is scanned. */
  readonly scanner: 'server' | 'device' | 'nobody';
  /** It compares with a list; false for a classifier, which sees what it finds for the first time. */
  readonly byList: boolean;
  /** Whether people look at what it flags. */
  readonly reviewed: boolean;
  /** Innocent pictures that somebody beside sender and recipient gets: all, those flagged, or a share that the experiment assumes. */
  readonly exposes: 'all' | 'flagged' | number;
  /** Share of the matches that count. */
  readonly kept: number;
  /** Survival of the account threshold at a detection rate; undefined where one match is enough. */
  readonly survival?: ((rate: number) => number) | undefined;
}

/** What would come back, a year. */
export interface Recovery {
  /** Share of the lost reports that would come back. */
  readonly recovered: Known;
  /** Of that, by scanning alone. */
  readonly scanned: Known;
  /** By scanning: the share of the reports of pictures that come back, and of those of videos. */
  readonly pictures: Known;
  readonly videos: Known;
}

/** What it costs people who did nothing, a year; null where it hangs on a rate that nobody measured. */
export interface Price {
  /** Innocent accounts flagged at least once, or over the threshold. */
  readonly innocentAccounts: Known;
  /** Innocent images flagged. */
  readonly innocentImages: Known;
  /** Hours of human review. */
  readonly reviewHours: Known;
  /** The same, in people who do nothing else. */
  readonly reviewers: Known;
  /** Innocent messages exposed, of 10^9, and in all. */
  readonly exposedPerBillion: Known;
  readonly exposed: Known;
  /** Share of flagged images that are target content; null where nothing is flagged, too. */
  readonly ppv: Known;
}
export type Outcome = Recovery & Price;

/** Everything at one setting; `reportsLost` is what server scanning found. */
export const outcome = (rates: Rates, setting: Setting, facts: StrategyFacts, reportsLost: number): Outcome => ({
  ...recovery(rates, setting, facts),
  ...price(rates, setting, facts, reportsLost),
});

/** What a strategy finds of the pictures and of the videos that server scanning found, where its scanner is at work; null: not known. */
interface Arms {
  readonly pictures: Known;
  readonly videos: Known;
}

function relative(rates: Rates, setting: Setting, { byList, kept, scanner }: StrategyFacts): Arms {
  // The anchor, by construction.
  if (scanner === 'server') return { pictures: 1, videos: 1 };
  const { asSent, edited, newContent } = rates;
  const { videoAsSent = asSent, videoEdited = edited, videoNewContent = newContent } = rates;
  const { repeats, byteIdentical, videoRepeats, videoByteIdentical, firstSeenListed } = setting;
  const arm = (repeated: Known, again: number, fresh: Known): Known => {
    const first = byList ? mix(firstSeenListed, repeated, fresh) : fresh;
    return known(mix(again, repeated, first), (rate) => kept * rate);
  };
  return {
    pictures: arm(mix(byteIdentical, asSent, edited), repeats, newContent),
    videos: arm(mix(videoByteIdentical, videoAsSent, videoEdited), videoRepeats, videoNewContent),
  };
}

/** Videos of which a device scans only a part. */
const seen = (videos: Known, { videoScanned }: Setting, { scanner }: StrategyFacts): Known =>
  scanner === 'device' ? mix(videoScanned, videos, 0) : videos;

/** The share of target senders at whom its scanner looks. Server scanning is the anchor: what gets around it is not in what it found. */
const reach = ({ evasion, uptake }: Setting, { scanner }: StrategyFacts): number =>
  scanner === 'device' ? uptake * (1 - evasion) : 1;

/**
 * What comes back. A report is of pictures or of videos. `topFound` is the share of the few videos of `topShare` that are found: a draw of how many of them are,
 * or the rate itself for the expectation, which is the default.
 */
export function recovery(
  rates: Rates,
  setting: Setting,
  facts: StrategyFacts,
  topFound?: (rate: number) => number,
): Recovery {
  const { topShare, videoShare } = setting;
  const { survival } = facts;
  const found = (rate: number): number => (survival ? survival(rate) : foundInReport(rate, setting));
  // Of all videos; the share is of pictures and videos together.
  const top = videoShare > 0 ? Math.min(1, topShare / videoShare) : 0;
  const ofVideos = (rate: number): number => {
    if (top === 0) return found(rate);
    // Of the few videos each is found in all its copies or in none: their share of the volume moves together.
    const few = topFound ? topFound(rate) : rate;
    const ofTop = survival ? (rate > 0 ? Math.min(1, (found(rate) * few) / rate) : 0) : few;
    return top * ofTop + (1 - top) * found(rate);
  };
  const reached = reach(setting, facts);
  // Where nothing is looked at nothing is found, whatever the rates are.
  const { pictures, videos } = reached === 0 ? { pictures: 0, videos: 0 } : relative(rates, setting, facts);
  const back = (share: Known): Known => known(share, (each) => reached * each);
  const arms: Arms = {
    pictures: back(known(pictures, found)),
    videos: back(seen(known(videos, ofVideos), setting, facts)),
  };
  const scanned = mix(videoShare, arms.videos, arms.pictures);
  const without = unscanned(setting);
  return { recovered: known(scanned, (share) => share + (1 - share) * without), scanned, ...arms };
}

/**
 * Share of the lost reports that come where nobody scans: by users, and by what can be seen without reading messages. The two are taken as independent. An account
 * that shows something brings back one report of the several that scanning would have made.
 */
const unscanned = ({ userReports, accountsShown, reportsPerAccount }: Setting): number =>
  userReports + ((1 - userReports) * accountsShown) / reportsPerAccount;

/** What it costs. Images, prevalence and accounts are of one service and one year: the files of the reports among the pictures of the accounts. */
export function price(rates: Rates, setting: Setting, facts: StrategyFacts, reportsLost: number): Price {
  const { accounts, imagesPerAccountYear, filesPerReport, falseMatchSpread } = setting;
  const { reviewed, exposes, survival } = facts;
  const images = imagesOf(setting);
  const target = Math.min(images, reportsLost * filesPerReport);
  // Of a distribution half a match may be drawn; what opens is decided on whole ones.
  const threshold = survival ? Math.round(setting.matchThreshold) : 1;
  const flaggedOf = (rate: number, from: number): number =>
    flaggedShare(from, rate * imagesPerAccountYear, falseMatchSpread);
  const innocentAccounts = known(rates.falsePositive, (rate) => accounts * flaggedOf(rate, threshold));
  const innocentImages = known(rates.falsePositive, (rate) => {
    const all = (images - target) * rate;
    // E[X; X >= t] of a Poisson count is its mean times P(X >= t - 1).
    return threshold > 1 ? all * flaggedOf(rate, threshold - 1) : all;
  });
  const reached = reach(setting, facts);
  const opened = (rate: number): number => rate * (survival ? survival(rate) : 1);
  const arms = reached === 0 ? { pictures: 0, videos: 0 } : relative(rates, setting, facts);
  const videos = seen(known(arms.videos, opened), setting, facts);
  const hits = known(
    mix(setting.videoShare, videos, known(arms.pictures, opened)),
    (share) => target * reached * share,
  );
  const flagged = hits === null || innocentImages === null ? null : hits + innocentImages;
  const reviewHours = reviewed ? known(flagged, (each) => (each * setting.secondsPerReview) / 3600) : 0;
  const innocent = images - target;
  const exposed =
    exposes === 'all' ? innocent : exposes === 'flagged' ? (reviewed ? innocentImages : 0) : innocent * exposes;
  return {
    innocentAccounts,
    innocentImages,
    reviewHours,
    reviewers: known(reviewHours, (hours) => hours / setting.hoursPerReviewer),
    exposedPerBillion: known(exposed, (each) => (innocent > 0 ? (1e9 * each) / innocent : null)),
    exposed,
    ppv: known(flagged, (each) => (each > 0 ? hits! / each : null)),
  };
}

/** Images sent in a year, by everybody. */
export const imagesOf = ({ accounts, imagesPerAccountYear }: Setting): number => accounts * imagesPerAccountYear;

/** Something of a number, where it is known. */
const known = (value: Known, of: (value: number) => Known): Known => (value === null ? null : of(value));

/** `share` of one and the rest of the other. What has no part in it need not be known. */
function mix(share: number, one: Known, other: Known): Known {
  if (share === 1) return one;
  if (share === 0) return other;
  return one === null || other === null ? null : share * one + (1 - share) * other;
}

/**
 * Probability that at least one of m files of a report is found: 1 − (1 − τ)^m where misses are independent, beta-binomial where they
 * correlate. m need not be a whole number: the product of the beta-binomial is written with gamma functions.
 */
export function foundInReport(
  rate: number,
  { filesPerReport: m, missCorrelation: c }: Pick<Setting, 'filesPerReport' | 'missCorrelation'>,
): number {
  if (rate <= 0) return 0;
  if (rate >= 1) return 1;
  if (c >= 1) return rate;
  if (c <= 0) return -Math.expm1(m * Math.log1p(-rate));
  const size = 1 / c - 1;
  const miss = (1 - rate) * size;
  return -Math.expm1(logGamma(miss + m) - logGamma(miss) + logGamma(size) - logGamma(size + m));
}

/** Share of innocent accounts with at least `threshold` false matches, of that many expected; negative binomial where rates spread. */
export function flaggedShare(threshold: number, mean: number, spread: number): number {
  if (mean <= 0) return 0;
  return Math.exp(spread > 0 ? logOverdispersedTail(threshold, mean, spread) : logPoissonTail(threshold, mean));
}

/** Points at which the survival of a threshold is computed; between them it is linear. */
const grid = 100;

/**
 * Share of offenders' listed pictures whose account reaches a threshold, as a function of the detection rate: Σ P(K = k) k P(Bin(k, τ) ≥ t) / E[K]. One pass
 * over the accounts gives all thresholds up to the largest one that was asked for, so that the next ones cost nothing.
 */
export function thresholdSurvivals(held: Held): (threshold: number) => (rate: number) => number {
  let most = 0;
  let byRate: readonly Float64Array[] = [];
  return (threshold) => {
    if (threshold > most) {
      // Doubled, so that thresholds that come in rising order are not all computed anew each time.
      most = Math.max(threshold, 2 * most);
      byRate = Array.from({ length: grid + 1 }, (_, i) => flaggedPictures(held, i / grid, most));
    }
    const points = Float64Array.from(byRate, (shares, i) => (i === 0 ? 0 : shares[threshold - 1]!));
    return (rate) => {
      const at = Math.min(grid, Math.max(0, rate * grid));
      const low = Math.min(grid - 1, Math.floor(at));
      return points[low]! + (at - low) * (points[low + 1]! - points[low]!);
    };
  };
}
