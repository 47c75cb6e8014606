/** From the observations of a power experiment to its metrics; pure. */

import { auditedShare, auditPower, hideable } from '../../metric/audit.ts';
import { proportion } from '../../metric/proportion.ts';
import { splitView } from '../../metric/split-view.ts';
import { ofType } from '../../schema/row.ts';
import { rounded } from '../../score/rounded.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { PowerExperiment } from './experiment.ts';
import type {
  AuditPoint,
  BlastRadius,
  CompromiseWindow,
  GossipPoint,
  GroupResult,
  HiddenCapacity,
  PowerMetrics,
  PowerResult,
  PowerSide,
} from './metrics.ts';
import type {
  AnyPowerRow,
  AuditRow,
  CapabilityName,
  CapabilityRow,
  CapabilityTally,
  GossipRow,
  GroupRow,
  HiddenCapacityRow,
  WindowRow,
} from './rows.ts';

/** The metrics of a finished power experiment. */
export function powerMetrics(
  rows: readonly AnyPowerRow[],
  experiment: PowerExperiment,
  dataset: { readonly name: string; readonly sha256: string },
): PowerMetrics {
  const of = <T extends AnyPowerRow['row']>(row: T) => ofType(rows, row);
  const { messagesPerHour } = experiment.hidden;
  const powers = of('power');
  const gossip = of('gossip').map(gossipPoint);
  const audits = of('audit').map(auditPoint);
  const [timeline] = of('power-scene');
  const metrics: Omit<PowerMetrics, 'limits'> = {
    schemaVersion: 1,
    kind: 'power',
    experiment: experiment.name,
    question: experiment.question,
    seed: experiment.seed,
    dataset: { ...dataset, refused: of('refused').map(({ picture, reason }) => ({ picture, reason })) },
    scene: timeline ? without(timeline, 'row') : null,
    messagesPerHour,
    strategies: experiment.strategies.map((name) => {
      const { id, latent } = strategyByName(name);
      return { id, name, ...(latent === undefined ? {} : { latent }) };
    }),
    powers: powers.map((row) => powerResult(row, messagesPerHour.value)),
    absent: of('no-power').map(({ strategy, power, why }) => ({ strategy, power, why })),
    blast: powers.flatMap((row) => blastRadius(row, timeline?.messages ?? 0)),
    windows: of('window').map(windowOf),
    groups: of('group').map(groupOf),
    keyLog: of('key-log').map(({ row: _, opened, ...rest }) => ({ ...rest, opened: proportion(opened.k, opened.n) })),
    rooms: of('room').map(capacityOf),
    gossip,
    audits,
    agreement: {
      gossip: agreement(gossip.flatMap(({ monitored, among }) => [monitored, among])),
      audits: agreement(audits.map(({ check }) => check)),
    },
  };
  return rounded({ ...metrics, limits: powerLimits(metrics, experiment) });
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

function powerResult(row: CapabilityRow, perHour: number): PowerResult {
  const { row: _, cell: __, before, after, ...rest } = row;
  const got = ({ opened, named }: CapabilityTally): boolean => opened > 0 || named > 0;
  const reach = { '00': 'nothing', '10': 'retroactive', '01': 'prospective', '11': 'both' } as const;
  return {
    ...rest,
    before: side(before),
    after: side(after),
    reach: reach[`${got(before) ? 1 : 0}${got(after) ? 1 : 0}`],
    breadth: row.accounts === 0 ? 'nothing' : row.aimed || row.accounts === 1 ? 'one account' : 'several accounts',
    hours: row.first ? row.first.messages / perHour : null,
  };
}

const side = (tally: CapabilityTally): PowerSide => ({
  messages: tally.messages,
  usual: tally.usual,
  opened: proportion(tally.opened, tally.messages),
  innocent: proportion(tally.openedInnocent, tally.opened),
  hidden: proportion(tally.openedHidden, tally.hidden),
  named: proportion(tally.named, tally.messages),
  right: proportion(tally.namedRight, tally.named),
});

/** What a stolen secret is called under a strategy. */
const secrets: Partial<Record<CapabilityName, (strategy: string) => string>> = {
  'device-key': () => 'keys of one device',
  'escrow-key': (strategy) => strategyByName(strategy).keyNames?.escrow ?? 'escrow key',
  'below-quorum': () => 'one share too few',
  'list-key': (strategy) => strategyByName(strategy).keyNames?.scan ?? 'key of the scan',
  'franking-key': () => 'key of franking stamps',
  stored: () => 'stored data, no key',
};

/** Counts all messages of all accounts: that is what a secret is worth. */
function blastRadius({ strategy, power, before, after, outside }: CapabilityRow, messages: number): BlastRadius[] {
  const secret = secrets[power]?.(strategy);
  if (secret === undefined) return [];
  return [
    {
      strategy,
      power,
      secret,
      readable: proportion(before.opened + after.opened + outside, messages),
    },
  ];
}

const rateOf = ({ k, n }: { readonly k: number; readonly n: number }) => proportion(k, n);

function windowOf({ row: _, cell: __, before, after, closed, ...rest }: WindowRow): CompromiseWindow {
  return { ...rest, before: rateOf(before), after: rateOf(after), closed: rateOf(closed) };
}

function groupOf({ row: _, delivered, forged, replayed, before, after, ...rest }: GroupRow): GroupResult {
  return {
    ...rest,
    delivered: rateOf(delivered),
    forged: rateOf(forged),
    replayed: rateOf(replayed),
    before: rateOf(before),
    after: rateOf(after),
  };
}

function capacityOf(row: HiddenCapacityRow): HiddenCapacity {
  const { row: _, cell: __, ...rest } = row;
  const { kind } = strategyByName(row.strategy).capacity;
  const originals = Math.ceil(auditedShare * row.entries);
  return {
    ...rest,
    kind,
    audited: kind === 'auditable' ? { originals, hideable: hideable(row.entries, originals) } : null,
  };
}

function gossipPoint({ share, clients, stale, trials, monitored, among, comparisons }: GossipRow): GossipPoint {
  const exact = splitView(share, clients, stale);
  return {
    share,
    clients,
    stale,
    comparisons,
    monitored: checked(exact.monitored, monitored, trials),
    among: checked(exact.among, among, trials),
  };
}

const auditPoint = ({ entries, planted, audited, trials, found }: AuditRow): AuditPoint => ({
  entries,
  planted,
  audited,
  hideable: hideable(entries, audited),
  check: checked(auditPower(entries, planted, audited), found, trials),
});

function checked(exact: number, k: number, n: number): GossipPoint['monitored'] {
  const simulated = proportion(k, n);
  return { exact, simulated, within: exact >= simulated.low - 1e-12 && exact <= simulated.high + 1e-12 };
}

const agreement = (points: readonly { readonly within: boolean }[]): { within: number; of: number } => ({
  within: points.filter(({ within }) => within).length,
  of: points.length,
});

// What a reader must know before quoting a number of a run.

/** Limits of a run, most important first. */
function powerLimits(
  { scene: timeline, powers, rooms: capacities }: Omit<PowerMetrics, 'limits'>,
  experiment: PowerExperiment,
): string[] {
  const { messages, hidden, audit } = experiment;
  const { protocols } = messages;
  const has = (power: string): boolean => powers.some((each) => each.power === power);
  return [
    'What can be done with a power was tried on deployments of this project, not of any service, and says nothing about what is lawful or likely.',
    `Benign pictures stand in for everything: hidden targets are ${hidden.pictures} innocent pictures, listed ones carry a label. ${timeline ? `${timeline.messages} messages of ${timeline.accounts} accounts were sent, ${timeline.sent.hidden} of them with a hidden target.` : ''}`,
    'Counts are of pictures got byte by byte. What sizes, times and endpoints tell is measured elsewhere, and "nothing" does not cover it.',
    'A thief has all that crossed relay and provider. Provider and relay are taken to keep everything; one that deletes has less to lose.',
    'Nobody who is attacked changes anything: keys are not rotated and devices not replaced. The channel is static, so that a device key opens what was sent before; the compromise windows have the same theft under a double ratchet.',
    'A thief of a device takes its secrets once and then reads along; one that stays on the device, or answers in its name, reads on under any channel. Old messages that a device still shows are not counted.',
    'Who could notice is what shows on devices and in their traffic. That somebody looks, compares or audits is not part of the run but of the two simulations.',
    'The log that devices of threshold strategies pin is taken to be honest or forked as said; no deployment here runs one. A network that is exchanged is not logged at all.',
    'A provider that can read pictures or hashes does not need a list: what it opens without any power stands beside as "usual".',
    `Thresholds open from ${protocols.matchThreshold} matches of an account on, synthetic vouchers are ${Math.round(protocols.syntheticShare * 100)} % (budget ${protocols.syntheticBudget}); a split key has ${protocols.escrowHolders} holders and a quorum of ${protocols.escrowQuorum}. Other numbers open other counts.`,
    `Hours follow from ${hidden.messagesPerHour.value} messages an hour (${hidden.messagesPerHour.source}).`,
    ...(experiment.groups
      ? [
          `Groups: at most ten accounts write, sender keys travel until they arrive, and ${Math.round(experiment.groups.loss * 100)} % of the copies of messages are lost. Apps, owner and auditor of the log of device keys all do what they are meant to; each case is played once.`,
        ]
      : []),
    ...(has('new-network')
      ? [
          'The exchanged network knows the hidden targets by copies of them; what a trained one could be made to know is measured elsewhere.',
        ]
      : []),
    ...(capacities.some(({ kind }) => kind === 'auditable')
      ? [
          `Of a list that can be read, an auditor is assumed to hold the originals of ${auditedShare * 100} % of the entries, of which each planted one is recognised.`,
        ]
      : []),
    `Entries that are exchanged for hidden targets, instead of added, cost listed ones: that shows in what is found, and is not counted as room. Audits are simulated on ${audit.lists.length} sizes of lists, drawn without replacement.`,
  ];
}
