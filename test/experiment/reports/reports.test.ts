/** Runs on reports: fields are those of the views, and rows become metrics and reports. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { projectRoot } from '../../../src/disk/project.ts';
import { checkReports } from '../../../src/experiment/reports/kind.ts';
import { ReportsMetrics } from '../../../src/experiment/reports/metrics.ts';
import { fieldsTable, queueTable, reportsParts, usableTable } from '../../../src/experiment/reports/report.ts';
import { ReportRow } from '../../../src/experiment/reports/rows.ts';
import { reportsMetrics } from '../../../src/experiment/reports/score.ts';
import { reportsOf } from '../../../src/experiment/reports/tasks.ts';
import { metadataFindings } from '../../../src/harness/metadata-findings.ts';
import type { Sent } from '../../../src/harness/scenario/view-reader.ts';
import { deploy } from '../../../src/role/deployment.ts';
import { check } from '../../../src/schema/check.ts';
import type { MessageRow } from '../../../src/schema/observation.ts';
import { strategies, strategyByName } from '../../../src/strategy/index.ts';
import { UserError } from '../../../src/util/errors.ts';
import { toHex } from '../../../src/util/hex.ts';
import { yamlValue } from '../../../src/util/plain-data.ts';
import { smallWorld } from '../../helpers/world.ts';

const shipped = yamlValue(readFileSync(join(projectRoot, 'experiments/reports/experiment.yaml'), 'utf8'), 'Experiment');
const experiment = { ...checkReports(shipped, 'Experiment'), strategies: ['server-scan', 'hash-upload', 'e2ee'] };

/** The rows of the reports of a strategy in the small world. */
async function reportsIn(name: string): Promise<ReportRow[]> {
  const world = smallWorld();
  const deployment = await deploy(world, strategyByName(name).design);
  if (name === 'ghost') await deployment.serve({ id: 'o', account: 'ann', from: 0, to: 1000 });
  for (const message of world.messages) {
    await deployment.send(message);
    await deployment.deliver();
  }
  await deployment.review();
  if (name.endsWith('escrow')) await deployment.serve({ id: 'o', account: 'ann', from: 0, to: 1000 });
  await deployment.close();
  const sent = world.messages.map((message): Sent => {
    const { kind, hash } = world.truth(message);
    const content = kind === 'innocent' || kind === 'odd' ? 'innocent' : kind === 'new' ? 'new' : 'listed';
    const hex = hash && toHex(hash);
    return {
      planned: { ...message, picture: 0, key: 'none', purpose: 'scored' },
      picture: { id: message.id, group: message.id, topic: 't', content, split: 'evaluation' },
      bytes: message.picture,
      hex,
      equalityHex: hash && toHex(hash.slice(hash.length / 2)),
    };
  });
  const rows = reportsOf({ cell: 'c', strategy: name }, deployment, sent);
  for (const row of rows) check(ReportRow, row, 'Row');
  return rows;
}

describe('what the maker of a report holds, by its view', () => {
  test.each(['server-scan', 'client-list', 'client-filter', 'user-report', 'threshold-psi', 'client-classifier'])(
    '%s: the picture, which a human saw',
    async (name) => {
      const rows = await reportsIn(name);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows)
        expect(row).toMatchObject({
          by: 'provider',
          picture: true,
          viewed: true,
          account: true,
          recipient: true,
          time: true,
        });
    },
  );

  test.each([
    ['hash-upload', true],
    ['private-membership', false],
  ])('%s: no picture, and no human saw it', async (name, hash) => {
    const rows = await reportsIn(name);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows)
      expect(row).toMatchObject({ picture: false, viewed: false, hash, entry: hash, account: true });
  });

  test.each(['escrow', 'split-escrow', 'ghost'])(
    '%s: the court has the messages that its order covers',
    async (name) => {
      const rows = await reportsIn(name);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toMatchObject({ by: 'court', picture: true, viewed: true, hash: true });
    },
  );

  test('only who reads all messages has pictures of the conversation; any provider has its records', async () => {
    const [all, some] = [await reportsIn('server-scan'), await reportsIn('hash-upload')];
    const sum = (rows: ReportRow[], of: 'records' | 'conversation'): number => rows.reduce((n, row) => n + row[of], 0);
    expect(sum(all, 'conversation')).toBe(sum(all, 'records'));
    expect(sum(all, 'records')).toBeGreaterThan(0);
    expect([sum(some, 'records') > 0, sum(some, 'conversation')]).toEqual([true, 0]);
  });

  test('no view has a network address, and no picture a class', async () => {
    for (const row of await reportsIn('client-list')) expect(row).toMatchObject({ address: false, classified: false });
  });

  test.each(['e2ee', 'client-warn'])('%s: no report', async (name) => expect(await reportsIn(name)).toEqual([]));
});

const message = (strategy: string, i: number, changes: object, outcome: object): MessageRow =>
  ({
    row: 'message',
    ...{ cell: 'c', strategy, picture: `p${i}`, group: `g${i}`, topic: 't', content: 'listed', split: 'evaluation' },
    ...{ transform: 'none', message: `m${i}`, purpose: 'scored', sender: 'ann', recipient: 'ben', ...changes },
    outcome: { state: 'scored', scanned: 'match', detected: true, delivered: true, ...outcome },
  }) as MessageRow;

const rows = await (async () => {
  const found = [...(await reportsIn('server-scan')), ...(await reportsIn('hash-upload'))];
  const messages = experiment.strategies.flatMap((strategy) => {
    const isSilent = strategy === 'e2ee';
    return Array.from({ length: 20 }, (_, i) =>
      message(
        strategy,
        i,
        { content: i < 8 ? 'listed' : i < 10 ? 'new' : 'innocent' },
        {
          flagged: !isSilent && i < 6,
          tipped: !isSilent && i < 6,
        },
      ),
    );
  });
  return [...messages, ...found];
})();
const metrics = reportsMetrics(rows, experiment, { name: 'made', sha256: '0'.repeat(64) });
const of = (strategy: string) => metrics.strategies.find((each) => each.strategy === strategy)!;

describe('metrics and reports', () => {
  test('count reports, fields, and what can be opened without a warrant', () => {
    check(ReportsMetrics, metrics, 'Metrics');
    expect(of('server-scan').reported.listed).toMatchObject({ k: 6, n: 8 });
    expect(of('server-scan').opens.k).toBe(of('server-scan').reports);
    expect(of('hash-upload').opens).toMatchObject({ k: 0, n: of('hash-upload').reports });
    expect(of('hash-upload').fields.find(({ field }) => field === 'hashOnly')!.rate.estimate).toBe(1);
    expect(of('e2ee')).toMatchObject({ reports: 0, queue: null });
  });

  test('usable reports are the product of what was measured and what was published', () => {
    const [first] = of('server-scan').usable;
    expect(first!.perThousand.estimate).toBeCloseTo(1000 * (6 / 8) * (3721 / 4192), 3);
    expect(first!.perThousand.low).toBeLessThan(first!.perThousand.estimate);
  });

  test('only a strategy whose reviewers can look has hours of review', () => {
    expect(of('server-scan').queue!.hours.estimate).toBeGreaterThan(0);
    expect(of('hash-upload').queue).toMatchObject({ reviewed: false, hours: { estimate: 0 } });
    expect(of('hash-upload').queue!.wronglyConfirmed.estimate).toBeGreaterThan(
      of('server-scan').queue!.wronglyConfirmed.estimate,
    );
  });

  test('tables have a line for each strategy that has something to say', () => {
    const findings = metadataFindings();
    expect(fieldsTable(metrics, findings).lines.map(({ name }) => name)).toEqual(['S0 server-scan', 'S6 hash-upload']);
    expect(usableTable(metrics, findings).lines).toHaveLength(3);
    expect(usableTable(metrics, findings).foot!.text).toContain(`run ${findings.run.runId} of metadata`);
    expect(queueTable(metrics).lines[1]!.cells[0]!.plain).toBe('nobody can look');
    expect(
      reportsParts(metrics, findings)
        .findings.map(({ text }) => text)
        .join(' '),
    ).toContain('S1 e2ee made no report');
  });

  test('no rows are no metrics', () => {
    expect(() => reportsMetrics([], experiment, { name: '', sha256: '' })).toThrow('has no rows of messages');
  });
});

describe('the experiment', () => {
  test('asks about every strategy', () => {
    expect(checkReports(shipped, 'Experiment').strategies.toSorted()).toEqual(Object.keys(strategies).toSorted());
  });

  test.each<[string, object, string]>([
    [
      'more usable reports than reports',
      { usable: [{ name: 'a', what: 'b', k: 3, n: 2, source: 'c' }] },
      '/usable/0: 3 usable',
    ],
    [
      'a range that ends before it begins',
      { queue: { ...experiment.queue, sensitivity: { low: 0.9, high: 0.8, source: 'x' } } },
      '/queue/sensitivity: low, 0.9, is more than high, 0.8',
    ],
    [
      'no source',
      { queue: { ...experiment.queue, prevalence: { value: 0.1, source: '' } } },
      '/queue/prevalence/source',
    ],
  ])('%s is one sentence', (_, changes, words) => {
    expect(() => checkReports({ ...experiment, ...changes }, 'Experiment')).toThrow(UserError);
    expect(() => checkReports({ ...experiment, ...changes }, 'Experiment')).toThrow(words);
  });

  test('experiments/reports.schema.json is what the command prints', () => {
    const file = readFileSync(join(projectRoot, 'experiments/reports.schema.json'), 'utf8');
    expect(file, 'run: npx presend schema reports > experiments/reports.schema.json').toBe(
      `${schemaText('reports')}\n`,
    );
  });
});
