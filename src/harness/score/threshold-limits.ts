/** What a reader must know before quoting a threshold experiment. */
import type { ThresholdExperiment } from '../../schema/threshold.ts';
import type { ThresholdMetrics } from '../../schema/threshold-metrics.ts';

/** Limits, most important first. */
export function thresholdLimits(
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
