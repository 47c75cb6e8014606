/** From the messages of a run to what the trade-off model takes of a strategy: its findings against those of server scanning, on the same pictures. */
import { type Counts, type Evident, ruledOut } from '../../metric/interval.ts';
import { baseline } from '../../metric/tradeoff/answer.ts';
import type { Against, Evidence } from '../../metric/tradeoff/evidence.ts';
import type { MessageRow } from '../../schema/observation.ts';
import type { Extent } from '../../schema/vocabulary.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import type { Experiment } from './experiment.ts';

/** Thresholds that the strategies of a run matched with, in bits. */
export interface MatchThresholds {
  readonly near: number;
  readonly second: number;
}

/** Everything beside the rows. */
export interface EvidenceContext {
  readonly experiment: Experiment;
  readonly thresholds: MatchThresholds;
  readonly listEntries: number;
}

/** The evidence on one strategy from all scored messages of the evaluation. */
export function evidenceOn(name: string, rows: readonly MessageRow[], context: EvidenceContext): Evidence {
  const strategy = strategyByName(name);
  const { experiment } = context;
  const own = evaluated(rows, name);
  const count = (of: readonly Scored[], holds: (outcome: Scored['outcome']) => boolean): Counts => ({
    k: of.filter(({ outcome }) => holds(outcome)).length,
    n: of.length,
  });
  const innocent = own.filter(({ content }) => content === 'innocent');
  const fresh = own.filter(({ content }) => content === 'new');
  const falsePositive = count(innocent, ({ flagged }) => flagged);
  const newContent = count(fresh, ({ tipped }) => tipped);
  // What people find and report wrongly is the experiment's assumption, and nothing that it measured.
  const people = strategy.detector === 'people';
  const untried = { k: 0, n: 0 };
  const evident = (allowed: boolean, counts: Counts): Evident =>
    allowed || counts.k > 0 ? (people ? untried : counts) : ruledOut;
  return {
    ...picturesOf(strategy, rows, context),
    newContent: evident(reports(strategy), newContent),
    falsePositive: evident(flagsWrongly(strategy), falsePositive),
    listEntries: context.listEntries,
    rule: ruleOf(strategy, context),
    scanner: !strategy.proactive ? 'nobody' : name === baseline ? 'server' : 'device',
    reviewed: (strategy.declares.provider?.content ?? 'none') !== 'none',
    exposes: exposedBy(strategy, experiment),
  };
}

/** What a strategy finds of what server scanning finds, picture by picture, without its account threshold: that one is an input of the model. */
function picturesOf(
  strategy: Strategy,
  rows: readonly MessageRow[],
  context: EvidenceContext,
): Pick<Evidence, 'against' | 'threshold' | 'kept'> {
  const { experiment } = context;
  if (strategy.detector === 'people')
    return { against: strategy.declares.court ? 'not measured' : 'nothing is reported' };
  if (!reports(strategy)) return { against: 'nothing is reported' };
  if (strategy.name === baseline) return { against: 'the same comparison' };
  // Rows of a threshold strategy have the run's threshold in them; set intersection on the same hash has none.
  const counted = strategy.threshold ? singlePictures(strategy, strategy.threshold, experiment) : strategy.name;
  if (counted === undefined) return { against: 'not measured', threshold: true };
  const against = againstServer(evaluated(rows, counted), evaluated(rows, baseline));
  const threshold = strategy.threshold
    ? { threshold: true, ...(strategy.synthetic ? { kept: 1 - experiment.messages.protocols.syntheticShare } : {}) }
    : {};
  if (!against) return { against: 'not measured', ...threshold };
  const rule = ruleOf(strategy, context);
  const same = rule?.name === nearRule(context) && !rule.subset && againstAll(against);
  return { against: same ? 'the same comparison' : against, ...threshold };
}

/** A strategy of the run that decides as a threshold strategy does, and opens each match by itself; undefined if there is none. */
const singlePictures = (
  { detector, design }: Strategy,
  { singlePicture }: NonNullable<Strategy['threshold']>,
  { grid }: Experiment,
): string | undefined =>
  [singlePicture, ...grid.strategy].find((name) => {
    const other = strategyByName(name);
    const alike = other.detector === detector && Boolean(other.design.secondOpinion) === Boolean(design.secondOpinion);
    return grid.strategy.includes(name) && alike && !other.threshold && reports(other);
  });

/** Findings among those of server scanning; undefined where the run has none. */
function againstServer(own: readonly Scored[], server: readonly Scored[]): Against | undefined {
  const found = new Map(own.map((row) => [keyOf(row), row.outcome.tipped]));
  const listed = server.filter(({ content }) => content === 'listed');
  if (listed.length === 0) return undefined;
  const counts = (of: readonly Scored[]): Counts => {
    const both = of.filter((row) => row.outcome.tipped && found.has(keyOf(row)));
    return { k: both.filter((row) => found.get(keyOf(row))).length, n: both.length };
  };
  const edited = listed.filter(({ transform }) => transform !== 'none');
  const by = (key: 'transform' | 'picture'): [string, Counts][] =>
    [...new Set(edited.map((row) => row[key]))].map((each) => [
      each,
      counts(edited.filter((row) => row[key] === each)),
    ]);
  return {
    asSent: counts(listed.filter(({ transform }) => transform === 'none')),
    edits: by('transform').map(([edit, { k, n }]) => ({ edit, k, n })),
    pictures: by('picture').map(([, { k, n }]) => [k, n]),
  };
}

const againstAll = ({ asSent, edits }: Against): boolean => [asSent, ...edits].every(({ k, n }) => k === n);

type Scored = MessageRow & { outcome: Extract<MessageRow['outcome'], { state: 'scored' }> };
const evaluated = (rows: readonly MessageRow[], name: string): Scored[] =>
  rows.filter(
    (row): row is Scored =>
      row.strategy === name && row.outcome.state === 'scored' && row.purpose === 'scored' && row.split === 'evaluation',
  );
const keyOf = ({ picture, transform }: Scored): string => `${picture}\n${transform}`;

const nearRule = ({ experiment, thresholds }: EvidenceContext): string =>
  `${experiment.messages.hash} <= ${thresholds.near}`;

/** The rule that decides a match, by the names of the false-match counts; null where no list does. */
function ruleOf(strategy: Strategy, context: EvidenceContext): Evidence['rule'] {
  const { detector, declares, design, name } = strategy;
  const { equalityHash, secondHash } = context.experiment.messages;
  const near = nearRule(context);
  if (detector === 'classifier' || detector === 'people') return null;
  const second = design.secondOpinion ? ` and ${secondHash} <= ${context.thresholds.second}` : '';
  if (detector === 'equality') return { name: `${equalityHash} =${second}`, subset: false };
  if (detector === 'both') return { name, subset: false };
  if (second) return { name: `${near}${second}`, subset: false };
  // Only entries with the same prefix or a near bucket are compared: part of what the rule matches.
  const preselected = Object.values(declares).some(
    ({ prefix, bucket }) => prefix !== undefined || bucket !== undefined,
  );
  return { name: near, subset: preselected };
}

/** Whether a report to the curator can come of a message. */
const reports = ({ declares }: Strategy): boolean =>
  Object.values(declares.curator ?? {}).some((extent) => extent !== 'none');

/**
 * Whether a role can be told of an innocent message that it matches. What an order opens is read by people, and people confirm perfectly.
 */
const tellsWrongly = {
  none: false,
  flagged: true,
  reported: true,
  ordered: false,
  all: true,
} as const satisfies Record<Extent, boolean>;
const flagsWrongly = ({ declares }: Strategy): boolean =>
  Object.values(declares).some(({ match = 'none' }) => tellsWrongly[match]);

/** Innocent pictures that a role gets, by design; of what orders and users open, the share that the experiment assumes. */
function exposedBy({ declares }: Strategy, { messages }: Experiment): Evidence['exposes'] {
  const extents = new Set(Object.values(declares).map(({ content = 'none' }) => content));
  if (extents.has('all')) return 'all';
  if (extents.has('flagged')) return 'flagged';
  // Ordered accounts are open half of the time.
  if (extents.has('ordered')) return (0.5 * messages.orderedAccounts) / messages.accounts;
  return extents.has('reported') ? messages.falseReport : 0;
}
