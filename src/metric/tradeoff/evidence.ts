/** What a run measured of a strategy, as the trade-off model takes it: counts, against server scanning on the same pictures. */
import { crossedEffective } from '../crossed.ts';
import { falseMatchRate, type ListRate, type Matches } from '../false-matches.ts';
import { type Counts, type Evident, isCounted, isRuledOut, isUntried } from '../interval.ts';
import type { TradeoffInputs } from './inputs.ts';
import type { FoundName, Rates, StrategyFacts, VideoFoundName } from './model.ts';

/** Of one edit: pictures that server scanning found after it, and how many of them the strategy found, too. */
export interface EditCounts extends Counts {
  readonly edit: string;
}

/** A strategy's findings among those of server scanning, on the same pictures. */
export interface Against {
  readonly asSent: Counts;
  /** Every edit that was tried; n is 0 where server scanning found nothing after it. */
  readonly edits: readonly EditCounts[];
  /** The same trials by picture or clip, all edits together: k of n. */
  readonly pictures: readonly (readonly [k: number, n: number])[];
}

/** Whether it found everything that server scanning found. */
export const foundAll = ({ asSent, edits }: Pick<Against, 'asSent' | 'edits'>): boolean =>
  [asSent, ...edits].every(({ k, n }) => k === n);

/** The same of videos: of a run on clips, whose frames the strategy scans. */
export interface VideoFindings {
  readonly against: Against | 'the same comparison';
  readonly newContent: Counts;
  /** Innocent clips that it flagged, each by itself; left out where nobody counted. */
  readonly innocent?: Counts | undefined;
}

/** What a run measured of one strategy. A rate that the design rules out is exactly 0; of one that nobody tried nothing is known. */
export interface Evidence {
  /**
   * Its findings among those of server scanning. 'the same comparison': its design makes the comparison that server scanning makes, on the same file, and the
   * run saw no difference. 'nothing is reported': nothing leads to a report by itself. 'not measured': the run has no server scanning, or what finds is people whom the experiment orders.
   */
  readonly against: Against | 'the same comparison' | 'nothing is reported' | 'not measured';
  readonly newContent: Evident;
  /** Left out where no clips measured it: then videos count as found as pictures are, which is an assumption. */
  readonly videos?: VideoFindings | undefined;
  /** Innocent messages flagged, against the list of the run. */
  readonly falsePositive: Evident;
  readonly listEntries: number;
  /**
   * What decides a match, by the name of a rule in `falseMatches`; null: no list decides, so that the rate does not grow with one. `subset`: it flags only
   * part of what the rule matches.
   */
  readonly rule: { readonly name: string; readonly subset: boolean } | null;
  readonly scanner: StrategyFacts['scanner'];
  readonly reviewed: boolean;
  readonly exposes: StrategyFacts['exposes'];
  /** Nothing opens below the account threshold of the inputs. */
  readonly threshold?: boolean | undefined;
  /** Set by hand or claimed: its rate of innocent messages is the same at every list. */
  readonly atEveryList?: boolean | undefined;
  /** Share of the matches that count; the rest are lost on purpose, to synthetic vouchers. 1 where left out. */
  readonly kept?: number | undefined;
}

/** Trials behind a rate, as many as are independent: a Beta posterior with Jeffreys' prior is drawn from them. */
export type Drawable = Counts | number | null;

/** What is found of pictures, and of videos where a run on clips measured it. */
export type SharesAs<T> = Readonly<Record<FoundName, T> & Partial<Record<VideoFoundName, T>>>;

/** Something for each share of what server scanning finds. */
export function sharesOf({ against, newContent, videos }: Evidence): SharesAs<Drawable> {
  const pictures = pictureShares({ against, newContent });
  // Where nothing leads to a report, or nobody measured pictures, there is nothing that videos could add.
  if (!videos || against === 'nothing is reported' || against === 'not measured') return pictures;
  const { asSent, edited, newContent: fresh } = pictureShares(videos);
  return { ...pictures, videoAsSent: asSent, videoEdited: edited, videoNewContent: fresh };
}

function pictureShares({ against, newContent }: Pick<Evidence, 'against' | 'newContent'>): Record<FoundName, Drawable> {
  const fresh = isCounted(newContent) ? newContent : isUntried(newContent) ? null : 0;
  if (against === 'the same comparison') return { asSent: 1, edited: 1, newContent: fresh };
  if (against === 'nothing is reported') return { asSent: 0, edited: 0, newContent: 0 };
  if (against === 'not measured') return { asSent: null, edited: null, newContent: fresh };
  const asSent = against.asSent.n > 0 ? against.asSent : null;
  // Without edited trials, edited content counts as found like content as it was sent.
  return { asSent, edited: editedTrials(against) ?? asSent, newContent: fresh };
}

/** Edits and pictures are both drawn: as many independent trials as have the variance of both. Null where no edited picture was found by server scanning. */
function editedTrials({ edits, pictures }: Against): Counts | null {
  const tried = edits.filter(({ n }) => n > 0).map(({ k, n }) => [k, n] as const);
  if (tried.length === 0) return null;
  return crossedEffective({ rows: tried, columns: pictures.filter(([, n]) => n > 0) });
}

/** The least and the most of the edited content that any mix of the edits can leave found; null where that is not known. */
export function mixRange({ against, videos }: Evidence): readonly [Partial<Rates>, Partial<Rates>] | null {
  const pictures = mixOf(against);
  if (!pictures) return null;
  const clips = videos && typeof against !== 'string' ? mixOf(videos.against) : null;
  const end = (i: 0 | 1): Partial<Rates> => ({ edited: pictures[i], ...(clips ? { videoEdited: clips[i] } : {}) });
  return [end(0), end(1)];
}

function mixOf(against: Evidence['against']): readonly [number, number] | null {
  if (against === 'the same comparison') return [1, 1];
  if (against === 'nothing is reported') return [0, 0];
  if (against === 'not measured') return null;
  const shares = against.edits.filter(({ n }) => n > 0).map(({ k, n }) => k / n);
  return shares.length > 0 ? [Math.min(...shares), Math.max(...shares)] : null;
}

/** The rate of innocent messages flagged at a list of `size` entries; null where nobody measured. */
export function falsePositiveAt(
  { falsePositive, listEntries, rule, atEveryList }: Evidence,
  { falseMatches }: TradeoffInputs,
  size: number,
): ListRate | null {
  if (isRuledOut(falsePositive)) return { status: 'measured', estimate: 0, low: 0, high: 0 };
  const counted = rule && !atEveryList && rulesOf(rule.name, falseMatches);
  if (counted) {
    const rate = falseMatchRate(counted.matches, size);
    const exact = counted.exact && !rule.subset;
    return exact ? rate : { ...rate, estimate: null, low: 0 };
  }
  const { k, n } = falsePositive;
  if (n === 0) return null;
  const own = { list: Math.max(1, listEntries), queries: n, matched: k };
  return falseMatchRate(own, rule && !atEveryList ? size : own.list);
}

/** What was counted of a rule; of a rule 'hash <= bits' that was not, the next wider one of that hash, which flags at least as much. */
function rulesOf(
  name: string,
  falseMatches: Readonly<Record<string, Matches>> = {},
): { readonly matches: Matches; readonly exact: boolean } | undefined {
  const own = falseMatches[name];
  if (own) return { matches: own, exact: true };
  const wanted = nearRule(name);
  if (!wanted) return undefined;
  const wider = Object.entries(falseMatches)
    .flatMap(([each, matches]) => {
      const rule = nearRule(each);
      return rule && rule.hash === wanted.hash && rule.bits > wanted.bits ? [{ bits: rule.bits, matches }] : [];
    })
    .sort((a, b) => a.bits - b.bits)[0];
  return wider && { matches: wider.matches, exact: false };
}

function nearRule(name: string): { hash: string; bits: number } | undefined {
  const found = /^(\S+) <= (\d+)$/.exec(name);
  return found ? { hash: found[1]!, bits: Number(found[2]) } : undefined;
}
