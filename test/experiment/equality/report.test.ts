/** Reports of equality runs: the answer comes first, what is not known is called so, and hostile names stay text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaText } from '../../../src/cli/schema.ts';
import { equalityAnswer, equalityTables } from '../../../src/experiment/equality/report.ts';
import { equalityMetrics } from '../../../src/experiment/equality/score.ts';
import { sizeText, verdictAt } from '../../../src/experiment/equality/tables.ts';
import { readExperiment } from '../../../src/experiment/experiment-file.ts';
import { fileReports, terminalReport } from '../../../src/experiment/report.ts';
import { setFacts } from '../../../src/harness/edit-preset.ts';
import { seededRng } from '../../../src/util/rng.ts';
import { presend } from '../../cli/presend.ts';
import { executablePath, startBrowser, whySkipped } from '../../helpers/browser.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { run, timings } from '../../report/fixture-run.ts';
import { pictureRows, small, unrelatedRow } from './rows.ts';

const rng = seededRng(1, 'report');
const keys = Array.from({ length: 1500 }, () => Uint8Array.of(rng.int(256), rng.int(4)));
const facts = {
  experiment: small,
  dataset: { name: 'made up', sha256: 'ab' },
  notes: ['<script>alert(1)</script>'],
  sets: setFacts(small),
};
const metrics = equalityMetrics([...pictureRows(), unrelatedRow(keys)], facts);
const { html, markdown, csv, figures } = await fileReports(metrics, run, timings);

test('every figure is drawn as PDF too, with its data and its legend', () => expectFigures(figures));

test('the answer names lengths, recall with its interval, and where innocents drown them', () => {
  const [length, drowned, at] = equalityAnswer(metrics).map(({ text }) => text);
  expect(length).toMatch(/lda: lda-8 70\.0 % \[/);
  expect(length).toMatch(/lda-16 60\.0 % \[/);
  expect(drowned).toMatch(/^At 10 entries at the latest: lda-8 \([\d,]+ of 1,124,250\)/);
  expect(at).toMatch(/Innocents drown, at 95 % confidence, \d+ of \d+ designs, with a second check or without: lda-8/);
});

test('the first table sets recall with its counts against the lists that were asked for, and says where innocents drown it', () => {
  const table = equalityTables(metrics)[0]!;
  expect(table.head).toEqual([
    'design',
    'as-sent',
    'edited',
    'pairs that agree',
    '10⁶ entries',
    'innocents drown it from',
  ]);
  const [name, asSent, edited, pairs, million, from] = [
    table.lines[0]!.name,
    ...table.lines[0]!.cells.map(({ plain }) => plain),
  ];
  expect([name, asSent!.slice(0, 5), edited!.slice(0, 5)]).toEqual(['lda-8', '40/40', '20/80']);
  expect(pairs).toMatch(/^[\d,]+\/1,124,250 .*miniatures$/);
  expect(million).toMatch(/drowns$/);
  expect(from).toMatch(/at the latest 10$/);
});

test('a second check that passed no accident has an upper bound as its ratio, never 0', () => {
  const phash = keys.map((_, i) => seededRng(i % 1400, 'phash').bytes(8));
  const checked = equalityMetrics([...pictureRows(), unrelatedRow(keys, { phash })], facts);
  const table = equalityTables(checked).find(({ title }) => title === 'The second check on accidental matches')!;
  const known = table.lines.filter(({ cells }) => cells[3]!.plain !== '–');
  const ratios = known.map(({ cells }) => [/^0[/ ]/.test(cells[1]!.plain), cells[3]!.plain] as const);
  expect(ratios.some(([none]) => none)).toBe(true);
  for (const [none, ratio] of ratios) expect(ratio.startsWith('at most ')).toBe(none);
});

test('what is not known is called so and never 0', () => {
  const none = equalityMetrics(
    [...pictureRows(), unrelatedRow(Array.from({ length: 500 }, (_, i) => Uint8Array.of(i >> 8, i & 0xff)))],
    facts,
  );
  const table = equalityTables(none).find(({ title }) => title.startsWith('False positives by list size: miniatures'))!;
  const lda16 = table.lines.find(({ name }) => name === 'lda-16')!;
  expect(lda16.cells.at(-1)!.main).toBe('not known');
  expect(
    equalityAnswer(none)
      .map(({ text }) => text)
      .join(' '),
  ).toContain('is shown to survive');
  for (const { cells } of equalityTables(none).flatMap(({ lines }) => lines))
    for (const { plain } of cells) expect(plain).not.toMatch(/NaN|undefined|Infinity/);
});

test('page, Markdown, terminal and CSV hold every design, and no hostile text as markup', async () => {
  const terminal = await terminalReport(metrics, timings);
  for (const { name } of metrics.designs) {
    for (const each of [html, markdown, terminal, csv['recall.csv']!, csv['accidents.csv']!])
      expect(each, name).toContain(name);
  }
  expect(html).not.toContain('<script>alert');
  expect(html.match(/<svg/g)!.length).toBeGreaterThan(4);
  expect(`${html}${markdown}${Object.values(csv).join('')}`).not.toMatch(/NaN|undefined|Infinity/);
  expect(Object.keys(csv)).toEqual(['recall.csv', 'accidents.csv', 'second-check.csv']);
});

test.each([
  [{ low: 0.2, high: 1 }, 'drowns'],
  [{ low: 0, high: 0.05 }, 'survives'],
  [{ low: 0.05, high: 0.2 }, 'open'],
] as const)('bounds %o against a rate of 0.1: %s', (bounds, verdict) => {
  const at = { size: 10, state: 'bounded' as const, ...bounds, independent: null };
  expect(verdictAt(at, { rate: 0.1, earliest: 1, independent: null, latest: null })).toBe(verdict);
  expect(verdictAt(at, null)).toBe('open');
});

test.each([
  [71, '71'],
  [1000, '10³'],
  [3_500_000, '3.5 M'],
  [57_000_000, '57 M'],
  [1e8, '10⁸'],
])('%i entries are written %s', (size, written) => {
  expect(sizeText(size)).toBe(written);
});

test.each(['equality', 'experiments/equality/photographs.yaml'])(
  '%s is valid, and says how much work it asks for',
  async (name) => {
    const { experiment } = await readExperiment(name);
    const { out } = await presend('validate', name, '--json');
    expect(JSON.parse(out)).toMatchObject({ name: experiment.name, kind: 'equality' });
  },
);

test('experiments/equality.schema.json is what the command prints', () => {
  const file = readFileSync(join(import.meta.dirname, '../../../experiments/equality.schema.json'), 'utf8');
  expect(file, 'run: npx presend schema equality > experiments/equality.schema.json').toBe(
    `${schemaText('equality')}\n`,
  );
});

describe.skipIf(!executablePath)(`the page in Chromium${whySkipped}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  test.each([400, 1280, 1600])(
    'at %i px nothing is wider than the page, and every label stays in its plot',
    async (width) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.setContent(html);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('svg.plot')].flatMap((svg) => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('text')]
            .map((text) => [text.textContent, text.getBoundingClientRect()] as const)
            .filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1)
            .map(([words]) => words);
        }),
      );
      expect(cut).toEqual([]);
      await page.close();
    },
  );
});
