/**
 * The record in which every leakage number is reported: which quantity, by which estimator, from how many samples, with which interval, and
 * whether it is exact, a lower bound or asymptotic. The estimator is chosen by what is known: where the channel is, everything is exact;
 * else what the samples bear.
 */

import type { Learner } from './attackers.ts';
import { exactLeakage, type KnownChannel } from './channel.ts';
import { countAdvantage } from './count-leak.ts';
import type { HeldOutAttack } from './held-out-attack.ts';
import type { InformationFigure } from './information-estimate.ts';
import type { AttackSuccess } from './leakage.ts';
import type { LengthLeakage } from './padding.ts';
import type { PairedMeasurement } from './paired-measurement.ts';
import type { GainEstimate } from './posterior-gain.ts';

/** What is measured. success: V' of one guess. ceiling: what no attack exceeds. gain: as its detail says. */
export type LeakQuantity =
  | 'information'
  | 'success'
  | 'ceiling'
  | 'multiplicative'
  | 'min-entropy'
  | 'capacity'
  | 'max-lift'
  | 'ldp-epsilon'
  | 'bayes-security'
  | 'advantage'
  | 'tries'
  | 'property'
  | 'gain'
  | 'difference';

export type LeakUnit = 'bits' | 'nats' | 'probability' | 'ratio' | 'gain' | 'bytes' | 'ms';

export type LeakEstimator =
  | 'exact channel'
  | 'count mixture'
  | 'plug-in, Miller-Madow'
  | 'plug-in, cluster jackknife'
  | 'held-out prior'
  | 'held-out table'
  | 'held-out nearest neighbours'
  | 'held-out logistic'
  | 'posterior gain'
  | 'paired test';

/**
 * exact: by formula. lower bound: holds at the stated confidence at any number of samples; a better attack may give more. asymptotic: right
 * in the limit of many samples, no bound before.
 */
export type LeakStanding = 'exact' | 'lower bound' | 'asymptotic';

/** One number of a leakage table. */
export interface LeakFigure {
  readonly quantity: LeakQuantity;
  readonly unit: LeakUnit;
  readonly estimator: LeakEstimator;
  /** Samples that were scored; 0 where none are needed. */
  readonly n: number;
  /** Null where no finite number says it: the LDP ε of a view that rules secrets out. */
  readonly value: number | null;
  /** 95 %, two-sided; null where the value is exact. Of a lower bound, `low` is the bound that is claimed. */
  readonly interval: { readonly low: number; readonly high: number; readonly method: string } | null;
  readonly standing: LeakStanding;
  /** The value without the view. */
  readonly chance: number;
  /** Whether more than chance was shown, at 5 %; null where nothing is tested. An exact value says it by itself. */
  readonly aboveChance: boolean | null;
  /** The attacker that was chosen, the number of tries, the buckets … */
  readonly detail: string;
}

/** Everything that a known channel says without a free parameter. */
export function channelFigures(known: KnownChannel): LeakFigure[] {
  const found = exactLeakage(known);
  const exact = (quantity: LeakQuantity, unit: LeakUnit, value: number, chance: number): LeakFigure =>
    exactFigure(quantity, unit, 'exact channel', value, chance, `${known.prior.length} secrets`);
  return [
    exact('information', 'bits', found.shannonBits, 0),
    exact('success', 'probability', found.posterior, found.prior),
    exact('multiplicative', 'ratio', found.multiplicative, 1),
    exact('min-entropy', 'bits', found.minEntropyBits, 0),
    exact('capacity', 'ratio', found.capacity, 1),
    exact('max-lift', 'bits', found.maxLiftBits, 0),
    exact('ldp-epsilon', 'nats', found.ldpEpsilon, 0),
    exact('bayes-security', 'ratio', found.bayesSecurity, 1),
  ];
}

/** Padded lengths, of which the channel is known (padding.ts). */
export const lengthFigures = (found: LengthLeakage, padding: string): LeakFigure[] => [
  exactFigure('information', 'bits', 'exact channel', found.shannonBits, 0, padding),
  exactFigure('success', 'probability', 'exact channel', found.posterior, 1 / found.messages, padding),
  exactFigure('capacity', 'ratio', 'exact channel', found.classes, 1, padding),
];

/** Advantage in telling an account of m pictures with k matches from one with none, at a share p of synthetic vouchers. */
export const countFigure = (m: number, k: number, p: number): LeakFigure =>
  exactFigure(
    'advantage',
    'probability',
    'count mixture',
    countAdvantage(m, k, p),
    0,
    `${k} of ${m} pictures, p = ${p}`,
  );

/** Mutual information from samples. */
export const informationFigure = (found: InformationFigure): LeakFigure => ({
  quantity: 'information',
  unit: 'bits',
  estimator: found.correction === 'Miller-Madow' ? 'plug-in, Miller-Madow' : 'plug-in, cluster jackknife',
  n: found.n,
  value: found.estimate,
  interval: { low: found.low, high: found.high, method: found.method },
  standing: found.standing,
  chance: 0,
  aboveChance: found.permutation <= 0.05,
  detail: `${found.groups} groups, ${found.buckets === null ? `${found.views} views` : `views hashed to ${found.buckets} buckets`}`,
});

const estimators: Record<Learner, LeakEstimator> = {
  prior: 'held-out prior',
  table: 'held-out table',
  'nearest neighbours': 'held-out nearest neighbours',
  logistic: 'held-out logistic',
};

/** Success of the chosen attacker, how many times chance it is, and the ceiling where there is one. */
export function attackFigures({ attacker, success, ceiling, n }: HeldOutAttack): LeakFigure[] {
  const estimator = estimators[attacker.learner];
  const own = successFigure('success', estimator, success, attacker.name);
  const { chance } = success;
  const times = (value: number): number => (chance > 0 ? value / chance : 1);
  const figures: LeakFigure[] = [
    own,
    {
      ...own,
      quantity: 'multiplicative',
      unit: 'ratio',
      value: times(own.value!),
      interval: {
        low: times(success.success.low),
        high: times(success.success.high),
        method: `${success.success.method}, over a chance of ${chance.toPrecision(4)} taken as known`,
      },
      chance: 1,
    },
  ];
  if (ceiling)
    figures.push({
      quantity: 'ceiling',
      unit: 'probability',
      estimator: 'held-out nearest neighbours',
      n: n.test,
      value: ceiling.estimate,
      interval: { low: 0, high: ceiling.high, method: 'Cover-Hart on the one-sided 95 % Clopper-Pearson bound' },
      standing: 'asymptotic',
      chance,
      aboveChance: null,
      detail: `${ceiling.part}, k = 1`,
    });
  return figures;
}

/** A success of posterior-gain.ts: in k tries, or in guessing a property. */
export const successFigure = (
  quantity: 'success' | 'tries' | 'property',
  estimator: LeakEstimator,
  { success, chance, aboveChance }: AttackSuccess,
  detail: string,
): LeakFigure => ({
  quantity,
  unit: 'probability',
  estimator,
  n: success.n,
  value: success.estimate ?? 0,
  interval: { low: success.low, high: success.high, method: success.method },
  standing: 'lower bound',
  chance,
  aboveChance,
  detail,
});

/** A gain of posterior-gain.ts. */
export const gainFigure = (found: GainEstimate, detail: string): LeakFigure => ({
  quantity: 'gain',
  unit: 'gain',
  estimator: 'posterior gain',
  n: found.n,
  value: found.estimate,
  interval: { low: found.low, high: found.high, method: found.method },
  standing: 'lower bound',
  chance: found.blind,
  aboveChance: found.lowerBound > found.blind,
  detail,
});

/** Sizes or times with and without a match. Two tests are read: each at half of 5 %. */
export const pairedFigure = (found: PairedMeasurement, unit: 'bytes' | 'ms', detail: string): LeakFigure => ({
  quantity: 'difference',
  unit,
  estimator: 'paired test',
  n: found.n,
  value: found.median.estimate,
  interval: { low: found.median.low, high: found.median.high, method: found.median.method },
  standing: 'asymptotic',
  chance: 0,
  aboveChance: Math.min(found.signTest, found.signedRank) <= 0.025,
  detail,
});

const exactFigure = (
  quantity: LeakQuantity,
  unit: LeakUnit,
  estimator: 'exact channel' | 'count mixture',
  value: number,
  chance: number,
  detail: string,
): LeakFigure => ({
  quantity,
  unit,
  estimator,
  n: 0,
  value: Number.isFinite(value) ? value : null,
  interval: null,
  standing: 'exact',
  chance,
  aboveChance: quantity === 'bayes-security' ? value < chance - 1e-12 : value > chance + 1e-12,
  detail,
});
