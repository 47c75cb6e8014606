/** The metrics of a threshold experiment: exact values beside what simulated accounts and the real protocol gave. */

import { type Static, Type } from 'typebox';
import { metricsOf } from '../../schema/parts.ts';
import { ClusteredRate, Interval, Rate } from '../../schema/rate.ts';
import { DetectionSpec, HeldSpec } from './experiment.ts';

const Threshold = Type.Integer({ minimum: 1, description: 'matches from which an account is flagged' });
const Probability = Type.Number({ minimum: 0, maximum: 1 });
const Bounds = Type.Union([Type.Object({ low: Probability, high: Probability }), Type.Null()], {
  description: 'the exact value at both ends of the interval of the measured rate; null where the rate is assumed',
});

/** How many exact values lie in the intervals of the simulation. */
export const Agreement = Type.Object({
  within: Type.Integer({ description: 'thresholds at which the 95 % interval holds the exact value' }),
  of: Type.Integer({ description: 'thresholds compared: of innocents those at which a simulated account is expected' }),
  all: Type.Boolean({
    description: 'whether all hold it at once, each interval widened so that all together have 95 % (Bonferroni)',
  }),
});
export type Agreement = Static<typeof Agreement>;

/** Offending accounts under one distribution and one detection. */
export const OffenderCurve = Type.Object({
  held: HeldSpec,
  detection: DetectionSpec,
  meanHeld: Type.Number(),
  accounts: Type.Integer({ description: 'simulated' }),
  pictures: Type.Integer({ description: 'listed pictures that they sent' }),
  agreement: Type.Object({ accounts: Agreement, pictures: Agreement, opened: Agreement }),
  curve: Type.Array(
    Type.Object({
      threshold: Threshold,
      accounts: Type.Object({ exact: Probability, bounds: Bounds, simulated: Rate }),
      pictures: Type.Object({ exact: Probability, bounds: Bounds, simulated: ClusteredRate }),
      opened: Type.Object({ exact: Probability, simulated: ClusteredRate }),
      counted: Type.Object({ exact: Probability, simulated: Rate }),
    }),
  ),
});
export type OffenderCurve = Static<typeof OffenderCurve>;

/** Innocent accounts at one rate of false matches and one spread of it, or with bursts. */
export const InnocentCurve = Type.Object({
  falseMatch: Type.Object({ name: Type.String(), rate: Probability, source: Type.String() }),
  spread: Type.Number(),
  bursts: Type.Boolean(),
  accounts: Type.Integer({ description: 'simulated' }),
  agreement: Agreement,
  curve: Type.Array(Type.Object({ threshold: Threshold, exact: Probability, bounds: Bounds, simulated: Rate })),
});
export type InnocentCurve = Static<typeof InnocentCurve>;

/** What a provider can tell below the threshold under synthetic vouchers. */
export const Knowledge = Type.Object({
  pictures: Type.Integer({ description: 'of an account' }),
  syntheticShare: Probability,
  overBudget: Type.Object({ exact: Probability, simulated: Rate }),
  curve: Type.Array(
    Type.Object({
      threshold: Threshold,
      advantage: Type.Number({
        description: 'in telling an account one match below the threshold from one with none, exactly',
      }),
    }),
  ),
  measured: Type.Array(
    Type.Object({
      matches: Type.Integer(),
      exact: Type.Number(),
      cut: Type.Integer({ description: 'the best guess says that there are matches from so many opened vouchers on' }),
      simulated: Interval,
    }),
  ),
});
export type Knowledge = Static<typeof Knowledge>;

/** One threshold through the real protocol. */
export const ProtocolCheck = Type.Object({
  threshold: Threshold,
  synthetic: Type.Boolean(),
  accounts: Type.Integer(),
  vouchers: Type.Integer(),
  voucherBytes: Type.Union([Type.Integer(), Type.Null()], {
    description: 'of every voucher; null where none was sent',
  }),
  rejected: Type.Integer(),
  agreement: Type.Object(Rate.properties, {
    description:
      'accounts within the synthetic budget that the protocol opens exactly when they have as many matches as the threshold',
  }),
  overBudget: Type.Object(Rate.properties, { description: 'the same for accounts that sent more synthetic vouchers' }),
  detected: Type.Object(
    { below: Rate, at: Rate, above: Rate, none: Rate, burstByUpload: Rate, burstByHash: Rate },
    { description: 'accounts opened: by level, within the budget' },
  ),
  otherMethod: Type.Object(Rate.properties, {
    description: 'accounts one match below the threshold that some other decoding opens',
  }),
  counted: Type.Object(Rate.properties, {
    description: 'accounts of which the number of vouchers that open is the number of matches',
  }),
  payloads: Type.Object(Rate.properties, {
    description: 'payloads opened that are those of matches, as they were put in',
  }),
});
export type ProtocolCheck = Static<typeof ProtocolCheck>;

export const ThresholdMetrics = metricsOf('threshold', {
  mostMatches: Type.Integer(),
  offenders: Type.Array(OffenderCurve),
  innocents: Type.Object({
    outOf: Type.Object({ value: Type.Integer(), source: Type.String() }),
    pictures: Type.Object({ value: Type.Integer(), source: Type.String() }),
    bursts: Type.Object({ count: Type.Integer(), size: Type.Integer(), source: Type.String() }),
    curves: Type.Array(InnocentCurve),
    risk: Type.Number(),
    bearable: Type.Array(
      Type.Object({
        threshold: Threshold,
        rate: Probability,
      }),
      {
        description: 'largest rate of false matches per picture at which an account is flagged with at most that risk',
      },
    ),
  }),
  syntheticBudget: Type.Integer(),
  knowledge: Type.Array(Knowledge),
  protocol: Type.Array(ProtocolCheck),
});
export type ThresholdMetrics = Static<typeof ThresholdMetrics>;
