/** The report of attacks: its sentences, tables and plots say what its metrics say. */

import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { EvasionMetrics } from '../../../src/experiment/evasion/metrics.ts';
import { evadedPlot, falsePairPlot, l2Plot, queryPlot } from '../../../src/experiment/evasion/plots.ts';
import { evasionAnswer, evasionCsv, evasionSections, evasionTables } from '../../../src/experiment/evasion/report.ts';
import { comparisons, controlsSentence, photographs } from '../../../src/experiment/evasion/report-published.ts';
import { evasionMetrics } from '../../../src/experiment/evasion/score.ts';
import { priceTable } from '../../../src/experiment/evasion/tables.ts';
import { fileReports } from '../../../src/experiment/report.ts';
import { wilson } from '../../../src/metric/proportion.ts';
import { tableMarkdown, tableTerminal } from '../../../src/report/table.ts';
import { expectFigures } from '../../helpers/figures.ts';
import { run } from '../../report/fixture-run.ts';
import { rows, small } from './rows.ts';

const metrics = evasionMetrics(rows, {
  experiment: small,
  dataset: { name: 'test', sha256: '0'.repeat(64) },
  notes: [],
  label: undefined,
});
const timings = {
  phases: {},
  perMessageMillis: {},
  hashMillis: { pdq: 0.5 },
  classifyMillis: null,
  decodeMillis: 0,
};
test('every figure is drawn as PDF too, with its data and its legend', async () =>
  expectFigures((await fileReports(metrics, run)).figures));

const verdictOf = (of: EvasionMetrics, claim: RegExp) => comparisons(of).find((each) => claim.test(each.claim))!;

/** The metrics with every rate of success of every attack set to k of n. */
function withSuccess(k: number, n: number): EvasionMetrics {
  const copy = structuredClone(metrics);
  const p = k / n;
  for (const { attacks } of copy.targets)
    for (const { byL2, bySsim } of attacks)
      for (const each of [...byL2, ...bySsim])
        each.success = { k, n, estimate: p, low: Math.max(0, p - 0.05), high: Math.min(1, p + 0.05), method: 'test' };
  return copy;
}

describe('beside what was published', () => {
  test('the verdict on evasion follows the interval', () => {
    const claim = /99.9 %/;
    expect(verdictOf(withSuccess(60, 100), claim)).toMatchObject({ verdict: 'not reproduced' });
    // A hundred without failure cannot show 99.9 %: they show 97.0 %.
    const few = verdictOf(withSuccess(100, 100), claim);
    expect(few).toMatchObject({
      verdict: 'not refuted',
      bound: 'these attempts show more than 97.0 % (one-sided 95 %)',
    });
    expect(few.why).toContain('2,995 attempts without failure');
    const many = structuredClone(withSuccess(5000, 5000));
    for (const { attacks } of many.targets)
      for (const { bySsim } of attacks) for (const { success } of bySsim) Object.assign(success, wilson(5000, 5000));
    expect(verdictOf(many, claim)).toMatchObject({ verdict: 'reproduced' });
    expect(verdictOf(metrics, claim).ours).toContain('pdq 50.0 % (1 of 2');
  });

  test('so does that on robustness, the other way round', () => {
    const claim = /withstand/;
    expect(verdictOf(withSuccess(100, 100), claim)).toMatchObject({ verdict: 'not reproduced' });
    expect(verdictOf(withSuccess(10, 100), claim)).toMatchObject({ verdict: 'reproduced' });
    expect(verdictOf(withSuccess(50, 100), claim)).toMatchObject({ verdict: 'not comparable' });
  });

  test('a billion a day is reproduced where the short list already flags it, and refuted where independence cannot', () => {
    const claim = /1 billion/;
    const flagging = (atLeast: number, independent: number): EvasionMetrics => {
      const copy = structuredClone(metrics);
      const { flaggedPerDay } = copy.thresholds[0]!.prices.at(-1)!;
      flaggedPerDay.atLeast.low = atLeast;
      // The estimate alone decides nothing.
      flaggedPerDay.atLeast.estimate = 5e9;
      flaggedPerDay.independent.high = independent;
      return copy;
    };
    expect(verdictOf(flagging(2e9, 4e9), claim).verdict).toBe('reproduced');
    expect(verdictOf(flagging(2e8, 4e9), claim).verdict).toBe('not comparable');
    expect(verdictOf(flagging(2e5, 4e8), claim).verdict).toBe('not reproduced');
  });

  test('what was not run decides nothing', () => {
    const none: EvasionMetrics = { ...metrics, targets: [], thresholds: [] };
    expect(comparisons(none).every(({ verdict }) => verdict === 'not comparable')).toBe(true);
  });
});

test('the sentence on controls says what failed', () => {
  const words = controlsSentence(metrics);
  expect(words).toContain('With 0 queries nothing succeeds.');
  expect(words).toContain('Replacing the picture by another one fails for pdq (evasion).');
  expect(words).toContain('White noise of L2 0.04 never succeeds.');
});

test('noise that succeeds is named', () => {
  const copy = structuredClone(metrics);
  copy.targets[0]!.controls.byL2[1]!.noise.k = 1;
  expect(controlsSentence(copy)).toContain('White noise of L2 0.04 succeeds for pdq (evasion) 1/2.');
});

test.each([
  [4.5e9, '4.5 billion'],
  [1_148_000_000, '1.1 billion'],
  [389_600_000, '390 million'],
  [1200, '1.2 k'],
])('%d photographs are %s', (count, words) => {
  expect(photographs(count)).toBe(words);
});

test('findings are computed from the numbers', () => {
  const findings = Object.fromEntries(evasionAnswer(metrics).map(({ label, text }) => [label, text]));
  expect(findings.Evasion).toContain('Within L2 0.04 (10 of 255 levels) pdq is evaded by 50.0 % (1 of 2');
  expect(findings['With only yes or no']).toContain('pdq with 1/2 pictures');
  expect(findings['A threshold that resists']).toContain(
    'pdq would need 60 bits, where 0/1 pictures that did not choose it still evade, and 6/6 pictures match',
  );
  expect(findings.Collision).toBeUndefined();
});

test('every table has as many cells as heads, in Markdown and on a terminal', () => {
  const tables = evasionTables(metrics, timings);
  expect(tables).toHaveLength(9);
  for (const table of tables) {
    for (const { cells } of table.lines) expect(cells, table.title).toHaveLength(table.head.length - 1);
    expect(tableMarkdown(table).join('\n')).toContain(`### ${table.title}`);
    expect(tableTerminal(table, 100)).toContain(table.lines[0]!.name);
  }
  const [cost] = tables;
  const nes = cost!.lines.find(({ name }) => name === 'pdq, NES')!;
  expect(nes.cells[2]!.plain).toMatch(/^1\/2 50 %/);
  expect(nes.cells[0]!.plain).toBe('distance');
});

test('plots name what they show, and are the same twice', () => {
  const [target] = metrics.targets;
  const [curve] = metrics.thresholds;
  for (const draw of [
    () => l2Plot(target!, metrics),
    () => queryPlot(target!, metrics),
    () => evadedPlot(curve!),
    () => falsePairPlot(curve!),
  ]) {
    const svg = draw();
    expect(svg).toMatch(/^<svg [^>]*aria-label="pdq: share of/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(draw()).toBe(svg);
  }
  expect(l2Plot(target!, metrics)).toContain('NES, L2 0.01: 50.0 % (1 of 2');
});

test('unrelated pairs have one interval, the one by picture, in table and plot', () => {
  const copy = structuredClone(metrics);
  const curve = copy.thresholds[0]!;
  const [first] = curve.prices;
  Object.assign(first!.pairFpr, { k: 0, n: 15, estimate: 0, low: 0, high: 0.218, nodeLow: 0, nodeHigh: 0.708 });
  curve.prices = [first!];
  const column = priceTable(copy).head.indexOf('unrelated pairs that match') - 1;
  expect(priceTable(copy).lines[0]!.cells[column]!.plain).toBe('0/15 [0, 70.8 %]');
  expect(priceTable(copy).explains).toContain('by picture');
  const { document } = parseHTML(falsePairPlot(curve));
  const bar = [...document.querySelectorAll('[data-mark=rule] line')].at(-1)!;
  // The axis runs from 10⁻² at 238 to 1 at 24, on a log scale.
  expect(bar.getAttribute('y1')).toBe('238');
  expect(Number(bar.getAttribute('y2'))).toBeCloseTo(24 + (-Math.log10(0.708) * (238 - 24)) / 2, 1);
});

test('the page has a section for each question', () => {
  expect(evasionSections(metrics, timings).map(([id]) => id)).toEqual([
    'cost',
    'l2',
    'queries',
    'threshold',
    'published',
    'controls',
  ]);
  expect(evasionSections({ ...metrics, thresholds: [] }).map(([id]) => id)).not.toContain('threshold');
});

test('CSV holds every rate with its counts', () => {
  const csv = evasionCsv(metrics);
  expect(Object.keys(csv)).toEqual(['attacks.csv', 'controls.csv', 'thresholds.csv']);
  expect(csv['attacks.csv']).toContain('evasion,pdq,nes,measure,byL2.success,0.16,2,2,1,');
  expect(csv['attacks.csv']).toContain('evasion,pdq,boundary,decision,least.censored,,,,1,');
  expect(csv['controls.csv']).toContain('evasion,pdq,replaced,,1,2,0.5,');
  expect(csv['thresholds.csv']).toContain('pdq,32,falsePairs.count,14,15,');
  for (const text of Object.values(csv)) {
    const [head, ...lines] = text.trimEnd().split('\r\n');
    // Methods hold no comma that is not quoted.
    const cells = (line: string): number => line.replace(/"[^"]*"/g, '').split(',').length;
    for (const line of lines) expect(cells(line)).toBe(cells(head!));
  }
});
