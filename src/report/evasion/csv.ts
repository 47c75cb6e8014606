/** Every number of an evasion run as CSV, long form. */
import type { EvasionMetrics } from '../../schema/evasion-metrics.ts';
import { pairFields } from '../benchmark/csv.ts';
import { csvTable, type Field, intervalFields, numberColumns, rateFields, valueFields } from '../csv.ts';

/** File name → CSV text. */
export const evasionCsv = ({ targets, thresholds }: EvasionMetrics): Record<string, string> => ({
  'attacks.csv': csvTable(
    ['goal', 'target', 'attack', 'sees', 'measure', 'at', ...numberColumns],
    targets.flatMap(({ goal, target, attacks }) =>
      attacks.flatMap(({ attack, sees, byL2, byQueries, bySsim, least }): Field[][] => {
        const row = (measure: string, at: number | null, fields: Field[]): Field[] => [
          goal,
          target,
          attack,
          sees,
          measure,
          at,
          ...fields,
        ];
        return [
          ...byL2.flatMap(({ l2, success, afterMessenger }) => [
            row('byL2.success', l2, rateFields(success)),
            row('byL2.afterMessenger', l2, rateFields(afterMessenger)),
          ]),
          ...byQueries.flatMap(({ queries, atQuoted, atAny }) => [
            row('byQueries.atQuoted', queries, rateFields(atQuoted)),
            row('byQueries.atAny', queries, rateFields(atAny)),
          ]),
          ...bySsim.map(({ ssim, success }) => row('bySsim.success', ssim, rateFields(success))),
          ...least.values.map((value, i) => row('least.l2', i + 1, valueFields(value, 'value of rank'))),
          row('least.censored', null, valueFields(least.censored, 'count')),
          row('least.afterMessenger', null, rateFields(least.afterMessenger)),
        ];
      }),
    ),
  ),
  'controls.csv': csvTable(
    ['goal', 'target', 'control', 'l2', ...numberColumns],
    targets.flatMap(({ goal, target, controls }): Field[][] => [
      [goal, target, 'untouched', 0, ...rateFields(controls.untouched)],
      [goal, target, 'untouchedAfterMessenger', null, ...rateFields(controls.untouchedAfterMessenger)],
      [goal, target, 'replaced', null, ...rateFields(controls.replaced)],
      ...controls.byL2.flatMap(({ l2, noise, smoothNoise }): Field[][] => [
        [goal, target, 'noise', l2, ...rateFields(noise)],
        [goal, target, 'smoothNoise', l2, ...rateFields(smoothNoise)],
      ]),
    ]),
  ),
  'thresholds.csv': csvTable(
    ['hash', 'threshold', 'measure', ...numberColumns],
    thresholds.flatMap(({ hash, evaded, falsePairs, pictures, pairs, prices }): Field[][] => [
      ...evaded.map((count, bits): Field[] => [hash, bits, 'evaded.count', ...countFields(count, pictures)]),
      ...falsePairs.map((count, bits): Field[] => [hash, bits, 'falsePairs.count', ...countFields(count, pairs)]),
      ...prices.flatMap(({ threshold, evaded: rate, pairFpr, matched, flaggedPerDay }): Field[][] => [
        [hash, threshold, 'price.evaded', ...rateFields(rate)],
        [hash, threshold, 'price.pairFpr', ...pairFields(pairFpr)],
        [hash, threshold, 'price.matched', ...rateFields(matched)],
        [hash, threshold, 'price.flaggedPerDay.atLeast', ...intervalFields(flaggedPerDay.atLeast)],
        [hash, threshold, 'price.flaggedPerDay.independent', ...intervalFields(flaggedPerDay.independent)],
      ]),
    ]),
  ),
});

/** Counts under the number columns, where the interval stands with the prices. */
const countFields = (k: number, n: number): Field[] => [
  k,
  n,
  n === 0 ? null : k / n,
  null,
  null,
  'count',
  null,
  null,
  null,
];
