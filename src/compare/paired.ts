/**
 * Differences on the same pictures. Where two runs, or two detectors of one run, saw the same pictures after the same edits, each picture is
 * a pair of outcomes, and the difference has a paired interval. Everything else is only put side by side.
 */
import type { CopyDetection } from '../experiment/copy-detection/experiment.ts';
import type { Metrics } from '../experiment/tradeoff/metrics.ts';
import { decidesByAccount } from '../experiment/tradeoff/score-messages.ts';
import { PairedCounts } from '../metric/cluster-counts.ts';
import { pairedClasses } from '../metric/paired-difference.ts';
import { hashedRow } from '../schema/hashed.ts';
import { messageRow } from '../schema/observation.ts';
import type { PairedDifference } from '../schema/rate.ts';
import { strategyByName } from '../strategy/index.ts';
import { canonicalJson } from '../util/digest.ts';
import { Numbered } from '../util/numbered.ts';
import { seededRng } from '../util/rng.ts';
import { eachCopyDistance } from './copy-distances.ts';
import { detectorsOf, headlineOf } from './detectors.ts';
import type { FinishedRun } from './open-run.ts';

/** A rate of one side less that of the first, on the pictures that both have. */
export interface Paired {
  /** What is compared with the first: a run, or a detector of a run. */
  readonly of: Side;
  readonly first: Side;
  /** The strategy, or the set of edits. */
  readonly on: string;
  readonly measure: 'listed, as sent' | 'listed, edited' | 'false positives' | 'recall under edits';
  readonly difference: PairedDifference;
}

interface Side {
  readonly run: string;
  /** Name of a detector; left out where a whole run is compared. */
  readonly detector?: string;
  readonly threshold?: number | null;
}

/** Outcomes that are kept for pairing, at most; a run with more is not paired. */
const mostOutcomes = 2_000_000;

/** Everything that can be paired among the runs, and sentences on what could be but is too large. */
export async function pairedDifferences(
  runs: readonly FinishedRun[],
): Promise<{ readonly paired: readonly Paired[]; readonly notes: readonly string[] }> {
  const [strategies, copies] = [await pairedStrategies(runs), await pairedDetectors(runs)];
  return { paired: [...strategies.paired, ...copies.paired], notes: [...strategies.notes, ...copies.notes] };
}

/** Whether two runs took the same pictures: the same dataset, drawn by the same seed. */
const samePictures = ({ record: a }: FinishedRun, { record: b }: FinishedRun): boolean =>
  a.dataset.sha256 === b.dataset.sha256 && a.seed === b.seed;

/** What came of one message: its cluster, and whether it was detected. */
interface Outcome {
  readonly cluster: number;
  readonly detected: boolean;
}

type MessageMeasure = Exclude<Paired['measure'], 'recall under edits'>;

async function pairedStrategies(all: readonly FinishedRun[]): Promise<{ paired: Paired[]; notes: string[] }> {
  const [first, ...others] = all.filter(({ metrics, record }) => !('kind' in metrics) && record.observations);
  const known = others.filter((run) => samePictures(run, first!));
  if (!first || known.length === 0) return { paired: [], notes: [] };
  const large = [first, ...known].find((run) => messages(run) > mostOutcomes);
  if (large) return { paired: [], notes: [`${large.name} has too many messages to pair them picture by picture.`] };
  const clusters = new Numbered();
  const before = await messageOutcomes(first, clusters);
  const paired: Paired[] = [];
  for (const run of known) {
    const counts = new Map<string, { strategy: string; measure: MessageMeasure; counts: PairedCounts }>();
    for (const [key, { strategy, measure, outcome }] of await messageOutcomes(run, clusters)) {
      const own = before.get(key)?.outcome;
      if (!own) continue;
      const name = `${strategy}\n${measure}`;
      const each = counts.get(name) ?? { strategy, measure, counts: new PairedCounts() };
      each.counts.add(own.cluster, outcome.detected, own.detected);
      counts.set(name, each);
    }
    for (const { strategy, measure, counts: of } of counts.values())
      paired.push({
        of: { run: run.name },
        first: { run: first.name },
        on: strategy,
        measure,
        difference: pairedClasses(
          of.table,
          of.classes(),
          seededRng(first.record.seed, `compare/${strategy}/${measure}`),
        ),
      });
  }
  return { paired, notes: [] };
}

const messages = ({ metrics }: FinishedRun): number =>
  (metrics as Metrics).strategies.reduce((sum, each) => sum + each.messages, 0);

/** Every scored message of the evaluation by strategy, picture and edit; by account where a strategy decides on accounts. */
async function messageOutcomes({ folder, record }: FinishedRun, clusters: Numbered) {
  const found = new Map<string, { strategy: string; measure: MessageMeasure; outcome: Outcome }>();
  const byAccount = new Map<string, boolean>();
  for await (const batch of folder.rows([messageRow], record.observations!).of('message'))
    for (const { strategy, picture, group, transform, content, split, purpose, sender, outcome } of batch) {
      if (split !== 'evaluation' || purpose !== 'scored' || outcome.state !== 'scored') continue;
      const measure =
        content === 'innocent'
          ? 'false positives'
          : content !== 'listed'
            ? undefined
            : transform === 'none'
              ? 'listed, as sent'
              : 'listed, edited';
      if (!measure) continue;
      let accounts = byAccount.get(strategy);
      if (accounts === undefined) {
        accounts = decidesByAccount(strategyByName(strategy));
        byAccount.set(strategy, accounts);
      }
      found.set(`${strategy}\n${picture}\n${transform}`, {
        strategy,
        measure,
        outcome: {
          cluster: clusters.of(accounts ? `account ${sender}` : `group ${group}`),
          detected: outcome.detected,
        },
      });
    }
  return found;
}

/** A detector of a copy-detection run on one set, with its outcome on every copy. */
interface Found {
  readonly side: Side;
  readonly run: FinishedRun;
  readonly set: string;
  readonly copies: ReadonlyMap<string, boolean>;
}

async function pairedDetectors(all: readonly FinishedRun[]): Promise<{ paired: Paired[]; notes: string[] }> {
  const runs = all.filter(
    ({ metrics, record }) => 'kind' in metrics && metrics.kind === 'copy-detection' && record.observations,
  );
  const large = runs.find((run) => copiesOf(run) > mostOutcomes);
  if (large) return { paired: [], notes: [`${large.name} has too many copies to pair them picture by picture.`] };
  const groups = new Map<string, string>();
  const found: Found[] = [];
  for (const run of runs) found.push(...(await copyOutcomes(run, groups)));
  const paired = found.flatMap((each, i): Paired[] => {
    const first = found.slice(0, i).find((other) => sameSet(other, each));
    if (!first) return [];
    const [counts, clusters] = [new PairedCounts(), new Numbered()];
    for (const [key, isFound] of each.copies) {
      const own = first.copies.get(key);
      if (own !== undefined) counts.add(clusters.of(groups.get(key)!), isFound, own);
    }
    const rng = seededRng(each.run.record.seed, `compare/${each.set}/${each.side.detector}`);
    return [
      {
        of: each.side,
        first: first.side,
        on: each.set,
        measure: 'recall under edits',
        difference: pairedClasses(counts.table, counts.classes(), rng),
      },
    ];
  });
  return { paired, notes: [] };
}

const copiesOf = (run: FinishedRun): number =>
  detectorsOf(run).reduce((sum, { curve }) => sum + (curve?.positives ?? 0), 0);

/** Whether two outcomes are of the same pictures after the same edits. */
function sameSet(a: Found, b: Found): boolean {
  const setOf = ({ run, set }: Found): unknown =>
    (run.record.experimentResolved as CopyDetection).sets.find(
      (each) => ('name' in each ? each.name : each.preset) === set,
    );
  return a.set === b.set && samePictures(a.run, b.run) && canonicalJson(setOf(a)) === canonicalJson(setOf(b));
}

/** What each detector of a run finds at the threshold of its headline. `groups` gets the group of each copy. */
async function copyOutcomes(run: FinishedRun, groups: Map<string, string>): Promise<Found[]> {
  const { metrics, record, folder } = run;
  if (!('kind' in metrics) || metrics.kind !== 'copy-detection') return [];
  const all = detectorsOf(run).map((detector) => ({
    set: detector.set!,
    side: { run: run.name, detector: detector.detector, threshold: headlineOf(detector)?.threshold ?? null },
    copies: new Map<string, boolean>(),
  }));
  const bySet = new Map(all.map((each) => [`${each.set}\n${each.side.detector}`, each]));
  await eachCopyDistance(
    folder.rows([hashedRow], record.observations!).of('hashed'),
    metrics,
    record.experimentResolved as CopyDetection,
    ({ hash, set, picture, group, label, distance }) => {
      const own = bySet.get(`${set}\n${hash}`);
      if (!own || label === 'none') return;
      const key = `${set}\n${picture}\n${label}`;
      groups.set(key, group);
      own.copies.set(key, own.side.threshold !== null && distance <= own.side.threshold);
    },
  );
  return all.map((each) => ({ ...each, run }));
}
