/** What the trade-off model assumes: every input is a value, with a distribution where nobody knows it better. */
import type { Rng } from '../../util/rng.ts';
import type { Matches } from '../false-matches.ts';
import { betaVariate } from '../random.ts';
import { inverseIncompleteBeta } from '../special.ts';
import { geometricHeld, type Held, zipfHeld } from '../threshold-model.ts';

/** An assumption: a fixed value or, where a distribution is given, a draw from it. At most one is given. */
export interface Draw {
  readonly value: number;
  /** Beta(a, b), of a share. */
  readonly beta?: readonly [a: number, b: number] | undefined;
  /** Uniform between the two. */
  readonly uniform?: readonly [low: number, high: number] | undefined;
  /** Uniform in the logarithm between the two, both above 0. */
  readonly logUniform?: readonly [low: number, high: number] | undefined;
  /** The least and the most that nothing known rules out, for bounds that need no distribution. */
  readonly bounds?: readonly [low: number, high: number] | undefined;
  /** Where a sourced value stands; one without is assumed. */
  readonly url?: string | undefined;
}

/** The least and the most that an input can be. */
export type Range = readonly [least: number, most: number];

const share: Range = [0, 1];

/**
 * Every input: what it is, its value where a file leaves it out (null where it must be given), its range, and whether it counts whole things. A share is a share; the limits
 * of amounts are far beyond what any service has, so that only a slip is outside them.
 */
export const inputFacts = {
  repeats: {
    what: 'of the pictures that server scanning found, the share that repeats something reported before, so that it was on a list',
    neutral: null,
    range: share,
  },
  byteIdentical: {
    what: 'share of these repeated pictures that are the same file; the others are edited copies that still match nearly',
    neutral: null,
    range: share,
  },
  firstSeenListed: {
    what: 'share of what server scanning found and that repeats nothing, which its list found; other means found the rest',
    neutral: 1,
    range: share,
  },
  evasion: {
    what: 'share of target senders who get around a scanner that is on their own device',
    neutral: null,
    range: share,
  },
  uptake: { what: 'share of target senders whose app has the scanner', neutral: 1, range: share },
  videoShare: { what: 'share of what was found that is video', neutral: 0, range: share },
  videoRepeats: {
    what: 'of the videos that server scanning found, the share that repeats something reported before',
    neutral: 0,
    range: share,
  },
  videoByteIdentical: {
    what: 'share of these repeated videos that are the same file',
    neutral: 0,
    range: share,
  },
  videoScanned: {
    what: 'share of video that a device scans as well as the server did',
    neutral: 1,
    range: share,
  },
  filesPerReport: {
    what: 'files in a report, of which one that is found brings the report back',
    neutral: null,
    range: [1, 1e6],
  },
  missCorrelation: {
    what: 'intraclass correlation between misses of the files of one report; 0: independent',
    neutral: 0,
    range: share,
  },
  topShare: {
    what: 'share of what was found that a few videos make up, each found always or never; at most all videos',
    neutral: 0,
    range: share,
  },
  topItems: { what: 'how many videos those are', neutral: 6, range: [1, 1000], whole: true },
  userReports: {
    what: 'share of the lost reports that come without scanning, because users report what they receive',
    neutral: 0,
    range: share,
  },
  accountsShown: {
    what: 'share of the offending accounts that the service finds by what it can see without reading messages, such as profile and group pictures',
    neutral: 0,
    range: share,
  },
  reportsPerAccount: {
    what: 'reports a year that scanning makes of one offending account; what can be seen without it brings back one',
    neutral: 1,
    range: [1, 1e6],
  },
  listEntries: { what: 'entries on the list', neutral: null, range: [1, 1e10], whole: true },
  accounts: { what: 'accounts of the service', neutral: null, range: [1, 1e11] },
  imagesPerAccountYear: { what: 'images sent in a year, by one account', neutral: null, range: [1, 1e9] },
  matchThreshold: {
    what: 'matches of one account from which a threshold strategy opens them',
    neutral: 1,
    range: [1, 10_000],
    whole: true,
  },
  falseMatchSpread: {
    what: 'coefficient of variation of the false-match rate between innocent accounts; 0: the same for all',
    neutral: 0,
    range: [0, 1000],
  },
  secondsPerReview: { what: 'seconds that a reviewer takes for a picture', neutral: null, range: [0, 86_400] },
  hoursPerReviewer: { what: 'hours that a reviewer works in a year', neutral: 2000, range: [1, 8784] },
} as const satisfies Record<
  string,
  { readonly what: string; readonly neutral: number | null; readonly range: Range; readonly whole?: true }
>;
export type InputName = keyof typeof inputFacts;
export const inputNames = Object.keys(inputFacts) as readonly InputName[];

/** One value for each input. */
export type Setting = Readonly<Record<InputName, number>>;

/** How many listed pictures an offending account sends: decides what an account threshold loses. */
export type Offenders =
  | { readonly shape: 'geometric'; readonly mean: number }
  | { readonly shape: 'zipf'; readonly exponent: number; readonly most: number };

/** The model's assumptions, each to be shown with its source. */
export interface TradeoffInputs {
  readonly inputs: Readonly<Partial<Record<InputName, Draw>>>;
  /** Reports that would be lost: what server scanning found, the anchor of everything. */
  readonly reportsLost: number;
  /** What was counted of false matches, by rule ('pdq <= 31', 'lda-hash ='); none where left out. */
  readonly falseMatches?: Readonly<Record<string, Matches>> | undefined;
  /** Omitted where rates of threshold strategies were measured with the threshold in place. */
  readonly offenders?: Offenders | undefined;
}

/** What the model takes, wherever it stands: in an inputs file, or in an experiment. */
export interface ModelSource {
  readonly inputs: Readonly<Record<string, Draw>>;
  readonly offenders?: readonly Offenders[] | undefined;
  readonly falseMatches?: readonly { readonly rule: string; readonly matches: Matches }[] | undefined;
}

/** Inputs as the model takes them, under one description of offenders: the first one unless given. Of a rule that was counted more than once, the first count. */
export function modelInputs({ inputs, offenders, falseMatches = [] }: ModelSource, given?: Offenders): TradeoffInputs {
  const rules = new Map<string, Matches>();
  for (const { rule, matches } of falseMatches) if (!rules.has(rule)) rules.set(rule, matches);
  return {
    inputs: Object.fromEntries(inputNames.flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : []))),
    reportsLost: inputs.reportsLost!.value,
    offenders: given ?? offenders?.[0],
    falseMatches: Object.fromEntries(rules),
  };
}

/** The draw of that name, or its neutral value. Throws a RangeError where a required one is missing. */
export function drawOf({ inputs }: TradeoffInputs, name: InputName): Draw {
  const { neutral } = inputFacts[name];
  const draw = inputs[name] ?? (neutral === null ? undefined : { value: neutral });
  if (!draw) throw new RangeError(`Expected a value for the input '${name}' (${inputFacts[name].what}).`);
  return draw;
}

/** Whether nobody knows it exactly. */
export const isUncertain = ({ beta, uniform, logUniform }: Draw): boolean =>
  (beta ?? uniform ?? logUniform) !== undefined;

/** Where the value of an input comes from: a public source, or nobody has published it. */
export const originOf = ({ url }: Draw): 'sourced' | 'assumed' => (url === undefined ? 'assumed' : 'sourced');

/** The p-quantile of an input. */
export function inputQuantile({ value, beta, uniform, logUniform }: Draw, p: number): number {
  if (beta) return inverseIncompleteBeta(p, beta[0], beta[1]);
  if (uniform) return uniform[0] + p * (uniform[1] - uniform[0]);
  if (logUniform) return logUniform[0] * (logUniform[1] / logUniform[0]) ** p;
  return value;
}

/** A random value of an input; beta variates by rejection, so give every input a stream of its own. */
export const drawInput = (draw: Draw, rng: Rng): number =>
  draw.beta ? betaVariate(draw.beta[0], draw.beta[1], rng) : inputQuantile(draw, isUncertain(draw) ? rng.next() : 0.5);

/** All inputs at their medians; a fixed one at its value. */
export const medianSetting = (inputs: TradeoffInputs): Setting =>
  settingOf((name) => inputQuantile(drawOf(inputs, name), 0.5));

/** A setting from a function of the names. */
export const settingOf = (of: (name: InputName) => number): Setting =>
  Object.fromEntries(inputNames.map((name) => [name, of(name)])) as Setting;

/** The distribution that offenders are said to have. */
export const heldBy = (offenders: Offenders): Held =>
  offenders.shape === 'geometric' ? geometricHeld(offenders.mean) : zipfHeld(offenders.exponent, offenders.most);
