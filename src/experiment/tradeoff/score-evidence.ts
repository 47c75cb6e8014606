/** From the messages of a run to what the trade-off model takes of a strategy: its findings against those of server scanning, on the same pictures. */
import { type Counts, type Evident, ruledOut } from '../../metric/interval.ts';
import { baseline } from '../../metric/tradeoff/answer.ts';
import { type Against, type Evidence, foundAll } from '../../metric/tradeoff/evidence.ts';
import type { Extent } from '../../schema/vocabulary.ts';
import { videosOf } from '../../score/clip-findings.ts';
import { type MatchThresholds, matchRule, nearRule } from '../../score/match-rule.ts';
import { strategyByName } from '../../strategy/index.ts';
import type { Strategy } from '../../strategy/strategy.ts';
import type { Experiment } from './experiment.ts';
import type { VideosOf } from './score-clips.ts';
import type { MessageCounts } from './score-messages.ts';

/** Everything beside the rows. */
export interface EvidenceContext {
  readonly experiment: Experiment;
  readonly thresholds: MatchThresholds;
  readonly listEntries: number;
  /** Of the run's own clips; left out where it has none: then those of /clipFindings stand for them. */
  readonly videos?: VideosOf | undefined;
}

/** The messages of every strategy of the run, by name. */
export type MessagesOf = (strategy: string) => MessageCounts;

/** The evidence on one strategy from all scored messages of the evaluation. */
export function evidenceOn(name: string, countsOf: MessagesOf, context: EvidenceContext): Evidence {
  const { experiment, thresholds } = context;
  const { strategy, flaggedInnocent, tippedFresh } = countsOf(name);
  // What people find and report wrongly is the experiment's assumption, and nothing that it measured.
  const people = strategy.detector === 'people';
  const untried = { k: 0, n: 0 };
  const evident = (allowed: boolean, counts: Counts): Evident =>
    allowed || counts.k > 0 ? (people ? untried : counts) : ruledOut;
  return {
    ...picturesOf(strategy, countsOf, context),
    newContent: evident(reports(strategy), countsIn(tippedFresh)),
    falsePositive: evident(flagsWrongly(strategy), countsIn(flaggedInnocent)),
    listEntries: context.listEntries,
    rule: matchRule(strategy, experiment.messages, thresholds),
    scanner: !strategy.proactive ? 'nobody' : name === baseline ? 'server' : 'device',
    reviewed: (strategy.declares.provider?.content ?? 'none') !== 'none',
    exposes: exposedBy(strategy, experiment),
  };
}

/** What a strategy finds of what server scanning finds, picture by picture, without its account threshold: that one is an input of the model. */
function picturesOf(
  strategy: Strategy,
  countsOf: MessagesOf,
  context: EvidenceContext,
): Pick<Evidence, 'against' | 'videos' | 'threshold' | 'kept'> {
  const { experiment, thresholds } = context;
  if (strategy.detector === 'people')
    return { against: strategy.declares.court ? 'not measured' : 'nothing is reported' };
  if (!reports(strategy)) return { against: 'nothing is reported' };
  const own = context.videos;
  if (strategy.name === baseline) return { against: 'the same comparison', ...videosIn(own?.(baseline, true)) };
  // Rows of a threshold strategy have the run's threshold in them; set intersection on the same hash has none.
  const counted = strategy.threshold ? singlePictures(strategy, strategy.threshold, experiment) : strategy.name;
  if (counted === undefined) return { against: 'not measured', threshold: true };
  const against = againstServer(countsOf(counted), countsOf(baseline));
  const threshold = strategy.threshold
    ? { threshold: true, ...(strategy.synthetic ? { kept: 1 - experiment.messages.protocols.syntheticShare } : {}) }
    : {};
  if (!against) return { against: 'not measured', ...threshold };
  const rule = matchRule(strategy, experiment.messages, thresholds);
  const near = rule?.name === nearRule(experiment.messages, thresholds) && !rule.subset;
  const videos = own ? own(counted, near) : videosOf(counted, rule, experiment.clipFindings);
  return { against: near && foundAll(against) ? 'the same comparison' : against, ...videosIn(videos), ...threshold };
}

const videosIn = (videos: Evidence['videos']): Pick<Evidence, 'videos'> => (videos ? { videos } : {});

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
function againstServer(own: MessageCounts, server: MessageCounts): Against | undefined {
  if (server.listed.size === 0) return undefined;
  const edits = [...server.listed.keys()].filter((transform) => transform !== 'none');
  const byPicture = new Map(Array.from(server.edited.toArray(), (picture) => [picture, { k: 0, n: 0 }]));
  const counts = (transform: string): Counts => {
    const both = { k: 0, n: 0 };
    for (const picture of server.tippedAfter(transform)) {
      const found = own.isTipped(picture, transform);
      if (found === undefined) continue;
      for (const each of [both, transform === 'none' ? undefined : byPicture.get(picture)]) {
        if (!each) continue;
        each.n++;
        if (found) each.k++;
      }
    }
    return both;
  };
  return {
    asSent: counts('none'),
    edits: edits.map((edit) => ({ edit, ...counts(edit) })),
    pictures: [...byPicture.values()].map(({ k, n }) => [k, n]),
  };
}

const countsIn = ({ k, n }: Counts): Counts => ({ k, n });

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
