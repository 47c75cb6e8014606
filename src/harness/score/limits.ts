/** What a reader must know before quoting a number of a run: computed from it where it depends on it. */
import { isUntried } from '../../metric/interval.ts';
import { upperBound } from '../../metric/proportion.ts';
import type { Experiment } from '../../schema/experiment.ts';
import type { Metrics } from '../../schema/metrics.ts';
import { auditedShare } from './capacity.ts';

/** Limits of a run, most important first. */
export function limitsOf(metrics: Omit<Metrics, 'limits'>, experiment: Experiment): string[] {
  const innocents = metrics.dataset.content.innocent?.evaluation ?? 0;
  const listed = metrics.dataset.content.listed?.evaluation ?? 0;
  const threshold = metrics.strategies.find((each) => each.threshold)?.threshold;
  const priors = Object.entries(experiment.model)
    .filter(([, { source }]) => source.startsWith('prior'))
    .map(([name]) => name);
  return [
    `Benign pictures stand in for everything: "listed" and "target" are labels that the experiment drew (${experiment.assignment.target.join(', ')}). Detection rates on them are a proxy.`,
    innocents === 0
      ? 'No innocent picture was scored, so nothing is known of false positives.'
      : `${innocents} innocent pictures were scored. With no false positive among them the rate can still be ${(upperBound(0, innocents) * 100).toFixed(2)} % (one-sided 95 %); rates per billion are extrapolated from that.`,
    `${listed} listed pictures were scored, against a list of ${metrics.dataset.listEntries} entries. Real lists hold millions, and false positives grow with them.`,
    `Attack success is a lower bound on leakage: a better attacker may find more. Known to the attacker are ${metrics.dataset.content.innocent?.calibration ?? 0} innocent and all other calibration pictures.`,
    'Every message is compressed as a messenger does before it is scanned, and EXIF orientation is neither applied nor sent.',
    'People who review confirm perfectly. Reports, court orders and aborted sendings follow the rates in the experiment file; they are assumptions.',
    `Room for hidden targets: of a list that can be read, an auditor is assumed to check the originals of ${auditedShare * 100} % of the entries; of one that cannot, free room is counted, and that entries may be swapped is not.`,
    ...(metrics.strategies.some(({ evidence }) => evidence && isUntried(evidence.listedEdited))
      ? [
          'No edited picture of the list was scored: in the trade-off model edited content counts as found like content as it was sent.',
        ]
      : []),
    ...(threshold && threshold.pictures !== null
      ? [
          `Threshold strategies open from ${threshold.matches} matches of an account on, because an account of this run sends only about ${Math.round(threshold.pictures)} pictures; Apple announced 30.`,
        ]
      : []),
    'The sealed channel is a static Diffie–Hellman research channel without a ratchet. Sizes are padded; times are logical.',
    ...(priors.length > 0 ? [`Inputs of the model that nobody measured (priors): ${priors.join(', ')}.`] : []),
  ];
}
