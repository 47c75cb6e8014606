/** Every number of a base-rate run as CSV, long form. */
import type { BaseRateMetrics, Tpr } from '../../schema/base-rate-metrics.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields, valueFields } from '../csv.ts';

const tprFields = (tpr: Tpr): Field[] => ('assumed' in tpr ? valueFields(tpr.assumed, 'assumed') : rateFields(tpr));

/** File name → CSV text. */
export function baseRateCsv({ classifiers, thresholds, prevalences }: BaseRateMetrics): Record<string, string> {
  const each = classifiers.flatMap(({ scorer, alarms }) =>
    alarms.map((own) => ({ start: [scorer.network, own.alarm.name] as Field[], own })),
  );
  return {
    'rates.csv': csvTable(
      ['classifier', 'alarm', 'measure', 'part', 'threshold', ...numberColumns],
      each.flatMap(({ start, own }): Field[][] => [
        ...own.fpr.map((rate, i): Field[] => [...start, 'fpr', 'all', thresholds[i], ...rateFields(rate)]),
        ...own.slices.flatMap(({ by, name, rates }) =>
          rates.map((rate, i): Field[] => [...start, `fpr.${by}`, name, thresholds[i], ...rateFields(rate)]),
        ),
        ...own.edited.flatMap(({ transform, rates, unedited }) => [
          ...rates.map((rate, i): Field[] => [...start, 'fpr.edited', transform, thresholds[i], ...rateFields(rate)]),
          ...unedited.map((rate, i): Field[] => [
            ...start,
            'fpr.before',
            transform,
            thresholds[i],
            ...rateFields(rate),
          ]),
        ]),
        ...own.points.map(({ threshold, tpr }): Field[] => [...start, 'tpr', 'all', threshold, ...tprFields(tpr)]),
      ]),
    ),
    'tail.csv': csvTable(
      ['classifier', 'alarm', 'status', 'score', ...numberColumns],
      each.flatMap(({ start, own: { tail } }): Field[][] => [
        ...tail.measured.map(({ score, rate }): Field[] => [...start, 'measured', score, ...rateFields(rate)]),
        ...(tail.fit?.points ?? []).map(({ score, beyond, rate }): Field[] => [
          ...start,
          beyond ? 'extrapolated' : 'fitted',
          score,
          ...intervalFields(rate),
        ]),
      ]),
    ),
    'ppv.csv': csvTable(
      ['classifier', 'alarm', 'prevalence', 'threshold', 'estimate', 'low', 'high'],
      each.flatMap(({ start, own }) =>
        own.points.flatMap(({ threshold, ppv }) =>
          ppv.map(({ estimate, low, high }, i): Field[] => [
            ...start,
            prevalences[i]!.value,
            threshold,
            estimate,
            low,
            high,
          ]),
        ),
      ),
    ),
    'wanted.csv': csvTable(
      [
        'classifier',
        'alarm',
        'prevalence',
        'precision',
        'neededFpr',
        'score',
        'certified',
        'toCertify',
        'falseAlarms',
        'innocents',
        'ppvLow',
        'ppvHigh',
      ],
      each.flatMap(({ start, own }) =>
        own.wanted.map((each): Field[] => [
          ...start,
          each.prevalence,
          each.precision,
          each.neededFpr,
          each.score,
          each.certified,
          each.toCertify,
          each.fpr.k,
          each.fpr.n,
          each.ppv.low,
          each.ppv.high,
        ]),
      ),
    ),
  };
}
