/** The table of equality against a near match: the same numbers in every format, and silence where nothing was compared. */

import { parse } from 'csv-parse/sync';
import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { htmlPage } from '../../../src/experiment/tradeoff/report.ts';
import { csvTables } from '../../../src/experiment/tradeoff/report-csv.ts';
import { markdownReport } from '../../../src/experiment/tradeoff/report-markdown.ts';
import { equalityLines } from '../../../src/experiment/tradeoff/report-measures.ts';
import { terminalTable } from '../../../src/experiment/tradeoff/report-terminal.ts';
import { differenceCell } from '../../../src/report/format.ts';
import { nothing } from '../../report/edges.ts';
import { fixture } from '../../report/fixture.ts';
import { run } from '../../report/fixture-run.ts';

const gap = fixture().equalityGap!;

test('a line for each edit, as sent first, then all edits and innocents', () => {
  expect(equalityLines(gap).map(({ what }) => what)).toEqual([
    'listed, as sent',
    'listed, resize 0.5',
    'listed, crop 5',
    'listed, all edits',
    'innocent',
  ]);
  expect(equalityLines({ ...gap, listed: gap.listed.slice(0, 1) }).map(({ what }) => what)).toEqual([
    'listed, as sent',
    'innocent',
  ]);
});

test('a difference comes in points, with the wider interval and the test', () => {
  const { lost } = gap.listed[0]!;
  expect(differenceCell(lost).plain).toBe('30.0 points [22.0, 39.0], p < 0.001');
  expect(differenceCell({ ...lost, low: -0.012, mcnemar: 0.0314 }).plain).toBe('30.0 points [−1.2, 39.0], p = 0.031');
  expect(differenceCell({ ...lost, clusterHigh: 0.5 }).plain).toContain('50.0]');
  expect(differenceCell(lost).hover).toContain('42 only near, 0 only equal, of 140');
  expect(differenceCell({ ...lost, n: 0 })).toMatchObject({ plain: '0/0 no trial', tone: 'muted' });
});

test('every format has every line', () => {
  const terminal = terminalTable(fixture(), undefined, { columns: 200, full: true });
  const markdown = markdownReport(fixture(), run);
  const { document } = parseHTML(htmlPage(fixture(), run));
  const page = document.querySelector('#equality')!;
  for (const { what, near, equality, lost } of equalityLines(gap, true))
    expect(terminal).toContain(`${what}: ${near.plain}; ${equality.plain}; ${lost.plain}`);
  for (const { what, near, equality, lost } of equalityLines(gap)) {
    expect(markdown).toContain(`| ${what} | ${near.plain} | ${equality.plain} | ${lost.plain.replace('<', '&lt;')} |`);
    const row = [...page.querySelectorAll('tbody tr')].find((each) => each.querySelector('th')!.textContent === what)!;
    expect([...row.querySelectorAll('b')].map(({ textContent }) => textContent)).toEqual([
      near.main,
      equality.main,
      lost.main,
    ]);
  }
  expect([...page.querySelectorAll('thead th')].map(({ textContent }) => textContent)).toEqual([
    'pdq ≤ 30 of the list',
    'phash the same',
    'lost',
  ]);
});

test('the CSV has three rows a line, under the columns of every number', () => {
  const rows: Record<string, string>[] = parse(csvTables(fixture())['equality.csv']!, { columns: true });
  expect(rows).toHaveLength(3 * 5);
  expect(rows[0]).toMatchObject({ content: 'listed', transform: 'none', measure: 'near', hash: 'pdq', k: '139' });
  expect(rows[1]).toMatchObject({ measure: 'equality', hash: 'phash', thresholdBits: '0', k: '97', n: '140' });
  expect(rows[2]).toMatchObject({ measure: 'lost', hash: '', k: '', n: '140', estimate: '0.3', clusters: '140' });
});

test('where nothing was compared, nothing is said', () => {
  expect(terminalTable(nothing(), undefined, { full: true })).not.toContain('Equality');
  expect(markdownReport(nothing(), run)).not.toContain('Equality');
  expect(parseHTML(htmlPage(nothing(), run)).document.querySelector('#equality')).toBeNull();
});
