/** Runs on metadata: graphs have the truth that they state, signals see it and nothing else, thresholds are not chosen where they are scored. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findingsOf } from '../../../scripts/metadata-findings-of.ts';
import { schemaText } from '../../../src/cli/schema.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import type { MetadataExperiment } from '../../../src/experiment/metadata/experiment.ts';
import { type Graph, graphOf, lastDays, offends, sorts } from '../../../src/experiment/metadata/graph.ts';
import { judgeGraph } from '../../../src/experiment/metadata/judge.ts';
import { checkMetadata } from '../../../src/experiment/metadata/kind.ts';
import { MetadataMetrics } from '../../../src/experiment/metadata/metrics.ts';
import { keptTable, metadataParts, overlapTable } from '../../../src/experiment/metadata/report.ts';
import { GraphRow, type MetadataRow, RelayRow } from '../../../src/experiment/metadata/rows.ts';
import { metadataMetrics } from '../../../src/experiment/metadata/score.ts';
import { type Shown, shownPictures } from '../../../src/experiment/metadata/score-shown.ts';
import { signalNames } from '../../../src/experiment/metadata/score-signals.ts';
import { valuesOf } from '../../../src/experiment/metadata/signals.ts';
import { readRelay, sampleOf } from '../../../src/experiment/metadata/tasks.ts';
import { metricsDigest } from '../../../src/harness/run-folder.ts';
import { check } from '../../../src/schema/check.ts';
import type { HashedRow } from '../../../src/schema/hashed.ts';
import { MetadataFindings } from '../../../src/schema/metadata-findings.ts';
import { UserError } from '../../../src/util/errors.ts';
import { yamlValue } from '../../../src/util/plain-data.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { presend } from '../../cli/presend.ts';
import { testFolder } from '../../harness/tiny.ts';

const shipped = yamlValue(
  readFileSync(join(projectRoot, 'experiments/metadata/experiment.yaml'), 'utf8'),
  'Experiment',
);
const experiment: MetadataExperiment = {
  ...checkMetadata(shipped, 'Experiment'),
  accounts: 1500,
  graphs: 1,
  offendingShare: { value: 0.06, source: 'assumed' },
  overlaps: [0, 1],
  keepDays: [1, 30],
  targetFprs: [0.05],
  relay: { accounts: 6, messages: 40, smallBytes: 100, largeBytes: 3000, paddingBytes: 512 },
};
const shown: Shown = { listed: [true, true, true, false], innocent: [false] };

const made = new Map<number, Graph>();
const graphAt = (overlap: number): Graph => {
  const graph = made.get(overlap) ?? graphOf(experiment, overlap, 0, shown);
  made.set(overlap, graph);
  return graph;
};
const of = (graph: Graph, name: (typeof sorts)[number]): number[] =>
  Array.from(graph.sort.keys()).filter((i) => sorts[graph.sort[i]!] === name);
const meanOf = (values: ArrayLike<number>, accounts: readonly number[]): number =>
  accounts.reduce((sum, i) => sum + values[i]!, 0) / accounts.length;

describe('a graph', () => {
  test('has as many accounts of each sort as the experiment states, and degrees of the stated mean', () => {
    const graph = graphAt(0.5);
    expect(sorts.map((name) => of(graph, name).length)).toEqual([1380, 30, 45, 45]);
    const { contacts } = valuesOf(graph, graph.edges);
    // Log-normal, of spread 1: of 1,380 accounts the mean is off by a few percent; contacts that are drawn twice count once.
    const mean = meanOf(contacts, of(graph, 'ordinary'));
    expect(mean).toBeGreaterThan(0.6 * experiment.ordinary.contacts.value);
    expect(mean).toBeLessThan(1.2 * experiment.ordinary.contacts.value);
  });

  test('traders differ as stated, and mingled offenders in nothing but true reports', () => {
    const [traded, mixed] = [graphAt(0), graphAt(1)];
    const [own, others] = [of(traded, 'trading'), of(traded, 'ordinary')];
    const values = valuesOf(traded, traded.edges);
    expect(meanOf(values.age, own)).toBeLessThan(0.5 * meanOf(values.age, others));
    expect(meanOf(values.large, own)).toBeGreaterThan(1.5 * meanOf(values.large, others));
    expect(meanOf(values.strangers, own)).toBeGreaterThan(meanOf(values.strangers, others));
    const joined = Float64Array.from(traded.groupsOf, ({ length }) => length);
    expect(meanOf(joined, own)).toBeGreaterThan(meanOf(joined, others) + 1);
    expect(of(mixed, 'trading')).toEqual([]);
    expect(mixed.groups.some(({ trades }) => trades)).toBe(false);
    const mingled = valuesOf(mixed, mixed.edges);
    for (const name of ['age', 'large', 'contacts', 'strangers'] as const)
      expect(
        meanOf(mingled[name], of(mixed, 'mingled')) / meanOf(mingled[name], of(mixed, 'ordinary')),
        name,
      ).toBeCloseTo(1, 0);
    for (const i of of(mixed, 'ordinary')) expect(mixed.trueReports[i]).toBe(0);
    for (const graph of [traded, mixed])
      for (const [i, all] of graph.reports.entries()) expect(graph.trueReports[i]).toBeLessThanOrEqual(all);
  });

  test('groups for trading have bystanders, who do nothing wrong', () => {
    const graph = graphAt(0);
    const members = graph.groups.filter(({ trades }) => trades).flatMap((group) => group.members);
    const innocent = members.filter((i) => !offends(graph.sort[i]!)).length / members.length;
    expect(innocent).toBeGreaterThan(0.2);
    expect(innocent).toBeLessThan(0.4);
  });

  test('the same seed gives the same graph, another number another one', () => {
    expect(graphOf(experiment, 0, 0, shown)).toEqual(graphAt(0));
    expect(graphOf(experiment, 0, 1, shown).edges.targets).not.toEqual(graphAt(0).edges.targets);
  });

  test('records of fewer days are a part of those of more', () => {
    const { edges } = graphAt(0);
    const day = lastDays(edges, 1, 30, seededRng(1));
    const total = (counts: Uint32Array): number => counts.reduce((sum, each) => sum + each, 0);
    expect(total(day.messages) / total(edges.messages)).toBeCloseTo(1 / 30, 2);
    expect(day.targets.length).toBeLessThan(edges.targets.length);
    expect(lastDays(edges, 30, 30, seededRng(1))).toEqual(edges);
    for (let i = 0; i + 1 < edges.offsets.length; i++) {
      const all = new Set(edges.targets.subarray(edges.offsets[i]!, edges.offsets[i + 1]!));
      for (const to of day.targets.subarray(day.offsets[i]!, day.offsets[i + 1]!)) expect(all.has(to)).toBe(true);
    }
  });
});

test('signals of contacts are those of four accounts that can be drawn', () => {
  // 0 writes to 1 and 2, who know each other; 3 gets a message from 0 and does not answer.
  const rows = [[1, 2, 3], [0, 2], [0, 1], []];
  const offsets = Uint32Array.from([0, 3, 5, 7, 7]);
  const targets = Uint32Array.from(rows.flat());
  const edges = {
    offsets,
    targets,
    messages: new Uint32Array(7).fill(2),
    large: Uint32Array.from([1, 0, 0, 0, 0, 0, 0]),
  };
  const graph: Graph = {
    accounts: 4,
    sort: new Uint8Array(4),
    ageDays: Float64Array.of(1, 2, 3, 4),
    edges,
    groups: [{ members: [0, 3], trades: false, pictureMatches: true, listedWord: true }],
    groupsOf: [[0], [], [], [0]],
    profileMatches: Uint8Array.of(0, 1, 0, 0),
    reports: new Uint16Array(4),
    trueReports: new Uint16Array(4),
  };
  const values = valuesOf(graph, edges);
  expect([...values.contacts]).toEqual([3, 2, 2, 0]);
  expect(values.unanswered[0]).toBeCloseTo(1 / 3);
  expect(values.strangers[0]).toBeCloseTo(1 / 3);
  expect([...values.received]).toEqual([4, 4, 4, 2]);
  expect(values.large[0]).toBeCloseTo(1 / 6);
  expect([...values['group-picture']]).toEqual([1, 0, 0, 1]);
  expect([...values.profile]).toEqual([0, 1, 0, 0]);
});

test('pictures match by distance to the listed originals; one of too low a quality matches nothing', () => {
  const row = (picture: string, part: 'list' | 'query', transform: string, hex: string, quality = 100): HashedRow => ({
    ...{ row: 'hashed', picture, group: picture, topic: 'a', kind: 'a', part, set: 'shown', transform },
    outcome: { state: 'hashed', hashes: { pdq: { hex, quality } } },
  });
  const [zeros, near, far] = ['00'.repeat(32), `${'00'.repeat(28)}7fffffff`, `${'00'.repeat(28)}ffffffff`];
  const rows = [
    row('a', 'list', 'none', zeros),
    row('a', 'list', 'near', near!),
    row('a', 'list', 'far', far!),
    row('a', 'list', 'flat', zeros!, 10),
    row('b', 'query', 'near', zeros!),
  ];
  const found = shownPictures(rows, { thresholdBits: 31 });
  expect(found.map(({ transform, listed, matches }) => [transform, listed, matches])).toEqual([
    ['near', true, true],
    ['far', true, false],
    ['flat', true, false],
    ['near', false, true],
  ]);
});

let rows: GraphRow[];
let relay: RelayRow;
let metrics: MetadataMetrics;
const record = { dataset: { name: 'none', sha256: '0'.repeat(64) }, notes: [] } as never;
beforeAll(async () => {
  rows = experiment.overlaps.map((overlap) => judgeGraph({ experiment, overlap, graph: 0, shown }));
  relay = await readRelay({ experiment });
  metrics = metadataMetrics([...rows, relay] as MetadataRow[], experiment, record);
}, 60_000);

describe('what signals find', () => {
  const found = (name: string, overlap: number) =>
    metrics.detectors.find((each) => each.name === name && each.overlap === overlap && (each.keepDays ?? 30) === 30)!;

  test('much where offenders trade, and by metadata nothing where they behave like everybody', () => {
    expect(found('metadata alone', 0).found.estimate).toBeGreaterThan(0.4);
    const blind = found('metadata alone', 1);
    expect(blind.found.low).toBeLessThan(0.05);
    expect(blind.found.estimate).toBeLessThan(0.25);
    const curve = metrics.curves.find(({ name, overlap }) => name === 'metadata alone' && overlap === 1)!;
    expect(Math.abs(curve.auc.mean - 0.5)).toBeLessThan(0.2);
  });

  test('accused are near the target that calibration chose, on other accounts', () => {
    for (const each of metrics.detectors.filter(({ kind }) => kind === 'classifier')) {
      expect(each.calibration!.k / each.calibration!.n).toBeLessThanOrEqual(0.05);
      expect(each.accused.n + each.found.n).toBe(500);
      expect(each.accused.low).toBeLessThan(0.08);
    }
  });

  test('a matched group picture accuses bystanders', () => {
    const { bystanders, accused } = found('listed-group-picture', 0);
    expect(bystanders.k).toBeGreaterThan(0);
    expect(accused.k).toBe(bystanders.k);
  });

  test('no score is given to an account that a classifier was trained on', () => {
    for (const { detectors } of rows)
      for (const { offending, innocent } of detectors)
        expect([...offending, ...innocent].reduce((sum, { clusters, n }) => sum + clusters * n, 0)).toBe(500);
  });

  test('rows and metrics fit their schemas, and the same seed gives the same row', () => {
    for (const row of rows) check(GraphRow, row, 'Row');
    check(RelayRow, relay, 'Row');
    check(MetadataMetrics, metrics, 'Metrics');
    expect(judgeGraph({ experiment, overlap: 0, graph: 0, shown })).toEqual(rows[0]);
  });
});

describe('what the service knows', () => {
  test('the relay sees sender, recipient, time and size of every message, and no content', () => {
    const n = experiment.relay.messages;
    expect(relay.endpoints).toEqual({ k: n, n });
    expect(relay.sizes).toEqual({ k: n, n });
    expect(relay.contents).toEqual({ k: 0, n });
    expect(relay.edges.k).toBe(relay.edges.n);
    expect(relay.fields).toEqual(expect.arrayContaining(['sender', 'recipient', 'sentAt']));
    expect(new Set(sampleOf(experiment).map(({ picture }) => picture.length))).toEqual(new Set([100, 3000]));
  });

  test('nothing, surfaces, counters, records: more and more', () => {
    const [nothing, surfaces, counters, day, month] = metrics.kept;
    expect(nothing).toMatchObject({ keeps: 'nothing', bits: 0, edges: { k: 0 }, alone: { k: 0 } });
    expect(counters).toMatchObject({ keeps: 'counters', bits: 0, edges: { k: 0 } });
    expect(surfaces!.edges.k).toBeGreaterThan(0);
    expect(day!.edges.k).toBeGreaterThan(surfaces!.edges.k);
    expect(month!.edges.k).toBe(month!.edges.n);
    expect(month!.bits).toBeGreaterThan(day!.bits);
    expect(keptTable(metrics).lines.map(({ name }) => name)).toEqual([
      'nothing (S1 e2ee)',
      'surfaces',
      'counters, 30 days',
      'records, 1 day',
      'records, 30 days',
    ]);
  });
});

describe('the findings for other tables', () => {
  test('are those of the run, at the overlap of its headline', () => {
    const findings = check(MetadataFindings, findingsOf(metrics, 'made'), 'Findings');
    expect(findings.run).toMatchObject({ runId: 'made', metricsSha256: metricsDigest(metrics) });
    expect(findings.overlap).toBe(1);
    expect(findings.detectors.map(({ found }) => found)).toEqual(
      metrics.detectors.filter(({ overlap }) => overlap === 1).map(({ found }) => found),
    );
    expect(findings.shown.map(({ offending }) => offending)).toEqual(metrics.shown.map(({ offending }) => offending));
    expect(findings.contents).toEqual(metrics.relay.contents);
  });
});

describe('the reports', () => {
  test('have a line for each rule and classifier, and say what is assumed', () => {
    const { findings, csv } = metadataParts(metrics);
    expect(overlapTable(metrics).lines).toHaveLength(rows[0]!.detectors.length);
    expect(findings.map(({ text }) => text).join(' ')).toContain('is assumed');
    expect(csv['detectors.csv']!.split('\r\n')).toHaveLength(metrics.detectors.length * 7 + 2);
    expect(metrics.signals.filter(({ overlap }) => overlap === 0).map(({ name }) => name)).toEqual(signalNames);
  });

  test('no rows are no metrics', () => {
    expect(() => metadataMetrics([], experiment, record)).toThrow("The run of 'metadata' has no rows of graphs");
  });
});

describe('the experiment', () => {
  test.each<[string, object, string]>([
    ['records longer than the window', { keepDays: [31] }, '/keepDays: records of 31 days'],
    [
      'too few to learn from',
      { offendingShare: { value: 0.01, source: 'x' } },
      '/offendingShare: 15 offending accounts of 1500',
    ],
    [
      'nobody ordinary',
      { businesses: { ...experiment.businesses, share: { value: 0.95, source: 'x' } } },
      '/businesses/share',
    ],
    ['an edit twice', { profileEdits: [{ name: 'caption' }, { name: 'caption' }] }, '/profileEdits: '],
    [
      'sizes that padding hides',
      { relay: { ...experiment.relay, largeBytes: 600 } },
      '/relay: expected small messages',
    ],
    ['an unknown edit', { profileEdits: [{ name: 'crpo' }] }, "Unknown transform 'crpo'"],
  ])('%s is one sentence', (_, changes, words) => {
    let message = '';
    try {
      checkMetadata({ ...experiment, ...changes }, 'Experiment');
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      message = (error as Error).message;
    }
    expect(message).toContain(words);
    expect(message).not.toContain('\n');
  });

  test('every number of the shipped one has a source or is said to be assumed', () => {
    const sources: string[] = [];
    JSON.stringify(shipped, (key, value) => {
      if (key === 'source') sources.push(value);
      return value;
    });
    expect(sources.length).toBeGreaterThan(30);
    for (const source of sources) expect(source).toMatch(/assumed|derived|WhatsApp|arXiv|graph's/);
  });

  test('experiments/metadata.schema.json is what the command prints', () => {
    const file = readFileSync(join(projectRoot, 'experiments/metadata.schema.json'), 'utf8');
    expect(file, 'run: npx presend schema metadata > experiments/metadata.schema.json').toBe(
      `${schemaText('metadata')}\n`,
    );
  });

  test('runs from the command line', async () => {
    const folder = await testFolder();
    const file = join(folder, 'small.yaml');
    const small = {
      ...experiment,
      dataset: { name: 'generated', pictures: 20 },
      accounts: 600,
      overlaps: [0.5],
      keepDays: [30],
      profileEdits: [{ name: 'crop', fraction: 0.05 }],
    };
    await writeFile(file, stringify(small));
    const ran = await presend('run', file, '--out', join(folder, 'run'), '--threads', '1');
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining('What has to be kept about everybody')]);
    const written = JSON.parse(await readFile(join(folder, 'run', 'metrics.json'), 'utf8'));
    check(MetadataMetrics, written, 'Metrics');
    expect(written.pictures.byEdit).toHaveLength(1);
  }, 60_000);
});
