/** Scorecards: each figure is that of the metrics, with its place; paths of the sets that come with the project lead somewhere. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCriteria, writeScorecard } from '../../src/cli/scorecard.ts';
import { scorecardOf } from '../../src/compare/scorecard.ts';
import { scorecardMarkdown, scorecardPage, scorecardTerminal, summary } from '../../src/compare/scorecard-report.ts';
import { projectRoot } from '../../src/disk/project.ts';
import { type AnyMetrics, kinds } from '../../src/experiment/index.ts';
import { proportion } from '../../src/metric/proportion.ts';
import { scansNothing, signalsName } from '../../src/report/metadata-signals.ts';
import { check } from '../../src/schema/check.ts';
import { Criteria } from '../../src/schema/criteria.ts';
import type { RunRecord } from '../../src/schema/run-record.ts';
import { UserError } from '../../src/util/errors.ts';
import { testFolder } from '../harness/tiny.ts';

const metrics = {
  experiment: 'made',
  kind: 'prevention',
  total: 12.345678,
  strategies: [
    {
      id: 'S0',
      name: 'server-scan',
      found: proportion(9, 10),
      hours: null,
      topics: [{ rate: proportion(0, 5) }, { rate: proportion(2, 5) }],
    },
    {
      id: 'S1',
      name: 'e2ee',
      found: proportion(0, 10),
      hours: { estimate: 3, low: 1, high: 9, method: 'made' },
      topics: [],
      note: '<b>hostile</b> | note',
    },
  ],
  leaks: [
    { strategy: 'e2ee', role: 'relay', success: proportion(1, 4) },
    { strategy: 'e2ee', role: 'provider', success: proportion(3, 4) },
    { strategy: 'ghost', role: 'relay', overlap: 0.75, success: proportion(2, 4) },
  ],
} as unknown as AnyMetrics;

const set = (figures: object[]): Criteria =>
  check(
    Criteria,
    {
      version: 1,
      name: 'made',
      title: 'Made criteria',
      sources: ['nowhere'],
      note: 'of a test',
      criteria: [{ id: 'one', name: 'One', asks: 'What?', named: 'here', figures, open: ['the rest'] }],
    },
    'Criteria',
  );
const figure = (path: string, more: object = {}) => ({ kind: 'prevention', what: 'figure', path, ...more });
const found = (path: string, more: object = {}) =>
  scorecardOf(set([figure(path, more)]), metrics).criteria[0]!.figures[0]!.found;

describe('a figure', () => {
  test('is a value of the run, or one for each member of an array, with its place', () => {
    expect(found('total')).toEqual([{ line: 'the run', value: 12.345678, pointer: '/total' }]);
    expect(found('strategies[].found')).toEqual([
      { line: 'S0 server-scan', value: proportion(9, 10), pointer: '/strategies/0/found' },
      { line: 'S1 e2ee', value: proportion(0, 10), pointer: '/strategies/1/found' },
    ]);
  });

  test('is chosen among members by their values', () => {
    expect(found('leaks[role=provider].success')).toEqual([
      { line: 'e2ee', value: proportion(3, 4), pointer: '/leaks/1/success' },
    ]);
    expect(found('leaks[role=court].success')).toEqual([]);
    expect(found('leaks[overlap=0.75,role=relay].success')).toMatchObject([{ pointer: '/leaks/2/success' }]);
  });

  test('takes the highest or the lowest of several, and says where several are not expected', () => {
    expect(found('strategies[].topics[].rate', { take: 'highest' })).toMatchObject([
      { pointer: '/strategies/0/topics/1/rate' },
    ]);
    expect(found('strategies[].topics[].rate', { take: 'lowest' })).toMatchObject([
      { pointer: '/strategies/0/topics/0/rate' },
    ]);
    expect(() => found('leaks[].success')).toThrow(UserError);
    expect(() => found('leaks[].success')).toThrow('finds several values of e2ee');
    expect(() => found('nothing.here')).toThrow("the metrics have no member 'nothing'");
  });
});

describe('the reports', () => {
  const card = scorecardOf(
    set([
      figure('strategies[].found', { what: 'found' }),
      figure('strategies[].hours', { what: 'hours' }),
      figure('strategies[].note', { what: 'note' }),
      { ...figure('x'), kind: 'power', what: 'elsewhere' },
    ]),
    metrics,
  );

  test('say what was measured with counts and interval, and what was not', () => {
    const text = scorecardTerminal(card, 200);
    expect(text).toContain('9/10 90 % [55 %, 99.7 %]');
    expect(text).toMatch(/S0 server-scan .* not measured/);
    // The strategy that no run on messages has.
    expect(text.replace(/\s+/g, ' ')).toContain(`${signalsName}: ${scansNothing}.`);
    expect(text).toContain('Measured by runs of the kind power: elsewhere.');
    expect(text).toContain('Not measured: the rest.');
    expect(summary(card)).toContain('has figures for 1 of 1 criteria. A figure is no mark');
  });

  test('a criterion without a figure of this kind is not measured', () => {
    const none = scorecardOf(set([{ ...figure('x'), kind: 'power' }]), metrics);
    expect(summary(none)).toContain('figures for 0 of 1 criteria. Not measured: One.');
    for (const text of [scorecardTerminal(none), scorecardMarkdown(none), scorecardPage(none, 'r')])
      expect(text).toContain('not measured by this run');
  });

  test('the page and Markdown escape what a run says, and name the place of each figure', () => {
    const page = scorecardPage(card, 'run-1');
    expect(page).not.toContain('<b>hostile');
    expect(page).toContain('metrics.json#/strategies/0/found');
    expect(page).toContain('<code>strategies[].found</code>');
    const markdown = scorecardMarkdown(card);
    expect(markdown).not.toContain('<b>hostile');
    expect(markdown).toContain('found: strategies');
  });

  test('are written beside the run', async () => {
    const folder = await testFolder();
    const record = { runId: 'run-1' } as RunRecord;
    const text = await writeScorecard(set([figure('total')]), { folder, metrics, record }, 100);
    expect(text).toContain('12.35');
    for (const [file, words] of [
      ['scorecard-made.html', 'Made criteria'],
      ['scorecard-made.md', '# Made criteria: made'],
    ] as const)
      expect(await readFile(join(folder, file), 'utf8')).toContain(words);
  });
});

/** A schema as far as a path follows it. */
interface Followed {
  readonly properties?: Readonly<Record<string, Followed>>;
  readonly items?: Followed;
  readonly anyOf?: readonly Followed[];
}

/** The schemas that a path leads to in those of some metrics. */
function follow(schema: Followed, path: string): Followed[] {
  const branches = (of: Followed): Followed[] => (of.anyOf ? of.anyOf.flatMap(branches) : [of]);
  let at = branches(schema);
  for (const [, member = '', brackets] of path.matchAll(/([A-Za-z]+)(\[[^\]]*\])?/g)) {
    at = at.flatMap(({ properties }) => (properties?.[member] ? branches(properties[member]) : []));
    if (!brackets) continue;
    at = at.flatMap(({ items }) => (items ? branches(items) : []));
    for (const [, name] of brackets.matchAll(/([A-Za-z]+)=/g))
      expect(
        at.some(({ properties }) => properties?.[name!]),
        `${name} in ${path}`,
      ).toBe(true);
  }
  return at;
}

describe('sets that come with the project', () => {
  const names = readdirSync(join(projectRoot, 'experiments/criteria')).map((file) => file.replace(/\.yaml$/, ''));

  test.each(names)('%s: every path is one of its kind’s metrics', async (name) => {
    const { criteria, name: own } = await readCriteria(name);
    expect(own).toBe(name);
    for (const { figures } of criteria)
      for (const { kind, path } of figures) {
        expect(Object.keys(kinds)).toContain(kind);
        const schema = kinds[kind as keyof typeof kinds].metrics as Followed;
        expect(follow(schema, path), `${kind}: ${path}`).not.toEqual([]);
      }
  });

  test('REPHRAIN’s are nine', async () => {
    expect((await readCriteria('rephrain')).criteria).toHaveLength(9);
  });

  test.each([
    ['an unknown set', 'rephrane', "such as rephrain, for --criteria but received 'rephrane'"],
    ['no criteria', join(projectRoot, 'experiments/orders/experiment.yaml'), 'experiment.yaml'],
  ])('%s is one sentence', async (_, name, words) => {
    await expect(readCriteria(name)).rejects.toThrow(UserError);
    await expect(readCriteria(name)).rejects.toThrow(words);
  });
});

test.skipIf(process.platform === 'win32')('an endless file of criteria is refused', async () => {
  await expect(readCriteria('/dev/zero')).rejects.toThrow('/dev/zero is a device, not a file');
});
