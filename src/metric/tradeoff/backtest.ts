/**
 * What the trade-off model says of things that happened: a few formulas around its row for a service where nothing is scanned, drawn with the uncertainty of their
 * inputs, and compared with what was counted. The formulas add nothing to the model; where it has no mechanism for something, that shows as a miss.
 */
import { seededRng } from '../../util/rng.ts';
import { ruledOut } from '../interval.ts';
import type { Evidence } from './evidence.ts';
import { type Draw, drawInput, type Range, settingOf, type TradeoffInputs } from './inputs.ts';
import { recoveredAt, summary } from './simulate.ts';

/** An input of a mechanism; `neutral` is its value where it is left out, null where it must be given. */
interface MechanismInput {
  readonly what: string;
  readonly neutral: number | null;
  readonly range: Range;
}

/** A formula: from values of its inputs to what was counted afterwards. */
export interface Mechanism {
  readonly what: string;
  readonly inputs: Readonly<Record<string, MechanismInput>>;
  /** All inputs have a value. */
  predict(values: Readonly<Record<string, number>>): number;
}

const share: Range = [0, 1];
/** What the model's row for a service without a scanner takes. */
const unscannedInputs = {
  userReports: {
    what: 'share of the reports that depend on scanning which come without it, by users',
    neutral: null,
    range: share,
  },
  accountsShown: {
    what: 'share of the offending accounts that the service finds by what it can see without reading messages',
    neutral: 0,
    range: share,
  },
  reportsPerAccount: {
    what: 'reports a year that scanning makes of one offending account',
    neutral: 1,
    range: [1, 1e6],
  },
} as const satisfies Readonly<Record<string, MechanismInput>>;

export const mechanisms: Readonly<Record<string, Mechanism>> = {
  'encrypted-service': {
    what: 'reports of a service where nothing is scanned: the reports that scanning would make there, times the share that comes without it',
    inputs: {
      reportsLost: {
        what: "reports a year that depend on scanning, at the letter's service",
        neutral: null,
        range: [1, 1e12],
      },
      size: { what: "size of the service, as a multiple of the letter's", neutral: 1, range: [1e-6, 1e6] },
      ...unscannedInputs,
    },
    predict: ({ reportsLost, size, ...rest }) => reportsLost! * size! * withoutScanning(rest),
  },
  'scanning-stops': {
    what: 'share by which reports fall when scanning stops: the share that depends on scanning, at the services where it stops, less what comes without it',
    inputs: {
      lostShare: {
        what: 'share of the reports of a service that depends on scanning private messages',
        neutral: null,
        range: share,
      },
      affected: {
        what: 'share of all counted reports that comes from services where scanning stops',
        neutral: 1,
        range: share,
      },
      stopped: {
        what: 'share of the messages there, over the time counted, that is no longer scanned',
        neutral: 1,
        range: share,
      },
      ...unscannedInputs,
    },
    predict: ({ lostShare, affected, stopped, ...rest }) =>
      lostShare! * affected! * stopped! * (1 - withoutScanning(rest)),
  },
  'known-accounts': {
    what: 'reports of a service by what it said itself of an earlier time: the accounts that it acted on in a year, times the share that it reported. Not the model: a yardstick beside it',
    inputs: {
      accounts: { what: 'accounts that the service acted on in a year', neutral: null, range: [0, 1e12] },
      reported: { what: 'share of them that it reported', neutral: 1, range: share },
    },
    predict: ({ accounts, reported }) => accounts! * reported!,
  },
  'report-is-incident': {
    what: 'incidents in a report: one, because the model counts reports and nothing else',
    inputs: {},
    predict: () => 1,
  },
};

/** End-to-end encryption without a scanner, by design: nothing is found, so nothing that a run measured is in it. */
const unscanned: Evidence = {
  against: 'nothing is reported',
  newContent: ruledOut,
  falsePositive: ruledOut,
  listEntries: 1,
  rule: null,
  scanner: 'nobody',
  reviewed: false,
  exposes: 0,
};
const noInputs: TradeoffInputs = { inputs: {}, reportsLost: 1 };
const ofModel = recoveredAt(unscanned, noInputs);

/**
 * Share of the reports that depend on scanning which come without it: the row `e2ee` of the model at the inputs of that row; one that is left out has its
 * neutral value. `others` is given to all other inputs, which play no part where nobody scans.
 */
export const withoutScanning = (given: Readonly<Record<string, number>>, others = 1): number =>
  ofModel(
    settingOf((name) =>
      Object.hasOwn(unscannedInputs, name)
        ? (given[name] ?? unscannedInputs[name as keyof typeof unscannedInputs].neutral ?? 0)
        : others,
    ),
  )!;

/** Median and 95 % interval of what is predicted. */
export interface Predicted {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One prediction. The stream of an input goes by its name, so that predictions that share inputs share their luck. */
export function predict(
  { inputs, predict: formula }: Mechanism,
  given: Readonly<Record<string, Draw>>,
  { seed, draws }: { readonly seed: number; readonly draws: number },
): Predicted {
  const columns = Object.entries(inputs).map(([name, { neutral }]) => {
    const draw = given[name] ?? (neutral === null ? undefined : { value: neutral });
    if (!draw) throw new RangeError(`Expected a value for the input '${name}' of the mechanism.`);
    const rng = seededRng(seed, `backtest/${name}`);
    return [name, Float64Array.from({ length: draws }, () => drawInput(draw, rng))] as const;
  });
  const values = Float64Array.from({ length: draws }, (_, i) =>
    formula(Object.fromEntries(columns.map(([name, column]) => [name, column[i]!]))),
  );
  const { estimate, low, high } = summary(values);
  return { median: estimate!, low, high };
}

/** Whether what was counted lies in the interval, and by which factor it was missed: of the median, and beyond the nearer end. */
export type Comparison =
  | { readonly is: 'inside' }
  | {
      readonly is: 'outside';
      readonly direction: 'too low' | 'too high';
      readonly factor: number | null;
      readonly beyond: number | null;
    };

export function compare({ median, low, high }: Predicted, observed: number): Comparison {
  if (observed >= low && observed <= high) return { is: 'inside' };
  const isLow = observed > high;
  const factor = (of: number): number | null =>
    of > 0 && observed > 0 ? (isLow ? observed / of : of / observed) : null;
  return {
    is: 'outside',
    direction: isLow ? 'too low' : 'too high',
    factor: factor(median),
    beyond: factor(isLow ? high : low),
  };
}
