/** From the observations of a threshold experiment to its metrics: simulated accounts beside exact values; pure. */

import { openedVouchers, overBudget, totalVariation } from '../../metric/count-leak.ts';
import { rateDifference } from '../../metric/difference.ts';
import { clopperPearsonHigh, clopperPearsonLow, proportion } from '../../metric/proportion.ts';
import { type AccountClass, ratioByAccount } from '../../metric/ratio.ts';
import { largestRate, logInnocentFlagged, thresholdCurve } from '../../metric/threshold-model.ts';
import { ofType } from '../../schema/row.ts';
import { rounded } from '../../score/rounded.ts';
import type { ThresholdExperiment } from './experiment.ts';
import type { Agreement, InnocentCurve, Knowledge, OffenderCurve, ProtocolCheck, ThresholdMetrics } from './metrics.ts';
import type { AccountsRow, ThresholdRow, VoucherAccountRow } from './rows.ts';
import {
  heldOf,
  type InnocentCell,
  type OffenderCell,
  type OpenedCell,
  type ProtocolCell,
  thresholdCells,
} from './score-cells.ts';

/** The metrics of a finished threshold experiment. */
export function thresholdMetrics(rows: readonly ThresholdRow[], experiment: ThresholdExperiment): ThresholdMetrics {
  const { innocents, knowledge, mostMatches, protocol } = experiment;
  const cells = thresholdCells(experiment);
  const tallies = talliesOf(rows.filter((row) => row.row === 'accounts'));
  const sample = ofType(rows, 'voucher-account');
  const thresholds = Array.from({ length: mostMatches }, (_, i) => i + 1);
  const metrics: Omit<ThresholdMetrics, 'limits'> = {
    schemaVersion: 1,
    kind: 'threshold',
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    mostMatches,
    offenders: cells.offenders.map((cell) => offenderCurve(cell, tallies.get(cell.id) ?? [], thresholds)),
    innocents: {
      outOf: innocents.outOf,
      pictures: innocents.pictures,
      bursts: innocents.bursts,
      curves: cells.innocents.map((cell) => innocentCurve(cell, tallies.get(cell.id) ?? [], thresholds)),
      risk: innocents.risk,
      bearable: thresholds.map((threshold) => ({
        threshold,
        rate: largestRate(threshold, innocents.pictures.value, innocents.risk),
      })),
    },
    syntheticBudget: knowledge.syntheticBudget,
    knowledge: knowledge.settings.map((setting) =>
      knowledgeOf(
        cells.knowledge.filter(
          ({ pictures, syntheticShare }) => pictures === setting.pictures && syntheticShare === setting.syntheticShare,
        ),
        tallies,
        knowledge.syntheticBudget,
        thresholds,
      ),
    ),
    protocol: cells.protocol.map((cell) =>
      protocolCheck(
        cell,
        sample.filter((row) => row.cell === cell.id),
        protocol.syntheticBudget,
      ),
    ),
  };
  return rounded({ ...metrics, limits: thresholdLimits(metrics, experiment) });
}

/** So many accounts with so many pictures and matches. */
interface Tally {
  readonly pictures: number;
  readonly matches: number;
  readonly accounts: number;
}
type Tallies = ReadonlyMap<string, readonly Tally[]>;

/** All batches of a cell together. */
function talliesOf(rows: readonly AccountsRow[]): Tallies {
  const merged = new Map<string, Map<string, Tally>>();
  for (const { cell, tally } of rows) {
    const into = merged.get(cell) ?? new Map<string, Tally>();
    merged.set(cell, into);
    for (const [pictures, matches, accounts] of tally) {
      const key = `${pictures} ${matches}`;
      into.set(key, { pictures, matches, accounts: accounts + (into.get(key)?.accounts ?? 0) });
    }
  }
  return new Map([...merged].map(([cell, each]) => [cell, [...each.values()]]));
}

const sumOf = (tally: readonly Tally[], of: (each: Tally) => number): number =>
  tally.reduce((sum, each) => sum + each.accounts * of(each), 0);
const accountsWith = (tally: readonly Tally[], holds: (matches: number) => boolean): number =>
  sumOf(tally, ({ matches }) => (holds(matches) ? 1 : 0));

/** One simulated share: whether its interval holds the exact value, at 95 % and at what is left of 5 % for each of many. */
interface Comparison {
  readonly within: boolean;
  readonly withinAll: boolean;
}

const agreementOf = (comparisons: readonly Comparison[]): Agreement => ({
  within: comparisons.filter(({ within }) => within).length,
  of: comparisons.length,
  all: comparisons.every(({ withinAll }) => withinAll),
});

/** Whether [low, high] holds a value, but for rounding. */
const holds = (low: number, value: number, high: number): boolean =>
  low <= value * (1 + 1e-9) && value <= high * (1 + 1e-9);

/** The exact value against a rate counted over accounts, as one of `many` such comparisons. */
const compareRate = (exact: number, { k, n }: { k: number; n: number }, many: number): Comparison => {
  const at = (tail: number): boolean => holds(clopperPearsonLow(k, n, tail), exact, clopperPearsonHigh(k, n, tail));
  return { within: at(0.025), withinAll: at(0.025 / many) };
};

/** The exact value against a share summed over accounts. */
const compareShare = (exact: number, classes: readonly AccountClass[], many: number): Comparison => {
  const at = (tail: number): boolean => {
    const { clusterLow, clusterHigh } = ratioByAccount(classes, tail);
    return holds(clusterLow, exact, clusterHigh);
  };
  return { within: at(0.025), withinAll: at(0.025 / many) };
};

function offenderCurve(
  { held, detection }: OffenderCell,
  tally: readonly Tally[],
  thresholds: readonly number[],
): OffenderCurve {
  const distribution = heldOf(held);
  const curveAt = (rate: number) => thresholdCurve(distribution, { ...detection, rate }, thresholds.length);
  const exact = curveAt(detection.rate);
  const { counts } = detection;
  const ends = counts && [clopperPearsonLow, clopperPearsonHigh].map((end) => curveAt(end(counts.k, counts.n, 0.025)));
  const boundsOf = (what: 'accounts' | 'pictures', i: number) =>
    ends ? { low: ends[0]![what][i]!, high: ends[1]![what][i]! } : null;
  const accounts = sumOf(tally, () => 1);
  const pictures = sumOf(tally, (each) => each.pictures);
  const points = thresholds.map((threshold, i) => {
    const classes = (found: (each: Tally) => number): AccountClass[] =>
      tally.map((each) => ({
        accounts: each.accounts,
        k: each.matches >= threshold ? found(each) : 0,
        n: each.pictures,
      }));
    const ofFlagged = classes((each) => each.pictures);
    const ofMatches = classes((each) => each.matches);
    const flagged = proportion(
      accountsWith(tally, (matches) => matches >= threshold),
      accounts,
    );
    const counted = proportion(
      accountsWith(tally, (matches) => matches > 0 && matches < threshold),
      accounts,
    );
    return {
      point: {
        threshold,
        accounts: { exact: exact.accounts[i]!, bounds: boundsOf('accounts', i), simulated: flagged },
        pictures: {
          exact: exact.pictures[i]!,
          bounds: boundsOf('pictures', i),
          simulated: ratioByAccount(ofFlagged),
        },
        opened: { exact: exact.opened[i]!, simulated: ratioByAccount(ofMatches) },
        counted: { exact: exact.counted[i]!, simulated: counted },
      },
      accounts: compareRate(exact.accounts[i]!, flagged, thresholds.length),
      pictures: compareShare(exact.pictures[i]!, ofFlagged, thresholds.length),
      opened: compareShare(exact.opened[i]!, ofMatches, thresholds.length),
    };
  });
  return {
    held,
    detection,
    meanHeld: distribution.mean,
    accounts,
    pictures,
    agreement: {
      accounts: agreementOf(points.map((each) => each.accounts)),
      pictures: agreementOf(points.map((each) => each.pictures)),
      opened: agreementOf(points.map((each) => each.opened)),
    },
    curve: points.map(({ point }) => point),
  };
}

function innocentCurve(cell: InnocentCell, tally: readonly Tally[], thresholds: readonly number[]): InnocentCurve {
  const { falseMatch, spread, bursts } = cell;
  const { counts } = falseMatch;
  const accounts = sumOf(tally, () => 1);
  const exactAt = (threshold: number, rate: number): number =>
    Math.exp(logInnocentFlagged(threshold, { pictures: cell.pictures, rate, spread, bursts }));
  const curve = thresholds.map((threshold) => ({
    threshold,
    exact: exactAt(threshold, falseMatch.rate),
    bounds: counts
      ? {
          low: exactAt(threshold, clopperPearsonLow(counts.k, counts.n, 0.025)),
          high: exactAt(threshold, clopperPearsonHigh(counts.k, counts.n, 0.025)),
        }
      : null,
    simulated: proportion(
      accountsWith(tally, (matches) => matches >= threshold),
      accounts,
    ),
  }));
  return {
    falseMatch: { name: falseMatch.name, rate: falseMatch.rate, source: falseMatch.source },
    spread,
    bursts: bursts !== undefined,
    accounts,
    agreement: agreementOf(
      curve
        // Where not even one simulated account is expected, nothing is compared.
        .filter(({ exact }) => exact * accounts >= 1)
        .map(({ exact, simulated }, _, all) => compareRate(exact, simulated, all.length)),
    ),
    curve,
  };
}

/** One setting of synthetic vouchers: the first cell has no matches. */
function knowledgeOf(
  cells: readonly OpenedCell[],
  tallies: Tallies,
  budget: number,
  thresholds: readonly number[],
): Knowledge {
  const [none, ...some] = cells as [OpenedCell, ...OpenedCell[]];
  const { pictures, syntheticShare } = none;
  const innocent = tallies.get(none.id) ?? [];
  const without = openedVouchers(pictures, 0, syntheticShare);
  const from = (id: string, cut: number) => {
    const tally = tallies.get(id) ?? [];
    return { k: accountsWith(tally, (opened) => opened >= cut), n: sumOf(tally, () => 1) };
  };
  return {
    pictures,
    syntheticShare,
    overBudget: {
      exact: overBudget(pictures, syntheticShare, budget),
      simulated: proportion(
        accountsWith(innocent, (opened) => opened > budget),
        sumOf(innocent, () => 1),
      ),
    },
    curve: thresholds.map((threshold) => ({
      threshold,
      advantage: totalVariation(openedVouchers(pictures, Math.min(threshold - 1, pictures), syntheticShare), without),
    })),
    measured: some.flatMap(({ id, matches }) => {
      const cut = bestCut(pictures, matches, syntheticShare);
      const [found, wrongly] = [from(id, cut), from(none.id, cut)];
      if (found.n === 0 || wrongly.n === 0) return [];
      const exact = totalVariation(openedVouchers(pictures, matches, syntheticShare), without);
      return [{ matches, exact, cut, simulated: rateDifference(found, wrongly) }];
    }),
  };
}

/** The count from which matches are likelier than none: the likelihood ratio grows with the count, so the best guess is a cut. */
function bestCut(pictures: number, matches: number, share: number): number {
  const [some, none] = [openedVouchers(pictures, matches, share), openedVouchers(pictures, 0, share)];
  const at = ({ from, weights }: typeof some, count: number): number => weights[count - from] ?? 0;
  for (let count = some.from; ; count++) if (at(some, count) >= at(none, count) || count > pictures) return count;
}

// What the real protocol did with a sample of accounts, set beside the rule "flagged from t matches on".

/** Checks one threshold. Detection is promised only within the synthetic budget, so accounts beyond it stand apart. */
function protocolCheck(
  { threshold, synthetic }: ProtocolCell,
  rows: readonly VoucherAccountRow[],
  budget: number,
): ProtocolCheck {
  const share = (of: readonly VoucherAccountRow[], holds: (row: VoucherAccountRow) => boolean) =>
    proportion(of.filter(holds).length, of.length);
  const within = rows.filter(({ syntheticVouchers }) => syntheticVouchers <= budget);
  const beyond = rows.filter(({ syntheticVouchers }) => syntheticVouchers > budget);
  const byRule = ({ detected, matches }: VoucherAccountRow): boolean => detected === matches >= threshold;
  const detected = (level: VoucherAccountRow['level']) =>
    share(
      within.filter((row) => row.level === level),
      (row) => row.detected,
    );
  const sum = (of: (row: VoucherAccountRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const [vouchers, payloads] = [sum((row) => row.vouchers), sum((row) => row.payloads)];
  return {
    threshold,
    synthetic,
    accounts: rows.length,
    vouchers,
    voucherBytes: vouchers === 0 ? null : sum(({ sentBytes }) => sentBytes) / vouchers,
    rejected: sum((row) => row.rejected),
    agreement: share(within, byRule),
    overBudget: share(beyond, byRule),
    detected: {
      below: detected('below'),
      at: detected('at'),
      above: detected('above'),
      none: detected('none'),
      burstByUpload: detected('burst-by-upload'),
      burstByHash: detected('burst-by-hash'),
    },
    otherMethod: share(
      within.filter(({ level }) => level === 'below'),
      (row) => row.otherMethod,
    ),
    counted: share(rows, ({ opened, matches }) => opened === matches),
    payloads: proportion(payloads - sum((row) => row.wrongPayloads), payloads),
  };
}

// What a reader must know before quoting a threshold experiment.

/** Limits, most important first. */
function thresholdLimits(
  { protocol }: Pick<ThresholdMetrics, 'protocol'>,
  { offenders, innocents, knowledge, protocol: sample }: ThresholdExperiment,
): string[] {
  const priors = [
    ...offenders.held,
    ...offenders.detection,
    ...innocents.falseMatch.map((each) => ({ ...each, name: `false matches, ${each.name}` })),
    { name: 'pictures of an account', source: innocents.pictures.source },
    { name: 'bursts', source: innocents.bursts.source },
  ].filter(({ source }) => source.startsWith('prior'));
  const accounts = protocol.reduce((sum, each) => sum + each.accounts, 0);
  return [
    'How many listed pictures an offender sends decides nearly everything here, and nobody has published it: the distributions are assumptions, not findings.',
    'Pictures are counted whatever they show: a threshold that keeps most pictures may still miss most people, and the other way round.',
    'Simulated accounts follow the model, so their agreement checks the arithmetic, not the model. The real protocol checks that an account opens when the rule says so.',
    `The protocol was run for ${accounts} accounts with lists of ${sample.listEntries} random entries of 128 bits: who matches is decided by the experiment, not by pictures.`,
    'False matches are taken as independent within an account, as varying between accounts, or as coming in bursts; what holds for real galleries is not known, and thresholds are only as good as that.',
    `Under synthetic vouchers detection is promised up to ${knowledge.syntheticBudget} of them in one account; accounts that send more can stay closed although they have enough matches.`,
    'A synthetic voucher takes the place of a real one, whose match is lost: recall falls by the synthetic share, which the curves of offenders leave out.',
    ...(priors.length > 0
      ? [`Inputs that nobody measured (priors): ${priors.map(({ name }) => name).join(', ')}.`]
      : []),
  ];
}
