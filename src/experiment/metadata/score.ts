/** From rows to what signals find, whom they accuse, and what has to be kept for them. */
import { ppvBounds } from '../../metric/base-rate.ts';
import { clusteredClasses, clusteredProportion } from '../../metric/bootstrap.ts';
import { proportion } from '../../metric/proportion.ts';
import type { HashedRow } from '../../schema/hashed.ts';
import { ofType, refusedFiles } from '../../schema/row.ts';
import type { RunRecord } from '../../schema/run-record.ts';
import { rounded } from '../../score/rounded.ts';
import { UserError } from '../../util/errors.ts';
import { seededRng } from '../../util/rng.ts';
import type { MetadataExperiment } from './experiment.ts';
import type { DetectorMetrics, MetadataMetrics } from './metrics.ts';
import type { GraphRow, JudgedDetector, MetadataRow, RelayRow } from './rows.ts';
import { shownPictures } from './score-shown.ts';
import { rulesOf, signals } from './score-signals.ts';

const limits = [
  'The graph is made up. What offending accounts do differently, and how many do, nobody has published; every such number is an assumption of the experiment, and the overlap says what follows where they do not differ.',
  'Classifiers are trained on labels that are all right. A service has labels only of accounts that it found before, by the same signals.',
  'An offending account does not change its behaviour because it is watched.',
  'Innocent accounts flagged are those of the graph, where far more accounts offend than anywhere: bystanders, and false alarms that hang on them, would be fewer where fewer offend.',
  'Names of groups are words that match or not; nothing is read in a name.',
  'A flag is a suspicion about an account. Without something to show it is no report, and what a reviewer makes of it is not part of this run.',
  'Graphs of one overlap are independent; those of different overlaps share their random numbers.',
];

/** What a relay keeps about everybody, by the name of what it keeps. */
export const keptFields: Readonly<Record<string, readonly string[]>> = {
  surfaces: ['profile picture', 'group picture', 'group name', 'members of each group', 'reports by users'],
  counters: ['date of registration', 'messages sent', 'large messages sent', 'messages received'],
  records: ['sender', 'recipient', 'time', 'size'],
};

type Counts = { readonly k: number; readonly n: number };

/** Metrics of a run: a pure function of its rows and its experiment. */
export function metadataMetrics(
  rows: readonly MetadataRow[],
  experiment: MetadataExperiment,
  { dataset, notes = [] }: Pick<RunRecord, 'dataset' | 'notes'>,
): MetadataMetrics {
  const graphs = ofType(rows, 'graph') as GraphRow[];
  const relay = (ofType(rows, 'relay') as RelayRow[])[0];
  if (graphs.length === 0 || !relay) throw new UserError(`The run of '${experiment.name}' has no rows of graphs`);
  const { seed, accounts, offendingShare, days, serviceAccounts, prevalences, overlaps } = experiment;
  const rng = (name: string) => seededRng(seed, `metadata/bootstrap/${name}`);
  const at = (overlap: number): GraphRow[] => graphs.filter((each) => each.overlap === overlap);
  const clustered = (classes: JudgedDetector['offending'], name: string) => clusteredClasses(classes, rng(name));
  const metrics: MetadataMetrics = {
    schemaVersion: 1,
    kind: 'metadata',
    experiment: experiment.name,
    question: experiment.question,
    seed,
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    notes: [...notes],
    refused: refusedFiles(rows),
    ...{ accounts, graphs: experiment.graphs, offendingShare, days, serviceAccounts, prevalences },
    rules: Object.fromEntries(rulesOf(experiment).map(({ name, what }) => [name, what])),
    pictures: picturesOf(ofType(rows, 'hashed') as HashedRow[], experiment),
    detectors: overlaps.flatMap((overlap) => {
      const own = at(overlap);
      return own[0]!.detectors.map((first, i): DetectorMetrics => {
        const parts = own.map(({ detectors }) => detectors[i]!);
        const name = `${overlap}/${first.name}/${first.keepDays}/${first.targetFpr}`;
        const found = clustered(
          parts.flatMap(({ offending }) => offending),
          `found ${name}`,
        );
        const accused = clustered(
          parts.flatMap(({ innocent }) => innocent),
          `accused ${name}`,
        );
        const sum = (of: (each: JudgedDetector) => Counts) => summed(parts.map(of));
        const everybody = (rate: number): number => rate * serviceAccounts.value;
        return {
          overlap,
          ...{ name: first.name, kind: first.kind, keepDays: first.keepDays, targetFpr: first.targetFpr },
          calibration: first.calibration ? sum(({ calibration }) => calibration!) : null,
          ...{ found, accused },
          trading: sum(({ trading }) => trading),
          mingled: sum(({ mingled }) => mingled),
          businesses: sum((each) => each.businesses),
          bystanders: sum(({ bystanders }) => bystanders),
          shown: sum(({ shown }) => shown),
          accusedOfService: {
            estimate: everybody(accused.estimate ?? 0),
            low: everybody(Math.min(accused.low, accused.clusterLow)),
            high: everybody(Math.max(accused.high, accused.clusterHigh)),
          },
          worth: prevalences.map(({ value }) => ({ prevalence: value, ...worthOf(value, found, accused) })),
        };
      });
    }),
    curves: overlaps.flatMap((overlap) => {
      const own = at(overlap);
      return own[0]!.curves.map(({ name, keepDays, points }, i) => ({
        ...{ overlap, name, keepDays },
        auc: rangeOf(own.map(({ curves }) => curves[i]!.auc)),
        points: points.map(([fpr], j) => ({
          fpr,
          found: summed(own.map((row) => ({ k: row.curves[i]!.points[j]![1], n: offendersScored(row) }))),
        })),
      }));
    }),
    signals: overlaps.flatMap((overlap) => {
      const own = at(overlap);
      return own[0]!.signals.map(({ name }, i) => ({
        ...{ overlap, name },
        ...signals[name as keyof typeof signals],
        alone: rangeOf(own.map((row) => row.signals[i]!.alone)),
        without: summed(own.map((row) => row.signals[i]!.without)),
      }));
    }),
    shown: overlaps.map((overlap) => ({
      overlap,
      offending: clustered(
        at(overlap).flatMap(({ shown }) => shown.offending),
        `shown ${overlap}`,
      ),
      innocent: clustered(
        at(overlap).flatMap(({ shown }) => shown.innocent),
        `shown innocent ${overlap}`,
      ),
    })),
    // What is kept does not depend on who offends; the first overlap stands for all.
    kept: at(overlaps[0]!)[0]!.kept.map(({ keeps, days: kept }, i) => {
      const parts = at(overlaps[0]!).map((row) => row.kept[i]!);
      return {
        ...{ keeps, fields: [...(keptFields[keeps] ?? [])], days: kept },
        edges: summed(parts.map(({ edges }) => edges)),
        bits: parts.reduce((total, { bits }) => total + bits, 0) / parts.length,
        alone: summed(parts.map(({ alone }) => alone)),
      };
    }),
    relay: {
      fields: relay.fields,
      endpoints: proportion(relay.endpoints.k, relay.endpoints.n),
      sizes: proportion(relay.sizes.k, relay.sizes.n),
      edges: proportion(relay.edges.k, relay.edges.n),
      contents: proportion(relay.contents.k, relay.contents.n),
    },
    limits,
  };
  return rounded(metrics);
}

/** Counts of all graphs together. */
const summed = (counts: readonly Counts[]) =>
  proportion(
    counts.reduce((sum, { k }) => sum + k, 0),
    counts.reduce((sum, { n }) => sum + n, 0),
  );

const rangeOf = (values: readonly number[]) => ({
  mean: values.reduce((sum, each) => sum + each, 0) / values.length,
  least: Math.min(...values),
  most: Math.max(...values),
});

/** Offending accounts that were scored: every detector has the same. */
const offendersScored = ({ detectors }: GraphRow): number =>
  detectors[0]!.offending.reduce((sum, { clusters, n }) => sum + clusters * n, 0);

function worthOf(
  prevalence: number,
  found: Counts,
  accused: Counts,
): Omit<DetectorMetrics['worth'][number], 'prevalence'> {
  const { estimate, low, high } = ppvBounds(prevalence, found, accused);
  return { ppv: estimate, low, high };
}

function picturesOf(rows: readonly HashedRow[], experiment: MetadataExperiment): MetadataMetrics['pictures'] {
  const all = shownPictures(rows, experiment);
  const rate = (listed: boolean) =>
    clusteredProportion(
      all.filter((each) => each.listed === listed).map(({ group, matches }) => ({ cluster: group, success: matches })),
      seededRng(experiment.seed, `metadata/bootstrap/pictures ${listed}`),
    );
  const of = (transform: string, listed: boolean) => {
    const those = all.filter((each) => each.transform === transform && each.listed === listed);
    return proportion(those.filter(({ matches }) => matches).length, those.length);
  };
  return {
    listed: rate(true),
    innocent: rate(false),
    byEdit: [...new Set(all.map(({ transform }) => transform))].map((transform) => ({
      transform,
      listed: of(transform, true),
      innocent: of(transform, false),
    })),
    entries: rows.filter(
      ({ part, transform, outcome }) => part === 'list' && transform === 'none' && outcome.state === 'hashed',
    ).length,
  };
}
