/** What a reader must know before quoting a number of a power run. */
import type { PowerExperiment } from '../../schema/power.ts';
import type { PowerMetrics } from '../../schema/power-metrics.ts';
import { auditedShare } from './capacity.ts';

/** Limits of a run, most important first. */
export function powerLimits(
  { scene, powers, rooms }: Omit<PowerMetrics, 'limits'>,
  { messages, hidden, audit }: PowerExperiment,
): string[] {
  const { protocols } = messages;
  const has = (power: string): boolean => powers.some((each) => each.power === power);
  return [
    'What can be done with a power was tried on deployments of this project, not of any service, and says nothing about what is lawful or likely.',
    `Benign pictures stand in for everything: hidden targets are ${hidden.pictures} innocent pictures, listed ones carry a label. ${scene ? `${scene.messages} messages of ${scene.accounts} accounts were sent, ${scene.sent.hidden} of them with a hidden target.` : ''}`,
    'Counts are of pictures got byte by byte. What sizes, times and endpoints tell is measured elsewhere, and "nothing" does not cover it.',
    'A thief has all that crossed relay and provider. Provider and relay are taken to keep everything; one that deletes has less to lose.',
    'Nobody who is attacked changes anything: keys are not rotated, devices not replaced, and the channel has no ratchet, so that a device key opens what was sent before.',
    'Who could notice is what shows on devices and in their traffic. That somebody looks, compares or audits is not part of the run but of the two simulations.',
    'The log that devices of threshold strategies pin is taken to be honest or forked as said; no deployment here runs one. A network that is exchanged is not logged at all.',
    'A provider that can read pictures or hashes does not need a list: what it opens without any power stands beside as "usual".',
    `Thresholds open from ${protocols.matchThreshold} matches of an account on, synthetic vouchers are ${Math.round(protocols.syntheticShare * 100)} % (budget ${protocols.syntheticBudget}); a split key has ${protocols.escrowHolders} holders and a quorum of ${protocols.escrowQuorum}. Other numbers open other counts.`,
    `Hours follow from ${hidden.messagesPerHour.value} messages an hour (${hidden.messagesPerHour.source}).`,
    ...(has('new-network')
      ? [
          'The exchanged network knows the hidden targets by copies of them; what a trained one could be made to know is measured elsewhere.',
        ]
      : []),
    ...(rooms.some(({ kind }) => kind === 'auditable')
      ? [
          `Of a list that can be read, an auditor is assumed to hold the originals of ${auditedShare * 100} % of the entries, of which each planted one is recognised.`,
        ]
      : []),
    `Entries that are exchanged for hidden targets, instead of added, cost listed ones: that shows in what is found, and is not counted as room. Audits are simulated on ${audit.lists.length} sizes of lists, drawn without replacement.`,
  ];
}
