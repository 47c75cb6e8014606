/** The tables of a threshold run. */

import {
  absent,
  bounds,
  bytes,
  type Cell,
  fraction,
  integer,
  millis,
  percent,
  percentRange,
  rare,
  rateCell,
} from '../../report/format.ts';
import { plain, type ReportTable } from '../../report/table.ts';
import type { Rate } from '../../schema/rate.ts';
import type { Timings } from '../../schema/run-record.ts';
import type { InnocentCurve, OffenderCurve, ProtocolCheck, ThresholdMetrics } from './metrics.ts';

/** Thresholds that tables and words show; the plots and the CSV have them all. */
const shown = [1, 2, 3, 5, 10, 30] as const;

/** Those of them that the run has. */
export const shownThresholds = ({ mostMatches }: Pick<ThresholdMetrics, 'mostMatches'>): number[] =>
  shown.filter((t) => t <= mostMatches);

/** A distribution and how pictures are found, as one name. */
const offenderName = ({ held, detection }: OffenderCurve): string => `${held.name}, ${detection.name}`;

/** A number of accounts, from thousands of millions to far below one. */
export const accountsText = (accounts: number): string => {
  if (accounts >= 100) return integer(accounts);
  if (accounts === 0 || accounts >= 1e-3) return String(Number(accounts.toPrecision(2)));
  return rare(accounts);
};

/** An exact share, and below it what the simulated accounts gave; marked where their interval does not hold it. */
function exactCell(exact: number, simulated: Rate): Cell {
  const { low, high } = 'clusters' in simulated ? bounds(simulated) : simulated;
  const range = percentRange(low, high);
  const measured = simulated.k === 0 ? `${fraction(simulated)}` : percent(simulated.estimate ?? 0);
  return {
    main: percent(exact),
    small: [measured, range],
    plain: `${percent(exact)} (${measured} ${range})`,
    hover: `exactly ${percent(exact)}; simulated ${fraction(simulated)} = ${measured} ${range} ${simulated.method}`,
    ...(exact < low * (1 - 1e-9) || exact > high * (1 + 1e-9) ? { tone: 'warn' as const } : {}),
  };
}

/** One measure of offenders against the threshold. */
function offenderTable(
  metrics: ThresholdMetrics,
  what: 'accounts' | 'pictures' | 'opened' | 'counted',
  title: string,
  explains: string,
): ReportTable {
  const thresholds = shownThresholds(metrics);
  return {
    title,
    explains: `${explains} Exact value; in small type what ${integer(metrics.offenders[0]?.accounts ?? 0)} simulated accounts gave, with its 95 % interval by account, marked where it does not contain the exact value.`,
    head: ['offenders', ...thresholds.map((t) => `t = ${t}`)],
    lines: metrics.offenders.map((each) => ({
      name: offenderName(each),
      cells: thresholds.map((t) => {
        const { exact, simulated } = each.curve[t - 1]![what];
        return exactCell(exact, simulated);
      }),
    })),
  };
}

/** Share of what offenders send that comes from flagged accounts. */
export const picturesTable = (metrics: ThresholdMetrics): ReportTable =>
  offenderTable(
    metrics,
    'pictures',
    'Listed pictures that flagged accounts sent',
    'Of all listed pictures that offenders send, the share sent by accounts with at least t matches, found or not.',
  );

/** Share of offending accounts flagged. */
export const accountsTable = (metrics: ThresholdMetrics): ReportTable =>
  offenderTable(metrics, 'accounts', 'Offending accounts that are flagged', 'Accounts with at least t matches.');

/** Share of listed pictures that the provider opens. */
export const openedTable = (metrics: ThresholdMetrics): ReportTable =>
  offenderTable(
    metrics,
    'opened',
    'Listed pictures that are opened',
    'Of all listed pictures that offenders send, the share that matched and belong to a flagged account.',
  );

/** Share of offenders below the threshold. */
export const countedTable = (metrics: ThresholdMetrics): ReportTable =>
  offenderTable(
    metrics,
    'counted',
    'Offenders whom the provider counts without opening them',
    'Accounts with at least one match and fewer than t. Without synthetic vouchers the provider knows each of them, and how many matches it has.',
  );

/** How rates of false matches vary, as one name. */
const innocentName = ({ falseMatch, spread, bursts }: InnocentCurve): string =>
  `${falseMatch.name} a picture, ${bursts ? 'bursts' : spread === 0 ? 'the same for all' : `CV ${spread}`}`;

/** Innocent accounts flagged, of the number that results are stated for. */
export function innocentTable({ innocents, ...metrics }: ThresholdMetrics): ReportTable {
  const thresholds = shownThresholds(metrics);
  const { outOf, pictures, bursts } = innocents;
  return {
    title: `Innocent accounts flagged, of ${integer(outOf.value)}`,
    explains: `Accounts of ${integer(pictures.value)} pictures. Exact; in small type the same for the ends of the interval of a measured rate, or from simulated accounts with a 95 % interval. CV: coefficient of variation of the rate between accounts. Bursts: ${bursts.count} series of ${bursts.size} near-duplicates in every account, which match completely or not at all.`,
    head: ['rate of false matches', ...thresholds.map((t) => `t = ${t}`)],
    lines: innocents.curves.map((each) => ({
      name: innocentName(each),
      cells: thresholds.map((t) => {
        const { exact, bounds: ends, simulated } = each.curve[t - 1]!;
        const main = accountsText(exact * outOf.value);
        const { low, high } = ends ?? simulated;
        const range = `[${accountsText(low * outOf.value)}, ${accountsText(high * outOf.value)}]`;
        const hover = `exactly ${main} of ${integer(outOf.value)}; simulated ${fraction(simulated)} ${simulated.method}`;
        // Without one account flagged the simulation only says how few accounts it had.
        if (!ends && simulated.k === 0) return { main, small: ['none simulated'], plain: main, hover };
        return { main, small: [range], plain: `${main} ${range}`, hover };
      }),
    })),
  };
}

/** The largest rate of false matches that a threshold bears. */
export function bearableTable({ innocents, ...metrics }: ThresholdMetrics): ReportTable {
  const thresholds = shownThresholds(metrics);
  return {
    title: 'The largest tolerable rate of false matches',
    explains: `Per picture, such that an innocent account of ${integer(innocents.pictures.value)} pictures is flagged with a probability of at most ${rare(innocents.risk)}, if its false matches are independent.`,
    head: ['', ...thresholds.map((t) => `t = ${t}`)],
    lines: [{ name: 'rate a picture', cells: thresholds.map((t) => plain(rare(innocents.bearable[t - 1]!.rate))) }],
  };
}

/** What the provider can tell below the threshold under synthetic vouchers. */
export function knowledgeTable({ knowledge, syntheticBudget }: ThresholdMetrics): ReportTable {
  const matches = knowledge[0]?.measured.map((each) => each.matches) ?? [];
  return {
    title: 'Distinguishing matches from none, under synthetic vouchers',
    explains: `Advantage: true-positive rate minus false-positive rate of the best guess from the number of vouchers that open. Exact; in small type the same guess on simulated accounts, with its 95 % interval, marked where it does not contain the exact value. Without synthetic vouchers it is 1. Last column: accounts that send more than ${syntheticBudget} synthetic vouchers, for which detection is not guaranteed.`,
    head: [
      'pictures, synthetic share',
      ...matches.map((each) => `${each} ${each === 1 ? 'match' : 'matches'}`),
      'over the budget',
    ],
    lines: knowledge.map(({ pictures, syntheticShare, measured, overBudget }) => ({
      name: `${integer(pictures)}, ${percent(syntheticShare)}`,
      cells: [
        ...measured.map(({ exact, simulated, cut }): Cell => {
          const range = `[${simulated.low.toFixed(3)}, ${simulated.high.toFixed(3)}]`;
          return {
            main: exact.toFixed(3),
            small: [simulated.estimate.toFixed(3), range],
            plain: `${exact.toFixed(3)} (${simulated.estimate.toFixed(3)} ${range})`,
            hover: `guess: from ${cut} opened vouchers on; ${simulated.method}`,
            ...(exact < simulated.low || exact > simulated.high ? { tone: 'warn' as const } : {}),
          };
        }),
        exactCell(overBudget.exact, overBudget.simulated),
      ],
    })),
  };
}

/** The real protocol against the rule. */
export function protocolTable({ protocol }: ThresholdMetrics, timings?: Timings): ReportTable {
  const time = (name: string): Cell[] => {
    const spent = timings?.perMessageMillis[name];
    const detection = timings?.detectMillis?.[name];
    return [spent?.senderMedian, spent?.otherRolesMedian, detection].map((each) =>
      each === undefined ? absent('not timed') : plain(millis(each)),
    );
  };
  const rate = (each: Rate): Cell => rateCell(each, true);
  return {
    title: 'The real protocol against the rule',
    explains:
      'Threshold private set intersection on ristretto255, for each account. As the rule says: opened exactly if it has at least t matches. Other decoding: one match below t, decoded differently from the protocol. Counted: the number of vouchers that open is the number of matches. Times are medians: one voucher made, one tested, one detection.',
    head: [
      'threshold',
      'accounts',
      'vouchers',
      'as the rule says',
      'opened at t − 1',
      'at t',
      'at t + 1',
      't copies, by upload',
      't copies, by hash',
      't − 1, other decoding',
      'counted',
      'bytes a voucher',
      'make',
      'test',
      'detect',
    ],
    lines: protocol.map((each) => ({
      name: protocolName(each),
      cells: [
        plain(integer(each.accounts)),
        plain(integer(each.vouchers)),
        rate(each.agreement),
        rate(each.detected.below),
        rate(each.detected.at),
        rate(each.detected.above),
        rate(each.detected.burstByUpload),
        rate(each.detected.burstByHash),
        rate(each.otherMethod),
        rate(each.counted),
        plain(bytes(each.voucherBytes)),
        ...time(protocolName(each)),
      ],
    })),
  };
}

/** How a setting of the protocol is named; timings name it the same. */
const protocolName = ({ threshold, synthetic }: Pick<ProtocolCheck, 'threshold' | 'synthetic'>): string =>
  `t = ${threshold}${synthetic ? ', synthetic vouchers' : ''}`;
